//! Prices as rows of the store.

use killwire_cache::{Loaded, Validity};
use killwire_killmail::{PriceSource, TypeId};
use killwire_store::{PriceRow, Store};

use super::Price;
use crate::LookupError;

/// What the store remembers of a source's prices at a market, also that it has none.
pub(super) async fn recall(
    store: &Store,
    source: PriceSource,
    market: i64,
) -> Result<Vec<(TypeId, Loaded<Price>)>, LookupError> {
    let rows = store
        .prices(source.name(), market)
        .await
        .map_err(|cause| LookupError::store("reading stored prices", cause))?;
    let loaded = |row: PriceRow| {
        let validity = Validity::since(row.fetched_at);
        let known = match row.price {
            None => Loaded::missing(validity),
            Some(isk) => {
                let price = Price {
                    isk,
                    source,
                    market,
                    date: row.priced_at,
                };
                Loaded::new(price, validity)
            }
        };
        (row.type_id, known)
    };
    Ok(rows.into_iter().map(loaded).collect())
}

/// Has the store remember prices of one source at a market.
pub(super) async fn save(
    store: &Store,
    source: PriceSource,
    market: i64,
    fetched: Vec<(TypeId, Loaded<Price>)>,
) -> Result<(), LookupError> {
    let row = |(type_id, loaded): (TypeId, Loaded<Price>)| PriceRow {
        source: source.name().to_owned(),
        market,
        type_id,
        price: loaded.value.map(|price| price.isk),
        priced_at: loaded.value.map_or(loaded.validity.at, |price| price.date),
        fetched_at: loaded.validity.at,
    };
    save_rows(store, fetched.into_iter().map(row).collect()).await
}

/// Has the store remember rows.
pub(super) async fn save_rows(store: &Store, rows: Vec<PriceRow>) -> Result<(), LookupError> {
    let saved = store.save_prices(rows).await;
    saved.map_err(|cause| LookupError::store("storing prices", cause))
}
