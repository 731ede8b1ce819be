//! How far the stages that follow the log have read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backend::{Connection, Readers};
use crate::change::Change;
use crate::column::{from_micros, micros};
use crate::error::database;
use crate::sql::sql;
use crate::{Seq, Store, StoreError};

/// The name of a stage that follows the log: `surveillance`, ….
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReaderName(pub String);

/// How far a stage has read.
///
/// Retention keeps what lies after it until the log's maximum age or size. Where those made the log
/// go on without it (`position` + 1 is before [`Store::oldest`]), what it missed is among the
/// killmails stored at `reached` or later ([`crate::ScanBy::Stored`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderMark {
    /// The last event that it is done with.
    pub position: Seq,
    /// When that event was appended. It stays where it is while the position moves over events that
    /// are there no longer.
    pub reached: Timestamp,
}

impl Store {
    /// The last event that a stage is done with; none where it has never said so.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn reader_position(&self, reader: &ReaderName) -> Result<Option<Seq>, StoreError> {
        Ok(self.reader_mark(reader).await?.map(|mark| mark.position))
    }

    /// The same with the time of that event.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn reader_mark(&self, reader: &ReaderName) -> Result<Option<ReaderMark>, StoreError> {
        let query = sql("SELECT position, appended_at FROM reader WHERE name = $1");
        let row: Option<(i64, i64)> = self
            .readers()?
            .fetch_optional(&query.bind(reader.0.as_str()))
            .await
            .map_err(database("reading a stage's position"))?;
        row.map(|(position, reached)| {
            Ok(ReaderMark {
                position: Seq(position),
                reached: from_micros("reader", reached)?,
            })
        })
        .transpose()
    }

    /// Forgets a stage that is not run any more, so that the log does not wait for it. False when
    /// it was not known.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn forget_reader(&self, reader: &ReaderName) -> Result<bool, StoreError> {
        let forget = sql("DELETE FROM reader WHERE name = $1").bind(reader.0.as_str());
        Ok(self.submit(Change::statement(forget)).await?.rows > 0)
    }
}

/// The lowest position of all stages.
pub(crate) async fn lowest(readers: &Readers) -> Result<Option<i64>, StoreError> {
    let row: Option<(Option<i64>,)> = readers
        .fetch_optional(&sql("SELECT MIN(position) FROM reader"))
        .await
        .map_err(database("looking for the slowest stage"))?;
    Ok(row.and_then(|(lowest,)| lowest))
}

/// Moves a stage's position forward, in the transaction of what it found. False, and nothing is
/// written, where it is not ahead of what stands there: someone else has been there.
pub(crate) async fn advance(
    connection: &mut Connection,
    reader: &ReaderName,
    through: Seq,
    now: Timestamp,
) -> Result<bool, StoreError> {
    type Row = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let doing = database("moving a stage's position");
    let look = sql("SELECT (SELECT position FROM reader WHERE name = $1), \
                (SELECT appended_at FROM event WHERE seq = $2), \
                (SELECT appended_at FROM reader WHERE name = $1), \
                (SELECT appended_at FROM event WHERE seq > $2 ORDER BY seq LIMIT 1)")
    .bind(reader.0.as_str())
    .bind(through.0);
    let row: Option<Row> = connection.fetch_optional(&look).await.map_err(&doing)?;
    let (position, there, before, next) = row.unwrap_or_default();
    if position.is_some_and(|position| position >= through.0) {
        return Ok(false);
    }
    let reached = there.or(before).or(next).unwrap_or(micros(now));
    let write = sql(
        "INSERT INTO reader (name, position, appended_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, \
                appended_at = excluded.appended_at",
    )
    .bind(reader.0.as_str())
    .bind(through.0)
    .bind(reached);
    connection.execute(&write).await.map_err(&doing)?;
    Ok(true)
}
