//! CCP's list of prices: all types in one answer, once an hour.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{Isk, PriceSource, TypeId};
use killwire_store::{PriceRow, Store};
use killwire_upstream::{Esi, MarketPrice, Upstream};

use super::{ALL_MARKETS, Price, shelf};
use crate::limits::{ESI_PRICES, Limits};
use crate::{Answers, Kind, LookupError, Priority, Question};

/// What a row takes in memory.
const ROW_BYTES: usize = 24;

/// The list, as it was at one time. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct PriceList(Arc<List>);

#[derive(Debug)]
struct List {
    /// By type, each once.
    rows: Vec<Row>,
    /// When it was asked for.
    date: Timestamp,
    /// Its name, to ask with whether it has changed.
    etag: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    type_id: TypeId,
    isk: Isk,
    source: PriceSource,
}

impl PriceList {
    fn new(mut rows: Vec<Row>, date: Timestamp, etag: Option<String>) -> Self {
        rows.sort_unstable_by_key(|row| (row.type_id, row.source));
        // The average before the adjusted price.
        rows.dedup_by_key(|row| row.type_id);
        Self(Arc::new(List { rows, date, etag }))
    }

    fn of(prices: &[MarketPrice], date: Timestamp, etag: Option<String>) -> Self {
        let rows = prices.iter().filter_map(|price| {
            let average = price.average.map(|isk| (isk, PriceSource::EsiAverage));
            let adjusted = || price.adjusted.map(|isk| (isk, PriceSource::EsiAdjusted));
            let (isk, source) = average.or_else(adjusted)?;
            Some(Row {
                type_id: price.type_id,
                isk,
                source,
            })
        });
        Self::new(rows.collect(), date, etag)
    }

    /// What a type costs; none where CCP does not say.
    pub(super) fn get(&self, type_id: TypeId) -> Option<Price> {
        let rows = &self.0.rows;
        let place = rows
            .binary_search_by_key(&type_id, |row| row.type_id)
            .ok()?;
        let row = rows.get(place)?;
        Some(Price {
            isk: row.isk,
            source: row.source,
            market: ALL_MARKETS,
            date: self.0.date,
        })
    }
}

/// The list as a kind with a single key.
pub(super) struct EsiPrices {
    esi: Arc<Esi>,
    store: Store,
    clock: Clock,
    /// The list that the store has.
    saved: Mutex<Option<PriceList>>,
}

impl EsiPrices {
    pub(super) fn new(esi: Arc<Esi>, store: Store, clock: Clock) -> Self {
        Self {
            esi,
            store,
            clock,
            saved: Mutex::default(),
        }
    }

    /// The list that the store remembers; nothing where it has none.
    pub(super) async fn recall_all(&self) -> Result<Answers<Self>, LookupError> {
        let mut all = Vec::new();
        for source in [PriceSource::EsiAverage, PriceSource::EsiAdjusted] {
            all.extend(shelf::recall(&self.store, source, ALL_MARKETS).await?);
        }
        Ok(assemble(&all).into_iter().map(|list| ((), list)).collect())
    }

    /// Whether the store has this very list; from now on it counts as if.
    fn is_saved(&self, list: &PriceList) -> bool {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let before = saved.replace(list.clone());
        before.is_some_and(|before| Arc::ptr_eq(&before.0, &list.0))
    }
}

/// Puts a list together from stored rows.
///
/// The rows of one list were all fetched at the same time. Rows that are older belong to types that
/// have left the list since; unless most are older, because only a part of the newest list was
/// stored before the program ended. Then the list counts as old as they are.
fn assemble(rows: &[(TypeId, Loaded<Price>)]) -> Option<Loaded<PriceList>> {
    let fetched = |(_, row): &(TypeId, Loaded<Price>)| row.validity.at;
    let newest = rows.iter().map(fetched).max()?;
    let of_newest = rows.iter().filter(|row| fetched(row) == newest).count();
    let at = if of_newest * 2 > rows.len() {
        newest
    } else {
        let before = rows.iter().map(fetched).filter(|at| *at < newest);
        before.max().unwrap_or(newest)
    };
    let current = rows.iter().filter(|row| fetched(row) >= at);
    let rows = current.filter_map(|(type_id, row)| {
        let price = row.value?;
        Some(Row {
            type_id: *type_id,
            isk: price.isk,
            source: price.source,
        })
    });
    let list = PriceList::new(rows.collect(), at, None);
    Some(Loaded::new(list, Validity::since(at)))
}

impl Kind for EsiPrices {
    type Key = ();
    type Value = PriceList;
    const LIMITS: Limits = ESI_PRICES;
    const SHELVED: bool = true;

    fn weigh((): &(), list: Option<&PriceList>) -> u32 {
        let rows = list.map_or(0, |list| list.0.rows.len());
        u32::try_from(rows * ROW_BYTES).unwrap_or(u32::MAX)
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let known = questions.iter().find_map(|question| question.known.clone());
        let etag = known.as_ref().and_then(|list| list.0.etag.as_deref());
        let fetched = self.esi.market_prices(etag, priority).await;
        let fetched = fetched
            .map_err(|cause| LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, cause))?;
        let now = self.clock.now();
        let list = match fetched.value {
            Some(prices) => Some(PriceList::of(&prices, now, fetched.etag)),
            None => known,
        };
        // A list without a single price would make everything worth nothing for an hour.
        let list = list.filter(|list| !list.0.rows.is_empty());
        let list = list.ok_or_else(|| LookupError::Unanswered {
            upstream: Upstream::Esi,
            operation: Self::LIMITS.operation,
            key: "every price".to_owned(),
        })?;
        let validity = Validity::since(now).until(fetched.expires);
        Ok(vec![((), Loaded::new(list, validity))])
    }

    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        let Some(list) = fetched
            .into_iter()
            .rev()
            .find_map(|(_, loaded)| loaded.value)
        else {
            return Ok(());
        };
        if self.is_saved(&list) {
            return Ok(());
        }
        let row = |row: &Row| PriceRow {
            source: row.source.name().to_owned(),
            market: ALL_MARKETS,
            type_id: row.type_id,
            price: Some(row.isk),
            priced_at: list.0.date,
            fetched_at: list.0.date,
        };
        shelf::save_rows(&self.store, list.0.rows.iter().map(row).collect()).await
    }
}

#[cfg(test)]
#[path = "esi_tests.rs"]
mod tests;
