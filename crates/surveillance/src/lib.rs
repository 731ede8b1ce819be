//! Surveillance: what people look for in the feed, found by an index, explained, tried on the past.
//!
//! A profile is a condition on killmails ([`tree`]), written as text or as JSON. It is compiled
//! against static data, entered into an index, and matched against every event of the log.

pub mod import;
pub mod tree;

/// For the fuzzer: reads arbitrary bytes as a foreign profile.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use import::trial::play as play_import;
