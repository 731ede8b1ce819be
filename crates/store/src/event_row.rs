//! Events as they are read back from disk.

use std::sync::Arc;

use crate::backend::{Connection, Readers};
use crate::column;
use crate::error::database;
use crate::killmail_row::encode;
use crate::sql::{Sql, sql};
use crate::{EventKind, LogEvent, Origin, Seq, StoreError, TraceContext};

/// How many rows may be encoded on the caller's thread; more go to a blocking one.
const FEW: usize = 4;

/// An event with what its killmail's row says now.
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

const BY_SEQS: &str = "SELECT e.seq, e.kind, e.origin, e.killmail_id, e.system_id, e.time, \
            e.appended_at, e.imported, e.trace, k.hash, k.zkb, k.facts, k.esi, k.enrichment \
     FROM event e LEFT JOIN killmail k ON k.killmail_id = e.killmail_id \
     WHERE e.seq = ANY($1) ORDER BY e.seq";

const BY_RANGE: &str = "SELECT e.seq, e.kind, e.origin, e.killmail_id, e.system_id, e.time, \
            e.appended_at, e.imported, e.trace, k.hash, k.zkb, k.facts, k.esi, k.enrichment \
     FROM event e LEFT JOIN killmail k ON k.killmail_id = e.killmail_id \
     WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq";

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
    let read_all = |rows: Vec<Row>| rows.into_iter().map(read).collect();
    if rows.len() <= FEW {
        return read_all(rows);
    }
    match tokio::task::spawn_blocking(move || read_all(rows)).await {
        Ok(events) => events,
        // A blocking task is never cancelled once it runs: it can only have panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn read(row: Row) -> Result<Arc<LogEvent>, StoreError> {
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
    let facts = match facts {
        Some(bytes) => Some(Arc::new(column::facts(&bytes)?)),
        None => None,
    };
    Ok(Arc::new(LogEvent {
        seq: Seq(seq),
        kind: EventKind::from_code(kind)?,
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
        imported: column::unsigned(imported),
        trace: trace.map(TraceContext),
    }))
}
