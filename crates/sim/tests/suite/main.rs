//! The simulator as its clients see it: over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod faults;
mod keep_alive;
mod parsing;
mod shapes;
mod upstream_rules;
