//! A simulator on a clock that stands still, and a client that reads it.

use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_sim::{FaultPlan, FaultRule, Feed, HistoryPolicy, Sim, SimConfig};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

pub(crate) const FIRST: u64 = 96_000_000;

const AGENT: &str = "Killwire-test/1 (test@example.com)";

/// A running simulator with its clock and a polite client.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
}

/// One entry every four seconds from noon on, no faults but these, history at once.
pub(crate) async fn world(rules: Vec<FaultRule>) -> World {
    let plan = rules
        .into_iter()
        .fold(FaultPlan::none(), FaultPlan::with_rule);
    world_with(|config| config.faults = plan).await
}

/// The same, with something else about it.
pub(crate) async fn world_with(change: impl FnOnce(&mut SimConfig)) -> World {
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(noon);
    let mut config = SimConfig {
        feed: Feed::Generated {
            per_hour: 900.0,
            total: Some(2_000),
        },
        history: HistoryPolicy::Continuous,
        ..SimConfig::new(clock.clone())
    };
    change(&mut config);
    let sim = Sim::start(config).await.unwrap();
    World {
        sim,
        clock,
        http: http(AGENT),
    }
}

/// A client of its own, with its own connections.
pub(crate) fn http(agent: &str) -> reqwest::Client {
    // One provider for the process; the others find it set.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(agent)
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

impl World {
    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// As after a kill: the client has none of its connections any more.
    pub(crate) fn begin_anew(&mut self) {
        self.http = http(AGENT);
    }

    pub(crate) fn entry(&self, sequence: u64) -> RequestBuilder {
        let base = self.sim.r2z2_url();
        self.http.get(format!("{base}/ephemeral/{sequence}.json"))
    }

    pub(crate) fn r2z2(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/{path}", self.sim.r2z2_url()))
    }

    pub(crate) fn esi(&self, id: i64, hash: &str) -> RequestBuilder {
        self.esi_get(&format!("killmails/{id}/{hash}"))
    }

    pub(crate) fn esi_get(&self, path: &str) -> RequestBuilder {
        self.http
            .get(format!("{}/{path}", self.sim.esi_url()))
            .header("X-Compatibility-Date", "2026-08-18")
    }

    pub(crate) fn esi_post(&self, path: &str, ids: &[i64]) -> RequestBuilder {
        self.esi_ask(path, &Value::from(ids))
    }

    /// Asks who and what bears a name.
    pub(crate) fn esi_ids(&self, names: &[&str]) -> RequestBuilder {
        self.esi_ask("universe/ids", &Value::from(names))
    }

    fn esi_ask(&self, path: &str, asked: &Value) -> RequestBuilder {
        self.http
            .post(format!("{}/{path}", self.sim.esi_url()))
            .header("X-Compatibility-Date", "2026-08-18")
            .body(asked.to_string())
    }

    pub(crate) fn everef(&self, path: &str) -> RequestBuilder {
        self.http
            .get(format!("{}/killmails/{path}", self.sim.everef_url()))
    }

    /// How often a rule was broken.
    pub(crate) fn count(&self, rule: &str) -> u64 {
        self.sim.status().breaches.get(rule).copied().unwrap_or(0)
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

pub(crate) async fn status(request: RequestBuilder) -> u16 {
    send(request).await.status().as_u16()
}

pub(crate) async fn json(request: RequestBuilder) -> Value {
    let bytes = send(request)
        .await
        .error_for_status()
        .unwrap()
        .bytes()
        .await
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

pub(crate) fn header(response: &Response, name: &str) -> String {
    match response.headers().get(name) {
        Some(value) => value.to_str().unwrap().to_owned(),
        None => "absent".to_owned(),
    }
}
