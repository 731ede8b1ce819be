//! PostgreSQL: one connection that writes and holds the lead, a few that read.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, PgPool, Postgres};

use super::{Blame, Readers, Record, SqlResult};
use crate::StoreError;
use crate::error::database;
use crate::sql::{Holds, Rows, Sql, Value, sql};

/// The advisory lock that elects: "killwire" in ASCII.
const LEAD: i64 = 0x6b69_6c6c_7769_7265;

/// SQLSTATE of a lock that did not come free in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

fn options(url: &str) -> SqlResult<PgConnectOptions> {
    let options: PgConnectOptions = url.parse()?;
    Ok(options
        .application_name("killwire")
        .disable_statement_logging())
}

/// The writer's connection. A commit returns when its bytes are on disk, whatever the server's
/// default is.
pub(super) async fn connect(url: &str) -> SqlResult<PgConnection> {
    let options = options(url)?
        .options([("synchronous_commit", "on")])
        .statement_cache_capacity(256);
    let connect = tokio::time::timeout(Duration::from_secs(10), options.connect());
    connect.await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// The connections that read.
pub(super) fn readers(url: &str) -> SqlResult<PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(8)
        .min_connections(0)
        .idle_timeout(Duration::from_secs(60))
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options(url)?))
}

/// Waits up to ten seconds for whoever leads now to go.
pub(super) async fn wait_for_lead(connection: &mut PgConnection) -> Result<(), StoreError> {
    let doing = database("waiting for the lead");
    let run = |text| sqlx::raw_sql(text);
    run("SET lock_timeout = '10s'")
        .execute(&mut *connection)
        .await
        .map_err(&doing)?;
    let lock = sql("SELECT pg_advisory_lock($1)").bind(LEAD);
    match execute(connection, &lock).await {
        Ok(_) => {}
        Err(sqlx::Error::Database(error))
            if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) =>
        {
            return Err(StoreError::Led);
        }
        Err(error) => return Err(doing(error)),
    }
    run("SET lock_timeout = DEFAULT")
        .execute(&mut *connection)
        .await
        .map(drop)
        .map_err(&doing)
}

/// Takes the lead if it is free.
pub(super) async fn try_lead(connection: &mut PgConnection) -> SqlResult<()> {
    let lock = sql("SELECT pg_try_advisory_lock($1)").bind(LEAD);
    let taken: Option<(bool,)> = fetch_optional(connection, &lock).await?;
    if taken != Some((true,)) {
        tracing::warn!("writing goes on without the election lock, which another session holds");
    }
    Ok(())
}

fn text(sql: &Sql) -> AssertSqlSafe<std::borrow::Cow<'static, str>> {
    AssertSqlSafe(sql.text.clone())
}

/// PostgreSQL's text cannot hold NUL; what an upstream sent may.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn arguments(values: &[Value]) -> SqlResult<PgArguments> {
    use sqlx::Arguments;
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Int(value) => Arguments::add(&mut arguments, *value),
            Value::Text(value) => Arguments::add(&mut arguments, value.as_deref().map(clean)),
            Value::Bytes(value) => Arguments::add(&mut arguments, value.clone()),
            Value::Ints(list) => Arguments::add(&mut arguments, list.clone()),
            Value::Texts(list) => {
                let list: Vec<String> = list.iter().map(|text| clean(text)).collect();
                Arguments::add(&mut arguments, list)
            }
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(super) async fn execute(connection: &mut PgConnection, sql: &Sql) -> SqlResult<u64> {
    let query = sqlx::query_with(text(sql), arguments(&sql.values)?);
    Ok(query.execute(connection).await?.rows_affected())
}

pub(super) async fn fetch_all<'c, T: Record>(
    from: impl Executor<'c, Database = Postgres>,
    sql: &Sql,
) -> SqlResult<Vec<T>> {
    sqlx::query_as_with(text(sql), arguments(&sql.values)?)
        .fetch_all(from)
        .await
}

pub(super) async fn fetch_optional<'c, T: Record>(
    from: impl Executor<'c, Database = Postgres>,
    sql: &Sql,
) -> SqlResult<Option<T>> {
    sqlx::query_as_with(text(sql), arguments(&sql.values)?)
        .fetch_optional(from)
        .await
}

/// The columns of rows as one array each: any number of rows is one statement, prepared once.
fn arrays(rows: &Rows) -> SqlResult<(PgArguments, String)> {
    use sqlx::Arguments;
    let columns = rows.table.columns;
    let mut arguments = PgArguments::default();
    let mut unnest = Vec::with_capacity(columns.len());
    for (place, (_, holds)) in columns.iter().enumerate() {
        let column = rows.values.iter().skip(place).step_by(columns.len());
        let number = place + 1;
        match holds {
            Holds::Ints => {
                let column: Vec<Option<i64>> = column
                    .map(|value| match value {
                        Value::Int(value) => *value,
                        _ => None,
                    })
                    .collect();
                unnest.push(format!("${number}::bigint[]"));
                Arguments::add(&mut arguments, column)
            }
            Holds::Texts => {
                let column: Vec<Option<String>> = column
                    .map(|value| match value {
                        Value::Text(value) => value.as_deref().map(clean),
                        _ => None,
                    })
                    .collect();
                unnest.push(format!("${number}::text[]"));
                Arguments::add(&mut arguments, column)
            }
            Holds::Blobs => {
                let column: Vec<Option<Vec<u8>>> = column
                    .map(|value| match value {
                        Value::Bytes(value) => value.clone(),
                        _ => None,
                    })
                    .collect();
                unnest.push(format!("${number}::bytea[]"));
                Arguments::add(&mut arguments, column)
            }
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok((arguments, unnest.join(",")))
}

pub(super) async fn insert(connection: &mut PgConnection, rows: &Rows) -> SqlResult<u64> {
    if rows.values.is_empty() {
        return Ok(0);
    }
    let (arguments, unnest) = arrays(rows)?;
    let columns: Vec<&str> = rows.table.columns.iter().map(|(name, _)| *name).collect();
    let text = format!(
        "INSERT INTO {} ({}) SELECT * FROM UNNEST({unnest}) {}",
        rows.table.name,
        columns.join(","),
        rows.table.conflict
    );
    let query = sqlx::query_with(AssertSqlSafe(text), arguments);
    Ok(query.execute(connection).await?.rows_affected())
}

pub(super) async fn delete(connection: &mut PgConnection, keys: &Rows) -> SqlResult<u64> {
    if keys.values.is_empty() {
        return Ok(0);
    }
    let (arguments, unnest) = arrays(keys)?;
    let name = keys.table.name;
    let columns: Vec<&str> = keys.table.columns.iter().map(|(name, _)| *name).collect();
    let same: Vec<String> = columns
        .iter()
        .map(|column| format!("{name}.{column} = gone.{column}"))
        .collect();
    let text = format!(
        "DELETE FROM {name} USING UNNEST({unnest}) AS gone({}) WHERE {}",
        columns.join(","),
        same.join(" AND ")
    );
    let query = sqlx::query_with(AssertSqlSafe(text), arguments);
    Ok(query.execute(connection).await?.rows_affected())
}

pub(super) async fn size(readers: &Readers) -> SqlResult<u64> {
    let query = sql("SELECT pg_database_size(current_database())");
    let size: Option<(i64,)> = readers.fetch_optional(&query).await?;
    Ok(size
        .and_then(|(bytes,)| u64::try_from(bytes).ok())
        .unwrap_or(0))
}

/// Runs `pg_dump`. What it must know goes through its environment: a command line can be read by
/// every user of the machine.
pub(super) async fn backup(url: &str, file: &Path) -> Result<(), StoreError> {
    let refuse = |reason: String| StoreError::Backup {
        file: file.to_owned(),
        reason,
    };
    if file.exists() {
        return Err(refuse("there is already a file of that name".to_owned()));
    }
    let options = options(url).map_err(database("reading the database URL"))?;
    let password = options.to_url_lossy().password().map(percent_decoded);
    let host = options.get_socket().map_or_else(
        || options.get_host().into(),
        |socket| socket.as_os_str().to_owned(),
    );
    let ssl_mode = match options.get_ssl_mode() {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    };
    let mut dump = tokio::process::Command::new("pg_dump");
    dump.args(["--format=custom", "--no-password", "--file"])
        .arg(file)
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env(
            "PGDATABASE",
            options.get_database().unwrap_or(options.get_username()),
        )
        .env("PGSSLMODE", ssl_mode)
        .kill_on_drop(true);
    if let Some(password) = password {
        dump.env("PGPASSWORD", password);
    }
    match dump.output().await {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(refuse(format!(
            "pg_dump failed: {}",
            String::from_utf8_lossy(&done.stderr).trim()
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(refuse(
            "pg_dump is not installed; install PostgreSQL's client programs (Debian: postgresql-client)"
                .to_owned(),
        )),
        Err(error) => Err(refuse(format!("pg_dump could not be run: {error}"))),
    }
}

/// A password as it stands in a URL, in plain.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match (first, tail) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// SQLSTATE classes.
pub(super) fn blame(code: &str) -> Blame {
    match code {
        // Out of disk, out of memory, I/O error, read-only.
        "53100" | "53200" | "58030" | "25006" => Blame::Disk,
        // Connection exceptions, too many connections, the server going down.
        _ if code.starts_with("08") || code.starts_with("57P") || code == "53300" => Blame::Link,
        _ => Blame::Statement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_as_it_was_meant() {
        assert_eq!(percent_decoded("a%40b%2Fc"), "a@b/c");
        assert_eq!(percent_decoded("100%"), "100%");
    }
}
