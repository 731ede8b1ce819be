//! All sources of prices behind one handle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use killwire_cache::{Caches, Hit, State};
use killwire_clock::Clock;
use killwire_killmail::TypeId;
use killwire_store::Store;
use killwire_universe::CurrentUniverse;
use killwire_upstream::Upstreams;
use tokio::runtime::Handle;

use super::esi::EsiPrices;
use super::janice::JanicePrices;
use super::mutamarket::{AbyssalPrices, is_abyssal};
use super::outage::Outages;
use super::{Price, PriceConfig, PriceProvider};
use crate::{Kind, Known, LookupError, Pipeline, PipelineReport, Priority};

/// What types cost. Clones share everything.
#[derive(Clone)]
pub struct Prices {
    /// Whom to ask, in order; nobody who cannot be asked at all.
    order: Arc<[PriceProvider]>,
    janice: Option<Pipeline<JanicePrices>>,
    abyssal: Pipeline<AbyssalPrices>,
    esi: Pipeline<EsiPrices>,
    universe: CurrentUniverse,
    clock: Clock,
    outages: Arc<Outages>,
}

/// What a source said of a type.
type Answer = (TypeId, Result<Option<Price>, LookupError>);

impl Prices {
    /// Sets the sources up. Asks nobody anything; [`Prices::warm`] reads what is stored.
    #[must_use]
    pub fn new(
        config: PriceConfig,
        store: &Store,
        upstreams: &Upstreams,
        universe: CurrentUniverse,
        clock: &Clock,
        caches: &Caches,
    ) -> Self {
        let janice = upstreams.janice.as_ref().map(|janice| {
            let kind = JanicePrices {
                janice: Arc::clone(janice),
                market: config.market,
                store: store.clone(),
                clock: clock.clone(),
            };
            Pipeline::new(kind, config.janice, clock.clone(), caches)
        });
        let abyssal = AbyssalPrices {
            mutamarket: Arc::clone(&upstreams.mutamarket),
            store: store.clone(),
            clock: clock.clone(),
        };
        let esi = EsiPrices::new(Arc::clone(&upstreams.esi), store.clone(), clock.clone());
        let order = config.order.providers().iter().copied();
        // Without a key Janice cannot be asked, which is as good as not being named.
        let order = order.filter(|provider| *provider != PriceProvider::Janice || janice.is_some());
        Self {
            order: order.collect(),
            janice,
            abyssal: Pipeline::new(abyssal, config.mutamarket, clock.clone(), caches),
            esi: Pipeline::new(esi, config.esi, clock.clone(), caches),
            universe,
            clock: clock.clone(),
            outages: Arc::default(),
        }
    }

    /// Reads the stored prices that still hold.
    ///
    /// # Errors
    /// What the store failed with. Then prices are fetched as they are needed.
    pub async fn warm(&self) -> Result<(), LookupError> {
        if let Some(janice) = &self.janice {
            janice.warm(janice.kind().recall_all().await?);
        }
        self.abyssal.warm(self.abyssal.kind().recall_all().await?);
        self.esi.warm(self.esi.kind().recall_all().await?);
        Ok(())
    }

    /// What a type costs, from RAM: the price of the first source in the order that has one.
    ///
    /// [`Known::Missing`] where all sources have been asked and none has a price. A source that is
    /// away is passed over as long as another has a price. A price that has expired is given until
    /// a fresh one is there, which is fetched in the background.
    #[must_use]
    pub fn best(&self, type_id: TypeId) -> Known<Price> {
        let mut all_asked = true;
        for provider in self.order.iter().copied() {
            match self.of(provider, type_id) {
                Known::Yes(price) | Known::Partly(price) => return Known::Yes(price),
                Known::Missing => {}
                Known::NotYet => {
                    if self.outages.of(provider, self.clock.now()).is_none() {
                        return Known::NotYet;
                    }
                    all_asked = false;
                }
            }
        }
        if all_asked {
            Known::Missing
        } else {
            Known::NotYet
        }
    }

    /// What each source in the order says of a type, from RAM.
    #[must_use]
    pub fn each(&self, type_id: TypeId) -> Vec<(PriceProvider, Known<Price>)> {
        let order = self.order.iter().copied();
        order
            .map(|provider| (provider, self.of(provider, type_id)))
            .collect()
    }

    /// Sees to it that [`Prices::best`] knows each of `types`: that a source has a price, or that
    /// none has. A source is asked only for what those before it have no price for. Costs nothing
    /// where everything is known.
    ///
    /// # Errors
    /// The first failure, where a type has no price and a source could not be asked for it.
    pub async fn fetch(&self, types: &[TypeId], priority: Priority) -> Result<(), LookupError> {
        let mut open: BTreeSet<TypeId> = types.iter().copied().collect();
        open.retain(|type_id| self.best(*type_id) == Known::NotYet);
        let mut failed = BTreeMap::new();
        for provider in self.order.iter().copied() {
            let asked = self.asked_of(provider, &open);
            if asked.is_empty() {
                continue;
            }
            if let Some(error) = self.outages.of(provider, self.clock.now()) {
                let failures = asked.into_iter().map(|type_id| (type_id, error.clone()));
                failed.extend(failures);
                continue;
            }
            for (type_id, answer) in self.ask(provider, asked, priority).await {
                match answer {
                    Ok(Some(_)) => {
                        open.remove(&type_id);
                    }
                    Ok(None) => {}
                    Err(error) => {
                        failed.insert(type_id, error);
                    }
                }
            }
        }
        let mut unanswered = failed
            .into_iter()
            .filter(|(type_id, _)| open.contains(type_id));
        unanswered.next().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Waits until everything that was fetched so far is in the store.
    pub async fn flush(&self) {
        if let Some(janice) = &self.janice {
            janice.flush().await;
        }
        self.abyssal.flush().await;
        self.esi.flush().await;
    }

    /// Figures of each source, for `/status`.
    #[must_use]
    pub fn reports(&self) -> Vec<PipelineReport> {
        let janice = self.janice.iter().map(Pipeline::report);
        janice
            .chain([self.abyssal.report(), self.esi.report()])
            .collect()
    }

    /// What a source says of a type, from RAM.
    fn of(&self, provider: PriceProvider, type_id: TypeId) -> Known<Price> {
        match provider {
            PriceProvider::Janice => match &self.janice {
                Some(janice) => known(current(janice, &type_id)),
                None => Known::Missing,
            },
            PriceProvider::Mutamarket => {
                if is_abyssal(&self.universe.load(), type_id) {
                    known(current(&self.abyssal, &type_id))
                } else {
                    Known::Missing
                }
            }
            PriceProvider::Esi => match known(current(&self.esi, &())) {
                Known::Yes(list) | Known::Partly(list) => {
                    list.get(type_id).map_or(Known::Missing, Known::Yes)
                }
                // The list itself is never missing.
                Known::Missing | Known::NotYet => Known::NotYet,
            },
        }
    }

    /// Which of `open` a source is to be asked for.
    fn asked_of(&self, provider: PriceProvider, open: &BTreeSet<TypeId>) -> Vec<TypeId> {
        let open = open.iter().copied();
        if provider == PriceProvider::Mutamarket {
            let universe = self.universe.load();
            open.filter(|type_id| is_abyssal(&universe, *type_id))
                .collect()
        } else {
            open.collect()
        }
    }

    /// Asks a source for types, and remembers if it is away.
    async fn ask(
        &self,
        provider: PriceProvider,
        types: Vec<TypeId>,
        priority: Priority,
    ) -> Vec<Answer> {
        let answers: Vec<Answer> = match provider {
            PriceProvider::Janice => match &self.janice {
                Some(janice) => janice.fetch_many(&types, priority).await,
                None => Vec::new(),
            },
            PriceProvider::Mutamarket => self.abyssal.fetch_many(&types, priority).await,
            PriceProvider::Esi => {
                let list = self.esi.fetch(&(), priority).await;
                let of = |type_id: TypeId| match &list {
                    Ok(list) => Ok(list.as_ref().and_then(|list| list.get(type_id))),
                    Err(error) => Err(error.clone()),
                };
                types
                    .into_iter()
                    .map(|type_id| (type_id, of(type_id)))
                    .collect()
            }
        };
        if let Some(error) = answers.iter().find_map(|(_, answer)| answer.as_ref().err()) {
            self.outages.note(provider, error, self.clock.now());
        }
        answers
    }
}

/// What is in RAM. Where it has expired, a fresh one is fetched behind the reader's back.
fn current<K: Kind>(pipeline: &Pipeline<K>, key: &K::Key) -> Option<Hit<K::Value>> {
    let hit = pipeline.get(key)?;
    // Outside a runtime, as in a benchmark, nothing can be fetched.
    if hit.state == State::Stale && Handle::try_current().is_ok() {
        drop(pipeline.want(std::iter::once(key), Priority::Backfill));
    }
    Some(hit)
}

fn known<V>(hit: Option<Hit<V>>) -> Known<V> {
    match hit {
        None => Known::NotYet,
        Some(Hit { value: None, .. }) => Known::Missing,
        Some(Hit {
            value: Some(value), ..
        }) => Known::Yes(value),
    }
}
