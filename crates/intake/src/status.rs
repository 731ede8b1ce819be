//! What the follower shows of itself, for `/health` and `/status`.

use jiff::Timestamp;
use serde::Serialize;

use crate::follower::FeedState;

/// The follower as it stands. Sent through a watch channel after every answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FeedStatus {
    /// What it is doing.
    pub state: FeedState,
    /// The same in words.
    pub text: String,
    /// The next number to ask for; none until the start is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// The feed's head as `sequence.json` last told it; trails the true head by up to 51.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<u64>,
    /// How many published numbers are still to be read, as far as known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<u64>,
    /// When the last entry read was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_entry_at: Option<Timestamp>,
    /// When the feed last answered with an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_read_at: Option<Timestamp>,
    /// The last thing that went wrong, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When `last_error` happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_at: Option<Timestamp>,
    /// What has been read since the process started.
    pub counts: FeedCounts,
}

/// What has been read since the process started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedCounts {
    /// Requests to the feed.
    pub requests: u64,
    /// Killmails that became `new` events.
    pub new: u64,
    /// Killmails that became `updated` events.
    pub updated: u64,
    /// Killmails that were known and the same.
    pub duplicate: u64,
    /// Entries put into quarantine.
    pub quarantined: u64,
    /// Gaps recorded.
    pub gaps: u64,
}
