//! What is counted of one upstream, for metrics and for `/status`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use metrics::gauge;

use crate::metric::WAITING;
use crate::{LastError, Upstream};

/// The counters of one upstream, which all its layers share.
pub(crate) struct Meter {
    upstream: Upstream,
    requests: AtomicU64,
    errors: AtomicU64,
    inside: AtomicU64,
    waiting: AtomicU64,
    last_error: Mutex<Option<LastError>>,
}

/// Counts for as long as it lives, also when its call is dropped half way.
pub(crate) struct Counted<'a> {
    counter: &'a AtomicU64,
    shown: Option<&'static str>,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.counter.fetch_sub(1, Ordering::Relaxed);
        if let Some(upstream) = self.shown {
            gauge!(WAITING, "upstream" => upstream).decrement(1.0);
        }
    }
}

impl Meter {
    pub(crate) fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            requests: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            inside: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            last_error: Mutex::new(None),
        }
    }

    pub(crate) fn upstream(&self) -> Upstream {
        self.upstream
    }

    /// A request leaves.
    pub(crate) fn sent(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// A call waits for its turn.
    pub(crate) fn waiting(&self) -> Counted<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let upstream = self.upstream.name();
        gauge!(WAITING, "upstream" => upstream).increment(1.0);
        Counted {
            counter: &self.waiting,
            shown: Some(upstream),
        }
    }

    /// A call is inside the concurrency limit.
    pub(crate) fn inside(&self) -> Counted<'_> {
        self.inside.fetch_add(1, Ordering::Relaxed);
        Counted {
            counter: &self.inside,
            shown: None,
        }
    }

    /// A call failed.
    pub(crate) fn failed(&self, at: Timestamp, text: String) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut last = self
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = Some(LastError { at, text });
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    pub(crate) fn in_flight(&self) -> u64 {
        self.inside.load(Ordering::Relaxed)
    }

    pub(crate) fn queued(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn last_error(&self) -> Option<LastError> {
        let last = self.last_error.lock();
        last.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
