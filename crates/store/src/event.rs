//! The event log's vocabulary: what is appended, what is read.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::{CharacterId, Enrichment, Facts, KillmailId, Parsed, SystemId};
use serde::{Deserialize, Serialize};

use crate::{FeedPosition, NewGap, NewQuarantine, SourceName};

/// An event's number in the log: dense, increasing, from 1. `Seq::START` (0) is the position before
/// the first event.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub i64);

impl Seq {
    /// The position before the first event.
    pub const START: Self = Self(0);
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A killmail's first appearance in the feed; at most one per killmail.
    New,
    /// A patch to a killmail already seen.
    Updated,
    /// A batch of archive killmails, stored outside the log.
    Imported,
}

/// Whether an event is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Published within an hour of the kill, or caught up on after an absence.
    Live,
    /// Repaired, or published more than an hour after the kill.
    Late,
    /// From an archive (`imported` events).
    Archive,
}

/// A set of event kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// `new` events.
    pub new: bool,
    /// `updated` events.
    pub updated: bool,
    /// `imported` events.
    pub imported: bool,
}

impl Kinds {
    /// What readers get who ask for nothing else.
    pub const NEW: Self = Self {
        new: true,
        updated: false,
        imported: false,
    };
    /// The log as it is.
    pub const ALL: Self = Self {
        new: true,
        updated: true,
        imported: true,
    };

    /// Whether `kind` is in the set.
    #[must_use]
    pub const fn contains(self, kind: EventKind) -> bool {
        match kind {
            EventKind::New => self.new,
            EventKind::Updated => self.updated,
            EventKind::Imported => self.imported,
        }
    }
}

/// A W3C trace context (`traceparent`), stored with the event whose road it describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext(pub String);

/// A killmail that a source offers to the log.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The killmail.
    pub parsed: Arc<Parsed>,
    /// Which source offers it.
    pub source: SourceName,
    /// Whether it would be news.
    pub origin: Origin,
    /// The span it travelled in.
    pub trace: Option<TraceContext>,
    /// What its ids mean, where that was found out in time. A partial one is completed later by
    /// [`crate::Store::enrich`].
    pub enrichment: Option<Arc<Enrichment>>,
}

/// What is to be made durable together: all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct Append {
    /// Killmails, in feed order.
    pub offers: Vec<Offer>,
    /// Where the feed stands after them.
    pub position: Option<FeedPosition>,
    /// Numbers that were skipped on the way.
    pub gaps: Vec<NewGap>,
    /// Entries that were not killmails.
    pub quarantined: Vec<NewQuarantine>,
}

/// What became of an [`Offer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// First appearance: a `new` event.
    New(Seq),
    /// Seen before, and clients see it changed: an `updated` event.
    Updated(Seq),
    /// Nothing new for clients: seen before and the same to them, deleted by its owner, or gone.
    Duplicate,
}

/// What became of a batch of archive killmails. `read == new + updated + duplicate`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Not stored before.
    pub new: u64,
    /// Stored before, and the archive knew more (a hash, a zkb block).
    pub updated: u64,
    /// Stored before, or deleted.
    pub duplicate: u64,
}

/// One event as readers get it. Shared: the window, the caches and all readers hold the same one.
#[derive(Clone, Debug)]
pub struct LogEvent {
    /// Its number.
    pub seq: Seq,
    /// What it says.
    pub kind: EventKind,
    /// Whether it is news.
    pub origin: Origin,
    /// The killmail; none for `imported`.
    pub killmail_id: Option<KillmailId>,
    /// Its solar system; none for `imported`.
    pub system_id: Option<SystemId>,
    /// When the ship died; for `imported` when the batch was stored.
    pub time: Timestamp,
    /// When the event was appended.
    pub appended_at: Timestamp,
    /// The killmail as clients read it, with what is known of it by now, encoded once; none for
    /// `imported` and for a killmail that was deleted since (a tombstone) or has outlived its
    /// retention.
    pub killmail: Option<Bytes>,
    /// What filters need, as of this event: what was learned later does not change it. None where
    /// `killmail` is none. Of an event that a Killwire older than this field appended, it is as of
    /// the first change after that.
    pub facts: Option<Arc<Facts>>,
    /// The fact records that earlier events of the same killmail had, oldest first. Empty for
    /// `new` and `imported` events, for tombstones, and for an `updated` event up to which the
    /// record has never changed. Where it changed before but not with this event, the last of them
    /// equals `facts`.
    ///
    /// At most a hundred, the newest. What changed with an event that retention has removed is not
    /// among them any more when the event is read from disk; `facts` does not suffer from that.
    pub earlier: Vec<Arc<Facts>>,
    /// How many killmails an `imported` event stands for; 0 for other kinds.
    pub imported: u64,
    /// The span in which it came.
    pub trace: Option<TraceContext>,
}

/// What a reader asks of the log.
#[derive(Clone, Debug)]
pub struct EventQuery {
    /// Events after this position.
    pub after: Seq,
    /// At most so many.
    pub limit: usize,
    /// Of these kinds.
    pub kinds: Kinds,
    /// In one of these systems; empty means anywhere. Sorted, unique.
    pub systems: Vec<SystemId>,
    /// With one of these pilots as victim or attacker; empty means anyone. Sorted, unique.
    pub characters: Vec<CharacterId>,
}

/// A page of the log.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// What matched, in order.
    pub events: Vec<Arc<LogEvent>>,
    /// The position to go on from: everything up to it has been looked at. It may move on without
    /// events, because one page looks at a bounded stretch of the log.
    pub next: Seq,
    /// Whether `next` is the log's end as it stood.
    pub at_head: bool,
}
