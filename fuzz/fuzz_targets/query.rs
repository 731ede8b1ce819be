//! Arbitrary bytes as the parameters of an event stream: the query string, lists, filters.
//!
//! SQLite is linked along with the crate and upsets the address sanitizer's check for doubled
//! globals: run it with `ASAN_OPTIONS=detect_odr_violation=0`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| killwire_delivery::play_query(bytes));
