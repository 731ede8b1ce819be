//! Keeping house among what was looked up: names that nobody has refreshed for long, and names and
//! prices beyond their number.

use std::sync::atomic::Ordering;

use super::{BATCH, before};
use crate::change::Change;
use crate::column::{micros, rows};
use crate::sql::{Sql, sql};
use crate::{Store, StoreError};

/// Counting up to millions of rows takes a while, and they grow slowly: seconds until the next time.
const COUNTED_EVERY: i64 = 3_600;

impl Store {
    /// Names that have not been fetched for long.
    pub(super) async fn expire_entities(&self) -> Result<u64, StoreError> {
        let inner = self.inner()?;
        let cutoff = micros(before(inner.clock.now(), inner.config.retention.entity_age));
        self.remove_all(|| {
            sql("DELETE FROM entity WHERE (kind, id) IN \
                 (SELECT kind, id FROM entity WHERE fetched_at < $1 ORDER BY fetched_at LIMIT $2)")
            .bind(cutoff)
            .bind(rows(BATCH))
        })
        .await
    }

    /// Names and prices beyond their number, those first that were fetched first: how many went of
    /// either.
    pub(super) async fn cap_what_was_learned(&self) -> Result<(u64, u64), StoreError> {
        let inner = self.inner()?;
        let now = inner.clock.now().as_second();
        if now < inner.counted_next.load(Ordering::Relaxed) {
            return Ok((0, 0));
        }
        let retention = &inner.config.retention;
        // Of several that were fetched at one moment around the bound, all stay.
        let entities = self.remove_all(|| {
            sql("DELETE FROM entity WHERE (kind, id) IN \
                 (SELECT kind, id FROM entity WHERE fetched_at < \
                    (SELECT fetched_at FROM entity ORDER BY fetched_at DESC LIMIT 1 OFFSET $1) \
                  ORDER BY fetched_at LIMIT $2)")
            .bind(last_kept(retention.max_entities))
            .bind(rows(BATCH))
        });
        let entities = entities.await?;
        let prices = self.remove_all(|| {
            sql("DELETE FROM price WHERE (source, market, type_id) IN \
                 (SELECT source, market, type_id FROM price WHERE fetched_at < \
                    (SELECT fetched_at FROM price ORDER BY fetched_at DESC LIMIT 1 OFFSET $1) \
                  ORDER BY fetched_at LIMIT $2)")
            .bind(last_kept(retention.max_prices))
            .bind(rows(BATCH))
        });
        let prices = prices.await?;
        let next = now.saturating_add(COUNTED_EVERY);
        inner.counted_next.store(next, Ordering::Relaxed);
        Ok((entities, prices))
    }

    /// Runs a statement that removes up to [`BATCH`] rows until it finds fewer.
    async fn remove_all(&self, batch: impl Fn() -> Sql) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let gone = self.submit(Change::statement(batch())).await?.rows;
            removed += gone;
            if gone < BATCH as u64 {
                return Ok(removed);
            }
        }
    }
}

/// The place of the last row that stays, newest first, from 0.
fn last_kept(most: usize) -> i64 {
    rows(most.max(1)) - 1
}
