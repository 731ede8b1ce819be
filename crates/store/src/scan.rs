//! All killmails of a stretch of time, for whoever tries something on the past: their fact records
//! in chunks, read and decoded ahead of the one who looks at them.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_killmail::{Facts, KillmailId};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::backend::Readers;
use crate::column::{self, from_micros, killmail_id, micros, second_at_or_after};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{Origin, Store, StoreError};

/// Scans that run at a time; others wait. Each takes a connection now and then, and much of a
/// processor.
pub(crate) const AT_ONCE: usize = 2;

/// Killmails that one statement reads: few enough that nobody waits for it and memory stays small,
/// enough that its own cost does not count.
const CHUNK: usize = 1_000;

/// Chunks that wait for the one who looks at them, besides the one being decoded and the one being
/// read.
const AHEAD: usize = 2;

/// By which of its times a killmail is found, and in which order killmails come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanBy {
    /// When the ship died.
    Killed,
    /// When it was first stored.
    Stored,
}

/// Which killmails to scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanQuery {
    /// By which time.
    pub by: ScanBy,
    /// From this moment on.
    pub since: Timestamp,
    /// Up to this moment, without it.
    pub until: Timestamp,
}

/// A killmail as a scan shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScannedFacts {
    /// Which.
    pub killmail_id: KillmailId,
    /// When it was first stored.
    pub stored_at: Timestamp,
    /// How it came. `Archive` is one that the feed has not announced.
    pub origin: Origin,
    /// What filters need, as it is known now.
    pub facts: Facts,
}

/// A scan under way. Dropping it ends it.
#[derive(Debug)]
pub struct Scan {
    chunks: mpsc::Receiver<Result<Decoding, StoreError>>,
}

/// A chunk being decoded.
type Decoding = JoinHandle<Result<Vec<ScannedFacts>, StoreError>>;

/// Id, time by which it is found, other columns.
type Row = (i64, i64, i64, i16, Vec<u8>);

impl Store {
    /// Begins to scan killmails, the oldest first, in chunks of up to 1,000. What is stored while it
    /// runs may be among them or not. Two scans run at a time; a third waits for one to end.
    ///
    /// Reads ahead by a few chunks and no further: memory is bounded by them.
    ///
    /// # Errors
    /// `Closed`; whatever else goes wrong comes from [`Scan::next`].
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn scan_facts(&self, query: ScanQuery) -> Result<Scan, StoreError> {
        let inner = self.inner()?;
        let (sender, chunks) = mpsc::channel(AHEAD);
        let (readers, scans) = (inner.readers.clone(), Arc::clone(&inner.scans));
        tokio::spawn(read_ahead(readers, scans, query, sender));
        Ok(Scan { chunks })
    }

    /// How many killmails a scan would bring. A count, a tenth of a second for a million.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn count_scan(&self, query: ScanQuery) -> Result<u64, StoreError> {
        let count = match query.by {
            ScanBy::Killed => sql("SELECT COUNT(*) FROM killmail WHERE time >= $1 AND time < $2"),
            ScanBy::Stored => {
                sql("SELECT COUNT(*) FROM killmail WHERE stored_at >= $1 AND stored_at < $2")
            }
        };
        let (since, until) = query.bounds();
        let row: Option<(i64,)> = self
            .readers()?
            .fetch_optional(&count.bind(since).bind(until))
            .await
            .map_err(database("counting killmails"))?;
        Ok(row.map_or(0, |(count,)| column::unsigned(count)))
    }
}

impl Scan {
    /// The next chunk, never empty; none at the end. After an error the scan is at its end.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or a record is damaged.
    pub async fn next(&mut self) -> Option<Result<Vec<ScannedFacts>, StoreError>> {
        let chunk = match self.chunks.recv().await? {
            Ok(decoding) => match decoding.await {
                Ok(chunk) => chunk,
                // A blocking task is never cancelled once it runs: it can only have panicked, or
                // the runtime is ending.
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => Err(StoreError::Closed),
            },
            Err(error) => Err(error),
        };
        if chunk.is_err() {
            self.chunks.close();
            while self.chunks.recv().await.is_some() {}
        }
        Some(chunk)
    }
}

impl ScanQuery {
    /// The bounds as the column has them.
    fn bounds(&self) -> (i64, i64) {
        match self.by {
            ScanBy::Killed => (
                second_at_or_after(self.since),
                second_at_or_after(self.until),
            ),
            ScanBy::Stored => (micros(self.since), micros(self.until)),
        }
    }

    /// What comes after a time and an id.
    fn after(&self, (time, id): (i64, i64)) -> Sql {
        let select = match self.by {
            ScanBy::Killed => sql(
                "SELECT killmail_id, time, stored_at, origin, facts FROM killmail \
                     WHERE (time, killmail_id) > ($1, $2) AND time < $3 \
                     ORDER BY time, killmail_id LIMIT $4",
            ),
            ScanBy::Stored => sql(
                "SELECT killmail_id, stored_at, stored_at, origin, facts FROM killmail \
                     WHERE (stored_at, killmail_id) > ($1, $2) AND stored_at < $3 \
                     ORDER BY stored_at, killmail_id LIMIT $4",
            ),
        };
        let (_, until) = self.bounds();
        select
            .bind(time)
            .bind(id)
            .bind(until)
            .bind(column::rows(CHUNK))
    }
}

/// Reads chunk after chunk until there are no more or nobody wants them.
async fn read_ahead(
    readers: Readers,
    scans: Arc<Semaphore>,
    query: ScanQuery,
    chunks: mpsc::Sender<Result<Decoding, StoreError>>,
) {
    let _turn = tokio::select! {
        turn = scans.acquire() => turn,
        () = chunks.closed() => return,
    };
    let (since, _) = query.bounds();
    // Ids are above 0.
    let mut place = (since, 0);
    loop {
        let rows: Result<Vec<Row>, _> = readers.fetch_all(&query.after(place)).await;
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                let error = database("scanning killmails")(error);
                // Who asked may have gone.
                let _ = chunks.send(Err(error)).await;
                return;
            }
        };
        let Some(last) = rows.last() else { return };
        place = (last.1, last.0);
        let is_last = rows.len() < CHUNK;
        let decoding = tokio::task::spawn_blocking(|| rows.into_iter().map(decode).collect());
        if chunks.send(Ok(decoding)).await.is_err() || is_last {
            return;
        }
    }
}

fn decode(row: Row) -> Result<ScannedFacts, StoreError> {
    let (id, _, stored_at, origin, facts) = row;
    Ok(ScannedFacts {
        killmail_id: killmail_id("killmail", id)?,
        stored_at: from_micros("killmail", stored_at)?,
        origin: Origin::from_code(origin)?,
        facts: column::facts(&facts)?,
    })
}
