//! Bare axum servers: what the framework and the disk allow, without Killwire.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use rusqlite::Connection;
use tokio::net::TcpListener;

use super::say_port_and_wait;
use crate::Outcome;

/// Answers the bytes of `body`, whatever it is asked.
pub(super) fn answer(body: &Path) -> Outcome<()> {
    let body = Bytes::from(std::fs::read(body)?);
    serve(Router::new().fallback(get(async move || json(body.clone()))))
}

/// Answers the bytes of `body` after one update of a client's row, synced to disk.
pub(super) fn update(body: &Path, file: &Path) -> Outcome<()> {
    let body = Bytes::from(std::fs::read(body)?);
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         CREATE TABLE client (client_id TEXT PRIMARY KEY, base INTEGER NOT NULL) \
         STRICT, WITHOUT ROWID",
    )?;
    let connection = Arc::new(Mutex::new(connection));
    serve(
        Router::new().fallback(get(async move |uri: axum::http::Uri| {
            let client = uri.query().unwrap_or_default().to_owned();
            let moved = tokio::task::spawn_blocking(move || move_on(&connection, &client)).await;
            match moved {
                Ok(Ok(_)) => json(body.clone()),
                _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        })),
    )
}

fn move_on(connection: &Mutex<Connection>, client: &str) -> rusqlite::Result<usize> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection
        .prepare_cached(
            "INSERT INTO client (client_id, base) VALUES (?1, 1) \
             ON CONFLICT (client_id) DO UPDATE SET base = base + 1",
        )?
        .execute([client])
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn serve(router: Router) -> Outcome<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        say_port_and_wait(port).await
    })
}
