//! Typed caches: one facade on `moka` for every domain, with injected time.
