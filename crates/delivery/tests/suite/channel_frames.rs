//! What goes over the wire in both versions of the protocol, byte for byte. Only what is random is
//! left out.

use std::fmt::Write as _;
use std::time::Duration;

use insta::assert_snapshot;

use crate::channel::{Server, redacted};
use crate::websocket::{Frame, Socket};
use crate::world::{AMARR, JITA, PILOT, killmail, killmail_worth};

/// A conversation, written down.
struct Transcript {
    server: Server,
    socket: Socket,
    objects: bool,
    text: String,
    next_ref: u64,
    join_ref: u64,
}

impl Transcript {
    async fn of(path: &str, objects: bool) -> Self {
        let server = Server::start().await;
        let mut socket = Socket::connect(server.address, None).await;
        socket.upgrade(path).await;
        Self {
            server,
            socket,
            objects,
            text: String::new(),
            next_ref: 1,
            join_ref: 1,
        }
    }

    /// Says something, and hears so many frames.
    async fn say(&mut self, topic: &str, event: &str, payload: &str, frames: usize) {
        let own = self.next_ref;
        self.next_ref += 1;
        if event == "phx_join" {
            self.join_ref = own;
        }
        let join_ref = self.join_ref;
        let frame = if self.objects {
            format!(r#"{{"topic":"{topic}","event":"{event}","payload":{payload},"ref":"{own}"}}"#)
        } else {
            format!(r#"["{join_ref}","{own}","{topic}","{event}",{payload}]"#)
        };
        self.socket.text(&frame).await;
        writeln!(self.text, "> {frame}").unwrap();
        self.hear(frames).await;
    }

    async fn hear(&mut self, frames: usize) {
        for _ in 0..frames {
            let text = self.socket.next_text().await;
            writeln!(self.text, "< {}", redacted(&text)).unwrap();
        }
    }

    /// Waits until what was to be sent of the past has been sent, also that of which there is nothing:
    /// between two answers to pings the connection takes at least one step.
    async fn settle(&mut self) {
        for _ in 0..4 {
            self.socket.ping(b"").await;
            assert_eq!(self.socket.frame().await, Some(Frame::Pong(Vec::new())));
        }
    }

    /// Lets five minutes pass, with a ping now and then, and hears what comes at their end.
    async fn idle(&mut self) {
        for _ in 0..6 {
            self.socket.ping(b"").await;
            assert_eq!(self.socket.frame().await, Some(Frame::Pong(Vec::new())));
            self.server.pass(Duration::from_secs(50)).await;
        }
        self.hear(1).await;
    }

    fn note(&mut self, what: &str) {
        writeln!(self.text, "\n# {what}").unwrap();
    }

    /// Everything that a client of the lobby can meet.
    async fn lobby(&mut self) {
        let lobby = "killmails:lobby";
        self.server.world.append(killmail(1, JITA, 1)).await;

        self.note("a join: the reply, the past, and its count; nothing of a system without kills");
        let systems = format!(r#"{{"systems":[{AMARR},{JITA},{JITA}]}}"#);
        self.say(lobby, "phx_join", &systems, 4).await;
        self.settle().await;

        self.note("a kill");
        self.server.world.append(killmail(2, AMARR, 1)).await;
        self.hear(1).await;

        self.note("systems and characters more and fewer");
        let systems = r#"{"systems":[30002659]}"#;
        self.say(lobby, "subscribe_systems", systems, 2).await;
        self.say(lobby, "subscribe_systems", systems, 1).await;
        self.say(lobby, "unsubscribe_systems", systems, 1).await;
        self.say(lobby, "unsubscribe_systems", systems, 1).await;
        let characters = format!(r#"{{"character_ids":[{PILOT}]}}"#);
        self.say(lobby, "subscribe_characters", &characters, 1)
            .await;
        self.say(lobby, "subscribe_characters", &characters, 1)
            .await;
        self.say(
            lobby,
            "unsubscribe_characters",
            r#"{"character_ids":[5]}"#,
            1,
        )
        .await;
        self.say(lobby, "unsubscribe_characters", &characters, 1)
            .await;

        self.note("what is asked, what is wrong, and a heartbeat");
        self.say(lobby, "get_status", "{}", 1).await;
        self.say(lobby, "update_subscriptions", "{}", 1).await;
        self.say(lobby, "subscribe_systems", r#"{"systems":["x"]}"#, 1)
            .await;
        self.say("system:1", "get_status", "{}", 1).await;
        self.say("phoenix", "heartbeat", "{}", 1).await;

        self.note("a quiet time: counts where kills were, then an update without a kill");
        self.idle().await;
        self.idle().await;

        self.note("a second join ends the first, and gives only what is new to it");
        self.say(lobby, "phx_join", &format!(r#"{{"systems":[{JITA}]}}"#), 4)
            .await;

        self.note("the end of it");
        self.say(lobby, "phx_leave", "{}", 2).await;
    }

    /// The topics beside the lobby.
    async fn beside(&mut self) {
        self.note("the stream");
        self.say("killmails:stream", "phx_join", r#"{"updates":true}"#, 2)
            .await;
        self.server.world.append(killmail(3, AMARR, 1)).await;
        self.hear(1).await;
        self.note("a patch of it, which was asked for");
        self.server.world.append(killmail_worth(3, AMARR, 7)).await;
        self.hear(1).await;
        self.say("killmails:stream", "phx_leave", "{}", 2).await;

        self.note("one system");
        let topic = format!("system:{AMARR}");
        self.say(&topic, "phx_join", r#"{"preload":false}"#, 2)
            .await;
        self.server.world.append(killmail(4, AMARR, 1)).await;
        self.hear(1).await;
        self.say(&topic, "phx_leave", "{}", 2).await;
    }
}

#[tokio::test]
async fn the_lobby_in_version_2() {
    let mut transcript = Transcript::of("/socket/websocket?vsn=2.0.0", false).await;
    transcript.lobby().await;
    assert_snapshot!(transcript.text);
}

#[tokio::test]
async fn the_lobby_in_version_1() {
    let mut transcript = Transcript::of("/socket/websocket", true).await;
    transcript.lobby().await;
    assert_snapshot!(transcript.text);
}

#[tokio::test]
async fn the_other_topics_in_version_2() {
    let mut transcript = Transcript::of("/socket/websocket?vsn=2.0.0", false).await;
    transcript.beside().await;
    assert_snapshot!(transcript.text);
}

#[tokio::test]
async fn the_other_topics_in_version_1() {
    let mut transcript = Transcript::of("/socket/websocket?vsn=1.0.0", true).await;
    transcript.beside().await;
    assert_snapshot!(transcript.text);
}

#[tokio::test]
async fn a_client_that_declares_version_2_and_speaks_version_1_is_answered_in_version_1() {
    let mut transcript = Transcript::of("/socket/websocket?vsn=2.0.0", true).await;
    transcript
        .say("killmails:lobby", "phx_join", r#"{"systems":[]}"#, 1)
        .await;
    assert!(
        transcript
            .text
            .contains(r#"< {"topic":"killmails:lobby","event":"phx_reply","#)
    );
}
