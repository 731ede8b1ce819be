//! What can go wrong on the way out, in words that say what to do.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::ContactError;

/// Who is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Upstream {
    /// zKillboard's file store: the live feed and its history.
    R2z2,
    /// CCP's API.
    Esi,
    /// EVE Ref's archives.
    EveRef,
}

impl Upstream {
    /// Its name in metrics and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::R2z2 => "r2z2",
            Self::Esi => "esi",
            Self::EveRef => "everef",
        }
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::R2z2 => "zKillboard (R2Z2)",
            Self::Esi => "ESI",
            Self::EveRef => "EVE Ref",
        })
    }
}

/// Why an upstream wants to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 403: the address is blocked.
    Blocked,
    /// 429 or 420, or a budget of ours that is spent: slow down.
    Throttled,
}

/// Why an outbound call brought nothing. URLs carry no secrets: none of these upstreams takes any.
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
    /// TLS or the HTTP client cannot be set up.
    #[error("cannot set up the HTTP client: {0}; are the system's CA certificates installed?")]
    Client(String),
}

impl UpstreamError {
    /// Until when the upstream refuses, where it does.
    #[must_use]
    pub fn refused_until(&self) -> Option<Timestamp> {
        match self {
            Self::Refused { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Whether it said that there is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}
