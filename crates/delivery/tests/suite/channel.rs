//! Phoenix channels over real sockets: a server, and a client with few words.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use killwire_delivery::{Limits, serve};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;

use crate::websocket::{Frame, Socket};
use crate::world::{PATIENCE, World};

pub(crate) const LOBBY: &str = "killmails:lobby";
pub(crate) const STREAM: &str = "killmails:stream";
pub(crate) const V2: &str = "/socket/websocket?vsn=2.0.0";

pub(crate) struct Server {
    pub(crate) world: World,
    pub(crate) address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::of(World::new().await).await
    }

    pub(crate) async fn of(world: World) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), world)
    }

    /// A server whose sockets take little that is not read; they have that of their listener.
    pub(crate) async fn with_small_buffers() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(32 << 10).unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        Self::on(socket.listen(16).unwrap(), World::new().await)
    }

    fn on(listener: TcpListener, world: World) -> Self {
        let address = listener.local_addr().unwrap();
        let (router, stop) = (world.router.clone(), world.stop.clone());
        let serving = serve(listener, router, Limits::default().connections, stop);
        Self {
            world,
            address,
            serving: tokio::spawn(serving),
        }
    }

    /// A connection that speaks version 2.
    pub(crate) async fn connect(&self) -> Client {
        self.connect_with(None).await
    }

    /// The same, with a receive buffer of this size.
    pub(crate) async fn connect_with(&self, room: Option<u32>) -> Client {
        self.connect_in(V2, room).await
    }

    /// A connection to this path, which says that it speaks version 2.
    pub(crate) async fn connect_at(&self, path: &str) -> Client {
        self.connect_in(path, None).await
    }

    pub(crate) async fn connect_in(&self, path: &str, room: Option<u32>) -> Client {
        let mut socket = Socket::connect(self.address, room).await;
        socket.upgrade(path).await;
        Client {
            socket,
            next_ref: 1,
        }
    }

    /// A connection that has joined `topic`, and has got the reply.
    pub(crate) async fn joined(&self, topic: &str, payload: Value) -> Client {
        let mut client = self.connect().await;
        client.join(topic, payload).await;
        client
    }

    /// Moves the clock on, a second at a time, so that each timer goes off at its time.
    pub(crate) async fn pass(&self, span: Duration) {
        for _ in 0..span.as_secs() {
            self.world.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the hub says of itself what is `wanted`.
    pub(crate) async fn until(&self, wanted: impl Fn(&killwire_delivery::HubReport) -> bool) {
        let waiting = async {
            while !wanted(&self.world.hub.report()) {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| panic!("still {:?}", self.world.hub.report()));
    }

    /// Waits until the server has ended.
    pub(crate) async fn stopped(self) {
        self.world.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.serving).await;
        ended.expect("the server ends").unwrap().unwrap();
        let ended = tokio::time::timeout(PATIENCE, self.world.hub.ended()).await;
        ended.expect("all channels end");
    }
}

/// A client of version 2 with string refs, as phoenix.js has them.
pub(crate) struct Client {
    pub(crate) socket: Socket,
    next_ref: u64,
}

/// A message of the server by its parts.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) join_ref: Value,
    pub(crate) own_ref: Value,
    pub(crate) topic: String,
    pub(crate) event: String,
    pub(crate) payload: Value,
}

impl Message {
    pub(crate) fn read(text: &str) -> Self {
        let parts: Vec<Value> = serde_json::from_str(text).expect("a JSON array");
        let [join_ref, own_ref, topic, event, payload]: [Value; 5] =
            parts.try_into().expect("exactly five items");
        Self {
            join_ref,
            own_ref,
            topic: topic.as_str().expect("a topic").to_owned(),
            event: event.as_str().expect("an event").to_owned(),
            payload,
        }
    }

    /// The killmails that it brings.
    pub(crate) fn ids(&self) -> Vec<i64> {
        let one = |killmail: &Value| killmail["killmail_id"].as_i64().unwrap();
        match self.event.as_str() {
            "killmail_update" => {
                let killmails = self.payload["killmails"].as_array().unwrap();
                killmails.iter().map(one).collect()
            }
            "new_killmail" => vec![one(&self.payload["killmail"])],
            _ => Vec::new(),
        }
    }
}

impl Client {
    /// Joins, and answers the response to it. What comes before is not read.
    pub(crate) async fn join(&mut self, topic: &str, payload: Value) -> Value {
        let own = self.next_ref;
        self.next_ref += 1;
        let frame = json!([own.to_string(), own.to_string(), topic, "phx_join", payload]);
        self.socket.text(&frame.to_string()).await;
        self.response(own).await
    }

    /// Asks the lobby, and answers the response.
    pub(crate) async fn ask(&mut self, event: &str, payload: Value) -> Value {
        let own = self.next_ref;
        self.next_ref += 1;
        let frame = json!(["1", own.to_string(), LOBBY, event, payload]);
        self.socket.text(&frame.to_string()).await;
        self.response(own).await
    }

    /// The reply to `own`. No killmail may come before it.
    async fn response(&mut self, own: u64) -> Value {
        loop {
            let message = self.message().await;
            if message.event != "phx_reply" {
                assert_eq!(message.ids(), [0; 0], "before the reply to {own}");
                continue;
            }
            assert_eq!(message.own_ref, own.to_string(), "{message:?}");
            assert_eq!(message.payload["status"], "ok", "{message:?}");
            return message.payload["response"].clone();
        }
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> Message {
        Message::read(&self.socket.next_text().await)
    }

    /// The next message of this event; those of others are passed over.
    pub(crate) async fn next(&mut self, event: &str) -> Message {
        loop {
            let message = self.message().await;
            if message.event == event {
                return message;
            }
        }
    }

    /// The next killmails, in the order in which they come; counts and the ends of preloads are
    /// passed over.
    pub(crate) async fn killmails(&mut self, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            ids.extend(self.message().await.ids());
        }
        ids
    }

    /// Everything that has been sent up to now: what comes before the answer to a heartbeat.
    pub(crate) async fn heartbeat(&mut self) -> Vec<Message> {
        self.socket
            .text(r#"[null,"beat","phoenix","heartbeat",{}]"#)
            .await;
        let mut before = Vec::new();
        loop {
            let message = self.message().await;
            if message.own_ref == "beat" {
                return before;
            }
            before.push(message);
        }
    }

    /// Pings, and waits for the pong.
    pub(crate) async fn ping(&mut self) {
        self.socket.ping(b"").await;
        loop {
            match self.socket.frame().await {
                Some(Frame::Pong(payload)) if payload.is_empty() => return,
                Some(Frame::Text(_)) => {}
                other => panic!("a pong was to come, not {other:?}"),
            }
        }
    }
}

/// A frame without what is different each time.
pub(crate) fn redacted(text: &str) -> String {
    let mut text = text.to_owned();
    for member in ["subscription_id", "user_id"] {
        let start = format!(r#""{member}":""#);
        if let Some(at) = text.find(&start) {
            let from = at + start.len();
            let length = text[from..].find('"').unwrap();
            text.replace_range(from..from + length, &format!("<{member}>"));
        }
    }
    text
}
