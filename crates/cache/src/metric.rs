//! The metrics of caches, each with the label `cache`.

use metrics::{Unit, describe_counter, describe_gauge};

use crate::CacheStats;

/// Entries in a cache.
pub const ENTRIES: &str = "killwire_cache_entries";
/// The sum of their weights.
pub const WEIGHT: &str = "killwire_cache_weight";
/// Questions by result: `hit`, `stale`, `miss`.
pub const READS: &str = "killwire_cache_reads_total";
/// Fetches that ended.
pub const LOADS: &str = "killwire_cache_loads_total";
/// Fetches that failed.
pub const LOAD_FAILURES: &str = "killwire_cache_load_failures_total";
/// The time that fetches took, together.
pub const LOAD_SECONDS: &str = "killwire_cache_load_seconds";
/// Entries that had to go because of the weight.
pub const EVICTIONS: &str = "killwire_cache_evictions_total";

/// Registers what each metric means.
pub fn describe() {
    describe_gauge!(ENTRIES, Unit::Count, "Entries in a cache.");
    describe_gauge!(WEIGHT, Unit::Count, "The weight of a cache's entries.");
    describe_counter!(READS, Unit::Count, "Questions to a cache, by result.");
    describe_counter!(LOADS, Unit::Count, "Fetches for a cache that ended.");
    describe_counter!(
        LOAD_FAILURES,
        Unit::Count,
        "Fetches for a cache that failed."
    );
    describe_gauge!(
        LOAD_SECONDS,
        Unit::Seconds,
        "How long fetches for a cache took together."
    );
    describe_counter!(
        EVICTIONS,
        Unit::Count,
        "Entries that a cache's weight drove out."
    );
}

/// Shows one cache's figures. Counting happens in the cache itself, so that a read costs no look-up
/// of a metric.
#[allow(clippy::cast_precision_loss, reason = "figures for gauges")]
pub(crate) fn show(stats: &CacheStats) {
    let name = stats.name;
    metrics::gauge!(ENTRIES, "cache" => name).set(stats.entries as f64);
    metrics::gauge!(WEIGHT, "cache" => name).set(stats.weight as f64);
    for (result, count) in [
        ("hit", stats.hits),
        ("stale", stats.stale_hits),
        ("miss", stats.misses),
    ] {
        metrics::counter!(READS, "cache" => name, "result" => result).absolute(count);
    }
    metrics::counter!(LOADS, "cache" => name).absolute(stats.loads);
    metrics::counter!(LOAD_FAILURES, "cache" => name).absolute(stats.load_failures);
    metrics::gauge!(LOAD_SECONDS, "cache" => name).set(stats.load_seconds);
    metrics::counter!(EVICTIONS, "cache" => name).absolute(stats.evictions);
}
