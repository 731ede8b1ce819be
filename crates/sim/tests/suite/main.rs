//! The simulator as its clients see it: over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod faults;
mod parsing;
mod shapes;
mod speed;
mod upstream_rules;
