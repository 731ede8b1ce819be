//! What can go wrong on the way out, in words that say what to do.

use std::time::Duration;

use jiff::Timestamp;

use crate::{ContactError, SecretError, Upstream};

/// Why an upstream wants to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 403: the address is blocked.
    Blocked,
    /// 429 or 420, or a budget of ours that is spent: slow down.
    Throttled,
}

/// Why Killwire itself does not ask an upstream for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// It failed so often in a row that the circuit breaker is open.
    Failing,
    /// EVE is down: the daily downtime from 11:00 UTC, or its servers admit only CCP.
    Downtime,
}

/// Why an outbound call brought nothing. URLs carry no secrets: keys travel in headers, which are
/// in no error.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UpstreamError {
    /// No connection: name not resolved, refused, TLS failed.
    #[error("cannot connect to {upstream} at {url}: {reason}; check the network and the URL")]
    Connect {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// What happened.
        reason: String,
    },
    /// No answer, or not all of it, in time.
    #[error("{upstream} did not answer {url} within {after:?}; it is asked again later")]
    Timeout {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// How long was waited, in real time.
        after: Duration,
    },
    /// The connection broke off inside the answer.
    #[error("the answer of {upstream} to {url} broke off: {reason}; it is asked again later")]
    Broken {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// What happened.
        reason: String,
    },
    /// More bytes than such an answer may have, counted after decompression.
    #[error("the answer of {upstream} to {url} is larger than {limit} bytes and was dropped")]
    TooLarge {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// 404: it is not there.
    #[error("{upstream} has no {url}")]
    NotFound {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
    },
    /// The upstream wants to be left alone until a time. It is not asked before.
    #[error("{upstream} {} until {until}; Killwire waits by itself", match why { Refusal::Blocked => "blocks this address", Refusal::Throttled => "asks to slow down" })]
    Refused {
        /// Who.
        upstream: Upstream,
        /// Until when.
        until: Timestamp,
        /// Why.
        why: Refusal,
    },
    /// Killwire has stopped asking by itself. Nothing was sent.
    #[error("{upstream} {}; Killwire looks again at {until}", match why { Pause::Failing => "has failed several times in a row", Pause::Downtime => "is down for EVE's downtime" })]
    Paused {
        /// Who.
        upstream: Upstream,
        /// When the next look is due. It decides whether calls go out again.
        until: Timestamp,
        /// Why.
        why: Pause,
    },
    /// It was asked for a short while ago, and its answer holds for longer. Nothing was sent.
    #[error("{upstream} was asked for {what} a short while ago; it is asked again from {until} on")]
    TooSoon {
        /// Who.
        upstream: Upstream,
        /// For what: "this system".
        what: &'static str,
        /// When it may be asked for again.
        until: Timestamp,
    },
    /// As many requests wait for their turn as may. Nothing was sent.
    #[error(
        "{waiting} requests to {upstream} are waiting already; try again when some are answered"
    )]
    Busy {
        /// Who.
        upstream: Upstream,
        /// How many wait.
        waiting: usize,
    },
    /// More of something than one call may ask for. Nothing was sent.
    #[error("{given} {what} are too many for one call to {upstream}: at most {limit}")]
    TooMany {
        /// Who.
        upstream: Upstream,
        /// Of what: "ids", "types".
        what: &'static str,
        /// How many were given.
        given: usize,
        /// How many may be.
        limit: usize,
    },
    /// 401: the key is not accepted.
    #[error(
        "{upstream} does not accept the key in {setting} (status 401 for {url}); correct it, or remove it to do without {upstream}"
    )]
    Key {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// The setting that holds the key.
        setting: &'static str,
    },
    /// Any other status than success.
    #[error("{upstream} answered {url} with status {status}")]
    Status {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// HTTP's number.
        status: u16,
        /// What its `Retry-After` said.
        retry_after: Option<Duration>,
    },
    /// A success whose body says that it is none.
    #[error("{upstream} answered {url} with an error: {message:?}")]
    Said {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// Its words, shortened.
        message: String,
    },
    /// A success whose body is not what it should be.
    #[error("the answer of {upstream} to {url} cannot be read: {reason}")]
    Unreadable {
        /// Who.
        upstream: Upstream,
        /// What was asked.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A download cannot be written.
    #[error(
        "cannot write what {upstream} sends to {path}: {reason}; check the folder and the space on the disk"
    )]
    File {
        /// Who.
        upstream: Upstream,
        /// Where.
        path: String,
        /// What happened.
        reason: String,
    },
    /// A URL in the configuration that is not one.
    #[error("{url:?} is not a base URL: {reason}")]
    BadUrl {
        /// As given.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A scaled clock against the real world would break every polite floor.
    #[error(
        "a scaled clock is only for a simulator on this machine, but {url} is not a loopback address; remove upstream.clock_scale"
    )]
    ScaledClock {
        /// The URL that leads outside.
        url: String,
    },
    /// The contact cannot stand in a header.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// A key cannot stand in a header.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// TLS or the HTTP client cannot be set up.
    #[error("cannot set up the HTTP client: {0}; are the system's CA certificates installed?")]
    Client(String),
}

impl UpstreamError {
    /// Until when it makes no sense to ask again, where that is known: the upstream refuses, or
    /// Killwire pauses, or has asked the same just now.
    #[must_use]
    pub fn refused_until(&self) -> Option<Timestamp> {
        match self {
            Self::Refused { until, .. }
            | Self::Paused { until, .. }
            | Self::TooSoon { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Whether it said that there is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether the same call may succeed later without anyone changing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::Refused { .. }
            | Self::Paused { .. }
            | Self::TooSoon { .. }
            | Self::Busy { .. }
            // A page of an edge server in the place of the answer passes.
            | Self::Unreadable { .. }
            | Self::Said { .. } => true,
            Self::Status { status, .. } => {
                matches!(status, 408 | 420 | 425 | 429) || *status >= 500
            }
            Self::TooLarge { .. }
            | Self::NotFound { .. }
            | Self::TooMany { .. }
            | Self::Key { .. }
            | Self::File { .. }
            | Self::BadUrl { .. }
            | Self::ScaledClock { .. }
            | Self::Contact(_)
            | Self::Secret(_)
            | Self::Client(_) => false,
        }
    }

    /// Whether it was settled without sending anything: the upstream does not know of the call.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Paused { .. }
                | Self::TooSoon { .. }
                | Self::Busy { .. }
                | Self::TooMany { .. }
                | Self::Contact(_)
        )
    }

    /// Who was spoken to; none where the set-up failed.
    #[must_use]
    pub fn upstream(&self) -> Option<Upstream> {
        match self {
            Self::Connect { upstream, .. }
            | Self::Timeout { upstream, .. }
            | Self::Broken { upstream, .. }
            | Self::TooLarge { upstream, .. }
            | Self::NotFound { upstream, .. }
            | Self::Refused { upstream, .. }
            | Self::Paused { upstream, .. }
            | Self::TooSoon { upstream, .. }
            | Self::Busy { upstream, .. }
            | Self::TooMany { upstream, .. }
            | Self::Key { upstream, .. }
            | Self::Status { upstream, .. }
            | Self::Said { upstream, .. }
            | Self::Unreadable { upstream, .. }
            | Self::File { upstream, .. } => Some(*upstream),
            Self::BadUrl { .. }
            | Self::ScaledClock { .. }
            | Self::Contact(_)
            | Self::Secret(_)
            | Self::Client(_) => None,
        }
    }
}
