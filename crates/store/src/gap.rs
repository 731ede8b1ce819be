//! Feed numbers that were skipped, and what became of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::SourceName;

/// A gap's number.
pub type GapId = i64;

/// Why numbers were skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapReason {
    /// The number stayed missing while the feed's head had long passed it.
    Hole,
    /// The numbers had left the feed's retention before they could be read.
    Expired,
    /// The entry was a null placeholder.
    Placeholder,
}

/// What became of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapState {
    /// Still to be repaired.
    Open,
    /// All that was to be found has been found.
    Repaired,
    /// Given up, with a note that says why.
    Abandoned,
}

/// A gap as the follower records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGap {
    /// Which feed.
    pub source: SourceName,
    /// First number skipped.
    pub from: u64,
    /// Last number skipped.
    pub to: u64,
    /// Why.
    pub reason: GapReason,
    /// When the last entry before the gap was published, as far as known: where to look in the
    /// day archives.
    pub published_after: Option<Timestamp>,
}

/// A gap as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its number.
    pub id: GapId,
    /// Which feed.
    pub source: SourceName,
    /// First number skipped.
    pub from: u64,
    /// Last number skipped.
    pub to: u64,
    /// Why.
    pub reason: GapReason,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When the last entry before it was published.
    pub published_after: Option<Timestamp>,
    /// What became of it.
    pub state: GapState,
    /// Repairs tried.
    pub attempts: u32,
    /// Killmails that repair brought.
    pub found: u64,
    /// Not before this time again.
    pub next_attempt_at: Timestamp,
    /// What the last repair had to say.
    pub note: String,
}
