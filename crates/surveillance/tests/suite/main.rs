//! Everything that is tested through the crate's outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arbitrary;
mod covers;
mod matching;
mod truth;
mod world;
