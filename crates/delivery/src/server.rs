//! Connections: accepted up to a cap, bounded in time, ended in order when the server stops.
//!
//! Each connection is one task in one set, owned by [`serve`], which ends only when the set is
//! empty. When `stop` is cancelled the listener closes, idle connections close at once, and open
//! requests are answered (long polls with what there is, see [`crate::Delivery::stop`]); what is
//! not done after the grace period is cut off.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONNECTION;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use metrics::{counter, gauge};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::error::ApiError;
use crate::slow_client::WriteTimeout;
use crate::{ConnectionLimits, metric};

/// Connections beyond the cap that are told so; those beyond them as well are dropped unheard.
const TURNED_AWAY: usize = 64;

/// How long to wait when the system cannot give another socket (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `stop` is cancelled, then ends within
/// `limits.shutdown_grace`.
///
/// # Errors
/// When the listener's address cannot be read: it is not listening.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: CancellationToken,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let server = Server {
        http: http_settings(&limits),
        refusal: refusal(limits.open),
        router,
        limits,
        stop,
    };
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = server.stop.cancelled() => break,
            Some(ended) = open.join_next(), if !open.is_empty() => {
                note_end(ended);
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, _)) => server.admit(socket, &mut open),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections; trying again");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    server.drain(open).await;
    Ok(())
}

struct Server {
    http: http1::Builder,
    router: Router,
    refusal: Router,
    limits: ConnectionLimits,
    stop: CancellationToken,
}

impl Server {
    fn admit(&self, socket: TcpStream, open: &mut JoinSet<()>) {
        if open.len() < self.limits.open {
            open.spawn(self.connection(socket, self.router.clone()));
            return;
        }
        counter!(metric::CONNECTIONS_REFUSED).increment(1);
        if open.len() < self.limits.open + TURNED_AWAY {
            open.spawn(self.connection(socket, self.refusal.clone()));
        }
    }

    /// One connection, from its first request to its end.
    fn connection(
        &self,
        socket: TcpStream,
        router: Router,
    ) -> impl Future<Output = ()> + Send + 'static {
        // An answer goes out when it is written, not when the next one joins it.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket keeps small packets back");
        }
        let socket = TokioIo::new(WriteTimeout::new(socket, self.limits.write_timeout));
        let service = TowerToHyperService::new(router);
        let connection = self.http.serve_connection(socket, service);
        let stop = self.stop.clone();
        async move {
            let _counted = Counted::new();
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
    }

    async fn drain(&self, mut open: JoinSet<()>) {
        let all_ended = async {
            while let Some(ended) = open.join_next().await {
                note_end(ended);
            }
        };
        let grace = self.limits.shutdown_grace;
        if tokio::time::timeout(grace, all_ended).await.is_err() {
            tracing::warn!(
                open = open.len(),
                "cutting off connections that did not end"
            );
            open.shutdown().await;
        }
    }
}

fn http_settings(limits: &ConnectionLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(limits.head_bytes);
    http
}

/// Answers everything with the reason for which the connection is not served.
fn refusal(open: usize) -> Router {
    Router::new().fallback(async move || -> Response {
        let mut response = ApiError::TooManyConnections(open).into_response();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    })
}

/// Whether accepting failed because of the one who connected: the next may do better.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

fn note_end(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's task panicked");
    }
}

/// Counts an open connection for as long as it lives.
struct Counted;

impl Counted {
    fn new() -> Self {
        gauge!(metric::CONNECTIONS).increment(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!(metric::CONNECTIONS).decrement(1);
    }
}
