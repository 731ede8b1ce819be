//! Entries that were not killmails, kept with their bytes and the reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::column::{from_micros, micros, rows, signed, unsigned};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{SourceName, Store, StoreError};

/// Bytes kept of an entry; what comes after is cut off.
const MOST_BYTES: usize = 4 << 20;

/// A quarantined entry's number.
pub type QuarantineId = i64;

/// An entry that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQuarantine {
    /// Where it came from.
    pub source: SourceName,
    /// The feed's number, or the file and line.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
    /// Its bytes, as they came (cut at 4 MiB).
    pub bytes: Vec<u8>,
}

/// An entry in quarantine. The same `(source, place)` stands there once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Its number.
    pub id: QuarantineId,
    /// Where it came from.
    pub source: SourceName,
    /// The feed's number, or the file and line.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// How often it was tried again.
    pub retries: u32,
}

/// Puts an entry in quarantine. One that is there already gets its new reason and bytes.
pub(crate) fn write(mut entry: NewQuarantine, now: Timestamp) -> Sql {
    entry.bytes.truncate(MOST_BYTES);
    sql(
        "INSERT INTO quarantine (source, place, reason, size, received_at, retries, bytes) \
         VALUES ($1, $2, $3, $4, $5, 0, $6) \
         ON CONFLICT (source, place) DO UPDATE SET reason = excluded.reason, \
         size = excluded.size, received_at = excluded.received_at, bytes = excluded.bytes",
    )
    .bind(entry.source.0)
    .bind(entry.place)
    .bind(entry.reason)
    .bind(signed(entry.bytes.len() as u64))
    .bind(micros(now))
    .bind(entry.bytes)
}

fn read(row: (i64, String, String, String, i64, i64, i64)) -> Result<Quarantined, StoreError> {
    let (id, source, place, reason, size, received_at, retries) = row;
    Ok(Quarantined {
        id,
        source: SourceName(source),
        place,
        reason,
        size: unsigned(size),
        received_at: from_micros("quarantine", received_at)?,
        retries: u32::try_from(retries).unwrap_or(u32::MAX),
    })
}

impl Store {
    /// What is in quarantine, in the order of arrival.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn quarantined(&self, limit: usize) -> Result<Vec<Quarantined>, StoreError> {
        let query = sql(
            "SELECT id, source, place, reason, size, received_at, retries \
             FROM quarantine ORDER BY id LIMIT $1",
        )
        .bind(rows(limit));
        let rows: Vec<_> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("listing the quarantine"))?;
        rows.into_iter().map(read).collect()
    }

    /// One entry with its bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn quarantined_bytes(
        &self,
        id: QuarantineId,
    ) -> Result<Option<(Quarantined, Vec<u8>)>, StoreError> {
        type Row = (i64, String, String, String, i64, i64, i64, Vec<u8>);
        let query = sql(
            "SELECT id, source, place, reason, size, received_at, retries, bytes \
             FROM quarantine WHERE id = $1",
        )
        .bind(id);
        let row: Option<Row> = self
            .readers()?
            .fetch_optional(&query)
            .await
            .map_err(database("reading a quarantined entry"))?;
        row.map(
            |(id, source, place, reason, size, received_at, retries, bytes)| {
                let entry = read((id, source, place, reason, size, received_at, retries))?;
                Ok((entry, bytes))
            },
        )
        .transpose()
    }

    /// Takes an entry out of quarantine (it was taken in after all).
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn release(&self, id: QuarantineId) -> Result<(), StoreError> {
        let delete = sql("DELETE FROM quarantine WHERE id = $1").bind(id);
        self.submit(Change::statement(delete)).await?;
        Ok(())
    }

    /// Notes that an entry was tried again and why it failed.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn retried(&self, id: QuarantineId, reason: &str) -> Result<(), StoreError> {
        let update = sql("UPDATE quarantine SET retries = retries + 1, reason = $2 WHERE id = $1");
        self.submit(Change::statement(update.bind(id).bind(reason)))
            .await?;
        Ok(())
    }
}
