//! Phoenix channels: what clients of the peer speak over a WebSocket.
//!
//! The protocol is pure: a text that a client sent goes in, a list of things to do comes out.
//! [`protocol`] reads a client's frame and [`reply`] writes the answers to it; [`session`] is the
//! state of one connection and says with [`action`]s what is to be done; a [`push`] is what the
//! server sends by itself. None of them knows of sockets, of the log or of time.
//!
//! What does is [`connection`], which does what the session says; [`following`] is what its topics
//! are delivered of the log, [`watching`] what its topics of profiles are. Live events reach the socket
//! through [`outlet`] without it; [`past`] is what a client is sent of former times.

mod action;
pub(crate) mod connection;
mod delivered;
mod following;
mod ids;
pub(crate) mod join;
mod outlet;
mod past;
mod payload;
mod protocol;
pub(crate) mod push;
pub(crate) mod reply;
mod sent;
pub(crate) mod session;
pub(crate) mod topic;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod trial;
mod watching;
mod who;

pub(crate) use protocol::{Shape, Vsn};
pub(crate) use session::{ChannelLimits, Session};
pub(crate) use topic::Topic;
pub(crate) use who::Who;
