//! The metrics of look-ups, each with the label `kind`.

use metrics::{Unit, describe_counter, describe_gauge};

use crate::PipelineReport;

/// Keys by how they ended: `looked_up`, `memory`, `store`, `asked`, `missing`, `failed`, `refused`.
pub const KEYS: &str = "killwire_lookup_keys_total";
/// Batches that went to an upstream.
pub const BATCHES: &str = "killwire_lookup_batches_total";
/// Calls that they took.
pub const CALLS: &str = "killwire_lookup_calls_total";
/// Keys that wait or are under way.
pub const WAITING: &str = "killwire_lookup_waiting";
/// Rows for the store by result: `saved`, `unsaved`.
pub const ROWS: &str = "killwire_lookup_rows_total";

/// Registers what each metric means.
pub fn describe() {
    describe_counter!(
        KEYS,
        Unit::Count,
        "Keys looked up, by kind and by how they ended."
    );
    describe_counter!(
        BATCHES,
        Unit::Count,
        "Batches of keys that went to an upstream."
    );
    describe_counter!(CALLS, Unit::Count, "Calls that batches of keys took.");
    describe_gauge!(
        WAITING,
        Unit::Count,
        "Keys that wait for an upstream or are under way."
    );
    describe_counter!(
        ROWS,
        Unit::Count,
        "Rows that went to the store, or could not."
    );
    killwire_cache::metric::describe();
}

/// Shows one kind's figures.
#[allow(clippy::cast_precision_loss, reason = "figures for gauges")]
pub(crate) fn show(report: &PipelineReport) {
    let kind = report.name;
    for (result, count) in [
        ("looked_up", report.looked_up),
        ("memory", report.from_memory),
        ("store", report.from_store),
        ("asked", report.asked),
        ("missing", report.missing),
        ("failed", report.failed),
        ("refused", report.refused),
    ] {
        metrics::counter!(KEYS, "kind" => kind, "result" => result).absolute(count);
    }
    metrics::counter!(BATCHES, "kind" => kind).absolute(report.batches);
    metrics::counter!(CALLS, "kind" => kind).absolute(report.calls);
    metrics::gauge!(WAITING, "kind" => kind).set(report.waiting as f64);
    for (result, count) in [("saved", report.saved), ("unsaved", report.unsaved)] {
        metrics::counter!(ROWS, "kind" => kind, "result" => result).absolute(count);
    }
}
