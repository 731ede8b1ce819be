//! SQLite: one file in WAL mode, one connection that writes, a few that read.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteArguments, SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Sqlite, SqliteConnection, SqlitePool};

use super::{Blame, Readers, Record, SqlResult};
use crate::StoreError;
use crate::error::database;
use crate::sql::{Rows, Sql, Table, Value, sql};

/// Pages given back to the file system at a time: a megabyte, a few milliseconds.
pub(super) const SHRINK_STEP: &str = "PRAGMA incremental_vacuum(256)";

/// The most rows in one bulk statement. Bulk statements have sizes that are powers of two up to
/// this, so that each is prepared once and any number of rows takes few of them.
const MOST_ROWS: usize = 256;

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(5))
        .row_buffer_size(256)
        .disable_statement_logging()
}

/// The writer's connection.
pub(super) async fn connect(file: &Path) -> SqlResult<SqliteConnection> {
    options(file)
        .create_if_missing(true)
        // Lets garbage collection give space back in small steps; settled when the file is made.
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit returns when its bytes are on disk.
        .synchronous(SqliteSynchronous::Full)
        // 16 MB between checkpoints: pages that are written again and again reach the file once.
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(256)
        .connect()
        .await
}

/// The connections that read. None is opened before it is needed.
pub(super) fn readers(file: &Path) -> SqlitePool {
    let options = options(file).read_only(true).pragma("cache_size", "-2048");
    SqlitePoolOptions::new()
        .max_connections(4)
        .min_connections(0)
        .idle_timeout(Duration::from_secs(60))
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// SQLite has no arrays: a list becomes a JSON text, and `= ANY($n)` reads it.
fn text(sql: &Sql) -> AssertSqlSafe<std::borrow::Cow<'static, str>> {
    const LIST: &str = "= ANY($";
    if !sql.text.contains(LIST) {
        return AssertSqlSafe(sql.text.clone());
    }
    let mut parts = sql.text.split(LIST);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("IN (SELECT value FROM json_each($");
        text.push_str(&part.replacen(')', "))", 1));
    }
    AssertSqlSafe(text.into())
}

fn arguments(values: &[Value]) -> SqlResult<SqliteArguments> {
    use sqlx::Arguments;
    let mut arguments = SqliteArguments::default();
    Arguments::reserve(&mut arguments, values.len(), 0);
    for value in values {
        match value {
            Value::Int(value) => Arguments::add(&mut arguments, *value),
            Value::Text(value) => Arguments::add(&mut arguments, value.clone()),
            Value::Bytes(value) => Arguments::add(&mut arguments, value.clone()),
            Value::Ints(list) => Arguments::add(&mut arguments, json_list(list)),
            Value::Texts(list) => {
                let list = serde_json::to_string(list);
                let list = list.map_err(|error| sqlx::Error::Encode(error.into()))?;
                Arguments::add(&mut arguments, list)
            }
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn json_list(list: &[i64]) -> String {
    let mut text = String::with_capacity(2 + 10 * list.len());
    text.push('[');
    for (place, number) in list.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&number.to_string());
    }
    text.push(']');
    text
}

pub(super) async fn execute(connection: &mut SqliteConnection, sql: &Sql) -> SqlResult<u64> {
    let query = sqlx::query_with(text(sql), arguments(&sql.values)?);
    Ok(query.execute(connection).await?.rows_affected())
}

pub(super) async fn fetch_all<'c, T: Record>(
    from: impl Executor<'c, Database = Sqlite>,
    sql: &Sql,
) -> SqlResult<Vec<T>> {
    sqlx::query_as_with(text(sql), arguments(&sql.values)?)
        .fetch_all(from)
        .await
}

pub(super) async fn fetch_optional<'c, T: Record>(
    from: impl Executor<'c, Database = Sqlite>,
    sql: &Sql,
) -> SqlResult<Option<T>> {
    sqlx::query_as_with(text(sql), arguments(&sql.values)?)
        .fetch_optional(from)
        .await
}

pub(super) async fn insert(connection: &mut SqliteConnection, rows: &Rows) -> SqlResult<u64> {
    let columns: Vec<&str> = rows.table.columns.iter().map(|(name, _)| *name).collect();
    let start = format!(
        "INSERT INTO {} ({}) VALUES ",
        rows.table.name,
        columns.join(",")
    );
    in_chunks(connection, rows, &start, rows.table.conflict).await
}

pub(super) async fn delete(connection: &mut SqliteConnection, keys: &Rows) -> SqlResult<u64> {
    in_chunks(connection, keys, &delete_start(keys.table), "))").await
}

/// The select around the values is what lets SQLite search by the key; without it, it reads the
/// whole table.
fn delete_start(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = (1..=columns.len()).map(|n| format!("column{n}")).collect();
    format!(
        "DELETE FROM {} WHERE ({}) IN (SELECT {} FROM (VALUES ",
        table.name,
        columns.join(","),
        values.join(",")
    )
}

/// Runs `start (?,?),(?,?)… end` over all rows.
async fn in_chunks(
    connection: &mut SqliteConnection,
    rows: &Rows,
    start: &str,
    end: &str,
) -> SqlResult<u64> {
    let width = rows.table.columns.len().max(1);
    let row = format!("({})", vec!["?"; width].join(","));
    let mut left = rows.values.as_slice();
    let mut changed = 0;
    while !left.is_empty() {
        let size = (1 << (left.len() / width).max(1).ilog2()).min(MOST_ROWS);
        let (chunk, rest) = left.split_at((size * width).min(left.len()));
        let text = format!("{start}{} {end}", vec![row.as_str(); size].join(","));
        let query = sqlx::query_with(AssertSqlSafe(text), arguments(chunk)?);
        changed += query.execute(&mut *connection).await?.rows_affected();
        left = rest;
    }
    Ok(changed)
}

pub(super) async fn size(readers: &Readers) -> SqlResult<(u64, u64)> {
    let query = "SELECT (SELECT page_count FROM pragma_page_count), \
                        (SELECT freelist_count FROM pragma_freelist_count), \
                        (SELECT page_size FROM pragma_page_size)";
    let sizes: Option<(i64, i64, i64)> = readers.fetch_optional(&sql(query)).await?;
    let (pages, free, page) = sizes.unwrap_or_default();
    let bytes = |pages: i64| u64::try_from(pages.saturating_mul(page)).unwrap_or(0);
    Ok((bytes(pages - free), bytes(free)))
}

/// `VACUUM INTO` a new file, which is then synced: SQLite itself does not.
pub(super) async fn backup(database_file: &Path, file: &Path) -> Result<(), StoreError> {
    let refuse = |reason: String| StoreError::Backup {
        file: file.to_owned(),
        reason,
    };
    if file.exists() {
        return Err(refuse("there is already a file of that name".to_owned()));
    }
    let target = file
        .to_str()
        .ok_or_else(|| refuse("the path is not UTF-8".to_owned()))?;
    let doing = database("copying the database");
    let mut connection = options(database_file).connect().await.map_err(&doing)?;
    let copy = sqlx::query("VACUUM INTO $1").bind(target);
    let copied = copy.execute(&mut connection).await;
    sqlx::Connection::close(connection).await.map_err(&doing)?;
    copied.map_err(|error| refuse(error.to_string()))?;
    let copy = tokio::fs::File::open(file).await;
    match copy {
        Ok(copy) => copy
            .sync_all()
            .await
            .map_err(|error| refuse(error.to_string())),
        Err(error) => Err(refuse(error.to_string())),
    }
}

/// SQLite's result codes; extended ones carry the primary code in their low byte.
pub(super) fn blame(code: i32) -> Blame {
    match code & 0xff {
        // READONLY, IOERR, FULL, CANTOPEN.
        8 | 10 | 13 | 14 => Blame::Disk,
        // BUSY, LOCKED.
        5 | 6 => Blame::Link,
        _ => Blame::Statement,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::column::PARTICIPANT;

    #[tokio::test]
    async fn bulk_deletes_search_by_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("k.db")).await.unwrap();
        let schema = include_str!("../schema/001.sqlite.sql");
        sqlx::raw_sql(schema)
            .execute(&mut connection)
            .await
            .unwrap();
        let row = "(1,2,3,4)";
        let start = delete_start(&PARTICIPANT);
        let explain = format!("EXPLAIN QUERY PLAN {start} {row},{row}))");
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(explain))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let first = &plan[0].3;
        assert!(
            first.starts_with("SEARCH participant USING PRIMARY KEY"),
            "{first}"
        );
    }

    #[test]
    fn a_list_of_numbers_is_read_from_json() {
        let query = sql("SELECT a FROM t WHERE b = ANY($1) AND c > $2 AND d = ANY($3)");
        let expected = "SELECT a FROM t WHERE b IN (SELECT value FROM json_each($1)) \
             AND c > $2 AND d IN (SELECT value FROM json_each($3))";
        assert_eq!(text(&query).0, expected);
        assert_eq!(json_list(&[1, 20, 300]), "[1,20,300]");
    }
}
