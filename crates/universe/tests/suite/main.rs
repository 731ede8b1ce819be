//! What the crate promises to the rest of the house, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod damaged_export;
mod encoding;
mod export;
mod jumps;
mod search;
mod shared_export;
mod small;
mod tag_table;
mod tags;
