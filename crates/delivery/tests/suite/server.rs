//! Connections over real sockets: caps, timeouts, and an orderly end.

use std::io;
use std::time::Duration;

use futures::FutureExt as _;
use insta::assert_snapshot;
use killwire_delivery::{ConnectionLimits, Limits, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::world::{JITA, PATIENCE, World};

struct Server {
    world: World,
    address: std::net::SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let connections = limits.connections.clone();
        let world = World::with_limits(limits).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = world.router.clone();
        let serving = tokio::spawn(serve(listener, router, connections, world.stop.clone()));
        Self {
            world,
            address,
            serving,
        }
    }

    async fn with_connections(connections: ConnectionLimits) -> Self {
        Self::start(Limits {
            connections,
            ..Limits::default()
        })
        .await
    }

    async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(self.address).await.unwrap())
    }

    async fn stopped(self) {
        let ended = tokio::time::timeout(PATIENCE, self.serving).await;
        ended.expect("the server ends").unwrap().unwrap();
    }
}

struct Connection(TcpStream);

impl Connection {
    async fn ask(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// The next answer's status line and body; empty when the connection closed instead.
    async fn answer(&mut self) -> String {
        let reading = async {
            let mut text = String::new();
            while !complete(&text) {
                let mut chunk = [0; 4096];
                match self.0.read(&mut chunk).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => text.push_str(std::str::from_utf8(&chunk[..count]).unwrap()),
                }
            }
            text
        };
        let text = tokio::time::timeout(PATIENCE, reading).await;
        let text = text.expect("an answer, or the connection's end");
        let status = text.lines().next().unwrap_or_default();
        let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        format!("{status} {body}").trim().to_owned()
    }

    async fn closed(&mut self) -> bool {
        self.answer().await.is_empty()
    }
}

/// Whether `text` holds a whole answer.
fn complete(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let server = Server::start(Limits::default()).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        client.ask("/ping").await;
        assert_eq!(client.answer().await, "HTTP/1.1 200 OK pong");
    }
}

#[tokio::test]
async fn connections_beyond_the_cap_are_told_so() {
    let server = Server::with_connections(ConnectionLimits {
        open: 1,
        ..ConnectionLimits::default()
    })
    .await;
    let mut first = server.connect().await;
    first.ask("/ping").await;
    first.answer().await;

    let mut second = server.connect().await;
    second.ask("/ping").await;
    assert_snapshot!(second.answer().await, @r#"HTTP/1.1 503 Service Unavailable {"error":"too many connections are open (at most 1); try again later"}"#);
    assert!(second.closed().await);

    first.ask("/ping").await;
    assert!(first.answer().await.ends_with("pong"));
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_request_is_dropped() {
    let server = Server::with_connections(ConnectionLimits {
        head_timeout: Duration::from_millis(50),
        ..ConnectionLimits::default()
    })
    .await;
    let mut client = server.connect().await;
    client.0.write_all(b"GET /ping HTTP/1.1\r\n").await.unwrap();
    assert!(client.closed().await);
}

#[tokio::test]
async fn a_request_head_that_is_too_large_is_refused() {
    let head_bytes = 8 << 10;
    let server = Server::with_connections(ConnectionLimits {
        head_bytes,
        ..ConnectionLimits::default()
    })
    .await;
    let mut client = server.connect().await;
    let mut head = "GET /ping HTTP/1.1\r\nx: ".to_owned();
    head.push_str(&"y".repeat(head_bytes - head.len()));
    client.0.write_all(head.as_bytes()).await.unwrap();
    assert!(client.answer().await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn stopping_lets_open_requests_end_and_closes_idle_connections() {
    let server = Server::start(Limits::default()).await;
    let mut idle = server.connect().await;
    idle.ask("/ping").await;
    idle.answer().await;
    let mut busy = server.connect().await;
    busy.ask("/status").await;
    server.world.program.asked.notified().await;

    server.world.stop.cancel();
    assert!(idle.closed().await);
    server.world.program.answer.notify_one();
    assert!(busy.answer().await.ends_with(r#"{"head":7}"#));
    server.stopped().await;
}

#[tokio::test]
async fn stopping_ends_long_polls_early() {
    let server = Server::start(Limits {
        long_polls: 1,
        ..Limits::default()
    })
    .await;
    // One of the two is refused: then the other waits for certain.
    let (mut one, mut other) = (server.connect().await, server.connect().await);
    one.ask("/api/v1/events?wait=60").await;
    other.ask("/api/v1/events?wait=60").await;
    let (refused, mut waits) = tokio::select! {
        refused = one.answer() => (refused, other),
        refused = other.answer() => (refused, one),
    };
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");

    server.world.stop.cancel();
    assert!(waits.answer().await.ends_with(r#"{"events":[],"next":0}"#));
    server.stopped().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_while_it_waits_loses_nothing() {
    let server = Server::start(Limits {
        long_polls: 1,
        ..Limits::default()
    })
    .await;
    // One of the two is refused: then the other waits for certain.
    let feed = |name: &str| format!("/api/killfeed?client_id={name}&systems={JITA}");
    let (mut one, mut other) = (server.connect().await, server.connect().await);
    one.ask(&format!("{}&wait=60", feed("one"))).await;
    other.ask(&format!("{}&wait=60", feed("other"))).await;
    let (waits, name) = tokio::select! {
        _ = one.answer() => (other, "other"),
        _ = other.answer() => (one, "one"),
    };

    drop(waits);
    let world = &server.world;
    let place_given_back = async {
        while world.get("/api/v1/events?wait=1").now_or_never().is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, place_given_back)
        .await
        .unwrap();
    world.kill(101, JITA).await;
    assert_eq!(world.get(&feed(name)).await.events("event_id"), [1]);
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off_after_the_grace_period() {
    let server = Server::with_connections(ConnectionLimits {
        shutdown_grace: Duration::from_millis(50),
        ..ConnectionLimits::default()
    })
    .await;
    let mut busy = server.connect().await;
    busy.ask("/status").await;
    server.world.program.asked.notified().await;
    server.world.stop.cancel();
    server.stopped().await;
    assert!(busy.closed().await);
}
