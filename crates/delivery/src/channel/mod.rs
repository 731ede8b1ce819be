//! Phoenix channels: what clients of the peer speak over a WebSocket.
//!
//! Everything here is pure: a text that a client sent goes in, a list of things to do comes out.
//! Nothing knows of sockets, of the log or of time, so every path is tested without any of them.
//!
//! [`protocol`] reads a client's frame and [`reply`] writes the answers to it; [`Session`] is the
//! state of one connection and says with [`Action`]s what is to be done; a [`Push`] is what the
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
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod trial;
mod who;

#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use action::{
    Action, EndReason, JoinRequest, Joined, Preload, PreloadRules, Subscriptions,
};
#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use protocol::{Shape, Vsn, VsnError};
#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use push::Push;
#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use session::{ChannelLimits, Session};
#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use topic::Topic;
#[expect(unused_imports, reason = "the connection that drives it comes next")]
pub(crate) use who::Who;
