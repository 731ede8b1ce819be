//! Intake as a whole: scripts through the follower, and the simulator's feed into a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod enriching;
mod feed;
mod scripts;
mod trial;
mod world;
