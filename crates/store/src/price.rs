//! Prices of types, kept so that a restart knows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use killwire_killmail::{Isk, TypeId};

use crate::change::Change;
use crate::column::{damaged, from_micros, micros, rows};
use crate::error::database;
use crate::sql::{Holds, Rows, Table, sql};
use crate::{Store, StoreError};

/// Rows that one transaction writes at most.
const BATCH: usize = 500;

/// Rows that one transaction forgets at most.
const FORGET: usize = 5_000;

/// What is known of a type's price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// Whose price it is: the name of a [`killwire_killmail::PriceSource`].
    pub source: String,
    /// Of which market, as the source numbers them; 0 where it has only one.
    pub market: i64,
    /// Of what.
    pub type_id: TypeId,
    /// How much; none where the source says that it has no price.
    pub price: Option<Isk>,
    /// Which day's price it is. Kept to the microsecond, as is the next.
    pub priced_at: Timestamp,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

static PRICE: Table = Table {
    name: "price",
    columns: &[
        ("source", Holds::Texts),
        ("market", Holds::Ints),
        ("type_id", Holds::Ints),
        ("price", Holds::Ints),
        ("priced_at", Holds::Ints),
        ("fetched_at", Holds::Ints),
    ],
    conflict: "ON CONFLICT (source, market, type_id) DO UPDATE SET price = excluded.price, \
               priced_at = excluded.priced_at, fetched_at = excluded.fetched_at",
};

impl Store {
    /// All prices of one source and market, by type.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn prices(&self, source: &str, market: i64) -> Result<Vec<PriceRow>, StoreError> {
        let query = sql("SELECT type_id, price, priced_at, fetched_at FROM price \
             WHERE source = $1 AND market = $2 ORDER BY type_id")
        .bind(source)
        .bind(market);
        let found: Vec<(i64, Option<i64>, i64, i64)> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("reading prices"))?;
        let read = |(type_id, price, priced_at, fetched_at): (i64, Option<i64>, i64, i64)| {
            Ok(PriceRow {
                source: source.to_owned(),
                market,
                type_id: TypeId::new(type_id).map_err(|error| damaged("price", error))?,
                price: price.map(Isk::from_hundredths),
                priced_at: from_micros("price", priced_at)?,
                fetched_at: from_micros("price", fetched_at)?,
            })
        };
        found.into_iter().map(read).collect()
    }

    /// Remembers prices, in place of what was known of them; of several of one type, market and
    /// source the last.
    ///
    /// # Errors
    /// As [`Store::append`]; what was written before the error stays.
    pub async fn save_prices(&self, prices: Vec<PriceRow>) -> Result<(), StoreError> {
        let prices: BTreeMap<(String, i64, TypeId), PriceRow> = prices
            .into_iter()
            .map(|price| ((price.source.clone(), price.market, price.type_id), price))
            .collect();
        let mut left = prices.into_values();
        loop {
            let mut rows = Rows::of(&PRICE);
            for price in left.by_ref().take(BATCH) {
                rows.push([
                    price.source.into(),
                    price.market.into(),
                    price.type_id.get().into(),
                    price.price.map(Isk::hundredths).into(),
                    micros(price.priced_at).into(),
                    micros(price.fetched_at).into(),
                ]);
            }
            if rows.len() == 0 {
                return Ok(());
            }
            self.submit(Change::Write {
                statements: Vec::new(),
                rows: vec![rows],
            })
            .await?;
        }
    }

    /// Forgets every price, for a version that would read them wrongly.
    ///
    /// # Errors
    /// As [`Store::append`]; what went before the error is gone.
    pub async fn forget_prices(&self) -> Result<(), StoreError> {
        loop {
            let forget = sql("DELETE FROM price WHERE (source, market, type_id) IN \
                 (SELECT source, market, type_id FROM price LIMIT $1)")
            .bind(rows(FORGET));
            if self.submit(Change::statement(forget)).await?.rows == 0 {
                return Ok(());
            }
        }
    }
}
