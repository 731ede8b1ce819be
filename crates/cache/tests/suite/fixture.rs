//! A cache of words, fresh for a minute, and the clock that it runs on.

use std::time::Duration;

use jiff::Timestamp;
use killwire_cache::{Cache, Loaded, Policy, State, Validity};
use killwire_clock::Clock;

pub(crate) const TTL: Duration = Duration::from_secs(60);
pub(crate) const STALE: Duration = Duration::from_secs(30);
pub(crate) const MISSING: Duration = Duration::from_secs(10);

pub(crate) type Words = Cache<u32, String, String>;

pub(crate) struct Fixture {
    pub(crate) clock: Clock,
    pub(crate) words: Words,
}

pub(crate) fn policy() -> Policy {
    Policy::new("words", TTL, 10_000)
        .stale_for(STALE)
        .missing_for(MISSING)
}

/// A cache in which each entry weighs 1.
pub(crate) fn fixture(policy: Policy) -> Fixture {
    let clock = Clock::manual("2026-11-01T12:00:00Z".parse().unwrap());
    let words = Words::new(policy, clock.clone(), |_, _| 1);
    Fixture { clock, words }
}

impl Fixture {
    pub(crate) fn now(&self) -> Validity {
        Validity::since(self.clock.now())
    }

    pub(crate) fn after(&self, span: Duration) -> Timestamp {
        self.clock.now().checked_add(span).unwrap()
    }

    pub(crate) fn put(&self, key: u32, word: &str) {
        self.words.put(&key, word.to_owned(), self.now());
    }

    pub(crate) fn loaded(&self, word: &str) -> Loaded<String> {
        Loaded::new(word.to_owned(), self.now())
    }

    /// What a reader gets: the word (`-` for a negative entry) and how current it is.
    pub(crate) fn seen(&self, key: u32) -> Option<(String, State)> {
        let hit = self.words.get(&key)?;
        Some((hit.value.unwrap_or_else(|| "-".to_owned()), hit.state))
    }
}

pub(crate) fn fresh(word: &str) -> Option<(String, State)> {
    Some((word.to_owned(), State::Fresh))
}

pub(crate) fn stale(word: &str) -> Option<(String, State)> {
    Some((word.to_owned(), State::Stale))
}
