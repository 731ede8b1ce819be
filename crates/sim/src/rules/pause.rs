//! Times during which an upstream is not to be asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};

use super::Arrival;
use crate::faults::Service;
use crate::time::later;

/// Why a client must wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A 403.
    Block,
    /// A 429 with `Retry-After`.
    RetryAfter,
    /// ESI's 420.
    ErrorLimit,
}

impl Cause {
    fn status(self) -> u16 {
        match self {
            Self::Block => 403,
            Self::RetryAfter => 429,
            Self::ErrorLimit => 420,
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Block => "request-in-block",
            Self::RetryAfter => "before-retry-after",
            Self::ErrorLimit => "request-during-420",
        }
    }
}

/// What a refused request is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// Seconds for `Retry-After`.
    pub(crate) retry_after: Option<i64>,
}

/// A time during which one host is not to be asked.
#[derive(Debug)]
struct Pause {
    cause: Cause,
    since: Timestamp,
    until: Timestamp,
    /// The connection that was told.
    told: SocketAddr,
    /// Whether the one request has come that a killed process cannot help.
    forgiven: bool,
    /// The other connections on which a request has come that was on its way.
    overlapped: Vec<SocketAddr>,
}

/// How many requests of one client may be on their way at a time.
const MAX_CONNECTIONS: usize = 16;

/// The pauses of all hosts, and of parts of them.
#[derive(Debug, Default)]
pub(super) struct Pauses(BTreeMap<(Host, Option<&'static str>), Pause>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Host {
    R2z2,
    Esi,
    Everef,
    Janice,
    Mutamarket,
    StaticData,
    Zkillboard,
}

impl Host {
    fn of(service: Service) -> Self {
        match service {
            Service::R2z2 | Service::History => Self::R2z2,
            Service::Esi => Self::Esi,
            Service::Everef => Self::Everef,
            Service::Janice => Self::Janice,
            Service::Mutamarket => Self::Mutamarket,
            Service::StaticData => Self::StaticData,
            Service::Zkillboard => Self::Zkillboard,
        }
    }
}

/// What a pause makes of a request.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) refusal: Option<Refusal>,
    pub(super) breach: Option<(&'static str, String)>,
}

impl Pauses {
    /// A pause begins, or is extended.
    pub(super) fn begin(&mut self, cause: Cause, arrival: &Arrival<'_>, span: SignedDuration) {
        let pause = Pause {
            cause,
            since: arrival.at,
            until: later(arrival.at, span),
            told: arrival.connection,
            forgiven: false,
            overlapped: Vec::new(),
        };
        let part = arrival.part.filter(|_| cause == Cause::RetryAfter);
        self.0.insert((Host::of(arrival.service), part), pause);
    }

    pub(super) fn check(&mut self, arrival: &Arrival<'_>) -> Checked {
        let host = Host::of(arrival.service);
        self.0
            .retain(|_, pause| pause.until.duration_since(arrival.at) > SignedDuration::ZERO);
        let keys = [(host, None), (host, arrival.part)];
        let Some(key) = keys.into_iter().find(|key| self.0.contains_key(key)) else {
            return Checked::default();
        };
        let Some(pause) = self.0.get_mut(&key) else {
            return Checked::default();
        };
        let left = pause.until.duration_since(arrival.at);
        let waited = arrival.at.duration_since(pause.since);
        let breach = if arrival.connection != pause.told
            && waited <= arrival.in_flight
            && pause.overlapped.len() < MAX_CONNECTIONS
            && !pause.overlapped.contains(&arrival.connection)
        {
            pause.overlapped.push(arrival.connection);
            None
        } else if !pause.forgiven {
            pause.forgiven = true;
            None
        } else {
            Some((
                pause.cause.rule(),
                format!(
                    "{} was asked for {} ms after a {}, with {} ms still to wait",
                    arrival.path,
                    waited.as_millis(),
                    pause.cause.status(),
                    left.as_millis()
                ),
            ))
        };
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        Checked {
            refusal: Some(Refusal {
                status: pause.cause.status(),
                retry_after: (pause.cause == Cause::RetryAfter).then_some(seconds),
            }),
            breach,
        }
    }
}
