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
mod channel_profiles;
mod desk;
mod events;
mod killfeed;
mod killfeed_ack;
mod limits;
mod match_stream;
mod matches;
mod naming;
mod older_routes;
mod operations;
mod profile_rights;
mod profiles;
mod schema;
mod server;
mod sse;
mod stream;
mod stream_gzip;
mod waiting;
mod watcher;
mod websocket;
mod world;
