//! What the follower and the loop around it say to each other.

use std::fmt;

use jiff::Timestamp;
use killwire_upstream::Refusal;
use serde::{Serialize, Serializer};

/// What to ask the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `sequence.json`.
    Head,
    /// The entry at the position.
    Entry(u64),
    /// Whether an entry is there: the feed's beginning is being looked for.
    Probe(u64),
    /// An older entry whose file was rewritten.
    Reread(u64),
}

/// A question and when to ask it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What to ask.
    pub question: Question,
    /// Not before this time.
    pub not_before: Timestamp,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// `sequence.json` says this number.
    Head(u64),
    /// The entry is a killmail.
    Killmail {
        /// When it was published, where that is known: the file's own time, and not that of a
        /// rewrite.
        published_at: Option<Timestamp>,
        /// The older entry that it names as rewritten.
        sequence_updated: Option<u64>,
    },
    /// The entry is a null placeholder.
    Placeholder,
    /// There is an answer, and it is no killmail: HTML, cut short, the wrong number, the wrong
    /// hash, too large.
    Bad {
        /// What is wrong with it.
        reason: String,
    },
    /// 404.
    Missing,
    /// 403, 429, or a pause that still lasts.
    Refused {
        /// Until when nothing may be asked.
        until: Timestamp,
        /// Which.
        why: Refusal,
    },
    /// No answer, or a status that says nothing about the entry (5xx).
    Failed {
        /// What happened.
        reason: String,
    },
}

/// Why numbers are skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// Missing while the head has passed it.
    Hole,
    /// Gone before they were read.
    Expired,
    /// A null placeholder.
    Placeholder,
    /// What is there is no killmail; its bytes go to quarantine with this reason.
    Unreadable(String),
}

/// What is to be recorded of an answer. The position ([`super::Follower::next`]) belongs into the
/// same append, except for [`Verdict::TakeAgain`] and [`Verdict::Nothing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Nothing,
    /// The entry is good: append it. The position has moved past it.
    Take {
        /// Its number.
        number: u64,
    },
    /// A rewritten entry is good: append it. The position has not moved.
    TakeAgain {
        /// Its number.
        number: u64,
    },
    /// These numbers are skipped: record them. The position has moved past them.
    Skip {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
        /// Why.
        why: SkipReason,
    },
}

/// What the follower is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FeedState {
    /// Waiting out the pause after a restart.
    #[default]
    Starting,
    /// Asking `sequence.json` where to begin.
    FindingHead,
    /// Reading entries one after the other.
    Reading {
        /// The number asked for next.
        number: u64,
    },
    /// At the end of the feed.
    Waiting {
        /// The number that is not there yet.
        number: u64,
    },
    /// The head has passed a number that is not there.
    Missing {
        /// The number.
        number: u64,
        /// How often it was asked for.
        tries: u32,
        /// The head.
        head: u64,
    },
    /// An entry that is no killmail is being tried again.
    Unreadable {
        /// Its number.
        number: u64,
        /// How often it was read.
        tries: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// The feed does not answer.
    Failing {
        /// How often in a row.
        failures: u32,
        /// What happened last.
        reason: String,
        /// When it is asked again.
        until: Timestamp,
    },
    /// The feed wants to be left alone.
    Refused {
        /// How it said so.
        why: Refusal,
        /// Until when.
        until: Timestamp,
    },
    /// Entries have expired: looking for the first that is still there.
    Probing {
        /// The first number that is gone.
        from: u64,
        /// The head.
        head: u64,
    },
    /// `sequence.json` stands far below the position. Nothing is rewound; a person should look.
    HeadBehind {
        /// The position.
        number: u64,
        /// The head.
        head: u64,
    },
}

impl FeedState {
    /// One word for metrics and JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::FindingHead => "finding_head",
            Self::Reading { .. } => "reading",
            Self::Waiting { .. } => "waiting",
            Self::Missing { .. } => "missing",
            Self::Unreadable { .. } => "unreadable",
            Self::Failing { .. } => "failing",
            Self::Refused {
                why: Refusal::Blocked,
                ..
            } => "blocked",
            Self::Refused {
                why: Refusal::Throttled,
                ..
            } => "throttled",
            Self::Probing { .. } => "probing",
            Self::HeadBehind { .. } => "head_behind",
        }
    }

    /// Whether the feed is being read as it should be: entries come, or the end is reached.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        matches!(
            self,
            Self::Starting | Self::FindingHead | Self::Reading { .. } | Self::Waiting { .. }
        )
    }
}

impl Serialize for FeedState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for FeedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => write!(f, "starting; a short pause before the first request"),
            Self::FindingHead => write!(f, "asking zKillboard where the feed stands"),
            Self::Reading { number } => write!(f, "reading, at number {number}"),
            Self::Waiting { number } => {
                write!(f, "waiting for number {number}, not yet published")
            }
            Self::Missing {
                number,
                tries,
                head,
            } => write!(
                f,
                "number {number} is missing although the head is {head}; tried {tries} times"
            ),
            Self::Unreadable {
                number,
                tries,
                reason,
            } => write!(
                f,
                "number {number} cannot be read ({reason}); tried {tries} times"
            ),
            Self::Failing {
                failures,
                reason,
                until,
            } => write!(
                f,
                "zKillboard does not answer: {reason}; {failures} times in a row, next try at {until}"
            ),
            Self::Refused {
                why: Refusal::Blocked,
                until,
            } => write!(f, "blocked by zKillboard until {until}"),
            Self::Refused {
                why: Refusal::Throttled,
                until,
            } => write!(f, "slowed down by zKillboard until {until}"),
            Self::Probing { from, head } => write!(
                f,
                "entries from number {from} on have expired; looking for the first that is left, up to {head}"
            ),
            Self::HeadBehind { number, head } => write!(
                f,
                "zKillboard's head is {head}, far below our position {number}; nothing is rewound, waiting for it to come back"
            ),
        }
    }
}
