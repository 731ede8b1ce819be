//! A simulated New Eden, a real store, and the two intake tasks between them.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_intake::{
    Completer, EnrichConfig, Enricher, FeedStatus, Follow, IntakeError, Repairer, Start,
    StoreMemory, feed_source, follow,
};
use killwire_lookup::{Lookup, LookupConfig};
use killwire_sim::{Feed, HistoryPolicy, STATIC_BUILD, Sim, SimConfig, static_export};
use killwire_store::{Backend, EventKind, EventQuery, Kinds, LogEvent, Seq, Store, StoreConfig};
use killwire_universe::{CurrentUniverse, read_export};
use killwire_upstream::{Contact, UpstreamConfig, Upstreams};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How many seconds of New Eden pass in one of ours.
pub(crate) const SCALE: u32 = 1_000;

/// How long an effect is waited for, in real time.
const PATIENCE: Duration = Duration::from_secs(90);

/// A simulator and the directory of a store.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Clock,
    dir: tempfile::TempDir,
    first: u64,
    universe: CurrentUniverse,
}

/// Killwire's intake, running.
pub(crate) struct Intake {
    pub(crate) store: Store,
    pub(crate) status: watch::Receiver<FeedStatus>,
    pub(crate) repairer: Arc<Repairer>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<Result<(), IntakeError>>>,
}

/// The settings that most tests begin with: a feed of `total` killmails at five times the real
/// rate, whose history is written at once.
pub(crate) fn a_feed_of(total: u64) -> SimConfig {
    let clock = Clock::scaled(Timestamp::now(), SCALE);
    SimConfig {
        feed: Feed::Generated {
            per_hour: 4_000.0,
            total: Some(total),
        },
        history: HistoryPolicy::Continuous,
        ..SimConfig::new(clock)
    }
}

impl World {
    pub(crate) async fn start(config: SimConfig) -> Self {
        Self {
            clock: config.clock.clone(),
            first: config.first_sequence,
            sim: Sim::start(config).await.unwrap(),
            dir: tempfile::tempdir().unwrap(),
            universe: CurrentUniverse::default(),
        }
    }

    /// Brings the static data of the simulated New Eden. Without it nothing is ever complete, and
    /// the log has one event for each killmail.
    pub(crate) fn with_static_data(self) -> Self {
        let export = static_export(STATIC_BUILD).unwrap();
        let universe = read_export(Cursor::new(export), &mut |_| {}).unwrap();
        self.universe.swap(universe);
        self
    }

    /// Starts intake on this world's store, from its first number where nothing is stored.
    pub(crate) async fn intake(&self) -> Intake {
        let backend = Backend::Sqlite(self.dir.path().join("killwire.db"));
        let store = Store::open(StoreConfig::new(backend), self.clock.clone())
            .await
            .unwrap();
        let contact = Contact::new("tests@killwire.space").unwrap();
        let config =
            UpstreamConfig::simulated(&self.sim.base_url(), contact, self.clock.clone()).unwrap();
        let memory = Arc::new(StoreMemory(store.clone()));
        let upstreams = Upstreams::open(config, memory).await.unwrap();
        let lookup = Lookup::open(
            LookupConfig::default(),
            store.clone(),
            upstreams.clone(),
            self.universe.clone(),
            self.clock.clone(),
        )
        .await
        .unwrap();
        let enricher = Enricher::new(lookup, self.clock.clone(), EnrichConfig::default());
        let build = self.universe.load().build().map(|build| build.number);
        let completer = Completer::new(
            enricher.clone(),
            store.clone(),
            self.clock.clone(),
            watch::channel(build).1,
        );
        let (sender, status) = watch::channel(FeedStatus::default());
        let stop = CancellationToken::new();
        let following = follow(
            Follow {
                feed: upstreams.r2z2.clone(),
                store: store.clone(),
                clock: self.clock.clone(),
                enricher: enricher.clone(),
                start: Start::Number(self.first),
                status: sender,
            },
            stop.clone(),
        );
        let repairer = Arc::new(Repairer::new(
            upstreams,
            store.clone(),
            enricher,
            self.clock.clone(),
        ));
        let repairing = {
            let (repairer, stop) = (repairer.clone(), stop.clone());
            async move { repairer.run(stop).await }
        };
        let completing = {
            let stop = stop.clone();
            async move { completer.run(stop).await }
        };
        Intake {
            tasks: vec![
                tokio::spawn(following),
                tokio::spawn(repairing),
                tokio::spawn(completing),
            ],
            store,
            status,
            repairer,
            stop,
        }
    }

    /// Asserts that no upstream's rule was broken.
    #[track_caller]
    pub(crate) fn assert_polite(&self) {
        let breaches = self.sim.breaches();
        assert!(breaches.is_empty(), "{breaches:#?}");
    }
}

impl Intake {
    /// Stops both tasks and closes the store.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap().unwrap();
        }
        self.store.close().await;
    }

    /// How the follower ends by itself.
    pub(crate) async fn ended(mut self) -> Result<(), IntakeError> {
        let ended = self.tasks.remove(0).await.unwrap();
        self.stop.cancel();
        ended
    }

    /// Ends both tasks in the middle of what they do, as a crash would.
    pub(crate) async fn crash(self) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks {
            let _ = task.await;
        }
        self.store.close().await;
    }

    /// The log's events of these kinds, in order.
    pub(crate) async fn events(&self, kinds: Kinds) -> Vec<Arc<LogEvent>> {
        let mut all = Vec::new();
        let mut after = Seq::START;
        loop {
            let query = EventQuery {
                after,
                limit: 1_000,
                kinds,
                systems: Vec::new(),
                characters: Vec::new(),
            };
            let page = self.store.read_events(&query).await.unwrap();
            all.extend(page.events);
            after = page.next;
            if page.at_head {
                return all;
            }
        }
    }

    /// How many `new` events each killmail has.
    pub(crate) async fn announced(&self) -> BTreeMap<i64, u64> {
        let mut counts = BTreeMap::new();
        for event in self.events(Kinds::NEW).await {
            assert_eq!(event.kind, EventKind::New);
            *counts.entry(event.killmail_id.unwrap().get()).or_default() += 1;
        }
        counts
    }

    /// Waits until every killmail that the feed has offered is announced.
    pub(crate) async fn has_everything_of(&self, world: &World) {
        eventually("everything is announced", || async {
            if !world.sim.feed_done() {
                return Err("the feed goes on".to_owned());
            }
            let announced = self.announced().await;
            let offered = world.sim.offered();
            let missing: Vec<_> = offered
                .iter()
                .filter(|offered| !announced.contains_key(&offered.killmail_id))
                .map(|offered| (offered.killmail_id, &offered.sequences, offered.hole))
                .collect();
            if missing.is_empty() {
                return Ok(());
            }
            let status = self.status.borrow().clone();
            let gaps = self.store.gaps(None).await.unwrap();
            Err(format!("missing {missing:?}\n{status:#?}\n{gaps:#?}"))
        })
        .await;
    }

    /// Where the feed stands in the store.
    pub(crate) async fn position(&self) -> Option<u64> {
        let position = self.store.position(&feed_source()).await.unwrap();
        position.map(|position| position.next)
    }
}

/// Waits for an effect; says what is still missing when it does not come.
pub(crate) async fn eventually<F, Fut>(what: &str, check: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), String>>,
{
    let started = Instant::now();
    loop {
        let Err(missing) = check().await else { return };
        assert!(started.elapsed() < PATIENCE, "{what}: {missing}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
