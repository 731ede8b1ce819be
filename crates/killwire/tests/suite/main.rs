//! The program as a person meets it: every test drives the real executable.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod postgres;
