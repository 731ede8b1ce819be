//! The feed follower: a pure state machine. It does no I/O and has no clock; it is told the time and
//! what came back, and says what to ask for next, when, and what is to be recorded.
//!
//! ```text
//!            ask(now) ─────────▶ Ask { question, not_before }
//!   Follower                              │ (the loop waits, asks, parses)
//!            hear(now, question, came) ◀──┘
//!                 └────────────▶ Verdict: take it, skip numbers, or nothing
//! ```
//!
//! What a 404 means is settled by `sequence.json` alone: *not yet* (the head has not passed the
//! number), *cached at the edge* (it has, and a later try succeeds), a *hole* (several tries have
//! failed), or *expired* (nothing for a long stretch; the probe finds where the feed begins again).

mod limits;
mod machine;
mod probe;
mod protocol;
mod reread;
#[cfg(test)]
mod tests;

pub use limits::{ENTRY_FLOOR, FAR, HEAD_BEHIND, HOLE_TRIES, MISS_WAIT, RESTART_WAIT, RETENTION};
pub use machine::{Begin, Follower};
pub use protocol::{Ask, Came, FeedState, Question, SkipReason, Verdict};
