//! Completing killmails that are stored: what their ids mean, found out later.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use killwire_killmail::{Document, Enrichment, KillmailId, Parsed, parse};

use crate::change::Change;
use crate::column::{self, damaged, rows};
use crate::error::database;
use crate::killmail_row::{self, Row};
use crate::prepared::{self, Prepared};
use crate::sql::sql;
use crate::{Outcome, Store, StoreError, StoredKillmail};

/// Killmails enriched in one transaction at most.
const BATCH: usize = 200;

impl Store {
    /// Makes known what the ids of stored killmails mean; one outcome per entry, in order. A
    /// complete enrichment takes the place of a partial one, a partial one adds to it, and what is
    /// complete stays as it is: a pilot keeps the name he had. Of several entries of one killmail the last
    /// complete one counts, or all of them where none is.
    ///
    /// A killmail that the feed has announced, that is complete by now and that clients see changed
    /// has one `updated` event for the whole call. One that is still partial has none. A killmail that was only imported changes without an event, and is
    /// answered with [`Outcome::Duplicate`], as is one that is gone.
    ///
    /// What is given is written in several transactions where it is much. It does no harm to offer
    /// it again after an error.
    ///
    /// # Errors
    /// As [`Store::append`]; [`StoreError::Damaged`] where a stored body cannot be read.
    pub async fn enrich(
        &self,
        found: Vec<(KillmailId, Enrichment)>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let order: Vec<KillmailId> = found.iter().map(|(id, _)| *id).collect();
        let mut latest: BTreeMap<KillmailId, Enrichment> = BTreeMap::new();
        for (id, enrichment) in found {
            let known = match latest.remove(&id) {
                Some(earlier) if enrichment.is_partial() && !earlier.is_partial() => earlier,
                Some(earlier) => enrichment.over(&earlier),
                None => enrichment,
            };
            latest.insert(id, known);
        }
        let mut outcomes: HashMap<KillmailId, Outcome> = HashMap::with_capacity(latest.len());
        let mut left = latest.into_iter();
        loop {
            let batch: Vec<(KillmailId, Enrichment)> = left.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let killmails = self.read_to_enrich(batch).await?;
            let ids: Vec<KillmailId> = killmails.iter().map(|killmail| killmail.id()).collect();
            if ids.is_empty() {
                continue;
            }
            let done = self.submit(Change::Enrich(killmails)).await?;
            outcomes.extend(ids.into_iter().zip(done.outcomes));
        }
        let outcome = |id| outcomes.get(id).copied().unwrap_or(Outcome::Duplicate);
        Ok(order.iter().map(outcome).collect())
    }

    /// Those of the killmails that are stored, made ready with what was found out. The writer looks
    /// again at what else is known of them when it writes.
    async fn read_to_enrich(
        &self,
        batch: Vec<(KillmailId, Enrichment)>,
    ) -> Result<Vec<Arc<Prepared>>, StoreError> {
        type Body = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>);
        let ids: Vec<i64> = batch.iter().map(|(id, _)| id.get()).collect();
        let query = sql(
            "SELECT killmail_id, hash, zkb, esi FROM killmail WHERE killmail_id = ANY($1) \
                 ORDER BY killmail_id",
        )
        .bind(ids);
        let bodies: Vec<Body> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("reading killmails to complete"))?;
        let mut found: HashMap<KillmailId, Enrichment> = batch.into_iter().collect();
        let mut stored = Vec::with_capacity(bodies.len());
        for (id, hash, zkb, esi) in bodies {
            let Some(enrichment) = found.remove(&column::killmail_id("killmail", id)?) else {
                continue;
            };
            let parsed = match parse(&esi) {
                Ok(Document::Killmail(parsed)) => Parsed {
                    // Byte for byte, whatever the parser would make of it.
                    esi,
                    hash: column::hash(hash)?,
                    zkb: column::zkb(zkb)?,
                    ..*parsed
                },
                Ok(_) => return Err(damaged("killmail", "the body is not a killmail")),
                Err(error) => return Err(damaged("killmail", error)),
            };
            stored.push((Arc::new(parsed), Arc::new(enrichment)));
        }
        Ok(prepared::enriched(stored).await)
    }

    /// Killmails whose enrichment is partial, those stored first first, at most `limit`; after the
    /// last one of the page before, or from the beginning. Where that one has been deleted since,
    /// it begins anew.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn unfinished(
        &self,
        after: Option<KillmailId>,
        limit: usize,
    ) -> Result<Vec<StoredKillmail>, StoreError> {
        let doing = database("listing unfinished killmails");
        let readers = self.readers()?;
        let mut from = (i64::MIN, 0);
        if let Some(after) = after {
            let query =
                sql("SELECT stored_at FROM killmail WHERE killmail_id = $1").bind(after.get());
            let row: Option<(i64,)> = readers.fetch_optional(&query).await.map_err(&doing)?;
            from = row.map_or(from, |(stored_at,)| (stored_at, after.get()));
        }
        let query = sql(
            "SELECT k.killmail_id, k.time, k.system_id, k.origin, k.stored_at, k.hash, k.zkb, \
                    k.facts, k.esi, k.enrichment \
             FROM (SELECT killmail_id, stored_at FROM unfinished \
                   WHERE (stored_at, killmail_id) > ($1, $2) \
                   ORDER BY stored_at, killmail_id LIMIT $3) u \
             JOIN killmail k ON k.killmail_id = u.killmail_id \
             ORDER BY u.stored_at, u.killmail_id",
        )
        .bind(from.0)
        .bind(from.1)
        .bind(rows(limit));
        let found: Vec<Row> = readers.fetch_all(&query).await.map_err(&doing)?;
        let mut killmails = Vec::with_capacity(found.len());
        for row in found {
            let id = row.0;
            match killmail_row::read(row) {
                Ok(killmail) => killmails.push(killmail),
                // One damaged row must not keep the others from being completed.
                Err(error) => {
                    tracing::error!(id, %error, "a killmail cannot be completed");
                    self.strike_unfinished(column::killmail_id("killmail", id)?)
                        .await?;
                }
            }
        }
        Ok(killmails)
    }

    /// Takes a killmail off the list of the unfinished ones, although it is not complete.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn strike_unfinished(&self, id: KillmailId) -> Result<(), StoreError> {
        let strike = sql("DELETE FROM unfinished WHERE killmail_id = $1").bind(id.get());
        self.submit(Change::statement(strike)).await?;
        Ok(())
    }

    /// How many killmails' enrichment is partial.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn unfinished_count(&self) -> Result<u64, StoreError> {
        let query = sql("SELECT COUNT(*) FROM unfinished");
        let count: Option<(i64,)> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("counting unfinished killmails"))?;
        Ok(count.map_or(0, |(count,)| column::unsigned(count)))
    }
}
