//! What only the inside of the server shows: connections from addresses that a test cannot connect
//! from, and connections that leave HTTP. The rest is in the suite.

use axum::extract::Request;
use axum::routing::get;
use bytes::Bytes;
use http::StatusCode;
use http::header::UPGRADE;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;

use super::*;
use crate::ClientAddress;

const PATIENCE: Duration = Duration::from_secs(20);

async fn who(client: ClientAddress) -> String {
    client.ip().to_string()
}

fn limits() -> ConnectionLimits {
    ConnectionLimits {
        per_address: 1,
        trusted_proxies: "10.0.0.0/8".parse().unwrap(),
        ..ConnectionLimits::default()
    }
}

/// A server whose connections come from wherever a test says.
struct Stage {
    listener: TcpListener,
    server: Server,
    open: JoinSet<()>,
}

impl Stage {
    async fn new(router: Router) -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            server: Server::new(router, limits(), CancellationToken::new()),
            open: JoinSet::new(),
        }
    }

    async fn connect_from(&mut self, ip: &str) -> TcpStream {
        let address = self.listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(address), self.listener.accept());
        let (socket, _) = accepted.unwrap();
        let pretended = SocketAddr::new(ip.parse().unwrap(), 4711);
        self.server.admit(socket, pretended, &mut self.open);
        client.unwrap()
    }
}

/// Sends one request and returns the last line of its answer, with the status before it.
async fn ask(client: &mut TcpStream, headers: &str) -> String {
    let request = format!("GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = client.read_to_string(&mut answer);
    tokio::time::timeout(PATIENCE, reading)
        .await
        .unwrap()
        .unwrap();
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    format!("{status} {body}")
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_told_so_and_nobody_else() {
    let mut stage = Stage::new(Router::new().route("/who", get(who))).await;
    let mut first = stage.connect_from("192.0.2.1").await;
    let mut second = stage.connect_from("192.0.2.1").await;
    let refused = ask(&mut second, "").await;
    assert_eq!(
        refused,
        r#"429 {"error":"too many connections are open from this address (at most 1); share one among what you run, or try again later"}"#
    );
    let mut other = stage.connect_from("192.0.2.2").await;
    assert_eq!(ask(&mut other, "").await, "200 192.0.2.2");
    assert_eq!(ask(&mut first, "").await, "200 192.0.2.1");
    // The first has ended: its place is free again.
    stage.open.join_all().await;
    stage.open = JoinSet::new();
    let mut third = stage.connect_from("192.0.2.1").await;
    assert_eq!(ask(&mut third, "").await, "200 192.0.2.1");
}

#[tokio::test]
async fn a_proxy_may_open_many_connections_and_is_believed_about_its_clients() {
    let mut stage = Stage::new(Router::new().route("/who", get(who))).await;
    let mut one = stage.connect_from("10.0.0.1").await;
    let mut two = stage.connect_from("10.0.0.1").await;
    let forwarded = "x-forwarded-for: 198.51.100.1, 203.0.113.7\r\n";
    assert_eq!(ask(&mut one, forwarded).await, "200 203.0.113.7");
    assert_eq!(ask(&mut two, "").await, "200 10.0.0.1");
    let mut stranger = stage.connect_from("192.0.2.1").await;
    assert_eq!(ask(&mut stranger, forwarded).await, "200 192.0.2.1");
}

/// Hands the socket of an upgraded connection, and what had been read of it, to the test.
fn leaving_http(out: mpsc::UnboundedSender<(TcpStream, Seat, Bytes)>) -> Router {
    let leave = async move |request: Request| {
        let upgrade = hyper::upgrade::on(request);
        tokio::spawn(async move {
            let upgraded = upgrade.await.unwrap();
            let parts = upgraded.downcast::<TokioIo<WriteTimeout>>().unwrap();
            let (socket, seat) = parts.io.into_inner().into_socket();
            out.send((socket, seat, parts.read_buf)).unwrap();
        });
        (StatusCode::SWITCHING_PROTOCOLS, [(UPGRADE, "echo")])
    };
    Router::new().route("/who", get(leave))
}

#[tokio::test]
async fn a_connection_that_leaves_http_keeps_its_seat_and_is_waited_for_at_the_end() {
    let (out, mut upgraded) = mpsc::unbounded_channel();
    let mut stage = Stage::new(leaving_http(out)).await;
    let mut client = stage.connect_from("192.0.2.1").await;
    let request =
        "GET /who HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly";
    client.write_all(request.as_bytes()).await.unwrap();
    let (mut socket, seat, early) = upgraded.recv().await.unwrap();
    let mut head = [0; 64];
    let read = client.read(&mut head).await.unwrap();
    assert!(head[..read].starts_with(b"HTTP/1.1 101 "));

    // From here on it is a plain socket.
    let mut heard = early.to_vec();
    client.write_all(b" and late").await.unwrap();
    while heard.len() < b"early and late".len() {
        socket.read_buf(&mut heard).await.unwrap();
    }
    assert_eq!(heard, b"early and late");

    let mut second = stage.connect_from("192.0.2.1").await;
    assert!(ask(&mut second, "").await.starts_with("429 "));
    stage.server.stop.cancel();
    // No task of ours is left, and the server is not done.
    stage.open.join_all().await;
    let draining = stage.server.drain(JoinSet::new());
    tokio::pin!(draining);
    assert!(futures::poll!(draining.as_mut()).is_pending());
    drop((socket, seat));
    tokio::time::timeout(PATIENCE, draining).await.unwrap();
}
