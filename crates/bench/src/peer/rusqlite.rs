//! The other SQLite user: the least that any program must do for the same rows.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::Outcome;

/// What the store sets on its writing connection.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; \
    PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;";

/// The tables that an append writes rows to, all with a column `killmail_id`.
const TABLES: [&str; 4] = ["event", "killmail", "participant", "seen"];

/// Rows of one table.
type Rows = Vec<Vec<Value>>;

/// Inserts the rows of `full` into a copy of `empty`, in transactions of `batch` killmails;
/// killmails per second.
pub(super) fn insert_rows(empty: &Path, full: &Path, batch: usize) -> Outcome<f64> {
    let (killmails, batches) = read_batches(full, batch)?;
    let file = empty.with_extension("copy.db");
    std::fs::copy(empty, &file)?;
    let connection = Connection::open(&file)?;
    connection.execute_batch(PRAGMAS)?;
    let inserts: Vec<String> = TABLES
        .iter()
        .map(|table| insert(&connection, table))
        .collect::<Outcome<_>>()?;

    let start = Instant::now();
    let mut written = 0_usize;
    for rows in batches {
        let transaction = connection.unchecked_transaction()?;
        for (insert, rows) in inserts.iter().zip(rows) {
            let mut insert = transaction.prepare_cached(insert)?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        written = killmails.min(written + batch);
        transaction
            .prepare_cached("UPDATE log_head SET seq = ?1, killmails = ?1 WHERE one = 1")?
            .execute(params![i64::try_from(written)?])?;
        transaction
            .prepare_cached(
                "INSERT INTO feed_position (source, next) VALUES ('r2z2', ?1) \
                 ON CONFLICT (source) DO UPDATE SET next = excluded.next",
            )?
            .execute(params![i64::try_from(written + 1)?])?;
        transaction.commit()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    drop(connection);
    std::fs::remove_file(&file)?;
    Ok(f64::from(u32::try_from(killmails)?) / seconds)
}

/// All rows that `full` has, per batch and table; within a batch in the order of the table's key,
/// which is how the store writes them.
fn read_batches(full: &Path, batch: usize) -> Outcome<(usize, Vec<[Rows; TABLES.len()]>)> {
    let source = Connection::open(full)?;
    let ids: Vec<i64> = source
        .prepare("SELECT killmail_id FROM event ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let place: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
    let mut batches = Vec::new();
    batches.resize_with(ids.len().div_ceil(batch), <[Rows; TABLES.len()]>::default);
    for (table, name) in TABLES.iter().enumerate() {
        let mut select = source.prepare(&format!("SELECT * FROM {name}"))?;
        let width = select.column_count();
        let key = select.column_index("killmail_id")?;
        let mut found = select.query([])?;
        while let Some(row) = found.next()? {
            let id: i64 = row.get(key)?;
            let values = (0..width).map(|column| row.get(column));
            let place = place.get(&id).copied().unwrap_or(0);
            if let Some(rows) = batches.get_mut(place / batch) {
                rows[table].push(values.collect::<Result<_, _>>()?);
            }
        }
    }
    Ok((ids.len(), batches))
}

fn insert(connection: &Connection, table: &str) -> Outcome<String> {
    let width = connection
        .prepare(&format!("SELECT * FROM {table}"))?
        .column_count();
    let marks = vec!["?"; width].join(",");
    Ok(format!("INSERT INTO {table} VALUES ({marks})"))
}

/// Opens a store's file and reads the last `events` events with their killmails; milliseconds.
pub(super) fn read_recent(file: &Path, events: i64) -> Outcome<f64> {
    let start = Instant::now();
    let connection = Connection::open(file)?;
    let mut select = connection.prepare(
        "SELECT e.seq, e.kind, e.origin, e.time, k.hash, k.zkb, k.facts, k.esi \
         FROM event e JOIN killmail k ON k.killmail_id = e.killmail_id \
         ORDER BY e.seq DESC LIMIT ?1",
    )?;
    let mut rows = select.query([events])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        for column in 4..8 {
            let value: Option<Vec<u8>> = row.get(column)?;
            bytes += value.map_or(0, |value| value.len());
        }
    }
    std::hint::black_box(bytes);
    Ok(start.elapsed().as_secs_f64() * 1_000.0)
}
