//! Where a test plays: an empty database of its own on one backend, and a clock that it moves.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_store::{Backend, Store, StoreConfig, StoreError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

/// The URL of a PostgreSQL server on which tests may create databases.
const POSTGRES_URL: &str = "KILLWIRE_TEST_POSTGRES_URL";

/// An empty database on one backend, and a clock.
pub(crate) struct Arena {
    place: Place,
    /// Stands still until a test moves it.
    pub(crate) clock: Clock,
}

enum Place {
    Sqlite(TempDir),
    Postgres {
        server: Box<PgConnectOptions>,
        database: String,
    },
}

impl Arena {
    /// A file in a directory of its own.
    pub(crate) fn sqlite() -> Self {
        Self::at(Place::Sqlite(tempfile::tempdir().unwrap()))
    }

    /// A fresh database, or none, with a word about why, where no server was named.
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let Ok(url) = std::env::var(POSTGRES_URL) else {
            eprintln!("skipped: {test} on PostgreSQL, because {POSTGRES_URL} is not set");
            return None;
        };
        let server: PgConnectOptions = url.parse().expect("a postgres:// URL in the environment");
        let server = Box::new(server);
        let database = format!(
            "killwire_test_{}_{}",
            std::process::id(),
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        let mut admin = server.connect().await.expect("the PostgreSQL server");
        let create = AssertSqlSafe(format!("CREATE DATABASE {database}"));
        sqlx::raw_sql(create).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        Some(Self::at(Place::Postgres { server, database }))
    }

    /// An arena with what a backup holds.
    pub(crate) async fn restored(&self, backup: &Path) -> Self {
        let Place::Postgres { server, .. } = &self.place else {
            let copy = Self::sqlite();
            std::fs::copy(backup, copy.file()).unwrap();
            return copy;
        };
        let copy = Self::postgres("a backup").await.unwrap();
        let Place::Postgres { database, .. } = &copy.place else {
            panic!("a PostgreSQL arena");
        };
        let mut url = server.clone().database(database).to_url_lossy();
        // SQLx writes parameters of its own that libpq refuses.
        url.set_query(None);
        let restore = tokio::process::Command::new("pg_restore")
            .args(["--no-owner", "--exit-on-error", "--dbname", url.as_str()])
            .arg(backup)
            .output();
        let restored = restore.await.expect("pg_restore, from postgresql-client");
        assert!(restored.status.success(), "{restored:?}");
        copy
    }

    fn at(place: Place) -> Self {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        Self {
            place,
            clock: Clock::manual(start),
        }
    }

    /// Drops what the test left behind.
    pub(crate) async fn remove(self) {
        if let Place::Postgres { server, database } = self.place {
            let mut admin = server.connect().await.unwrap();
            let drop = AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)"));
            sqlx::raw_sql(drop).execute(&mut admin).await.unwrap();
        }
    }

    /// Whether the database is a file.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Sqlite(_))
    }

    /// The defaults, on this arena's database.
    pub(crate) fn config(&self) -> StoreConfig {
        StoreConfig::new(match &self.place {
            Place::Sqlite(_) => Backend::Sqlite(self.file()),
            Place::Postgres { server, database } => {
                let url = server.clone().database(database).to_url_lossy();
                Backend::Postgres(url.into())
            }
        })
    }

    /// The database file, on SQLite.
    fn file(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(directory) => directory.path().join("killwire.db"),
            Place::Postgres { .. } => panic!("a PostgreSQL arena has no file"),
        }
    }

    /// How many copies of the database lie beside it, made before its schema changed.
    pub(crate) fn copies(&self) -> usize {
        let Place::Sqlite(directory) = &self.place else {
            return 0;
        };
        let files = std::fs::read_dir(directory.path()).unwrap();
        files
            .filter(|file| {
                let name = file.as_ref().unwrap().file_name();
                name.to_string_lossy().ends_with(".bak")
            })
            .count()
    }

    /// Opens the store with the defaults.
    pub(crate) async fn open(&self) -> Store {
        self.open_with(|_| {}).await
    }

    /// Opens the store with a window of so many events.
    pub(crate) async fn open_with_window(&self, events: usize) -> Store {
        self.open_with(|config| config.window.events = events).await
    }

    /// Opens the store with a changed configuration. A handle dropped a moment ago gives the lead
    /// back when its last task ends, so a lead that is still held is waited for.
    pub(crate) async fn open_with(&self, change: impl FnOnce(&mut StoreConfig)) -> Store {
        let mut config = self.config();
        change(&mut config);
        let opened = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                match Store::open(config.clone(), self.clock.clone()).await {
                    Err(StoreError::Led) => tokio::time::sleep(Duration::from_millis(10)).await,
                    opened => return opened.unwrap(),
                }
            }
        });
        opened.await.expect("the lead comes free within 20 s")
    }

    /// Moves the clock on by whole days.
    pub(crate) fn days_pass(&self, days: u32) {
        self.clock.advance(Duration::from_secs(86_400) * days);
    }

    /// Runs SQL on a connection that the store knows nothing of.
    pub(crate) async fn sql(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        match &self.place {
            Place::Sqlite(_) => {
                let mut other = self.other_sqlite().await;
                sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
            }
            Place::Postgres { server, database } => {
                let mut other = server.clone().database(database).connect().await.unwrap();
                sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
            }
        }
    }

    /// Bytes as SQL writes them.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.is_sqlite() {
            format!("X'{digits}'")
        } else {
            format!("'\\x{digits}'::bytea")
        }
    }

    /// One number from the database, on a connection that the store knows nothing of: what is
    /// committed, and no more.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        let query = AssertSqlSafe(query.to_owned());
        match &self.place {
            Place::Sqlite(_) => {
                let mut other = self.other_sqlite().await;
                sqlx::query_scalar(query)
                    .fetch_one(&mut other)
                    .await
                    .unwrap()
            }
            Place::Postgres { server, database } => {
                let mut other = server.clone().database(database).connect().await.unwrap();
                sqlx::query_scalar(query)
                    .fetch_one(&mut other)
                    .await
                    .unwrap()
            }
        }
    }

    /// How the database would run a query, in its own words. PostgreSQL is told that the table is
    /// too large to be read or sorted: it has no rows to see that by.
    pub(crate) async fn plan_of(&self, query: &str) -> String {
        match &self.place {
            Place::Sqlite(_) => {
                let query = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
                let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(query)
                    .fetch_all(&mut self.other_sqlite().await)
                    .await
                    .unwrap();
                let steps = steps.into_iter().map(|(.., step)| step);
                steps.collect::<Vec<_>>().join("\n")
            }
            Place::Postgres { server, database } => {
                let mut other = server.clone().database(database).connect().await.unwrap();
                sqlx::raw_sql("SET enable_seqscan = off; SET enable_sort = off")
                    .execute(&mut other)
                    .await
                    .unwrap();
                let query = AssertSqlSafe(format!("EXPLAIN {query}"));
                let steps: Vec<String> = sqlx::query_scalar(query)
                    .fetch_all(&mut other)
                    .await
                    .unwrap();
                steps.join("\n")
            }
        }
    }

    /// Makes every insert into the table whose name holds `word` fail, from outside the store.
    pub(crate) async fn make_writes_fail(&self, word: &str) {
        let table = self.table(word).await;
        if self.is_sqlite() {
            self.sql(&format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
            ))
            .await;
        } else {
            self.sql(&format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql \
                 AS 'BEGIN RAISE ''refused by the test''; END'; \
                 CREATE TRIGGER refuse BEFORE INSERT ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
            ))
            .await;
        }
    }

    /// Ends [`Arena::make_writes_fail`].
    pub(crate) async fn let_writes_succeed(&self, word: &str) {
        if self.is_sqlite() {
            self.sql("DROP TRIGGER refuse").await;
        } else {
            let table = self.table(word).await;
            self.sql(&format!(
                "DROP TRIGGER refuse ON {table}; DROP FUNCTION refuse()"
            ))
            .await;
        }
    }

    async fn table(&self, word: &str) -> String {
        let query = if self.is_sqlite() {
            format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%{word}%'")
        } else {
            format!("SELECT tablename::text FROM pg_tables WHERE tablename LIKE '%{word}%'")
        };
        let query = AssertSqlSafe(query);
        match &self.place {
            Place::Sqlite(_) => sqlx::query_scalar(query)
                .fetch_one(&mut self.other_sqlite().await)
                .await
                .unwrap(),
            Place::Postgres { server, database } => sqlx::query_scalar(query)
                .fetch_one(&mut server.clone().database(database).connect().await.unwrap())
                .await
                .unwrap(),
        }
    }

    async fn other_sqlite(&self) -> sqlx::SqliteConnection {
        sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.file())
            .create_if_missing(true)
            .connect()
            .await
            .unwrap()
    }
}
