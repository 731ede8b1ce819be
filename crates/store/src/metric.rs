//! The store's metrics, by name.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

pub(crate) const APPEND_SECONDS: &str = "killwire_store_append_seconds";
pub(crate) const COMMIT_SECONDS: &str = "killwire_store_commit_seconds";
pub(crate) const GROUP_SIZE: &str = "killwire_store_group_size";
pub(crate) const EVENTS: &str = "killwire_store_events_total";
pub(crate) const MATCHES: &str = "killwire_store_matches_total";
pub(crate) const WRITE_FAILURES: &str = "killwire_store_write_failures_total";
pub(crate) const FETCHES: &str = "killwire_store_fetches_total";
pub(crate) const QUEUE: &str = "killwire_store_queue_depth";
pub(crate) const HEAD: &str = "killwire_store_head";
pub(crate) const OLDEST: &str = "killwire_store_oldest";
pub(crate) const KILLMAILS: &str = "killwire_store_killmails";
pub(crate) const CLIENTS: &str = "killwire_store_clients";
pub(crate) const CLIENT_LAG: &str = "killwire_store_slowest_client_lag";
pub(crate) const QUARANTINED: &str = "killwire_store_quarantined";
pub(crate) const OPEN_GAPS: &str = "killwire_store_open_gaps";
pub(crate) const UNFINISHED: &str = "killwire_store_unfinished";
pub(crate) const BYTES: &str = "killwire_store_bytes";
pub(crate) const WINDOW_EVENTS: &str = "killwire_store_window_events";
pub(crate) const WINDOW_BYTES: &str = "killwire_store_window_bytes";
pub(crate) const GC_SECONDS: &str = "killwire_store_gc_seconds";
pub(crate) const GC_REMOVED: &str = "killwire_store_gc_removed_total";

/// Registers what the metrics mean.
pub fn describe() {
    describe_histogram!(
        APPEND_SECONDS,
        Unit::Seconds,
        "From an append's arrival to its commit."
    );
    describe_histogram!(
        COMMIT_SECONDS,
        Unit::Seconds,
        "One transaction of the writer, disk sync included."
    );
    describe_histogram!(
        GROUP_SIZE,
        Unit::Count,
        "Changes that one transaction committed together."
    );
    describe_counter!(EVENTS, Unit::Count, "Events appended, by kind and origin.");
    describe_counter!(MATCHES, Unit::Count, "Matches of profiles stored.");
    describe_counter!(WRITE_FAILURES, Unit::Count, "Transactions that failed.");
    describe_counter!(FETCHES, Unit::Count, "Polls of killfeed clients.");
    describe_gauge!(QUEUE, Unit::Count, "Changes waiting for the writer.");
    describe_gauge!(HEAD, Unit::Count, "The log's end.");
    describe_gauge!(OLDEST, Unit::Count, "The oldest event still in the log.");
    describe_gauge!(KILLMAILS, Unit::Count, "Killmails stored.");
    describe_gauge!(CLIENTS, Unit::Count, "Killfeed clients with offsets.");
    describe_gauge!(
        CLIENT_LAG,
        Unit::Count,
        "The slowest killfeed client's distance from the head, in events."
    );
    describe_gauge!(QUARANTINED, Unit::Count, "Entries in quarantine.");
    describe_gauge!(
        OPEN_GAPS,
        Unit::Count,
        "Gaps of the feed still to be repaired."
    );
    describe_gauge!(
        UNFINISHED,
        Unit::Count,
        "Killmails of which something is still looked for."
    );
    describe_gauge!(BYTES, Unit::Bytes, "Bytes of database in use.");
    describe_gauge!(WINDOW_EVENTS, Unit::Count, "Events in the recent window.");
    describe_gauge!(WINDOW_BYTES, Unit::Bytes, "Bytes in the recent window.");
    describe_histogram!(
        GC_SECONDS,
        Unit::Seconds,
        "One round of garbage collection."
    );
    describe_counter!(
        GC_REMOVED,
        Unit::Count,
        "Rows that garbage collection removed, by table."
    );
}

/// Shows the store's figures.
#[allow(clippy::cast_precision_loss, reason = "figures for gauges")]
pub(crate) fn show(stats: &crate::StoreStats) {
    let show = |name: &'static str, value: u64| metrics::gauge!(name).set(value as f64);
    show(HEAD, crate::column::unsigned(stats.head.0));
    show(OLDEST, crate::column::unsigned(stats.oldest.0));
    show(KILLMAILS, stats.killmails);
    show(CLIENTS, stats.clients);
    show(CLIENT_LAG, stats.slowest_client_lag);
    show(QUARANTINED, stats.quarantined);
    show(OPEN_GAPS, stats.open_gaps);
    show(UNFINISHED, stats.unfinished);
    show(BYTES, stats.bytes);
    show(WINDOW_EVENTS, stats.window_events);
    show(WINDOW_BYTES, stats.window_bytes);
}
