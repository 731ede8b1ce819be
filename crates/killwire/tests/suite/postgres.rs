//! A database of its own for a test, on the server that `KILLWIRE_TEST_POSTGRES_URL` names.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};

/// The superuser's URL, where a server is given.
const SERVER: &str = "KILLWIRE_TEST_POSTGRES_URL";

/// A new, empty database; none where no server is given.
pub(crate) async fn fresh_database(purpose: &str) -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var(SERVER).ok()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("killwire_{purpose}_{}_{number}", std::process::id());
    let mut admin = PgConnection::connect(&server)
        .await
        .expect("the PostgreSQL test server");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create)
        .execute(&mut admin)
        .await
        .expect("a new database");
    let (address, options) = server
        .split_once('?')
        .map_or((server.as_str(), ""), |(a, o)| (a, o));
    let (root, _) = address.rsplit_once('/').expect("a URL with a database");
    Some(if options.is_empty() {
        format!("{root}/{name}")
    } else {
        format!("{root}/{name}?{options}")
    })
}

/// Tells that a test did not run, where a person sees it.
pub(crate) fn say_skipped(what: &str) {
    eprintln!("skipped: {what}: {SERVER} is not set (scripts/test starts a server for it)");
}
