//! What the crate promises to the rest of the house, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod shared_data;
