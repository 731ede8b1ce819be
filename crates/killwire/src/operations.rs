//! What the running program says about itself: health, status, metrics.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_delivery::{HealthReport, Hub, Operations, PartHealth, PartState};
use killwire_store::{Store, StoreError, StoreStats};
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::feed::FeedView;
use crate::knowledge::Knowledge;
use crate::metric;
use crate::supervise::{TaskBoard, TaskState};
use crate::surveillance::Surveillance;

/// The running program, as its operators see it.
pub(crate) struct Running {
    pub(crate) store: Store,
    pub(crate) feed: FeedView,
    pub(crate) knowledge: Knowledge,
    pub(crate) hub: Arc<Hub>,
    pub(crate) surveillance: Surveillance,
    pub(crate) tasks: TaskBoard,
    /// Real time.
    pub(crate) clock: Clock,
    pub(crate) started: Timestamp,
    /// How far the log may lie behind the feed.
    pub(crate) max_lag: Duration,
    pub(crate) metrics: Option<PrometheusHandle>,
}

impl Running {
    /// Reads the store's figures, which shows them as metrics, too.
    pub(crate) async fn refresh(&self) -> Result<StoreStats, StoreError> {
        let stats = self.store.stats().await?;
        if let Some(metrics) = &self.metrics {
            metrics.run_upkeep();
        }
        Ok(stats)
    }

    fn uptime(&self) -> Duration {
        let span = self.clock.now().duration_since(self.started);
        Duration::try_from(span).unwrap_or_default()
    }

    fn store_health(&self) -> PartHealth {
        let fault = self.store.write_fault();
        PartHealth {
            name: "store".to_owned(),
            state: match fault {
                Some(_) => PartState::Failing,
                None => PartState::Ok,
            },
            reason: fault.map(|fault| format!("the log cannot be written: {fault}")),
        }
    }

    /// Whether ids can be given their meaning. Never a reason not to be ready: killmails come without
    /// names, too.
    fn knowledge_health(&self) -> [PartHealth; 2] {
        let static_data = self.knowledge.static_data.status();
        let missing = static_data.build.is_none();
        let names = self.knowledge.names_paused_because();
        let part = |name: &str, reason: Option<String>| PartHealth {
            name: name.to_owned(),
            state: match reason {
                Some(_) => PartState::Degraded,
                None => PartState::Ok,
            },
            reason,
        };
        [
            part(
                "static data",
                missing.then(|| match static_data.last_error {
                    Some(error) => format!("not there yet: {error}"),
                    None => "not there yet".to_owned(),
                }),
            ),
            part("names", names),
        ]
    }

    fn task_health(&self) -> impl Iterator<Item = PartHealth> {
        let tasks = self.tasks.all().into_iter();
        tasks.map(|(name, task)| {
            let unwell = task.state != TaskState::Running;
            PartHealth {
                name: format!("task {name}"),
                state: if unwell {
                    PartState::Degraded
                } else {
                    PartState::Ok
                },
                reason: match task.state {
                    TaskState::Running => None,
                    TaskState::Stopped => Some("stopped".to_owned()),
                    TaskState::Pausing => Some(format!(
                        "failed and will be started again: {}",
                        task.last_error.unwrap_or_default()
                    )),
                },
            }
        })
    }
}

impl Operations for Running {
    fn health(&self) -> HealthReport {
        let store = self.store_health();
        let feed = self.feed.health(self.max_lag);
        let ready = store.state != PartState::Failing && feed.state != PartState::Failing;
        let mut parts = vec![store, feed];
        parts.extend(self.knowledge_health());
        parts.push(self.surveillance.health());
        parts.extend(self.task_health());
        HealthReport {
            live: true,
            ready,
            parts,
        }
    }

    fn status(&self) -> BoxFuture<'_, serde_json::Value> {
        Box::pin(async {
            let report = self.health();
            let (stats, stats_error) = match self.refresh().await {
                Ok(stats) => (Some(stats), None),
                Err(error) => (None, Some(error.to_string())),
            };
            let mut status = json!({
                "name": "killwire",
                "version": env!("CARGO_PKG_VERSION"),
                "pid": std::process::id(),
                "started_at": self.started,
                "uptime_seconds": self.uptime().as_secs(),
                "ready": report.ready,
                "reasons": report.reasons(),
                "feed": self.feed.status(),
                "log": { "head": self.store.head(), "oldest": self.store.oldest() },
                "tasks": self.tasks.all(),
                "static_data": self.knowledge.static_data.status(),
                "upstreams": self.knowledge.upstreams.report(),
                "lookup": self.knowledge.lookup.report(),
                "hub": self.hub.report(),
                "surveillance": self.surveillance.status(),
            });
            if let Some(stats) = stats {
                status["gaps"] = json!({ "open": stats.open_gaps });
                status["quarantine"] = json!({ "entries": stats.quarantined });
                status["enrichment"] = json!({ "unfinished": stats.unfinished });
                status["store"] = json!(stats);
            }
            if let Some(error) = stats_error {
                status["store_error"] = json!(error);
            }
            status
        })
    }

    fn metrics(&self) -> String {
        gauge!(metric::UPTIME_SECONDS).set(self.uptime().as_secs_f64());
        if let Some(lag) = self.feed.lag() {
            gauge!(metric::FEED_LAG_SECONDS).set(lag.as_secs_f64());
        }
        // What caches, pipelines and budgets count is shown when they report.
        let _ = self.knowledge.lookup.report();
        let _ = self.knowledge.upstreams.report();
        self.metrics
            .as_ref()
            .map(PrometheusHandle::render)
            .unwrap_or_default()
    }
}
