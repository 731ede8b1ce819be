//! Finding events by time instead of by position.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;
use killwire_killmail::SystemId;

use crate::column::{from_micros, rows, second_at_or_after};
use crate::error::database;
use crate::recent::Ends;
use crate::sql::sql;
use crate::store::Inner;
use crate::{LogEvent, Seq, Store, StoreError, killfeed};

/// Events that [`Store::newest_in_system`] brings at most.
const MOST_NEWEST: usize = 1_000;

impl Store {
    /// The position after which every event lies that was appended at or after `time`: before the
    /// log's beginning where all are younger, its head where none is.
    ///
    /// The log is searched, not read: it is in the order of time, except where the clock was set
    /// back. What was appended before that at a time that came again may lie before the position.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn seq_at(&self, time: Timestamp) -> Result<Seq, StoreError> {
        let inner = self.inner()?;
        match inner.recent.seq_at(time) {
            Ok(seq) => Ok(seq),
            Err(ends) => search(inner, ends, time).await,
        }
    }

    /// The newest kills of a solar system that the feed has announced: `new` events up to a
    /// position, of kills at or after `since`, newest kill first. Without those whose killmail is
    /// gone. At most `limit`, and at most 1,000.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn newest_in_system(
        &self,
        system: SystemId,
        since: Timestamp,
        up_to: Seq,
        limit: usize,
    ) -> Result<Vec<Arc<LogEvent>>, StoreError> {
        let inner = self.inner()?;
        let limit = limit.min(MOST_NEWEST);
        let in_window = inner.recent.whole_log(|event| {
            event.system_id == Some(system)
                && event.kind == crate::EventKind::New
                && event.seq <= up_to
                && event.time >= since
                && event.killmail.is_some()
        });
        let mut events = match in_window {
            Some(events) => events,
            None => from_disk(inner, system, since, up_to, limit).await?,
        };
        events.sort_unstable_by_key(|event| Reverse((event.time, event.seq)));
        events.truncate(limit);
        Ok(events)
    }
}

/// Searches what lies before the window, whose first event is not older than `time`.
async fn search(inner: &Inner, ends: Ends, time: Timestamp) -> Result<Seq, StoreError> {
    // The first event that is not older lies from `low` up to `high`.
    let (mut low, mut high) = (ends.oldest.0, ends.window.0);
    while low < high {
        let middle = low + (high - low) / 2;
        let query = sql("SELECT appended_at FROM event WHERE seq = $1").bind(middle);
        let row: Option<(i64,)> = inner
            .readers
            .fetch_optional(&query)
            .await
            .map_err(database("searching the log by time"))?;
        let younger = match row {
            Some((at,)) => from_micros("event", at)? >= time,
            // Retention has just removed it.
            None => false,
        };
        if younger {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    // What has been removed meanwhile cannot be read from any more.
    let oldest = inner.recent.ends().oldest;
    Ok(Seq(low.max(oldest.0) - 1))
}

async fn from_disk(
    inner: &Inner,
    system: SystemId,
    since: Timestamp,
    up_to: Seq,
    limit: usize,
) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    // The kind is a literal, because the index holds this one kind only.
    let query = sql("SELECT e.seq FROM event e \
         WHERE e.system_id = $1 AND e.kind = 0 AND e.time >= $2 AND e.seq <= $3 \
         AND EXISTS (SELECT 1 FROM killmail k WHERE k.killmail_id = e.killmail_id) \
         ORDER BY e.time DESC, e.seq DESC LIMIT $4")
    .bind(system.get())
    .bind(second_at_or_after(since))
    // What is committed but not shown yet is not there.
    .bind(up_to.min(inner.recent.ends().head).0)
    .bind(rows(limit));
    let found: Vec<(i64,)> = inner
        .readers
        .fetch_all(&query)
        .await
        .map_err(database("looking for a system's newest kills"))?;
    killfeed::load(inner, found.into_iter().map(|(seq,)| seq).collect()).await
}
