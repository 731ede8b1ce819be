//! The program as a person meets it: every test drives the real executable.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod by_name;
mod command_line;
mod conditions;
mod configuration;
mod crash;
mod demo;
mod durability;
mod examples;
mod following;
mod full_disk;
mod naming;
mod operating;
mod postgres;
mod profile_desk;
mod profiles;
mod program;
mod reading_archives;
mod replaying;
mod schema;
mod server;
mod static_data;
mod stopping;
mod tailing;
mod tokens;
