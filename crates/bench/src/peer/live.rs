//! What of the server carries killmails to readers, in a process that publishes by itself, so that
//! the moment of each append is known: the store, the hub, and all routes of delivery, as
//! `killwire serve` puts them together.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use killwire_clock::Clock;
use killwire_delivery::{
    AccessPolicy, ConnectionLimits, Delivery, HealthReport, Hub, HubLimits, Limits, Namer,
    NoProfiles, Operations,
};
use killwire_killmail::{Enrichment, Parsed, SystemId, killmail_json};
use killwire_store::{Offer, Store};
use killwire_universe::CurrentUniverse;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::documents::Source;
use crate::process::{allow_connections, nanoseconds};
use crate::publisher::{Published, Request};
use crate::{Outcome, feed};

/// Appended together where there is no pace, as the server does when much has come.
const BATCH: usize = 100;
/// Bytes of a killmail as readers get it, with names: one of real size, without the fleet fights.
const SIZES: std::ops::RangeInclusive<usize> = 2_000..=4_500;
/// Killmails that are made for each one of such a size, at most.
const TRIES: usize = 100;

/// Serves the store in `folder` to so many clients, and publishes killmails of `system` when told to.
pub(super) fn run(folder: &Path, system: SystemId, clients: usize) -> Outcome<()> {
    allow_connections(clients)?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers.max(2))
        .enable_all()
        .build()?;
    let mut live = runtime.block_on(Live::open(folder, system, clients))?;
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line?)? {
            Request::Prepare(killmails) => {
                live.prepare(killmails)?;
                serde_json::Value::Null
            }
            Request::Publish { killmails, every } => {
                let published = runtime.block_on(live.publish(killmails, every))?;
                serde_json::to_value(published)?
            }
            Request::Behind => live.behind().into(),
        };
        println!("{answer}");
    }
    live.stop.cancel();
    Ok(())
}

struct Live {
    store: Store,
    hub: Arc<Hub>,
    stop: CancellationToken,
    source: Source,
    prepared: VecDeque<Offer>,
    /// Of the feed.
    next: u64,
}

impl Live {
    /// Puts everything together, and says the port.
    async fn open(folder: &Path, system: SystemId, clients: usize) -> Outcome<Self> {
        let (store, clock) = (
            feed::open(&folder.join("killwire.db")).await?,
            Clock::system(),
        );
        let hub = Hub::new(
            store.clone(),
            clock.clone(),
            CurrentUniverse::default(),
            HubLimits::default(),
        );
        let stop = CancellationToken::new();
        let (carrying, until) = (Arc::clone(&hub), stop.clone());
        tokio::spawn(async move {
            if let Err(error) = carrying.dispatch(&until).await {
                eprintln!("the hub ended: {error}");
            }
        });
        let connections = ConnectionLimits {
            open: clients,
            ..ConnectionLimits::default()
        };
        let router = killwire_delivery::router(Delivery {
            store: store.clone(),
            hub: Arc::clone(&hub),
            clock,
            limits: Limits {
                connections: connections.clone(),
                ..Limits::default()
            },
            access: AccessPolicy::default(),
            operations: Arc::new(Nobody),
            namer: Arc::new(Nobody),
            profiles: Arc::new(NoProfiles),
            stop: stop.clone(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        tokio::spawn(killwire_delivery::serve(
            listener,
            router,
            connections,
            stop.clone(),
        ));
        Ok(Self {
            store,
            hub,
            stop,
            source: Source::fresh_in(system),
            prepared: VecDeque::new(),
            next: 1,
        })
    }

    /// Makes killmails, so that publishing costs what publishing costs.
    fn prepare(&mut self, killmails: usize) -> Outcome<()> {
        let wanted = self.prepared.len() + killmails;
        for _ in 0..killmails.saturating_mul(TRIES) {
            if self.prepared.len() >= wanted {
                return Ok(());
            }
            let offer = feed::offer(self.source.parsed()?)?;
            let parsed = &offer.parsed;
            let (hash, zkb) = (parsed.hash.as_ref(), parsed.zkb.as_ref());
            let enrichment = offer.enrichment.as_deref();
            if SIZES.contains(&killmail_json(&parsed.killmail, hash, zkb, enrichment).len()) {
                self.prepared.push_back(offer);
            }
        }
        Err(format!("too few killmails are made with {SIZES:?} bytes").into())
    }

    /// Appends prepared killmails, one at a time and so far apart, or in batches where `every` is
    /// zero.
    async fn publish(&mut self, killmails: usize, every: Duration) -> Outcome<Published> {
        let batch = if every.is_zero() { BATCH } else { 1 };
        let (mut stamps, mut due) = (Vec::with_capacity(killmails), Instant::now());
        while stamps.len() < killmails {
            tokio::time::sleep_until(due).await;
            due += every;
            let most = batch.min(killmails - stamps.len()).min(self.prepared.len());
            let offers: Vec<Offer> = self.prepared.drain(..most).collect();
            if offers.is_empty() {
                return Err("too few killmails were prepared".into());
            }
            self.next += offers.len() as u64;
            let append = feed::append(offers, self.next);
            stamps.resize(stamps.len() + most, nanoseconds());
            self.store.append(append).await?;
        }
        let first = self.store.head().0 + 1 - i64::try_from(killmails)?;
        Ok(Published { first, stamps })
    }

    /// How many readers read on from the log.
    fn behind(&self) -> usize {
        let report = self.hub.report();
        report.protocols.values().map(|one| one.behind).sum()
    }
}

/// The program behind the routes that nobody asks here.
struct Nobody;

impl Namer for Nobody {
    fn name(&self, _: &Parsed) -> Enrichment {
        Enrichment::default()
    }
}

impl Operations for Nobody {
    fn health(&self) -> HealthReport {
        HealthReport {
            live: true,
            ready: true,
            parts: Vec::new(),
        }
    }

    fn status(&self) -> BoxFuture<'_, serde_json::Value> {
        Box::pin(async { serde_json::Value::Null })
    }

    fn metrics(&self) -> String {
        String::new()
    }
}
