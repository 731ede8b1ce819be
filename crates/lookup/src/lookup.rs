//! The handle that the rest of the program holds.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_cache::{Caches, Validity};
use killwire_clock::Clock;
use killwire_killmail::{AllianceId, CharacterId, CorporationId, Parsed, SystemId, TypeId};
use killwire_store::Store;
use killwire_universe::{CurrentUniverse, Universe};
use killwire_upstream::{Employment, Priority, SystemKills, Upstreams};

use crate::config::LookupConfig;
use crate::entity::{Entity, EntityKey, Wanted};
use crate::kinds::{
    Affiliations, Bearers, Belongs, Character, Characters, Histories, KillmailKey, Killmails,
    Names, SystemKillsOf, Tickers,
};
use crate::pipeline::Pipeline;
use crate::price::{Price, Prices};
use crate::{Known, LookupError, Systems};

/// What ids mean. Clones share everything.
///
/// What is read with a plain function comes from RAM at once; what is `async` may ask the store or
/// an upstream. Whoever gives up waiting stops nothing: what comes is in RAM the next time.
#[derive(Clone)]
pub struct Lookup {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) universe: CurrentUniverse,
    pub(crate) caches: Caches,
    pub(crate) systems: Systems,
    pub(crate) names: Pipeline<Names>,
    pub(crate) bearers: Pipeline<Bearers>,
    pub(crate) tickers: Pipeline<Tickers>,
    pub(crate) characters: Pipeline<Characters>,
    pub(crate) affiliations: Pipeline<Affiliations>,
    pub(crate) histories: Pipeline<Histories>,
    pub(crate) killmails: Pipeline<Killmails>,
    pub(crate) system_kills: Pipeline<SystemKillsOf>,
    pub(crate) prices: Prices,
    upstreams: Upstreams,
    pub(crate) clock: Clock,
}

impl Lookup {
    /// Sets everything up and warms the caches with what the store knows. Asks no upstream.
    ///
    /// # Errors
    /// What the store failed with.
    pub async fn open(
        config: LookupConfig,
        store: Store,
        upstreams: Upstreams,
        universe: CurrentUniverse,
        clock: Clock,
    ) -> Result<Self, LookupError> {
        let caches = Caches::default();
        let policies = config.caches;
        let zkillboard = Arc::clone(&upstreams.zkillboard);
        let systems = Systems::new(&policies, zkillboard, clock.clone(), &caches);
        let esi = &upstreams.esi;
        let names = Pipeline::new(
            Names {
                esi: Arc::clone(esi),
                store: store.clone(),
                clock: clock.clone(),
            },
            policies.names,
            clock.clone(),
            &caches,
        );
        let bearers = Bearers {
            esi: Arc::clone(esi),
            clock: clock.clone(),
            names: names.clone(),
        };
        let tickers = Tickers {
            esi: Arc::clone(esi),
            store: store.clone(),
            clock: clock.clone(),
            names: names.clone(),
        };
        let characters = Characters {
            esi: Arc::clone(esi),
            clock: clock.clone(),
        };
        let affiliations = Affiliations {
            esi: Arc::clone(esi),
            clock: clock.clone(),
        };
        let histories = Histories {
            esi: Arc::clone(esi),
            clock: clock.clone(),
        };
        let killmails = Killmails {
            esi: Arc::clone(esi),
            store: store.clone(),
            clock: clock.clone(),
        };
        let system_kills = SystemKillsOf {
            zkillboard: Arc::clone(&upstreams.zkillboard),
            clock: clock.clone(),
        };
        let lookup = Self {
            inner: Arc::new(Inner {
                names,
                bearers: Pipeline::new(bearers, policies.bearers, clock.clone(), &caches),
                tickers: Pipeline::new(tickers, policies.tickers, clock.clone(), &caches),
                characters: Pipeline::new(characters, policies.characters, clock.clone(), &caches),
                affiliations: Pipeline::new(
                    affiliations,
                    policies.affiliations,
                    clock.clone(),
                    &caches,
                ),
                histories: Pipeline::new(histories, policies.histories, clock.clone(), &caches),
                killmails: Pipeline::new(killmails, policies.killmails, clock.clone(), &caches),
                system_kills: Pipeline::new(
                    system_kills,
                    policies.system_kills,
                    clock.clone(),
                    &caches,
                ),
                prices: Prices::new(
                    config.prices,
                    &store,
                    &upstreams,
                    universe.clone(),
                    &clock,
                    &caches,
                ),
                systems,
                store,
                universe,
                caches,
                upstreams,
                clock,
            }),
        };
        lookup.check_version().await?;
        lookup.warm().await?;
        Ok(lookup)
    }

    /// The static data in use.
    #[must_use]
    pub fn universe(&self) -> Arc<Universe> {
        self.inner.universe.load()
    }

    /// A pilot's name, from RAM.
    #[must_use]
    pub fn character(&self, id: CharacterId) -> Known<Entity> {
        self.entity(EntityKey::character(id))
    }

    /// A corporation's name and ticker, from RAM. Those that CCP plays come from the static data.
    #[must_use]
    pub fn corporation(&self, id: CorporationId) -> Known<Entity> {
        self.entity(EntityKey::corporation(id))
    }

    /// An alliance's name and ticker, from RAM.
    #[must_use]
    pub fn alliance(&self, id: AllianceId) -> Known<Entity> {
        self.entity(EntityKey::alliance(id))
    }

    /// Any of the three, from RAM.
    #[must_use]
    pub fn entity(&self, key: EntityKey) -> Known<Entity> {
        if let Some(known) = unasked(&self.universe(), key) {
            return known;
        }
        let name = self.inner.names.get(&key).map(|hit| hit.value);
        if !key.has_ticker() {
            return Entity::of(name, Some(None));
        }
        let titled = self.inner.tickers.get(&key).map(|hit| hit.value);
        Entity::of(
            name,
            titled.map(|titled| titled.map(|titled| titled.ticker)),
        )
    }

    /// Sees to it that all of `wanted` is known: each is [`Known::Yes`] or [`Known::Missing`]
    /// afterwards.
    ///
    /// # Errors
    /// The first failure; what could be fetched is known all the same.
    pub async fn fetch_entities(
        &self,
        wanted: &Wanted,
        priority: Priority,
    ) -> Result<(), LookupError> {
        let universe = self.universe();
        let mut keys: Vec<EntityKey> = wanted
            .keys()
            .filter(|key| unasked(&universe, *key).is_none())
            .collect();
        drop(universe);
        keys.sort_unstable();
        let titled = keys.iter().filter(|key| key.has_ticker());
        // Both are on their way before either is waited for.
        let names = self.inner.names.want(&keys, priority);
        let tickers = self.inner.tickers.want(titled, priority);
        let named = names.all().await;
        let titled = tickers.all().await;
        named.and(titled)
    }

    /// Whether all of `wanted` is known, in RAM.
    #[must_use]
    pub fn is_known(&self, wanted: &Wanted) -> bool {
        wanted.keys().all(|key| self.entity(key).is_settled())
    }

    /// To whom a pilot belongs now; none when there is no such pilot.
    ///
    /// # Errors
    /// When it is not known and could not be fetched.
    pub async fn affiliation(
        &self,
        id: CharacterId,
        priority: Priority,
    ) -> Result<Option<Belongs>, LookupError> {
        self.inner.affiliations.fetch(&id, priority).await
    }

    /// To whom each of several pilots belongs now, in their order.
    pub async fn affiliations(
        &self,
        ids: &[CharacterId],
        priority: Priority,
    ) -> Vec<(CharacterId, Result<Option<Belongs>, LookupError>)> {
        self.inner.affiliations.fetch_many(ids, priority).await
    }

    /// Takes from a killmail to whom a pilot belonged at `at`, the time of the kill. It replaces
    /// nothing that was learned later.
    pub fn note_affiliation(&self, id: CharacterId, belongs: Belongs, at: Timestamp) {
        let affiliations = &self.inner.affiliations;
        // A killmail's time may lie ahead of a clock that is slow.
        let at = at.min(self.inner.clock.now());
        let newer = affiliations.peek(&id).is_none_or(|hit| hit.at < at);
        if newer {
            affiliations.put(&id, belongs, Validity::since(at));
        }
    }

    /// In which corporations a pilot was; none when there is no such pilot.
    ///
    /// # Errors
    /// When it is not known and could not be fetched.
    pub async fn corporation_history(
        &self,
        id: CharacterId,
        priority: Priority,
    ) -> Result<Option<Arc<[Employment]>>, LookupError> {
        self.inner.histories.fetch(&id, priority).await
    }

    /// What ESI says of a pilot beside the name; none when there is no such pilot.
    ///
    /// # Errors
    /// When it is not known and could not be fetched.
    pub async fn character_info(
        &self,
        id: CharacterId,
        priority: Priority,
    ) -> Result<Option<Character>, LookupError> {
        self.inner.characters.fetch(&id, priority).await
    }

    /// A killmail, from the store or from ESI; none when there is none with this id and hash.
    ///
    /// # Errors
    /// When it is not known and could not be fetched.
    pub async fn killmail(
        &self,
        key: KillmailKey,
        priority: Priority,
    ) -> Result<Option<Arc<Parsed>>, LookupError> {
        self.inner.killmails.fetch(&key, priority).await
    }

    /// The killmails of the last day in a solar system, from zKillboard, which is asked at most once
    /// an hour for each system ([`Systems::fetch_timestamp`]).
    ///
    /// # Errors
    /// When they are not known and could not be fetched; [`LookupError::TooSoon`] when they were
    /// fetched within the hour and had to leave the cache since.
    pub async fn system_kills(
        &self,
        id: SystemId,
        priority: Priority,
    ) -> Result<Arc<SystemKills>, LookupError> {
        let kills = self.inner.system_kills.fetch(&id, priority).await?;
        Ok(kills.unwrap_or_default())
    }

    /// Forgets a system's killmails; zKillboard is asked again only when its hour is over.
    pub fn forget_system_kills(&self, id: SystemId) {
        self.inner.system_kills.invalidate(&id);
    }

    /// Which systems somebody watches, and when each one's killmails were fetched.
    #[must_use]
    pub fn systems(&self) -> &Systems {
        &self.inner.systems
    }

    /// What a type costs, from RAM: the first price in the configured order of sources.
    #[must_use]
    pub fn price(&self, id: TypeId) -> Known<Price> {
        self.inner.prices.best(id)
    }

    /// Sees to it that the prices of `types` are known, or known to be none.
    ///
    /// # Errors
    /// The first failure, where a type has no price and a source could not be asked for it.
    pub async fn fetch_prices(
        &self,
        types: &[TypeId],
        priority: Priority,
    ) -> Result<(), LookupError> {
        self.inner.prices.fetch(types, priority).await
    }

    /// All sources of prices.
    #[must_use]
    pub fn prices(&self) -> &Prices {
        &self.inner.prices
    }

    /// Whether names could not be fetched now: ESI is down, refuses, or its errors are spent. Then
    /// waiting for a fetch is no use.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.upstreams.esi.is_paused()
    }

    /// Waits until ESI may be asked again.
    pub async fn until_open(&self) {
        self.inner.upstreams.esi.until_open().await;
    }

    /// Writes what was fetched and waits for the store still, at the end of the program.
    pub async fn flush(&self) {
        self.inner.names.flush().await;
        self.inner.tickers.flush().await;
        self.inner.prices.flush().await;
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookup")
            .field("caches", &self.inner.caches)
            .finish_non_exhaustive()
    }
}

/// What is known of an id without asking any cache: it cannot be one, or the static data has it.
pub(crate) fn unasked(universe: &Universe, key: EntityKey) -> Option<Known<Entity>> {
    if !key.is_possible() {
        return Some(Known::Missing);
    }
    if !key.is_played_by_ccp() {
        return None;
    }
    let corporation = universe.npc_corporation(CorporationId::new(key.id).ok()?)?;
    Some(Known::Yes(Entity {
        name: corporation.name.into(),
        ticker: corporation.ticker.map(Into::into),
    }))
}
