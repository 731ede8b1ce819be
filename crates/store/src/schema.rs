//! The schema's versions, and the way from one to the next.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backend::{Connection, backup};
use crate::column::micros;
use crate::error::database;
use crate::sql::sql;
use crate::{Backend, StoreError};

/// One step from a version to the next. Steps are never changed once released, only added.
struct Step {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        version: 1,
        sqlite: include_str!("schema/001.sqlite.sql"),
        postgres: include_str!("schema/001.postgres.sql"),
    },
    Step {
        version: 2,
        sqlite: include_str!("schema/002.sqlite.sql"),
        postgres: include_str!("schema/002.postgres.sql"),
    },
    Step {
        version: 3,
        sqlite: include_str!("schema/003.sqlite.sql"),
        postgres: include_str!("schema/003.postgres.sql"),
    },
    Step {
        version: 4,
        sqlite: include_str!("schema/004.sqlite.sql"),
        postgres: include_str!("schema/004.postgres.sql"),
    },
    Step {
        version: 5,
        sqlite: include_str!("schema/005.sqlite.sql"),
        postgres: include_str!("schema/005.postgres.sql"),
    },
];

/// Brings the database to the newest version, each step in a transaction of its own. An existing
/// SQLite file is copied beside itself before.
///
/// # Errors
/// `NewerSchema` when the database knows more than this program; then nothing is touched.
pub(crate) async fn migrate(
    connection: &mut Connection,
    backend: &Backend,
    now: Timestamp,
) -> Result<(), StoreError> {
    migrate_by(connection, backend, now, STEPS).await
}

async fn migrate_by(
    connection: &mut Connection,
    backend: &Backend,
    now: Timestamp,
    steps: &[Step],
) -> Result<(), StoreError> {
    let doing = database("reading the schema version");
    let known = steps.last().map_or(0, |step| step.version);
    let mut found = 0;
    if connection
        .has_table("schema_version")
        .await
        .map_err(&doing)?
    {
        let query = sql("SELECT MAX(version) FROM schema_version");
        let row: Option<(Option<i64>,)> =
            connection.fetch_optional(&query).await.map_err(&doing)?;
        found = row.and_then(|(version,)| version).unwrap_or(0);
    }
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    if found == known {
        return Ok(());
    }
    if let (Backend::Sqlite(file), 1..) = (backend, found) {
        let copy = copy_before(file, found);
        tracing::info!(copy = %copy.display(), "copying the database before its schema changes");
        backup(backend, &copy).await?;
    }
    for step in steps.iter().filter(|step| step.version > found) {
        apply(connection, step, now)
            .await
            .map_err(database("changing the schema"))?;
    }
    Ok(())
}

/// Where the copy goes that is made before leaving `version`: `killwire.db.v1.bak`. One that was
/// left by an attempt that failed is kept, and this one numbered.
fn copy_before(file: &std::path::Path, version: i64) -> PathBuf {
    let named = |suffix: String| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let first = named(format!(".v{version}.bak"));
    let further = (2_u32..).map(|number| named(format!(".v{version}.{number}.bak")));
    std::iter::once(first.clone())
        .chain(further)
        .find(|copy| !copy.exists())
        .unwrap_or(first)
}

async fn apply(
    connection: &mut Connection,
    step: &Step,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    connection.begin().await?;
    let done = async {
        connection
            .script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)")
            .await?;
        connection.script(connection.choose(step.sqlite, step.postgres)).await?;
        let note = sql("INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)");
        connection.execute(&note.bind(step.version).bind(micros(now))).await?;
        connection.commit().await
    }
    .await;
    if done.is_err() {
        // The failure that counts is the first; the connection is not used again.
        let _ = connection.rollback().await;
    }
    done
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MORE: &[Step] = &[
        Step {
            version: 1,
            sqlite: "CREATE TABLE one (a BIGINT)",
            postgres: "",
        },
        Step {
            version: 2,
            sqlite: "CREATE TABLE two (b BIGINT); INSERT INTO one (a) VALUES (7)",
            postgres: "",
        },
    ];

    async fn open(file: &std::path::Path) -> (Connection, Backend) {
        let backend = Backend::Sqlite(file.to_owned());
        (Connection::open(&backend).await.unwrap(), backend)
    }

    #[tokio::test]
    async fn an_existing_database_is_copied_before_its_schema_changes() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("k.db");
        let (mut connection, backend) = open(&file).await;
        let now = Timestamp::UNIX_EPOCH;
        migrate_by(&mut connection, &backend, now, &MORE[..1])
            .await
            .unwrap();
        assert_eq!(
            std::fs::read_dir(&directory)
                .unwrap()
                .filter(|entry| {
                    entry
                        .as_ref()
                        .unwrap()
                        .file_name()
                        .to_string_lossy()
                        .ends_with(".bak")
                })
                .count(),
            0,
            "a new database needs no copy"
        );

        migrate_by(&mut connection, &backend, now, MORE)
            .await
            .unwrap();
        assert!(connection.has_table("two").await.unwrap());
        let (mut copy, _) = open(&directory.path().join("k.db.v1.bak")).await;
        assert!(copy.has_table("one").await.unwrap());
        assert!(
            !copy.has_table("two").await.unwrap(),
            "the copy is from before"
        );
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let (mut connection, backend) = open(&directory.path().join("k.db")).await;
        let broken = [Step {
            version: 1,
            sqlite: "CREATE TABLE one (a BIGINT); CREATE TABLE one (a BIGINT)",
            postgres: "",
        }];
        let now = Timestamp::UNIX_EPOCH;
        assert!(
            migrate_by(&mut connection, &backend, now, &broken)
                .await
                .is_err()
        );
        assert!(!connection.has_table("one").await.unwrap());
    }
}
