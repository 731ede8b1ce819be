//! Events as they are read back from disk.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_killmail::Facts;

use crate::backend::{Connection, Readers};
use crate::column;
use crate::error::database;
use crate::history::History;
use crate::killmail_row::encode;
use crate::sql::{Sql, sql};
use crate::{EventKind, LogEvent, Origin, Seq, StoreError, TraceContext};

/// How many rows may be encoded on the caller's thread; more go to a blocking one.
const FEW: usize = 4;

/// Stands in the place of an event's kind in a row that is no event asked for, but one that replaced
/// a fact record of a killmail that is: with the record that it replaced in the place of the facts.
const REPLACED: i16 = -1;

/// An event with what its killmail's row says now; see [`REPLACED`] for the others.
pub(crate) type Row = (
    i64,
    i16,
    i16,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
    i64,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// Events and what was replaced in one statement, so that both are of one moment. A body comes once
/// however often its killmail's record was replaced.
macro_rules! events_where {
    ($condition:literal) => {
        concat!(
            "SELECT e.seq, e.kind, e.origin, e.killmail_id, e.system_id, e.time, \
                    e.appended_at, e.imported, e.trace, k.hash, k.zkb, \
                    COALESCE(k.shown_facts, k.facts), k.esi, k.enrichment \
             FROM event e LEFT JOIN killmail k ON k.killmail_id = e.killmail_id \
             WHERE ",
            $condition,
            " UNION ALL \
             SELECT r.seq, CAST(-1 AS SMALLINT), r.origin, r.killmail_id, r.system_id, r.time, \
                    r.appended_at, r.imported, NULL, NULL, NULL, \
                    r.facts_before, NULL, NULL \
             FROM event r WHERE r.facts_before IS NOT NULL AND r.killmail_id IN \
             (SELECT e.killmail_id FROM event e WHERE ",
            $condition,
            ")",
        )
    };
}

const BY_SEQS: &str = events_where!("e.seq = ANY($1)");

const BY_RANGE: &str = events_where!("e.seq > $1 AND e.seq <= $2");

/// Those of these events that are on disk, in order.
pub(crate) async fn by_seqs(
    readers: &Readers,
    seqs: Vec<i64>,
) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    let query = sql(BY_SEQS).bind(seqs);
    let rows = readers.fetch_all(&query).await;
    decode(rows.map_err(database("reading events"))?).await
}

/// The events after one number up to another, in order.
pub(crate) async fn by_range(
    connection: &mut Connection,
    after: Seq,
    up_to: Seq,
) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    let rows = connection.fetch_all(&range(after, up_to)).await;
    decode(rows.map_err(database("reading the log's end"))?).await
}

/// The query behind [`by_range`].
pub(crate) fn range(after: Seq, up_to: Seq) -> Sql {
    sql(BY_RANGE).bind(after.0).bind(up_to.0)
}

/// Makes events of rows: parsing bodies costs time, so many are done on a blocking thread.
pub(crate) async fn decode(rows: Vec<Row>) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    if rows.len() <= FEW {
        return read_all(rows);
    }
    match tokio::task::spawn_blocking(move || read_all(rows)).await {
        Ok(events) => events,
        // A blocking task is never cancelled once it runs: it can only have panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What was replaced, by killmail, in the order of the events.
type Replaced = HashMap<i64, Vec<(Seq, Arc<Facts>)>>;

fn read_all(mut rows: Vec<Row>) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    rows.sort_by_key(|row| row.0);
    let mut replaced = Replaced::new();
    for row in rows.iter().filter(|row| row.1 == REPLACED) {
        if let (Some(killmail), Some(facts)) = (row.3, &row.11) {
            let facts = Arc::new(column::facts(facts)?);
            replaced
                .entry(killmail)
                .or_default()
                .push((Seq(row.0), facts));
        }
    }
    let events = rows.into_iter().filter(|row| row.1 != REPLACED);
    events.map(|row| read(row, &replaced)).collect()
}

fn read(row: Row, replaced: &Replaced) -> Result<Arc<LogEvent>, StoreError> {
    let (
        seq,
        kind,
        origin,
        killmail_id,
        system_id,
        time,
        appended_at,
        imported,
        trace,
        hash,
        zkb,
        facts,
        esi,
        enrichment,
    ) = row;
    let killmail = match esi {
        Some(esi) => Some(
            encode(
                &esi,
                column::hash(hash)?.as_ref(),
                column::zkb(zkb)?.as_ref(),
                column::enrichment(enrichment)?.as_ref(),
            )?
            .into(),
        ),
        None => None,
    };
    let kind = EventKind::from_code(kind)?;
    let mut earlier = Vec::new();
    let mut facts = match facts {
        Some(bytes) => Some(Arc::new(column::facts(&bytes)?)),
        None => None,
    };
    let replaced = killmail_id.and_then(|id| replaced.get(&id));
    if let (Some(latest), Some(replaced)) = (&facts, replaced) {
        let history = History::stored(Arc::clone(latest), replaced.clone());
        if kind == EventKind::Updated {
            earlier = history.earlier(Seq(seq));
        }
        facts = Some(Arc::clone(history.as_of(Seq(seq))));
    }
    Ok(Arc::new(LogEvent {
        seq: Seq(seq),
        kind,
        origin: Origin::from_code(origin)?,
        killmail_id: killmail_id
            .map(|id| column::killmail_id("event", id))
            .transpose()?,
        system_id: system_id
            .map(|id| column::system_id("event", id))
            .transpose()?,
        time: column::from_seconds("event", time)?,
        appended_at: column::from_micros("event", appended_at)?,
        killmail,
        facts,
        earlier,
        imported: column::unsigned(imported),
        trace: trace.map(TraceContext),
    }))
}
