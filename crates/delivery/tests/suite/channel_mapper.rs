//! The mapper's checklist, as far as it is about the connection: each line against a client that
//! does over TCP what the mapper's libraries do. Lines 2 to 6, 9, 10, 13 and 14 say something about
//! frames and sessions as well: that is in `src/channel/session/tests/checklist.rs`.

use std::time::Duration;

use killwire_delivery::HubLimits;
use killwire_store::Retention;
use serde_json::{Value, json};

use crate::channel::{LOBBY, Message, Server};
use crate::websocket::{Frame, Socket};
use crate::world::{AMARR, JITA, World, fleet_fight, killmail_at};

/// Its address where the one that it was given ended with a slash, or had a path.
const PATHS: [&str; 3] = [
    "/socket/websocket?vsn=2.0.0&heartbeat=30000",
    "//socket/websocket?vsn=2.0.0&heartbeat=30000",
    "/kills/socket/websocket?vsn=2.0.0&heartbeat=30000",
];
/// How often it pings, and how long it then waits for any byte.
const PING: Duration = Duration::from_secs(30);
/// After so long without an update it opens another connection, and leaves the first one open.
const UNHEALTHY: Duration = Duration::from_secs(15 * 60);

/// phoenix_gen_socket_client 4.0.0 over websocket_client 1.5.0, and the mapper's client on top. What
/// would crash any of them fails the test: the frames are checked by [`Socket`], the messages here.
struct Mapper {
    socket: Socket,
    next_ref: u64,
    /// The ref of its join; the library takes the absence of it for not being joined.
    joined: Option<Value>,
    /// Updates, each event and payload.
    updates: Vec<(String, Value)>,
    /// Updates that came before the reply to the join: the library drops them.
    lost: usize,
    /// Replies, by the ref that they answer.
    replies: Vec<(Value, Value)>,
}

impl Mapper {
    async fn connect(server: &Server, path: &str) -> Self {
        let mut socket = Socket::connect(server.address, None).await;
        socket.upgrade(path).await;
        Self {
            socket,
            next_ref: 1,
            joined: None,
            updates: Vec::new(),
            lost: 0,
            replies: Vec::new(),
        }
    }

    /// Connected and joined with these systems.
    async fn started(server: &Server, systems: &[i64]) -> Self {
        let mut mapper = Self::connect(server, PATHS[0]).await;
        mapper.join(systems).await;
        mapper.until(|mapper| mapper.joined.is_some()).await;
        mapper
    }

    async fn join(&mut self, systems: &[i64]) {
        let own = self.take_ref();
        let payload = json!({ "client_identifier": "wanderer_app", "systems": systems });
        let frame = json!([own, own, LOBBY, "phx_join", payload]);
        self.socket.text(&frame.to_string()).await;
    }

    /// Subscribes to systems, or ends it, and waits for the reply, which the mapper does not.
    async fn push(&mut self, event: &str, systems: &[i64]) -> Value {
        let join_ref = self.joined.clone().expect("not_joined: the push is lost");
        let own = self.take_ref();
        let frame = json!([join_ref, own, LOBBY, event, { "systems": systems }]);
        self.socket.text(&frame.to_string()).await;
        let answers = move |(to, _): &(Value, Value)| *to == json!(own);
        self.until(|mapper| mapper.replies.iter().any(answers))
            .await;
        self.replies.pop().unwrap().1
    }

    const fn take_ref(&mut self) -> u64 {
        self.next_ref += 1;
        self.next_ref - 1
    }

    /// Pings, and takes what comes until the pong.
    async fn ping(&mut self) {
        self.socket.ping(b"").await;
        while !self.take().await {}
    }

    /// Takes what comes until something is so.
    async fn until(&mut self, wanted: impl Fn(&Self) -> bool) {
        while !wanted(self) {
            self.take().await;
        }
    }

    /// The next frame; whether it was the pong.
    async fn take(&mut self) -> bool {
        match self.socket.frame().await {
            Some(Frame::Text(text)) => self.hear(Message::read(&text)),
            Some(Frame::Pong(payload)) => {
                assert!(payload.is_empty(), "it sent an empty ping");
                return true;
            }
            Some(Frame::Close(code)) => panic!("it does not notice a close frame ({code})"),
            None => panic!("the connection ended"),
        }
        false
    }

    fn hear(&mut self, message: Message) {
        match message.event.as_str() {
            "phx_reply" if message.join_ref.is_null() || message.join_ref == message.own_ref => {
                match message.payload["status"].as_str() {
                    Some("ok") => self.joined = Some(message.join_ref).filter(|it| !it.is_null()),
                    Some("error") => panic!("it joins again for ever: {:?}", message.payload),
                    _ => panic!("it crashes on this status: {:?}", message.payload),
                }
            }
            "phx_reply" => self.replies.push((message.own_ref, message.payload)),
            "phx_close" | "phx_error" => panic!("it leaks this connection: {message:?}"),
            "killmail_update" | "kill_count_update" if self.joined.is_none() => self.lost += 1,
            "killmail_update" | "kill_count_update" => {
                check(&message);
                self.updates.push((message.event, message.payload));
            }
            _ => {}
        }
    }

    fn take_updates(&mut self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.updates)
    }

    /// The killmails of the updates so far.
    fn ids(&self) -> Vec<i64> {
        let lists = self.updates.iter().flat_map(|(_, payload)| {
            let killmails = payload["killmails"].as_array();
            killmails.into_iter().flatten()
        });
        lists
            .map(|one| one["killmail_id"].as_i64().unwrap())
            .collect()
    }
}

/// What the mapper's message handler takes.
fn check(message: &Message) {
    let payload = &message.payload;
    let system = payload["system_id"].as_i64().expect("a system");
    assert!(30_000_000 < system && system < 33_000_000, "{system}");
    if message.event == "kill_count_update" {
        assert!(payload["count"].is_u64(), "{payload}");
        return;
    }
    for killmail in payload["killmails"].as_array().expect("a list") {
        assert!(killmail.get("killID").is_none(), "the raw form is rejected");
        assert!(killmail["killmail_id"].as_i64() > Some(0), "{killmail}");
        assert_eq!(killmail["solar_system_id"], system, "{killmail}");
        assert!(killmail["victim"].is_object(), "{killmail}");
        let time = killmail["kill_time"].as_str().expect("a kill_time");
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    }
}

#[tokio::test]
async fn line_1_the_addresses_that_it_makes_lead_to_the_channel() {
    let server = Server::start().await;
    for path in PATHS {
        let mut mapper = Mapper::connect(&server, path).await;
        mapper.join(&[JITA]).await;
        mapper.until(|mapper| mapper.joined.is_some()).await;
    }
}

#[tokio::test]
async fn line_2_its_integer_refs_come_back_as_integers() {
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[]).await;
    assert_eq!(mapper.joined, Some(json!(1)));
    assert_eq!(
        mapper.push("subscribe_systems", &[JITA]).await["status"],
        "ok"
    );
    assert_eq!(mapper.joined, Some(json!(1)));
}

#[tokio::test]
async fn line_3_a_killmail_of_any_size_is_one_text_frame() {
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    server.world.append(fleet_fight(1, JITA, 2_000)).await;
    mapper.until(|mapper| mapper.ids() == [1]).await;
}

#[tokio::test]
async fn line_4_the_reply_to_the_join_comes_before_the_past_and_before_live_kills() {
    let server = Server::start().await;
    for id in 1..=4 {
        server.world.kill(id, JITA).await;
    }
    for id in 5..=20 {
        let mut mapper = Mapper::connect(&server, PATHS[0]).await;
        let (_, ()) = tokio::join!(server.world.kill(id, JITA), mapper.join(&[JITA]));
        mapper.until(|mapper| mapper.ids().contains(&id)).await;
        assert_eq!(mapper.lost, 0);
    }
}

#[tokio::test]
async fn line_5_after_replies_to_pushes_it_still_knows_that_it_is_joined() {
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    for _ in 0..3 {
        mapper.push("subscribe_systems", &[AMARR]).await;
        mapper.push("unsubscribe_systems", &[AMARR]).await;
        let refused = mapper.push("subscribe_systems", &[-1]).await;
        assert_eq!(refused["status"], "error");
    }
}

#[tokio::test]
async fn line_6_each_of_its_pings_is_answered_as_long_as_it_is_connected() {
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    for _ in 0..10 {
        server.pass(PING).await;
        mapper.ping().await;
    }
}

#[tokio::test]
async fn line_7_it_sends_no_heartbeat_and_is_not_pinged() {
    // The socket of these tests fails on a ping of the server.
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    for _ in 0..40 {
        server.pass(PING).await;
        mapper.ping().await;
    }
    server.world.kill(1, JITA).await;
    mapper.until(|mapper| mapper.ids() == [1]).await;
}

#[tokio::test]
async fn line_8_a_server_that_stops_drops_tcp_and_says_nothing() {
    let server = Server::start().await;
    let mut mapper = Mapper::started(&server, &[]).await;
    mapper.ping().await;
    // Its socket fails on a close frame.
    let (before, ()) = tokio::join!(mapper.socket.ended(), server.stopped());
    assert!(before.is_empty());
}

#[tokio::test]
async fn line_9_in_a_quiet_time_an_update_without_effect_comes_often_enough() {
    let server = Server::start().await;
    for systems in [&[][..], &[JITA, AMARR]] {
        let mut mapper = Mapper::started(&server, systems).await;
        let mut quiet = Duration::ZERO;
        let mut signs = 0;
        for _ in 0..2 * UNHEALTHY.as_secs() / PING.as_secs() {
            server.pass(PING).await;
            quiet += PING;
            mapper.ping().await;
            for (event, payload) in mapper.take_updates() {
                assert_eq!(event, "killmail_update");
                assert_eq!(payload["killmails"], json!([]));
                quiet = Duration::ZERO;
                signs += 1;
            }
            assert!(quiet + PING < UNHEALTHY, "it opens another connection");
        }
        assert!(signs >= 2);
    }
}

#[tokio::test]
async fn line_10_its_joins_are_not_refused_and_where_there_is_no_room_tcp_is_dropped() {
    let server = Server::start().await;
    for systems in [&[][..], &[0, -1, 99_999_999_999, JITA]] {
        Mapper::started(&server, systems).await;
    }
    let hub = HubLimits {
        readers: 0,
        ..HubLimits::default()
    };
    let world = World::with_hub(hub, Retention::default()).await;
    let server = Server::of(world).await;
    let mut mapper = Mapper::connect(&server, PATHS[0]).await;
    mapper.join(&[JITA]).await;
    // It would leave the connection open and make another, every five seconds.
    assert_eq!(mapper.socket.ended().await.len(), 1);
}

#[tokio::test]
async fn line_11_its_older_connections_are_left_alone() {
    let server = Server::start().await;
    let mut mappers = Vec::new();
    for _ in 0..4 {
        mappers.push(Mapper::started(&server, &[JITA]).await);
    }
    for _ in 0..4 {
        server.pass(PING).await;
        for mapper in &mut mappers {
            mapper.ping().await;
        }
    }
    server.world.kill(1, JITA).await;
    for mapper in &mut mappers {
        mapper.until(|mapper| mapper.ids() == [1]).await;
    }
}

#[tokio::test]
async fn line_12_killmails_of_the_past_and_live_ones_have_kill_time() {
    // Every update is checked for it.
    let server = Server::start().await;
    server.world.kill(1, JITA).await;
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    mapper.until(|mapper| mapper.ids() == [1]).await;
    server.world.kill(2, JITA).await;
    mapper.until(|mapper| mapper.ids() == [1, 2]).await;
    for (_, payload) in mapper
        .updates
        .iter()
        .filter(|(_, it)| it["count"].is_null())
    {
        assert_eq!(payload["killmails"][0]["kill_time"], "2026-11-20T11:59:00Z");
    }
}

#[tokio::test]
async fn line_13_the_past_is_newest_first_and_the_true_count_follows_it() {
    let server = Server::start().await;
    for (id, time) in [
        (1, "2026-11-20T09:00:00Z"),
        (2, "2026-11-20T11:00:00Z"),
        (3, "2026-11-20T10:00:00Z"),
    ] {
        let parsed = killmail_at(id, JITA, 1, time);
        server.world.append(parsed).await;
    }
    let mut mapper = Mapper::started(&server, &[JITA]).await;
    let counted = |mapper: &Mapper| {
        let last = mapper.updates.last();
        last.is_some_and(|(event, _)| event == "kill_count_update")
    };
    mapper.until(counted).await;
    assert_eq!(mapper.ids(), [2, 3, 1]);
    assert_eq!(mapper.updates.last().unwrap().1["count"], 3);
    assert_eq!(mapper.updates.len(), 2, "nothing comes between the two");

    // It subscribes again to what is in its join; that sends nothing a second time.
    mapper.take_updates();
    mapper.push("subscribe_systems", &[JITA]).await;
    server.world.kill(4, JITA).await;
    mapper.until(|mapper| !mapper.updates.is_empty()).await;
    assert_eq!(mapper.ids(), [4]);
}

#[tokio::test]
async fn line_14_all_systems_of_new_eden_again_and_again_and_none_at_all() {
    let server = Server::start().await;
    let all: Vec<i64> = (30_000_001..=30_008_500).collect();
    let mut mapper = Mapper::started(&server, &all).await;
    for _ in 0..3 {
        for (event, systems) in [
            ("subscribe_systems", &all[..]),
            ("subscribe_systems", &[]),
            ("unsubscribe_systems", &[]),
        ] {
            let reply = mapper.push(event, systems).await;
            assert_eq!(reply["status"], "ok");
            let left = reply["response"]["subscribed_systems"].as_array();
            assert_eq!(left.unwrap().len(), all.len());
        }
    }
    server.world.kill(1, JITA).await;
    mapper.until(|mapper| mapper.ids() == [1]).await;
}
