//! Everybody on a killmail, in one go: what is in RAM at once, the rest within a time.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{AllianceId, CharacterId, CorporationId, Named, Organisation};
use killwire_store::EntityKind;
use killwire_upstream::Priority;

use crate::entity::{Entity, EntityKey, Wanted};
use crate::kind::Kind;
use crate::lookup::unasked;
use crate::pipeline::Promise;
use crate::{Known, Lookup, LookupError};

/// What was learned, in the form in which killmails carry it: sorted by id, each id once, those
/// without a known name left out.
#[derive(Clone, Debug, Default)]
pub struct Everybody {
    /// Pilots.
    pub characters: Vec<Named<CharacterId>>,
    /// Corporations.
    pub corporations: Vec<Organisation<CorporationId>>,
    /// Alliances.
    pub alliances: Vec<Organisation<AllianceId>>,
    /// Whether nothing is left to learn: ids that are not here do not exist.
    pub settled: bool,
    /// Why something could not be learned, where that is known; the first reason of several.
    pub failure: Option<LookupError>,
}

/// What came of promises in time: for each, nothing yet, or its value, none where there is no such
/// thing.
struct Kept<V> {
    answers: Vec<Option<Option<V>>>,
    failure: Option<LookupError>,
}

impl Lookup {
    /// Names everybody that `wanted` mentions. What is in RAM takes no time. For the rest it waits up
    /// to `wait` by the clock (zero: not at all); what comes later is in RAM the next time. What has
    /// expired is taken, and refreshed behind the caller's back.
    ///
    /// Call it once for each killmail, with its ids as often as it names them: each mention is a
    /// look-up in the figures.
    pub async fn everybody(
        &self,
        wanted: &Wanted,
        wait: Duration,
        priority: Priority,
    ) -> Everybody {
        let inner = &self.inner;
        let mut everybody = Everybody {
            settled: true,
            ..Everybody::default()
        };
        let mut keys: Vec<EntityKey> = wanted.keys().collect();
        let titles = |keys: &[EntityKey]| keys.iter().filter(|key| key.has_ticker()).count();
        let (named_before, titled_before) = (keys.len(), titles(&keys));
        keys.sort_unstable();
        keys.dedup();
        inner.names.count_repeated(named_before - keys.len());
        inner.tickers.count_repeated(titled_before - titles(&keys));
        let universe = self.universe();
        let unasked: Vec<Option<Known<Entity>>> =
            keys.iter().map(|key| unasked(&universe, *key)).collect();
        drop(universe);

        let asked: Vec<EntityKey> = (keys.iter().zip(&unasked))
            .filter_map(|(key, known)| known.is_none().then_some(*key))
            .collect();
        let titled: Vec<EntityKey> = asked.iter().copied().filter(|k| k.has_ticker()).collect();
        // Both are on their way before either is waited for.
        let names = inner.names.promises(&asked, priority);
        let tickers = inner.tickers.promises(&titled, priority);
        let clock = &inner.clock;
        let until = clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        let (names, tickers) = futures::join!(
            kept(inner.names.kind(), names, clock, until),
            kept(inner.tickers.kind(), tickers, clock, until),
        );

        everybody.failure = names.failure.or(tickers.failure);
        let (mut names, mut tickers) = (names.answers.into_iter(), tickers.answers.into_iter());
        for (key, unasked) in keys.into_iter().zip(unasked) {
            let known = unasked.unwrap_or_else(|| {
                let name = names.next().flatten();
                let ticker = if key.has_ticker() {
                    tickers.next().flatten()
                } else {
                    Some(None)
                };
                Entity::of(
                    name,
                    ticker.map(|titled| titled.map(|titled| titled.ticker)),
                )
            });
            everybody.settled &= known.is_settled();
            if let Some(entity) = known.yes() {
                everybody.add(key, &entity);
            }
        }
        everybody
    }
}

impl Everybody {
    fn add(&mut self, key: EntityKey, entity: &Entity) {
        let name = entity.name.as_ref().to_owned();
        let ticker = entity.ticker.as_deref().map(str::to_owned);
        match key.kind {
            EntityKind::Character => {
                let named = CharacterId::new(key.id).map(|id| Named { id, name });
                self.characters.extend(named);
            }
            EntityKind::Corporation => {
                let corporation = CorporationId::new(key.id);
                self.corporations
                    .extend(corporation.map(|id| Organisation { id, name, ticker }));
            }
            EntityKind::Alliance => {
                let alliance = AllianceId::new(key.id);
                self.alliances
                    .extend(alliance.map(|id| Organisation { id, name, ticker }));
            }
        }
    }
}

/// Waits for promises until a time.
async fn kept<K: Kind>(
    _: &K,
    promises: Vec<Promise<K::Value>>,
    clock: &Clock,
    until: Timestamp,
) -> Kept<K::Value> {
    let mut kept = Kept {
        answers: Vec::with_capacity(promises.len()),
        failure: None,
    };
    let mut coming = FuturesUnordered::new();
    for (place, promise) in promises.into_iter().enumerate() {
        match promise {
            Promise::Known(value) => kept.answers.push(Some(value)),
            promise => {
                kept.answers.push(None);
                coming.push(async move { (place, promise.kept::<K>().await) });
            }
        }
    }
    if coming.is_empty() {
        return kept;
    }
    let late = clock.sleep_until(until);
    tokio::pin!(late);
    loop {
        // What is there is taken first, also when it is late.
        tokio::select! {
            biased;
            next = coming.next() => match next {
                None => return kept,
                Some((place, Ok(value))) => {
                    if let Some(answer) = kept.answers.get_mut(place) {
                        *answer = Some(value);
                    }
                }
                Some((_, Err(error))) => {
                    kept.failure.get_or_insert(error);
                }
            },
            () = &mut late => return kept,
        }
    }
}
