//! Phoenix channels: what clients of the peer speak over a WebSocket.
//!
//! Everything here is pure: a text that a client sent goes in, a list of things to do comes out.
//! Nothing knows of sockets, of the log or of time, so every path is tested without any of them.
//!
//! [`protocol`] reads a client's frame and [`reply`] writes the answers to it; [`Session`] is the
//! state of one connection and says with [`Action`]s what is to be done; [`push`] writes what the
//! server sends by itself.

mod action;
mod ids;
mod join;
mod payload;
mod protocol;
mod push;
mod reply;
mod session;
mod topic;

pub(crate) use action::{Action, EndReason, JoinRequest, Joined, Preload, Subscriptions};
pub(crate) use protocol::{Shape, Vsn, VsnError};
pub(crate) use session::{ChannelLimits, Session, Who};
pub(crate) use topic::Topic;
