//! What a cache holds for a key, and what a reader gets of it.

use std::time::Duration;

use jiff::Timestamp;

use crate::Policy;

/// When a value was learned, and until when its source vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// When it was fetched. For what comes from disk, when it was fetched then.
    pub at: Timestamp,
    /// The upstream's `Expires`, where it sent one.
    pub expires: Option<Timestamp>,
}

impl Validity {
    /// Fetched at `at`, for as long as the domain says.
    #[must_use]
    pub const fn since(at: Timestamp) -> Self {
        Self { at, expires: None }
    }

    /// The same, and until `expires` at least.
    #[must_use]
    pub const fn until(self, expires: Option<Timestamp>) -> Self {
        Self { expires, ..self }
    }
}

/// What a loader brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<V> {
    /// The value; none when the source says that there is no such thing.
    pub value: Option<V>,
    /// How long it holds.
    pub validity: Validity,
}

impl<V> Loaded<V> {
    /// A value.
    #[must_use]
    pub const fn new(value: V, validity: Validity) -> Self {
        Self {
            value: Some(value),
            validity,
        }
    }

    /// "There is no such thing."
    #[must_use]
    pub const fn missing(validity: Validity) -> Self {
        Self {
            value: None,
            validity,
        }
    }
}

/// How current a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Fresh,
    /// It has expired, and may be shown while a fresh one is fetched.
    Stale,
}

/// What a cache knew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<V> {
    /// The value; none when it is known that there is no such thing.
    pub value: Option<V>,
    /// Whether it still holds.
    pub state: State,
    /// When it was fetched.
    pub at: Timestamp,
}

/// The longest span that `moka` is told: ten years are for ever, and far from what it can count.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// An entry as stored.
#[derive(Clone, Debug)]
pub(crate) struct Slot<V> {
    pub(crate) value: Option<V>,
    pub(crate) at: Timestamp,
    fresh_until: Timestamp,
    gone_at: Timestamp,
    /// From when it was put until it is gone, on the injected clock.
    pub(crate) keep: Duration,
}

impl<V> Slot<V> {
    /// The entry for what was loaded; none when it is gone already.
    pub(crate) fn new(loaded: Loaded<V>, policy: &Policy, now: Timestamp) -> Option<Self> {
        let Loaded { value, validity } = loaded;
        let (ttl, stale) = match &value {
            Some(_) => (policy.ttl, policy.stale),
            None => (policy.missing_ttl, Duration::ZERO),
        };
        let by_policy = after(validity.at, ttl);
        let fresh_until = validity.expires.map_or(by_policy, |at| at.max(by_policy));
        let gone_at = after(fresh_until, stale);
        let keep = Duration::try_from(gone_at.duration_since(now)).ok()?;
        (!keep.is_zero()).then_some(Self {
            value,
            at: validity.at,
            fresh_until,
            gone_at,
            keep: keep.min(LONGEST),
        })
    }

    /// How it may be used at `now`; none when it is gone.
    pub(crate) fn state(&self, now: Timestamp) -> Option<State> {
        if now < self.fresh_until {
            Some(State::Fresh)
        } else if now < self.gone_at {
            Some(State::Stale)
        } else {
            None
        }
    }
}

/// `span` after `at`; the end of time where there is no such time.
fn after(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}
