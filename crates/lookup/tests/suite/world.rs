//! A simulated New Eden to look things up in: a simulator, a store, and the handle under test.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{Document, Killmail, parse};
use killwire_lookup::{Lookup, LookupConfig, PipelineReport, Wanted};
use killwire_sim::{Generator, Service, Sim, SimConfig};
use killwire_store::{Backend, Store, StoreConfig};
use killwire_universe::{CurrentUniverse, Universe};
use killwire_upstream::{Contact, Memory, UpstreamConfig, Upstreams, Volatile};

/// Fast enough for the pauses of an hour, slow enough for a call to be made within some seconds.
const SCALE: u32 = 1_000;

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) lookup: Lookup,
    upstreams: Upstreams,
    config: UpstreamConfig,
    memory: Arc<dyn Memory>,
    seed: u64,
    population: u64,
    _dir: tempfile::TempDir,
}

impl World {
    pub(crate) async fn open() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(set: impl FnOnce(&mut SimConfig)) -> Self {
        Self::on(Clock::scaled(Timestamp::now(), SCALE), set).await
    }

    pub(crate) async fn on(clock: Clock, set: impl FnOnce(&mut SimConfig)) -> Self {
        let mut config = SimConfig::new(clock.clone());
        set(&mut config);
        let (seed, population) = (config.seed, config.population);
        let sim = Sim::start(config).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let backend = Backend::Sqlite(dir.path().join("killwire.db"));
        let store = Store::open(StoreConfig::new(backend), clock.clone());
        let store = store.await.unwrap();
        let contact = Contact::new("tests@killwire.space").unwrap();
        let config = UpstreamConfig::simulated(&sim.base_url(), contact, clock.clone());
        let config = config.unwrap();
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let upstreams = Upstreams::open(config.clone(), Arc::clone(&memory));
        let upstreams = upstreams.await.unwrap();
        let lookup = open(&store, &upstreams, &clock).await;
        Self {
            sim,
            clock,
            store,
            lookup,
            upstreams,
            config,
            memory,
            seed,
            population,
            _dir: dir,
        }
    }

    /// Another handle, as a restart of the program makes it, on the same upstreams.
    pub(crate) async fn restarted(&self) -> Lookup {
        self.lookup.flush().await;
        open(&self.store, &self.upstreams, &self.clock).await
    }

    /// Another handle whose upstreams know no more than what they had remembered.
    pub(crate) async fn restarted_whole(&self) -> Lookup {
        self.lookup.flush().await;
        let upstreams = Upstreams::open(self.config.clone(), Arc::clone(&self.memory));
        open(&self.store, &upstreams.await.unwrap(), &self.clock).await
    }

    /// The killmails that this New Eden's feed brings.
    pub(crate) fn killmails(&self) -> impl Iterator<Item = Killmail> {
        let mut generator = Generator::with_population(self.seed, self.population);
        let time = self.clock.now();
        std::iter::from_fn(move || {
            let Ok(Document::Killmail(parsed)) = parse(&generator.killmail(time).esi_json) else {
                panic!("a generated killmail is one");
            };
            Some(parsed.killmail)
        })
    }

    /// How many requests ESI has had.
    pub(crate) fn esi_requests(&self) -> u64 {
        let requests = self.sim.status().requests;
        requests.get(&Service::Esi).copied().unwrap_or_default()
    }

    /// Asserts that no upstream's rule was broken.
    #[track_caller]
    pub(crate) fn assert_polite(&self) {
        let breaches = self.sim.breaches();
        assert!(breaches.is_empty(), "{breaches:#?}");
    }
}

async fn open(store: &Store, upstreams: &Upstreams, clock: &Clock) -> Lookup {
    let opened = Lookup::open(
        LookupConfig::default(),
        store.clone(),
        upstreams.clone(),
        CurrentUniverse::new(Universe::empty()),
        clock.clone(),
    );
    opened.await.unwrap()
}

/// Lets a manual clock's time pass until something is done.
pub(crate) async fn meanwhile<T>(clock: &Clock, doing: impl Future<Output = T>) -> T {
    let mut doing = pin!(doing);
    loop {
        tokio::select! {
            done = &mut doing => return done,
            () = tokio::time::sleep(Duration::from_millis(2)) => {
                clock.advance(Duration::from_millis(50));
            }
        }
    }
}

/// Everybody on a killmail, as often as it names them.
pub(crate) fn everybody(killmail: &Killmail) -> Wanted {
    let mut wanted = Wanted::default();
    let victim = &killmail.victim;
    wanted.characters.extend(victim.character_id);
    wanted.corporations.extend(victim.corporation_id);
    wanted.alliances.extend(victim.alliance_id);
    for attacker in &killmail.attackers {
        wanted.characters.extend(attacker.character_id);
        wanted.corporations.extend(attacker.corporation_id);
        wanted.alliances.extend(attacker.alliance_id);
    }
    wanted
}

/// The figures of one kind.
pub(crate) fn pipeline(lookup: &Lookup, name: &str) -> PipelineReport {
    let mut pipelines = lookup.report().pipelines.into_iter();
    pipelines.find(|pipeline| pipeline.name == name).unwrap()
}
