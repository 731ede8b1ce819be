//! What ids mean, wired: upstreams, static data, look-ups and enrichment, from the configuration to
//! running tasks.

use std::sync::Arc;

use killwire_clock::Clock;
use killwire_intake::{Completer, Enricher, Repairer, StoreMemory};
use killwire_lookup::{Lookup, StaticData};
use killwire_store::Store;
use killwire_universe::CurrentUniverse;
use killwire_upstream::{Memory, Upstream, UpstreamConfig, Upstreams};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use crate::supervise::Supervisor;

/// Everything that knows what ids mean, and everyone who can be asked. Clones share it.
#[derive(Clone)]
pub(crate) struct Knowledge {
    /// Whoever asks the world outside shares these, and with them all floors and budgets.
    pub(crate) upstreams: Upstreams,
    /// Systems, hulls, modules.
    pub(crate) static_data: StaticData,
    /// Names, affiliations, prices.
    pub(crate) lookup: Lookup,
    /// Puts them on killmails.
    pub(crate) enricher: Enricher,
    /// The static data in use.
    pub(crate) universe: CurrentUniverse,
    store: Store,
    clock: Clock,
    update_static_data: bool,
}

/// The upstreams as configured. Without a contact they refuse every call.
pub(crate) fn upstream_config(config: &Config) -> UpstreamConfig {
    let upstream = &config.upstream;
    UpstreamConfig {
        contact: upstream.contact.clone(),
        r2z2_url: upstream.r2z2.clone(),
        esi_url: upstream.esi.clone(),
        everef_url: upstream.everef.clone(),
        zkillboard_url: upstream.zkillboard.clone(),
        static_data_url: upstream.static_data.clone(),
        janice_url: upstream.janice.clone(),
        janice_key: upstream.janice_key.clone(),
        mutamarket_url: upstream.mutamarket.clone(),
        clock: upstream.clock(),
    }
}

impl Knowledge {
    /// Takes what the store holds into use. Asks nobody anything.
    pub(crate) async fn open(config: &Config, store: &Store) -> Result<Self, Failure> {
        let clock = config.upstream.clock();
        let memory: Arc<dyn Memory> = Arc::new(StoreMemory(store.clone()));
        let upstreams = Upstreams::open(upstream_config(config), memory)
            .await
            .map_err(|error| Failure::Upstream(error.to_string()))?;
        let current = CurrentUniverse::default();
        let static_data = StaticData::open(
            store.clone(),
            Arc::clone(&upstreams.static_data),
            current.clone(),
            clock.clone(),
            config.data_dir.clone(),
        )
        .await?;
        let lookup = Lookup::open(
            config.lookup.clone(),
            store.clone(),
            upstreams.clone(),
            current.clone(),
            clock.clone(),
        )
        .await?;
        let enricher = Enricher::new(lookup.clone(), clock.clone(), config.enrich);
        Ok(Self {
            upstreams,
            static_data,
            lookup,
            enricher,
            universe: current,
            store: store.clone(),
            clock,
            update_static_data: config.static_data_auto,
        })
    }

    /// Who looks for what the feed skipped.
    pub(crate) fn repairer(&self) -> Repairer {
        Repairer::new(
            self.upstreams.clone(),
            self.store.clone(),
            self.enricher.clone(),
            self.clock.clone(),
        )
    }

    /// Why names cannot be asked for now; none while they can.
    pub(crate) fn names_paused_because(&self) -> Option<String> {
        if !self.lookup.is_paused() {
            return None;
        }
        let report = self.upstreams.report();
        let esi = report
            .into_iter()
            .find(|one| one.name == Upstream::Esi.name())?;
        let reason = esi.breaker.reason.or(esi.last_error.map(|last| last.text));
        let reason = reason.unwrap_or_else(|| "it asks to be left alone".to_owned());
        Some(match esi.refused_until.or(esi.breaker.until) {
            Some(until) => format!("ESI is not asked until {until:.0}: {reason}"),
            None => format!("ESI is not asked: {reason}"),
        })
    }

    /// Starts what keeps static data up to date and completes what was not known in time.
    pub(crate) fn keep(&self, supervisor: &mut Supervisor, stop: &CancellationToken) {
        let (knowledge, on_stop) = (self.clone(), stop.clone());
        supervisor.keep("complete", move || {
            let completer = Completer::new(
                knowledge.enricher.clone(),
                knowledge.store.clone(),
                knowledge.clock.clone(),
                knowledge.static_data.changes(),
            );
            let stop = on_stop.clone();
            async move { Ok(completer.run(stop).await?) }
        });
        if self.update_static_data {
            let (static_data, on_stop) = (self.static_data.clone(), stop.clone());
            supervisor.keep("static data", move || {
                let (static_data, stop) = (static_data.clone(), on_stop.clone());
                async move {
                    static_data.run(stop).await;
                    Ok(())
                }
            });
        }
    }
}
