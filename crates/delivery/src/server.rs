//! Connections: accepted up to a cap, bounded in time, ended in order when the server stops.
//!
//! Each connection is one task in one set, owned by [`serve`], which ends only when the set is
//! empty. When `stop` is cancelled the listener closes, idle connections close at once, and open
//! requests are answered (long polls with what there is, see [`crate::Delivery::stop`]); what is
//! not done after the grace period is cut off.
//!
//! A connection that changes to another protocol leaves its task, and keeps its seat (see
//! [`crate::seats`]). It must end by itself when `stop` is cancelled; [`serve`] waits for it.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::header::CONNECTION;
use http::{HeaderMap, HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::ConnectionLimits;
use crate::error::ApiError;
use crate::seats::{Admission, Full, Seat, Seats};
use crate::slow_client::WriteTimeout;

/// How long to wait when the system cannot give another socket (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a socket takes before it has been sent, in bytes, roughly. It is refilled when half of it has
/// gone; what is on its way beside that is the network's affair.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 128 << 10;

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
    let server = Server::new(router, limits, stop);
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
            Ok((socket, address)) => server.admit(socket, address, &mut open),
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
    server_full: Router,
    address_full: Router,
    seats: Seats,
    limits: ConnectionLimits,
    stop: CancellationToken,
}

impl Server {
    fn new(router: Router, limits: ConnectionLimits, stop: CancellationToken) -> Self {
        let (open, per_address) = (limits.open, limits.per_address);
        Self {
            http: http_settings(&limits),
            router,
            server_full: refusal(move || ApiError::TooManyConnections(open)),
            address_full: refusal(move || ApiError::TooManyFromAddress(per_address)),
            seats: Seats::new(&limits),
            limits,
            stop,
        }
    }

    fn admit(&self, socket: TcpStream, address: SocketAddr, open: &mut JoinSet<()>) {
        let proxies = &self.limits.trusted_proxies;
        let peer = proxies.client(address.ip(), &HeaderMap::new());
        let (router, seat) = match self.seats.admit(peer) {
            Admission::Served(seat) => (&self.router, seat),
            Admission::TurnedAway(Full::Server, seat) => (&self.server_full, seat),
            Admission::TurnedAway(Full::Address, seat) => (&self.address_full, seat),
            Admission::Unheard => return,
        };
        open.spawn(self.connection(socket, address, router.clone(), seat));
    }

    /// One connection, from its first request to its end, or until it speaks HTTP no more.
    fn connection(
        &self,
        socket: TcpStream,
        address: SocketAddr,
        router: Router,
        seat: Seat,
    ) -> impl Future<Output = ()> + Send + 'static {
        prepare(&socket);
        let socket = TokioIo::new(WriteTimeout::new(socket, self.limits.write_timeout, seat));
        let router = TowerToHyperService::new(router);
        let proxies = self.limits.trusted_proxies.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            let client = proxies.client(address.ip(), request.headers());
            request.extensions_mut().insert(client);
            router.call(request)
        });
        let connection = self.http.serve_connection(socket, service).with_upgrades();
        let stop = self.stop.clone();
        async move {
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
            self.seats.empty().await;
        };
        let grace = self.limits.shutdown_grace;
        if tokio::time::timeout(grace, all_ended).await.is_err() {
            tracing::warn!(
                open = self.seats.taken(),
                "cutting off connections that did not end"
            );
            open.shutdown().await;
        }
    }
}

/// An answer goes out when it is written, not when the next one joins it. What is meant for a client
/// that takes it slowly stays in the log, which all share: the system would take megabytes for each.
fn prepare(socket: &TcpStream) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a socket keeps small packets back");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(socket).set_tcp_notsent_lowat(UNSENT_BYTES) {
        tracing::debug!(%error, "a socket takes more than can be sent");
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
fn refusal(reason: impl Fn() -> ApiError + Clone + Send + Sync + 'static) -> Router {
    Router::new().fallback(async move || -> Response {
        let mut response = reason().into_response();
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

#[cfg(test)]
mod tests;
