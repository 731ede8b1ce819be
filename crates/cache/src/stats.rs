//! What a cache did.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde::Serialize;

/// Figures of one cache since it was made, for `/status` and `/metrics`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CacheStats {
    /// The domain.
    pub name: &'static str,
    /// Entries that it holds.
    pub entries: u64,
    /// The sum of their weights.
    pub weight: u64,
    /// The greatest weight that it may have.
    pub max_weight: u64,
    /// Questions answered with what was fresh, negative answers included.
    pub hits: u64,
    /// Questions that it could not answer.
    pub misses: u64,
    /// Questions answered with what had expired.
    pub stale_hits: u64,
    /// Fetches that ended, well or not. One fetch may serve many who wait.
    pub loads: u64,
    /// Those of them that failed.
    pub load_failures: u64,
    /// How long they took together, in seconds of real time.
    pub load_seconds: f64,
    /// Entries that had to go because of the weight.
    pub evictions: u64,
}

/// The counters behind the figures.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) hits: AtomicU64,
    pub(crate) misses: AtomicU64,
    pub(crate) stale_hits: AtomicU64,
    loads: AtomicU64,
    load_failures: AtomicU64,
    load_micros: AtomicU64,
    pub(crate) evictions: AtomicU64,
}

impl Counters {
    pub(crate) fn loaded(&self, took: Duration, well: bool) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.loads.fetch_add(1, Relaxed);
        self.load_micros.fetch_add(micros, Relaxed);
        if !well {
            self.load_failures.fetch_add(1, Relaxed);
        }
    }

    /// The figures, but for what is in the cache.
    pub(crate) fn read(&self, name: &'static str) -> CacheStats {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        CacheStats {
            name,
            hits: read(&self.hits),
            misses: read(&self.misses),
            stale_hits: read(&self.stale_hits),
            loads: read(&self.loads),
            load_failures: read(&self.load_failures),
            load_seconds: Duration::from_micros(read(&self.load_micros)).as_secs_f64(),
            evictions: read(&self.evictions),
            ..CacheStats::default()
        }
    }
}
