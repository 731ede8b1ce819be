//! The simulator as its clients see it: over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod esi;
mod esi_ids;
mod esi_limits;
mod esi_specification;
mod faults;
mod keep_alive;
mod markets;
mod parsing;
mod shapes;
mod static_data;
mod upstream_rules;
