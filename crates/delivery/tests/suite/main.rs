//! What clients get over HTTP, byte for byte, from a real SQLite store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod asyncapi;
mod channel;
mod channel_delivery;
mod channel_ending;
mod channel_frames;
mod channel_mapper;
mod channel_opening;
mod channel_preload;
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
mod websocket;
mod world;
