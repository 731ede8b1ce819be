//! Arbitrary scripts of answers through the follower; every rule is checked at every step.
#![no_main]

#[path = "../../crates/intake/tests/suite/trial.rs"]
mod trial;

libfuzzer_sys::fuzz_target!(|script: &[u8]| trial::play(script));
