//! The names of the program's own metrics, and the recorder that all crates write to.

use std::time::Duration;

use metrics::{describe_counter, describe_gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub(crate) const TASK_RESTARTS: &str = "killwire_task_restarts_total";
pub(crate) const UPTIME_SECONDS: &str = "killwire_uptime_seconds";
pub(crate) const FEED_LAG_SECONDS: &str = "killwire_feed_lag_seconds";

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
    killwire_lookup::metric::describe();
    killwire_cache::metric::describe();
    killwire_surveillance::metric::describe();
    Some(handle)
}

fn describe() {
    describe_counter!(
        TASK_RESTARTS,
        "Tasks started again after an error or a panic"
    );
    describe_gauge!(UPTIME_SECONDS, "Seconds since the program started");
    describe_gauge!(FEED_LAG_SECONDS, "How far the log lies behind the feed");
}
