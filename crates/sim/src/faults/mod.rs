//! What can go wrong out there, by script or by rate.

mod plan;
mod script;

use serde::{Deserialize, Serialize};

pub(crate) use plan::WirePlace;
pub use plan::{FaultKind, FaultPlan};
pub(crate) use script::{Script, WireRequest};

/// One of the simulated services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// The feed: `/r2z2/ephemeral/…`.
    R2z2,
    /// R2Z2's day index: `/r2z2/history/…`. The same host as the feed: a block of one is a block
    /// of both.
    History,
    /// ESI: `/esi/…`.
    Esi,
    /// EVE Ref: `/everef/killmails/…`.
    Everef,
    /// Janice's prices: `/janice/pricer…`.
    Janice,
    /// MutaMarket's abyssal modules: `/mutamarket/modules/…`.
    Mutamarket,
    /// The site of CCP's static data export: `/static-data/…`.
    StaticData,
    /// zKillboard's REST: `/zkillboard/kills/…`.
    Zkillboard,
}

/// Something that goes wrong.
///
/// The first group happens on the wire, to one answer; what was asked for is right the next time.
/// The second group happens to an entry of the feed and is part of what the feed is.
/// Times are of the simulator's clock, except that a hang lasts until the client gives up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// Another status instead of the answer. 403 blocks the host for a while, 420 (ESI) until the
    /// error window ends, and `retry_after` is a promise that the client is held to.
    Status {
        /// The HTTP status.
        code: u16,
        /// Seconds for the `Retry-After` header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// The answer comes late.
    Delay {
        /// Seconds.
        seconds: u64,
    },
    /// No answer until the client gives up.
    Hang,
    /// Headers and half of the body, then nothing until the client gives up.
    HangBody,
    /// Half of the body, as if it were all.
    Truncated,
    /// Half of the body, then the connection breaks.
    Aborted,
    /// Bytes that are no JSON.
    Garbage,
    /// A web page with status 200.
    Html,
    /// A body far larger than any killmail: 64 MiB.
    Oversized,
    /// The entry of another number.
    MismatchedSequence,

    /// The number never exists; history, EVE Ref and ESI have its killmail.
    Hole,
    /// The number is missing for a while although the feed is past it.
    LateHole {
        /// Seconds.
        seconds: u64,
    },
    /// Nothing new for a while, then all at once.
    Stall {
        /// Seconds.
        seconds: u64,
    },
    /// The entry is written again with the label `ganked`, and a later entry says so.
    Rewrite,
    /// An earlier killmail comes once more under this number, perhaps with new values.
    Duplicate,
    /// The killmail is years old.
    Old,
    /// The killmail's owner delayed it.
    Delayed {
        /// Hours.
        hours: u64,
    },
    /// All is null; history, EVE Ref and ESI have the killmail.
    Placeholder,
    /// Valid JSON that is no killmail. No killmail is behind it: it is not counted as offered.
    BadEntry,
    /// From this number on several are gone as if their time were over; history, EVE Ref and ESI
    /// have their killmails.
    ExpiredRange {
        /// How many numbers.
        entries: u64,
    },
}

impl Fault {
    /// Its name in counts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { code: 403, .. } => "status_403",
            Self::Status { code: 420, .. } => "status_420",
            Self::Status { code: 429, .. } => "status_429",
            Self::Status { code: 500.., .. } => "status_5xx",
            Self::Status { .. } => "status_other",
            Self::Delay { .. } => "delay",
            Self::Hang => "hang",
            Self::HangBody => "hang_body",
            Self::Truncated => "truncated",
            Self::Aborted => "aborted",
            Self::Garbage => "garbage",
            Self::Html => "html",
            Self::Oversized => "oversized",
            Self::MismatchedSequence => "mismatched_sequence",
            Self::Hole => "hole",
            Self::LateHole { .. } => "late_hole",
            Self::Stall { .. } => "stall",
            Self::Rewrite => "rewrite",
            Self::Duplicate => "duplicate",
            Self::Old => "old",
            Self::Delayed { .. } => "delayed",
            Self::Placeholder => "placeholder",
            Self::BadEntry => "bad_entry",
            Self::ExpiredRange { .. } => "expired_range",
        }
    }

    /// Whether it happens to an entry of the feed rather than to an answer.
    #[must_use]
    pub fn is_of_entry(&self) -> bool {
        matches!(
            self,
            Self::Hole
                | Self::LateHole { .. }
                | Self::Stall { .. }
                | Self::Rewrite
                | Self::Duplicate
                | Self::Old
                | Self::Delayed { .. }
                | Self::Placeholder
                | Self::BadEntry
                | Self::ExpiredRange { .. }
        )
    }
}

/// A scripted fault: which requests it meets, how often, and what happens.
///
/// A fault of an entry needs `sequence`, and takes effect when that number is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Only requests to this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Only requests whose path contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// Only the feed's entry of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// How many times it happens.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens.
    pub fault: Fault,
}

fn once() -> u32 {
    1
}

impl FaultRule {
    /// A fault of the feed's entry `sequence`, once.
    #[must_use]
    pub fn of_sequence(sequence: u64, fault: Fault) -> Self {
        Self {
            service: Some(Service::R2z2),
            path_contains: None,
            sequence: Some(sequence),
            times: 1,
            fault,
        }
    }

    /// A fault of the next request to `service`, once.
    #[must_use]
    pub fn of_service(service: Service, fault: Fault) -> Self {
        Self {
            service: Some(service),
            path_contains: None,
            sequence: None,
            times: 1,
            fault,
        }
    }

    /// Only requests whose path contains `part`.
    #[must_use]
    pub fn on_path(mut self, part: &str) -> Self {
        self.path_contains = Some(part.to_owned());
        self
    }

    /// This many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }
}
