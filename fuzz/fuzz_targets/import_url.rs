//! Arbitrary bytes as an address of zKillboard's: what comes out keeps to the limits and fits together, and
//! what is refused is refused with words.
//!
//! SQLite is linked along with the crate and upsets the address sanitizer's check for doubled
//! globals: run it with `ASAN_OPTIONS=detect_odr_violation=0`.
#![no_main]

use killwire_surveillance::import::Source;
use killwire_surveillance::play_import;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| play_import(Source::ZkillboardUrl, bytes));
