//! How long a domain's entries hold, and how much of them there may be.

use std::time::Duration;

use jiff::Timestamp;

use crate::entry::Slot;
use crate::{Loaded, State};

/// What one domain allows. Spans are of the injected clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The domain's name in metrics and `/status`: `names`, `affiliations`.
    pub name: &'static str,
    /// How long a value is fresh after it was fetched, at least; an upstream's later `Expires`
    /// makes it longer.
    pub ttl: Duration,
    /// How long after that a value may still be shown while a fresh one is fetched. Zero: never.
    pub stale: Duration,
    /// How long "there is no such thing" holds. It is never shown stale.
    pub missing_ttl: Duration,
    /// The greatest sum of the entries' weights. Above it, what was used least recently goes.
    pub weight: u64,
}

impl Policy {
    /// A policy without stale entries, whose negative entries hold as long as the others.
    #[must_use]
    pub const fn new(name: &'static str, ttl: Duration, weight: u64) -> Self {
        Self {
            name,
            ttl,
            stale: Duration::ZERO,
            missing_ttl: ttl,
            weight,
        }
    }

    /// The same, with values that may be shown for `stale` after they expired.
    #[must_use]
    pub const fn stale_for(self, stale: Duration) -> Self {
        Self { stale, ..self }
    }

    /// The same, with negative entries that hold for `missing_ttl`.
    #[must_use]
    pub const fn missing_for(self, missing_ttl: Duration) -> Self {
        Self {
            missing_ttl,
            ..self
        }
    }

    /// How something that was loaded earlier may be used at `now`; none when it is gone.
    #[must_use]
    pub fn state<V: Clone>(&self, loaded: &Loaded<V>, now: Timestamp) -> Option<State> {
        Slot::new(loaded.clone(), self, now)?.state(now)
    }
}
