//! What ids mean, as the rest of the program sees it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod by_name;
mod entities;
mod generated_values;
mod golden_values;
mod load;
mod market;
mod people;
mod pipeline_batches;
mod pipeline_fake;
mod pipeline_keys;
mod pipeline_property;
mod pipeline_shelf;
mod prices;
mod world;
