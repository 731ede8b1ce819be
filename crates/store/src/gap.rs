//! Feed numbers that were skipped, and what became of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::column::{from_micros, micros, signed, unsigned};
use crate::error::database;
use crate::sql::{Sql, sql};
use crate::{SourceName, Store, StoreError};

/// A gap's number.
pub type GapId = i64;

/// Why numbers were skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapReason {
    /// The number stayed missing while the feed's head had long passed it.
    Hole,
    /// The numbers had left the feed's retention before they could be read.
    Expired,
    /// The entry was a null placeholder.
    Placeholder,
}

/// What became of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapState {
    /// Still to be repaired.
    Open,
    /// All that was to be found has been found.
    Repaired,
    /// Given up, with a note that says why.
    Abandoned,
}

/// A gap as the follower records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGap {
    /// Which feed.
    pub source: SourceName,
    /// First number skipped.
    pub from: u64,
    /// Last number skipped.
    pub to: u64,
    /// Why.
    pub reason: GapReason,
    /// When the last entry before the gap was published, as far as known: where to look in the
    /// day archives.
    pub published_after: Option<Timestamp>,
}

/// A gap as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its number.
    pub id: GapId,
    /// Which feed.
    pub source: SourceName,
    /// First number skipped.
    pub from: u64,
    /// Last number skipped.
    pub to: u64,
    /// Why.
    pub reason: GapReason,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When the last entry before it was published.
    pub published_after: Option<Timestamp>,
    /// What became of it.
    pub state: GapState,
    /// Repairs tried.
    pub attempts: u32,
    /// Killmails that repair brought.
    pub found: u64,
    /// Not before this time again.
    pub next_attempt_at: Timestamp,
    /// What the last repair had to say.
    pub note: String,
}

/// Records a gap, due for repair at once. The same gap is recorded once.
pub(crate) fn write(gap: &NewGap, now: Timestamp) -> Sql {
    sql(
        "INSERT INTO gap (source, first, last, reason, recorded_at, published_after, state, \
             attempts, found, next_attempt_at, note) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, '') ON CONFLICT DO NOTHING",
    )
    .bind(gap.source.0.as_str())
    .bind(signed(gap.from))
    .bind(signed(gap.to))
    .bind(gap.reason.code())
    .bind(micros(now))
    .bind(gap.published_after.map(micros))
    .bind(GapState::Open.code())
    .bind(micros(now))
}

type Row = (
    i64,
    String,
    i64,
    i64,
    i16,
    i64,
    Option<i64>,
    i16,
    i64,
    i64,
    i64,
    String,
);

fn read(row: Row) -> Result<Gap, StoreError> {
    let (id, source, from, to, reason, recorded_at, after, state, attempts, found, next, note) =
        row;
    Ok(Gap {
        id,
        source: SourceName(source),
        from: unsigned(from),
        to: unsigned(to),
        reason: GapReason::from_code(reason)?,
        recorded_at: from_micros("gap", recorded_at)?,
        published_after: after.map(|micros| from_micros("gap", micros)).transpose()?,
        state: GapState::from_code(state)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        found: unsigned(found),
        next_attempt_at: from_micros("gap", next)?,
        note,
    })
}

/// Gaps listed at most; more than this are not read by a person, and repair comes back for more.
const MOST_LISTED: i64 = 10_000;

const IN_STATES: &str = "SELECT id, source, first, last, reason, recorded_at, published_after, \
            state, attempts, found, next_attempt_at, note \
     FROM gap WHERE state = ANY($1) ORDER BY id LIMIT $2";

const DUE: &str = "SELECT id, source, first, last, reason, recorded_at, published_after, \
            state, attempts, found, next_attempt_at, note \
     FROM gap WHERE state = $1 AND next_attempt_at <= $2 ORDER BY next_attempt_at, id LIMIT $3";

const BY_ID: &str = "SELECT id, source, first, last, reason, recorded_at, published_after, \
            state, attempts, found, next_attempt_at, note \
     FROM gap WHERE id = $1";

impl Store {
    /// The gaps in a state, or all, in the order of recording; at most 10,000.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn gaps(&self, state: Option<GapState>) -> Result<Vec<Gap>, StoreError> {
        let all = [GapState::Open, GapState::Repaired, GapState::Abandoned];
        let states: Vec<i64> = all
            .into_iter()
            .filter(|candidate| state.is_none_or(|state| state == *candidate))
            .map(|state| state.code().into())
            .collect();
        self.list_gaps(sql(IN_STATES).bind(states).bind(MOST_LISTED))
            .await
    }

    /// Open gaps whose next attempt is due.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn due_gaps(&self, now: Timestamp) -> Result<Vec<Gap>, StoreError> {
        let due = sql(DUE)
            .bind(GapState::Open.code())
            .bind(micros(now))
            .bind(MOST_LISTED);
        self.list_gaps(due).await
    }

    /// One gap.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn gap(&self, id: GapId) -> Result<Option<Gap>, StoreError> {
        Ok(self.list_gaps(sql(BY_ID).bind(id)).await?.pop())
    }

    async fn list_gaps(&self, query: Sql) -> Result<Vec<Gap>, StoreError> {
        let rows: Vec<Row> = self
            .readers()?
            .fetch_all(&query)
            .await
            .map_err(database("listing gaps"))?;
        rows.into_iter().map(read).collect()
    }

    /// Writes a gap's state, attempts, found, next attempt and note back.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn update_gap(&self, gap: &Gap) -> Result<(), StoreError> {
        let update = sql("UPDATE gap SET state = $2, attempts = $3, found = $4, \
                 next_attempt_at = $5, note = $6 WHERE id = $1")
        .bind(gap.id)
        .bind(gap.state.code())
        .bind(i64::from(gap.attempts))
        .bind(signed(gap.found))
        .bind(micros(gap.next_attempt_at))
        .bind(gap.note.as_str());
        self.submit(Change::statement(update)).await?;
        Ok(())
    }
}
