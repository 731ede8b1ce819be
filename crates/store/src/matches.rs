//! What profiles found: a log of its own, with numbers of its own.

mod api;
pub(crate) mod head;
pub(crate) mod write;

use std::fmt;

use jiff::Timestamp;
use killwire_killmail::KillmailId;
use serde::{Deserialize, Serialize};

use crate::{ProfileId, Seq, StoreError};

/// A match's number: dense and increasing as they are given, from 1; none is given twice.
/// `MatchSeq::START` (0) is the position before the first match.
///
/// Matches leave with their profile or their killmail, so those that are there have gaps between
/// their numbers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MatchSeq(pub i64);

impl MatchSeq {
    /// The position before the first match.
    pub const START: Self = Self(0);
}

impl fmt::Display for MatchSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A match to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMatch {
    /// Which profile.
    pub profile_id: ProfileId,
    /// The version of its condition.
    pub profile_version: i64,
    /// What it found.
    pub killmail_id: KillmailId,
    /// The event in which it did; one that is there no longer where it was found among the
    /// killmails instead.
    pub seq: Seq,
    /// Why, as JSON; at most [`NewMatch::MAX_REASON_BYTES`].
    pub reason: String,
}

impl NewMatch {
    /// The longest reason.
    pub const MAX_REASON_BYTES: usize = 4_096;
}

/// A match as stored. There is one of each profile and killmail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchRow {
    /// Its number.
    pub match_seq: MatchSeq,
    /// Which profile.
    pub profile_id: ProfileId,
    /// The version that its condition had.
    pub profile_version: i64,
    /// What it found.
    pub killmail_id: KillmailId,
    /// The event in which it did.
    pub seq: Seq,
    /// When. Kept to the microsecond.
    pub matched_at: Timestamp,
    /// Why, as JSON.
    pub reason: String,
}

/// What a reader asks of the matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchQuery {
    /// Matches after this position.
    pub after: MatchSeq,
    /// At most so many; one page has at most 1,000.
    pub limit: usize,
    /// Of this profile only.
    pub profile: Option<ProfileId>,
}

/// A page of matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchPage {
    /// In the order of their numbers.
    pub matches: Vec<MatchRow>,
    /// The position to go on from: everything up to it has been looked at.
    pub next: MatchSeq,
    /// Whether `next` is the last number given, as it stood.
    pub at_head: bool,
}

/// Why a position cannot be read from.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MatchReadError {
    /// The matches right after the position are there no longer.
    #[error("matches after {after} are no longer kept; the oldest available is {oldest}")]
    Gone {
        /// The position asked for.
        after: MatchSeq,
        /// The first match that is still there.
        oldest: MatchSeq,
    },
    /// The position lies beyond the last number given.
    #[error("position {after} lies beyond the last match {head}; it is not from this database")]
    Ahead {
        /// The position asked for.
        after: MatchSeq,
        /// The last number given.
        head: MatchSeq,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
