//! MutaMarket's estimates of abyssal types, one type a call.
//!
//! A killmail does not say which module it was, only its type: all there is is the median of what
//! modules of that type are thought to be worth.

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{PriceSource, TypeId};
use killwire_store::Store;
use killwire_universe::Universe;
use killwire_upstream::{MutaMarket, Upstream};

use super::{ALL_MARKETS, ENTRY_BYTES, Price, shelf};
use crate::limits::{Limits, MUTAMARKET_PRICES};
use crate::{Answers, Kind, LookupError, Priority, Question};

/// The meta group of abyssal modules and drones.
const ABYSSAL: i64 = 15;

/// Whether MutaMarket can be asked for a type. Without static data it is not.
pub(super) fn is_abyssal(universe: &Universe, type_id: TypeId) -> bool {
    let meta_group = universe
        .item_type(type_id)
        .and_then(|known| known.meta_group);
    meta_group.is_some_and(|meta_group| meta_group.get() == ABYSSAL)
}

/// Median estimates of abyssal types.
pub(super) struct AbyssalPrices {
    pub(super) mutamarket: Arc<MutaMarket>,
    pub(super) store: Store,
    pub(super) clock: Clock,
}

impl AbyssalPrices {
    /// What the store remembers.
    pub(super) async fn recall_all(&self) -> Result<Answers<Self>, LookupError> {
        shelf::recall(&self.store, PriceSource::Mutamarket, ALL_MARKETS).await
    }
}

impl Kind for AbyssalPrices {
    type Key = TypeId;
    type Value = Price;
    const LIMITS: Limits = MUTAMARKET_PRICES;
    const SHELVED: bool = true;

    fn weigh(_: &TypeId, _: Option<&Price>) -> u32 {
        ENTRY_BYTES
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let estimate = self.mutamarket.type_estimate(question.key, priority).await;
            let estimate = estimate.map_err(|cause| {
                LookupError::upstream(Upstream::MutaMarket, Self::LIMITS.operation, cause)
            })?;
            let now = self.clock.now();
            let price = estimate.map(|estimate| Price {
                isk: estimate.median,
                source: PriceSource::Mutamarket,
                market: ALL_MARKETS,
                date: now,
            });
            let loaded = Loaded {
                value: price,
                validity: Validity::since(now),
            };
            answers.push((question.key, loaded));
        }
        Ok(answers)
    }

    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        shelf::save(&self.store, PriceSource::Mutamarket, ALL_MARKETS, fetched).await
    }
}
