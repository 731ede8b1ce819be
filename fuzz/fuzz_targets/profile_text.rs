//! Arbitrary bytes as a profile's text: what is read means the same once it is written, in both
//! forms.
//!
//! SQLite is linked along with the crate and upsets the address sanitizer's check for doubled
//! globals: run it with `ASAN_OPTIONS=detect_odr_violation=0`.
#![no_main]

#[path = "../../crates/surveillance/tests/suite/trial.rs"]
#[allow(dead_code, reason = "the other target uses the rest")]
mod trial;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trial::play_text(bytes));
