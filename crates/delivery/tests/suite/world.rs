//! A store with an empty log, the routes over it, a clock that stands still, and short words for
//! what tests do with them.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{HeaderMap, Method, Request, StatusCode};
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_delivery::{
    AccessPolicy, Delivery, HealthReport, Hub, HubLimits, Limits, Namer, Operations, router,
};
use killwire_killmail::{Document, Enrichment, KillmailId, Named, Parsed, parse};
use killwire_store::{
    Append, Backend, Offer, Origin, Outcome, Retention, Seq, SourceName, Store, StoreConfig,
};
use killwire_universe::CurrentUniverse;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::desk::Desk;

pub(crate) const JITA: i64 = 30_000_142;
pub(crate) const AMARR: i64 = 30_002_187;
pub(crate) const PILOT: i64 = 90_000_001;

/// Longer than anything here takes; a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) hub: Arc<Hub>,
    pub(crate) router: Router,
    pub(crate) stop: CancellationToken,
    pub(crate) program: Arc<Program>,
    pub(crate) desk: Arc<Desk>,
    _dir: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(limits, Retention::default()).await
    }

    pub(crate) async fn with(limits: Limits, retention: Retention) -> Self {
        Self::made(
            limits,
            retention,
            AccessPolicy::default(),
            HubLimits::default(),
        )
        .await
    }

    pub(crate) async fn with_access(access: AccessPolicy) -> Self {
        let (limits, retention) = (Limits::default(), Retention::default());
        Self::made(limits, retention, access, HubLimits::default()).await
    }

    /// A world that has killmail 1 of its log no longer, and 2 still; only the last event is in RAM.
    pub(crate) async fn with_a_gap() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        let retention = Retention {
            log_min_age: DAY,
            log_max_age: DAY,
            ..Retention::default()
        };
        let hub = HubLimits {
            history_bytes: 0,
            ..HubLimits::default()
        };
        let world = Self::with_hub(hub, retention).await;
        world.kill(1, JITA).await;
        world.clock.advance(2 * DAY);
        world.store.collect_garbage().await.unwrap();
        world.kill(2, JITA).await;
        world
    }

    pub(crate) async fn with_hub(hub: HubLimits, retention: Retention) -> Self {
        let limits = Limits::default();
        Self::made(limits, retention, AccessPolicy::default(), hub).await
    }

    async fn made(
        limits: Limits,
        retention: Retention,
        access: AccessPolicy,
        hub: HubLimits,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap());
        let mut config = StoreConfig::new(Backend::Sqlite(dir.path().join("killwire.db")));
        config.retention = retention;
        let store = Store::open(config, clock.clone()).await.unwrap();
        let stop = CancellationToken::new();
        let program = Arc::new(Program::default());
        let desk = Arc::new(Desk::default());
        let universe = CurrentUniverse::default();
        let hub = Hub::new(store.clone(), clock.clone(), universe, hub);
        let carrying = (Arc::clone(&hub), stop.clone());
        tokio::spawn(async move { carrying.0.dispatch(&carrying.1).await });
        let router = router(Delivery {
            store: store.clone(),
            hub: Arc::clone(&hub),
            clock: clock.clone(),
            limits,
            access,
            operations: program.clone(),
            namer: Arc::new(KnowsOne),
            profiles: desk.clone(),
            stop: stop.clone(),
        });
        Self {
            store,
            clock,
            hub,
            router,
            stop,
            program,
            desk,
            _dir: dir,
        }
    }

    /// Appends the killmail `id` in `system`, as the live feed would.
    pub(crate) async fn kill(&self, id: i64, system: i64) -> Seq {
        self.append(killmail(id, system, PILOT)).await
    }

    pub(crate) async fn append(&self, parsed: Parsed) -> Seq {
        self.append_as(parsed, Origin::Live).await
    }

    pub(crate) async fn append_as(&self, parsed: Parsed, origin: Origin) -> Seq {
        let offer = Offer {
            parsed: Arc::new(parsed),
            source: SourceName("r2z2".to_owned()),
            origin,
            trace: None,
            enrichment: None,
        };
        let append = Append {
            offers: vec![offer],
            ..Append::default()
        };
        match self.store.append(append).await.unwrap()[..] {
            [Outcome::New(seq) | Outcome::Updated(seq)] => seq,
            ref other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn delete(&self, id: i64) {
        let id = KillmailId::new(id).unwrap();
        assert!(self.store.delete(id).await.unwrap());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask(Method::POST, path, Body::from(body.to_owned()))
            .await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: Body) -> Answer {
        let request = Request::builder().method(method).uri(path);
        send(self.router.clone(), request.body(body).unwrap()).await
    }

    /// A request under way, answered when something happens.
    pub(crate) fn waiting(&self, path: &str) -> JoinHandle<Answer> {
        let request = Request::get(path).body(Body::empty()).unwrap();
        tokio::spawn(send(self.router.clone(), request))
    }

    /// Lets what is ready run, and asserts that `request` has not been answered by it.
    pub(crate) async fn still_waits(&self, request: &JoinHandle<Answer>) {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!request.is_finished());
    }

    /// Moves the clock on, second by second, until `request` is answered.
    pub(crate) async fn pass_time_until(&self, request: &JoinHandle<Answer>) {
        let passing = async {
            while !request.is_finished() {
                self.clock.advance(Duration::from_secs(1));
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, passing).await.unwrap();
    }
}

/// The answer to a request under way.
pub(crate) async fn answered(request: JoinHandle<Answer>) -> Answer {
    tokio::time::timeout(PATIENCE, request)
        .await
        .expect("the request is answered")
        .unwrap()
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    }
}

/// What came back. Displayed as status and body, which is what most snapshots hold.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The values of `member` in `events`.
    pub(crate) fn events(&self, member: &str) -> Vec<i64> {
        let body = self.json();
        let events = body["events"].as_array().unwrap().iter();
        events
            .map(|event| event[member].as_i64().unwrap())
            .collect()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if !self.body.is_empty() {
            write!(f, " {}", self.text())?;
        }
        Ok(())
    }
}

/// A small killmail: a capsule, shot by one pilot.
pub(crate) fn killmail(id: i64, system: i64, attacker: i64) -> Parsed {
    killmail_at(id, system, attacker, "2026-11-20T11:59:00Z")
}

/// The same at another time.
pub(crate) fn killmail_at(id: i64, system: i64, attacker: i64, time: &str) -> Parsed {
    read(&format!(
        r#"{{"killmail_id":{id},"killmail_time":"{time}","solar_system_id":{system},"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{{"character_id":{attacker},"damage_done":440,"final_blow":true}}]}}"#
    ))
}

/// The same as [`killmail`], with zKillboard's word on its value.
pub(crate) fn killmail_worth(id: i64, system: i64, millions: i64) -> Parsed {
    read(&format!(
        r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":{system},"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{{"character_id":{PILOT},"damage_done":440,"final_blow":true}}],"zkb":{{"totalValue":{millions}000000}}}}"#
    ))
}

/// A killmail of so many attackers, each some 60 bytes.
pub(crate) fn fleet_fight(id: i64, system: i64, attackers: i64) -> Parsed {
    let one = |n: i64| {
        let pilot = PILOT + n;
        let last = n == 0;
        format!(r#"{{"character_id":{pilot},"damage_done":1,"final_blow":{last}}}"#)
    };
    let attackers: Vec<String> = (0..attackers).map(one).collect();
    read(&format!(
        r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":{system},"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{}]}}"#,
        attackers.join(",")
    ))
}

fn read(body: &str) -> Parsed {
    match parse(body.as_bytes()).unwrap() {
        Document::Killmail(parsed) => *parsed,
        other => panic!("{other:?}"),
    }
}

/// A namer that knows nobody but [`PILOT`], where he attacks.
struct KnowsOne;

impl Namer for KnowsOne {
    fn name(&self, parsed: &Parsed) -> Enrichment {
        let attackers = parsed.killmail.attackers.iter();
        let known = attackers
            .filter_map(|one| one.character_id)
            .filter(|id| id.get() == PILOT)
            .map(|id| Named {
                id,
                name: "Anna Attacker".to_owned(),
            });
        Enrichment {
            characters: known.take(1).collect(),
            ..Enrichment::default()
        }
    }
}

/// The program behind the operations' routes, as a test sets it.
pub(crate) struct Program {
    pub(crate) report: Mutex<HealthReport>,
    /// Told when `status` is asked.
    pub(crate) asked: Notify,
    /// `status` answers when told so.
    pub(crate) answer: Notify,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            report: Mutex::new(HealthReport {
                live: true,
                ready: true,
                parts: Vec::new(),
            }),
            asked: Notify::new(),
            answer: Notify::new(),
        }
    }
}

impl Operations for Program {
    fn health(&self) -> HealthReport {
        self.report.lock().unwrap().clone()
    }

    fn status(&self) -> BoxFuture<'_, serde_json::Value> {
        async {
            self.asked.notify_one();
            self.answer.notified().await;
            serde_json::json!({ "head": 7 })
        }
        .boxed()
    }

    fn metrics(&self) -> String {
        "# TYPE killwire_up gauge\nkillwire_up 1\n".to_owned()
    }
}
