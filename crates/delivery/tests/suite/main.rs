//! What clients get over HTTP, byte for byte, from a real SQLite store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod events;
mod killfeed;
mod killfeed_ack;
mod limits;
mod naming;
mod older_routes;
mod operations;
mod schema;
mod server;
mod stream;
mod waiting;
mod world;
