//! A world to ask for prices in: a simulator, its static data, and a store.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_cache::Caches;
use killwire_clock::Clock;
use killwire_killmail::TypeId;
use killwire_lookup::Known;
use killwire_lookup::price::{Price, PriceConfig, Prices};
use killwire_sim::{Fault, FaultRule, JANICE_KEY, Service, Sim, SimConfig, prices};
use killwire_store::{Backend, Store, StoreConfig};
use killwire_universe::{CurrentUniverse, Universe, read_export_file};
use killwire_upstream::{Contact, Secret, UpstreamConfig, Upstreams, Volatile};

/// Fast enough for pauses of a minute, slow enough for a call to be made within a second.
const SCALE: u32 = 1_000;

pub(crate) struct Market {
    pub(crate) sim: Sim,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) upstreams: Upstreams,
    pub(crate) universe: CurrentUniverse,
    _dir: tempfile::TempDir,
}

impl Market {
    /// With a key for Janice.
    pub(crate) async fn open() -> Self {
        Self::with_key(Some(JANICE_KEY)).await
    }

    pub(crate) async fn with_key(key: Option<&str>) -> Self {
        let clock = Clock::scaled(Timestamp::now(), SCALE);
        let sim = Sim::start(SimConfig::new(clock.clone())).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let backend = Backend::Sqlite(dir.path().join("killwire.db"));
        let store = Store::open(StoreConfig::new(backend), clock.clone());
        let store = store.await.unwrap();
        let contact = Contact::new("tests@killwire.space").unwrap();
        let config = UpstreamConfig::simulated(&sim.base_url(), contact, clock.clone());
        let config = UpstreamConfig {
            janice_key: key.map(|key| Secret::new(key).unwrap()),
            ..config.unwrap()
        };
        let memory = Arc::new(Volatile::default());
        let upstreams = Upstreams::open(config, memory).await.unwrap();
        let universe = static_data(&upstreams, dir.path()).await;
        Self {
            sim,
            clock,
            store,
            upstreams,
            universe: CurrentUniverse::new(universe),
            _dir: dir,
        }
    }

    /// Prices as a fresh start of the program has them.
    pub(crate) async fn prices(&self, config: PriceConfig) -> Prices {
        let prices = Prices::new(
            config,
            &self.store,
            &self.upstreams,
            self.universe.clone(),
            &self.clock,
            &Caches::default(),
        );
        prices.warm().await.unwrap();
        prices
    }

    /// How many requests a service has had.
    pub(crate) fn requests(&self, service: Service) -> u64 {
        let requests = self.sim.status().requests;
        requests.get(&service).copied().unwrap_or_default()
    }

    /// A service answers nothing but errors from now on.
    pub(crate) fn break_down(&self, service: Service) {
        let fault = Fault::Status {
            code: 503,
            retry_after: None,
        };
        let rule = FaultRule::of_service(service, fault).times(u32::MAX);
        self.sim.add_fault(rule);
    }

    /// Asserts that no upstream's rule was broken.
    #[track_caller]
    pub(crate) fn assert_polite(&self) {
        let breaches = self.sim.breaches();
        assert!(breaches.is_empty(), "{breaches:#?}");
    }
}

async fn static_data(upstreams: &Upstreams, dir: &std::path::Path) -> Universe {
    let build = upstreams.static_data.latest().await.unwrap();
    let export = dir.join("export.zip");
    let mut progress = |_: u64, _: Option<u64>| ();
    let download = upstreams
        .static_data
        .download(build.number, &export, &mut progress);
    download.await.unwrap();
    read_export_file(&export, &mut |_| ()).unwrap()
}

pub(crate) fn id(type_id: i64) -> TypeId {
    TypeId::new(type_id).unwrap()
}

/// Types that some condition holds for, by id.
pub(crate) fn types(condition: impl Fn(i64) -> bool) -> Vec<TypeId> {
    let types = prices::priced_types();
    types
        .filter(|type_id| condition(*type_id))
        .map(id)
        .collect()
}

/// Whether Janice has a price.
pub(crate) fn at_janice(type_id: i64) -> bool {
    prices::janice(type_id).is_some()
}

/// Whether ESI's list has a price.
pub(crate) fn at_esi(type_id: i64) -> bool {
    prices::esi(type_id).is_some_and(|row| row.average.or(row.adjusted).is_some())
}

/// Whether it is abyssal, with estimates at MutaMarket.
pub(crate) fn at_mutamarket(type_id: i64) -> bool {
    prices::mutamarket(type_id).is_some()
}

/// The price in hundredths; no other answer will do.
#[track_caller]
pub(crate) fn price(known: Known<Price>) -> Price {
    known.yes().unwrap()
}
