//! Arbitrary scripts of answers through the follower; every rule is checked at every step.
//!
//! SQLite is linked along with the crate and upsets the address sanitizer's check for doubled
//! globals: run it with `ASAN_OPTIONS=detect_odr_violation=0`.
#![no_main]

#[path = "../../crates/intake/tests/suite/trial.rs"]
mod trial;

libfuzzer_sys::fuzz_target!(|script: &[u8]| trial::play(script));
