//! The two databases behind one face. What differs between them stands in this module and nowhere
//! else: connecting, bulk statements, size, backup, the meaning of error codes.

mod postgres;
mod sqlite;

use std::path::Path;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, PgConnection, PgPool, SqliteConnection, SqlitePool};

use crate::sql::{Rows, Sql};
use crate::{Backend, Lead, StoreError};

type SqlResult<T> = Result<T, sqlx::Error>;

/// A row that can be read from either database.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

/// The writer's own connection.
pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// Connections that only read.
#[derive(Clone)]
pub(crate) enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Connection {
    /// Connects for writing. Makes the SQLite file where there is none.
    pub(crate) async fn open(backend: &Backend) -> SqlResult<Self> {
        Ok(match backend {
            Backend::Sqlite(file) => Self::Sqlite(Box::new(sqlite::connect(file).await?)),
            Backend::Postgres(url) => Self::Postgres(Box::new(postgres::connect(url).await?)),
        })
    }

    /// Waits a while for the lead, where several processes could reach the database. On SQLite
    /// the data directory's lock file has settled that before.
    pub(crate) async fn take_lead(&mut self, lead: Lead) -> Result<(), StoreError> {
        match (self, lead) {
            (Self::Postgres(connection), Lead::Elect) => postgres::wait_for_lead(connection).await,
            (Self::Sqlite(_), _) | (_, Lead::TakeOver) => Ok(()),
        }
    }

    /// Takes the lead if it is free, after a reconnection. The epoch is the fence, so going on
    /// without it is safe.
    pub(crate) async fn retake_lead(&mut self) -> SqlResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => postgres::try_lead(connection).await,
        }
    }

    /// Runs a statement; answers how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &Sql) -> SqlResult<u64> {
        match self {
            Self::Sqlite(connection) => sqlite::execute(connection, sql).await,
            Self::Postgres(connection) => postgres::execute(connection, sql).await,
        }
    }

    /// Runs a query to its end.
    pub(crate) async fn fetch_all<T: Record>(&mut self, sql: &Sql) -> SqlResult<Vec<T>> {
        match self {
            Self::Sqlite(connection) => sqlite::fetch_all(&mut **connection, sql).await,
            Self::Postgres(connection) => postgres::fetch_all(&mut **connection, sql).await,
        }
    }

    /// Runs a query for its first row.
    pub(crate) async fn fetch_optional<T: Record>(&mut self, sql: &Sql) -> SqlResult<Option<T>> {
        match self {
            Self::Sqlite(connection) => sqlite::fetch_optional(&mut **connection, sql).await,
            Self::Postgres(connection) => postgres::fetch_optional(&mut **connection, sql).await,
        }
    }

    /// Inserts rows in few statements; answers how many were changed.
    pub(crate) async fn insert(&mut self, rows: &Rows) -> SqlResult<u64> {
        match self {
            Self::Sqlite(connection) => sqlite::insert(connection, rows).await,
            Self::Postgres(connection) => postgres::insert(connection, rows).await,
        }
    }

    /// Deletes the rows with these keys in few statements.
    pub(crate) async fn delete(&mut self, keys: &Rows) -> SqlResult<u64> {
        match self {
            Self::Sqlite(connection) => sqlite::delete(connection, keys).await,
            Self::Postgres(connection) => postgres::delete(connection, keys).await,
        }
    }

    /// Runs several statements without values, as migrations are written.
    pub(crate) async fn script(&mut self, text: &'static str) -> SqlResult<()> {
        let script = sqlx::raw_sql(text);
        match self {
            Self::Sqlite(connection) => script.execute(&mut **connection).await.map(drop),
            Self::Postgres(connection) => script.execute(&mut **connection).await.map(drop),
        }
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&mut self) -> SqlResult<()> {
        match self {
            // The write lock at once, so that no statement inside can fail for want of it.
            Self::Sqlite(_) => self.script("BEGIN IMMEDIATE").await,
            Self::Postgres(_) => self.script("BEGIN").await,
        }
    }

    /// Commits. When it returns, what was written is on disk.
    pub(crate) async fn commit(&mut self) -> SqlResult<()> {
        self.script("COMMIT").await
    }

    /// Undoes the transaction.
    pub(crate) async fn rollback(&mut self) -> SqlResult<()> {
        self.script("ROLLBACK").await
    }

    /// Whether the database has a table of this name.
    pub(crate) async fn has_table(&mut self, name: &str) -> SqlResult<bool> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"
            }
            Self::Postgres(_) => {
                "SELECT COUNT(*) FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_name = $1"
            }
        };
        let found: Option<(i64,)> = self
            .fetch_optional(&crate::sql::sql(query).bind(name))
            .await?;
        Ok(found.is_some_and(|(count,)| count > 0))
    }

    /// Which of two texts is for this database.
    pub(crate) fn choose(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// Closes in order.
    pub(crate) async fn close(self) -> SqlResult<()> {
        match self {
            Self::Sqlite(connection) => sqlx::Connection::close(*connection).await,
            Self::Postgres(connection) => sqlx::Connection::close(*connection).await,
        }
    }
}

impl Readers {
    /// A pool that connects when it is first asked.
    pub(crate) fn open(backend: &Backend) -> SqlResult<Self> {
        Ok(match backend {
            Backend::Sqlite(file) => Self::Sqlite(sqlite::readers(file)),
            Backend::Postgres(url) => Self::Postgres(postgres::readers(url)?),
        })
    }

    /// Runs a query to its end.
    pub(crate) async fn fetch_all<T: Record>(&self, sql: &Sql) -> SqlResult<Vec<T>> {
        match self {
            Self::Sqlite(pool) => sqlite::fetch_all(pool, sql).await,
            Self::Postgres(pool) => postgres::fetch_all(pool, sql).await,
        }
    }

    /// Runs a query for its first row.
    pub(crate) async fn fetch_optional<T: Record>(&self, sql: &Sql) -> SqlResult<Option<T>> {
        match self {
            Self::Sqlite(pool) => sqlite::fetch_optional(pool, sql).await,
            Self::Postgres(pool) => postgres::fetch_optional(pool, sql).await,
        }
    }

    /// Bytes of database in use, and bytes that could be given back to the file system.
    pub(crate) async fn size(&self) -> SqlResult<(u64, u64)> {
        match self {
            Self::Sqlite(_) => sqlite::size(self).await,
            Self::Postgres(_) => Ok((postgres::size(self).await?, 0)),
        }
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A statement that gives one small step of free space back to the file system, where the database
/// does not do so by itself.
pub(crate) fn shrink_step(backend: &Backend) -> Option<Sql> {
    match backend {
        Backend::Sqlite(_) => Some(crate::sql::sql(sqlite::SHRINK_STEP)),
        Backend::Postgres(_) => None,
    }
}

/// A consistent copy of the whole database in a new file.
pub(crate) async fn backup(backend: &Backend, file: &Path) -> Result<(), StoreError> {
    match backend {
        Backend::Sqlite(database) => sqlite::backup(database, file).await,
        Backend::Postgres(url) => postgres::backup(url, file).await,
    }
}

/// What an error says about where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The disk is full, the file read-only, or the medium failing.
    Disk,
    /// The connection is gone; a new one may do better.
    Link,
    /// This very statement or its values.
    Statement,
}

/// Tells a full disk from a lost connection from a statement at fault.
pub(crate) fn blame(error: &sqlx::Error) -> Blame {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // SQLSTATEs have five characters, and SQLite's numbers at most four.
            if code.len() == 5 {
                postgres::blame(&code)
            } else {
                sqlite::blame(code.parse().unwrap_or(0))
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Blame::Link,
        _ => Blame::Statement,
    }
}
