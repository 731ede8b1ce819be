//! Keeping house: what has outlived its retention goes, in small batches between appends.

mod learned;
mod watch;

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use killwire_killmail::{Facts, KillmailId, SystemId};
use tokio_util::sync::CancellationToken;

use crate::change::Change;
use crate::clients::{self, push_row};
use crate::column::{self, CLIENT, PARTICIPANT, SYSTEM_GONE, micros, rows};
use crate::error::database;
use crate::removal::push_participants;
use crate::sql::{Rows, sql};
use crate::{EventKind, Seq, Store, StoreError, backend, metric, reader};

/// Rows that one transaction removes at most.
const BATCH: usize = 500;

/// Killmails looked at for removal at a time.
const KILLMAILS: usize = 100;

/// Resolved gaps are kept this long.
const GAP_AGE: Duration = Duration::from_secs(90 * 86_400);

/// Free space that stays in the file for what comes next.
const SLACK: u64 = 16 << 20;

/// Steps of giving space back in one round.
const SHRINK_STEPS: usize = 64;

impl Store {
    /// Collects garbage every `gc_interval` until `stop`.
    ///
    /// # Errors
    /// As [`Store::collect_garbage`]; whoever runs this starts it again.
    pub async fn run_gc(&self, stop: CancellationToken) -> Result<(), StoreError> {
        loop {
            let inner = self.inner()?;
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = inner.clock.sleep(inner.config.gc_interval) => {}
            }
            let removed = self.collect_garbage().await?;
            if removed > 0 {
                tracing::info!(removed, "garbage collected");
            }
        }
    }

    /// One round of garbage collection, in small batches between appends. Answers how many rows
    /// it removed.
    ///
    /// # Errors
    /// As [`Store::append`]. What was removed before the error stays removed.
    pub async fn collect_garbage(&self) -> Result<u64, StoreError> {
        let begun = std::time::Instant::now();
        self.save_clients().await?;
        let old_entities = self.expire_entities().await?;
        let (entities, prices) = self.cap_what_was_learned().await?;
        let mut removed = 0;
        for (table, count) in [
            ("client", self.expire_clients().await?),
            ("event", self.prune_log().await?),
            ("killmail", self.expire_killmails().await?),
            ("profile_match", self.expire_matches().await?),
            ("quarantine", self.cap_quarantine().await?),
            ("gap", self.expire_gaps().await?),
            ("entity", old_entities + entities),
            ("price", prices),
        ] {
            metrics::counter!(metric::GC_REMOVED, "table" => table).increment(count);
            removed += count;
        }
        self.shrink().await?;
        metrics::histogram!(metric::GC_SECONDS).record(begun.elapsed());
        Ok(removed)
    }

    /// Writes what clients moved past without getting anything, so that a quiet client does not
    /// hold the log back.
    pub(crate) async fn save_clients(&self) -> Result<(), StoreError> {
        let inner = self.inner()?;
        for batch in inner.clients.unsaved().chunks(BATCH) {
            let mut rows = Rows::of(&CLIENT);
            for (id, client) in batch {
                push_row(&mut rows, id, client)?;
            }
            self.submit(Change::Write {
                statements: Vec::new(),
                rows: vec![rows],
            })
            .await?;
            for (id, client) in batch {
                inner.clients.saved(id, client);
            }
        }
        Ok(())
    }

    async fn expire_clients(&self) -> Result<u64, StoreError> {
        let inner = self.inner()?;
        let now = inner.clock.now();
        let cutoff = micros(before(now, inner.config.retention.client_age));
        let mut removed = 0;
        loop {
            let expire = sql("DELETE FROM client WHERE client_id IN \
                 (SELECT client_id FROM client WHERE last_seen < $1 LIMIT $2)")
            .bind(cutoff)
            .bind(rows(BATCH));
            let batch = self.submit(Change::statement(expire)).await?.rows;
            removed += batch;
            if batch < BATCH as u64 {
                break;
            }
        }
        let (on_disk, _) = clients::on_disk(&inner.readers).await?;
        inner.clients.tidy(now, on_disk);
        Ok(removed)
    }

    /// Removes the log's beginning: nothing young, what every client and every stage has passed, and
    /// what is too old or too much in any case.
    async fn prune_log(&self) -> Result<u64, StoreError> {
        let inner = self.inner()?;
        let doing = database("looking for old events");
        let retention = &inner.config.retention;
        let now = inner.clock.now();
        let young = micros(before(now, retention.log_min_age));
        let ancient = micros(before(now, retention.log_max_age));
        let (_, by_clients) = clients::on_disk(&inner.readers).await?;
        let by_stages = reader::lowest(&inner.readers).await?;
        let passed = by_clients.into_iter().chain(by_stages);
        let passed = passed.min().unwrap_or(i64::MAX);
        let mut removed = 0;
        loop {
            let oldest = inner.recent.ends().oldest;
            let query = sql("SELECT seq, kind, system_id, appended_at FROM event \
                 WHERE seq >= $1 ORDER BY seq LIMIT $2")
            .bind(oldest.0)
            .bind(rows(BATCH));
            let batch: Vec<(i64, i16, Option<i64>, i64)> =
                inner.readers.fetch_all(&query).await.map_err(&doing)?;
            let (bytes, _) = inner.readers.size().await.map_err(&doing)?;
            let too_much = bytes > retention.log_max_bytes;
            let may_go = |seq: i64, appended_at: i64| {
                appended_at < young && (seq <= passed || too_much || appended_at < ancient)
            };
            let mut gone: HashMap<SystemId, i64> = HashMap::new();
            let mut count = 0;
            for (seq, kind, system, appended_at) in &batch {
                if !may_go(*seq, *appended_at) {
                    break;
                }
                count += 1;
                if let (Some(system), true) = (system, *kind == EventKind::New.code()) {
                    gone.insert(column::system_id("event", *system)?, *seq);
                }
            }
            if count == 0 {
                return Ok(removed);
            }
            let mut lost = Rows::of(&SYSTEM_GONE);
            for (system, seq) in gone {
                lost.push([system.get().into(), seq.into()]);
            }
            self.submit(Change::Prune {
                oldest: Seq(oldest.0 + count),
                gone: lost,
            })
            .await?;
            removed += column::unsigned(count);
            if column::unsigned(count) < BATCH as u64 {
                return Ok(removed);
            }
        }
    }

    /// Removes killmails a while after they were stored. That their ids were seen stays known.
    async fn expire_killmails(&self) -> Result<u64, StoreError> {
        let inner = self.inner()?;
        let age = inner.config.retention.killmail_age;
        let cutoff = micros(before(inner.clock.now(), age));
        let mut removed = 0;
        loop {
            let query = sql("SELECT facts FROM killmail WHERE stored_at < $1 \
                 ORDER BY stored_at LIMIT $2")
            .bind(cutoff)
            .bind(rows(KILLMAILS));
            let old: Vec<(Vec<u8>,)> = inner
                .readers
                .fetch_all(&query)
                .await
                .map_err(database("looking for old killmails"))?;
            if old.is_empty() {
                return Ok(removed);
            }
            let old = old.iter().map(|(bytes,)| column::facts(bytes));
            let old = old.collect::<Result<Vec<Facts>, StoreError>>()?;
            let matches = self.count_matches(&old).await?;
            let mut killmails: Vec<KillmailId> = Vec::new();
            let mut participants = Rows::of(&PARTICIPANT);
            let mut matched = 0;
            for facts in old {
                push_participants(&mut participants, &facts);
                matched += matches.get(&facts.killmail_id).unwrap_or(&0);
                killmails.push(facts.killmail_id);
                if killmails.len() + participants.len() + matched >= BATCH {
                    break;
                }
            }
            let batch = self
                .submit(Change::Expire {
                    killmails,
                    participants,
                })
                .await?
                .rows;
            removed += batch;
            if batch == 0 {
                return Ok(removed);
            }
        }
    }

    async fn cap_quarantine(&self) -> Result<u64, StoreError> {
        let most = self.inner()?.config.retention.max_quarantined;
        let mut removed = 0;
        loop {
            let cap = sql(
                "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine \
                 WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET $1) \
                 ORDER BY id LIMIT $2)",
            )
            .bind(rows(most))
            .bind(rows(BATCH));
            let batch = self.submit(Change::statement(cap)).await?.rows;
            removed += batch;
            if batch < BATCH as u64 {
                return Ok(removed);
            }
        }
    }

    async fn expire_gaps(&self) -> Result<u64, StoreError> {
        let cutoff = micros(before(self.inner()?.clock.now(), GAP_AGE));
        let expire = sql("DELETE FROM gap WHERE id IN (SELECT id FROM gap \
             WHERE state <> $1 AND recorded_at < $2 ORDER BY id LIMIT $3)")
        .bind(crate::GapState::Open.code())
        .bind(cutoff)
        .bind(rows(BATCH));
        Ok(self.submit(Change::statement(expire)).await?.rows)
    }

    /// Gives free space back to the file system, a little at a time.
    async fn shrink(&self) -> Result<(), StoreError> {
        let inner = self.inner()?;
        let Some(step) = backend::shrink_step(&inner.config.backend) else {
            return Ok(());
        };
        for _ in 0..SHRINK_STEPS {
            let (_, free) = inner.readers.size().await.map_err(database("measuring"))?;
            if free <= SLACK {
                break;
            }
            self.submit(Change::statement(step.clone())).await?;
        }
        Ok(())
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}
