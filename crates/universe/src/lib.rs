//! Static data: what the ids of places and things mean.
//!
//! Pure data and pure functions, like `killwire-killmail`: no I/O but reading the export that it is
//! given, no clock.
