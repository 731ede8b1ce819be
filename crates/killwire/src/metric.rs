//! The names of the program's own metrics, and the recorder that all crates write to.

use std::time::Duration;

use metrics::{describe_counter, describe_gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub(crate) const TASK_RESTARTS: &str = "killwire_task_restarts_total";
pub(crate) const UPTIME_SECONDS: &str = "killwire_uptime_seconds";
pub(crate) const FEED_LAG_SECONDS: &str = "killwire_feed_lag_seconds";
pub(crate) const STORE_HEAD: &str = "killwire_store_head_seq";
pub(crate) const STORE_OLDEST: &str = "killwire_store_oldest_seq";
pub(crate) const STORE_KILLMAILS: &str = "killwire_store_killmails";
pub(crate) const STORE_CLIENTS: &str = "killwire_store_clients";
pub(crate) const STORE_CLIENT_LAG: &str = "killwire_store_slowest_client_lag_events";
pub(crate) const STORE_QUARANTINED: &str = "killwire_store_quarantined";
pub(crate) const STORE_OPEN_GAPS: &str = "killwire_store_open_gaps";
pub(crate) const STORE_BYTES: &str = "killwire_store_bytes";
pub(crate) const WINDOW_EVENTS: &str = "killwire_store_window_events";
pub(crate) const WINDOW_BYTES: &str = "killwire_store_window_bytes";

/// Upper bounds of the buckets of everything measured in seconds.
const SECONDS: &[f64] = &[
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    60.0,
];

/// How often the recorder tidies up.
pub(crate) const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder and describes every metric. None where one is installed already.
pub(crate) fn install() -> Option<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .ok()?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe();
    killwire_delivery::describe_metrics();
    killwire_intake::metric::describe();
    killwire_upstream::metric::describe();
    killwire_store::metric::describe();
    Some(handle)
}

fn describe() {
    describe_counter!(
        TASK_RESTARTS,
        "Tasks started again after an error or a panic"
    );
    describe_gauge!(UPTIME_SECONDS, "Seconds since the program started");
    describe_gauge!(FEED_LAG_SECONDS, "How far the log lies behind the feed");
    describe_gauge!(STORE_HEAD, "The log's newest event");
    describe_gauge!(STORE_OLDEST, "The oldest event still in the log");
    describe_gauge!(STORE_KILLMAILS, "Killmails stored");
    describe_gauge!(STORE_CLIENTS, "Clients with an offset");
    describe_gauge!(
        STORE_CLIENT_LAG,
        "Events between the log's end and its slowest client"
    );
    describe_gauge!(STORE_QUARANTINED, "Entries in quarantine");
    describe_gauge!(STORE_OPEN_GAPS, "Gaps still to be repaired");
    describe_gauge!(STORE_BYTES, "Bytes of database");
    describe_gauge!(WINDOW_EVENTS, "Events held in memory");
    describe_gauge!(WINDOW_BYTES, "Bytes they take");
}
