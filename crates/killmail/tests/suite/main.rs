//! What the crate promises to the rest of the house, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arbitrary;
mod broken;
mod corpus;
mod document;
mod enrichment;
mod flat;
mod leniency;
mod named;
mod our_json;
mod properties;
mod schema;
mod shapes;
mod shared_data;
