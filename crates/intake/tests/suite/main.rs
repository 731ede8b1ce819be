//! Intake as a whole: the simulator's feed into a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
