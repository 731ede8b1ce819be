//! Arbitrary bytes as what a channel's client sends: WebSocket frames, Phoenix messages, a session.
//!
//! SQLite is linked along with the crate and upsets the address sanitizer's check for doubled
//! globals: run it with `ASAN_OPTIONS=detect_odr_violation=0`.
#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| killwire_delivery::play_channel(script));
