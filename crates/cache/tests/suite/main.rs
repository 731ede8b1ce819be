//! A cache as its users see it, on a clock that moves when it is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bounds;
mod fixture;
mod loading;
mod property;
mod reading;
