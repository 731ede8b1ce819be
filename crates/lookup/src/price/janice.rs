//! Janice's prices of a market, a hundred types a call.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{PriceSource, TypeId};
use killwire_store::Store;
use killwire_upstream::{Janice, JanicePrice, Upstream};

use super::{ENTRY_BYTES, Price, shelf};
use crate::limits::{JANICE_PRICES, Limits};
use crate::{Answers, Kind, LookupError, Priority, Question};

/// Prices of types at one market.
pub(super) struct JanicePrices {
    pub(super) janice: Arc<Janice>,
    /// Janice's number of the market.
    pub(super) market: i64,
    pub(super) store: Store,
    pub(super) clock: Clock,
}

impl JanicePrices {
    /// What the store remembers.
    pub(super) async fn recall_all(&self) -> Result<Answers<Self>, LookupError> {
        shelf::recall(&self.store, PriceSource::Janice, self.market).await
    }
}

impl Kind for JanicePrices {
    type Key = TypeId;
    type Value = Price;
    const LIMITS: Limits = JANICE_PRICES;
    const SHELVED: bool = true;

    fn weigh(_: &TypeId, _: Option<&Price>) -> u32 {
        ENTRY_BYTES
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let types: Vec<TypeId> = questions.iter().map(|question| question.key).collect();
        let answered = self.janice.prices(&types, self.market, priority).await;
        let answered = answered.map_err(|cause| {
            LookupError::upstream(Upstream::Janice, Self::LIMITS.operation, cause)
        })?;
        let now = self.clock.now();
        let mut prices: HashMap<TypeId, Price> = answered
            .into_iter()
            .filter_map(|row| Some((row.type_id, read(&row, self.market, now)?)))
            .collect();
        // What Janice left out, or priced at nothing, has no price there.
        let loaded = |type_id: TypeId| Loaded {
            value: prices.remove(&type_id),
            validity: Validity::since(now),
        };
        Ok(types
            .iter()
            .copied()
            .zip(types.iter().copied().map(loaded))
            .collect())
    }

    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        shelf::save(&self.store, PriceSource::Janice, self.market, fetched).await
    }
}

/// The price half way between buyers and sellers: the median of five days, which a single strange
/// order moves little, or else that of now.
fn read(row: &JanicePrice, market: i64, now: Timestamp) -> Option<Price> {
    Some(Price {
        isk: row.median_5_days.split.or(row.immediate.split)?,
        source: PriceSource::Janice,
        market,
        date: row.date.unwrap_or(now),
    })
}

#[cfg(test)]
mod tests {
    use killwire_killmail::Isk;
    use killwire_upstream::Quote;

    use super::*;

    fn quote(split: Option<i64>) -> Quote {
        Quote {
            buy: Some(Isk::from_hundredths(1)),
            split: split.map(Isk::from_hundredths),
            sell: Some(Isk::from_hundredths(9)),
        }
    }

    #[test]
    fn the_median_of_days_comes_before_the_price_of_now_and_neither_is_made_up() {
        let now = Timestamp::UNIX_EPOCH;
        let price = |median, immediate| {
            let row = JanicePrice {
                type_id: TypeId::new(34).unwrap(),
                date: None,
                immediate: quote(immediate),
                median_5_days: quote(median),
            };
            read(&row, 2, now).map(|price| price.isk.hundredths())
        };
        assert_eq!(price(Some(5), Some(7)), Some(5));
        assert_eq!(price(None, Some(7)), Some(7));
        assert_eq!(
            price(None, None),
            None,
            "buyers and sellers alone make no price"
        );
    }
}
