//! The Wanderer mapper's end: phoenix_gen_socket_client 4.0.0 over websocket_client 1.5.0, as far as
//! a server can make them stumble. What would crash it fails the test.

use serde_json::Value;

use super::Conversation;
use crate::channel::action::Action;
use crate::channel::protocol::Vsn;
use crate::websocket::{client, text};

pub(super) struct Mapper {
    pub(super) conversation: Conversation,
    next_ref: u64,
    /// The ref of its join; this library takes the absence of it for not being joined.
    joined: Option<Value>,
    /// What reached the application: event and payload.
    pub(super) messages: Vec<(String, Value)>,
    /// Events that came before the reply to the join, and are lost.
    pub(super) lost: usize,
    /// What the driver was told besides.
    pub(super) others: Vec<Action>,
}

impl Mapper {
    pub(super) fn new() -> Self {
        Self {
            conversation: Conversation::new(Vsn::V2),
            next_ref: 1,
            joined: None,
            messages: Vec::new(),
            lost: 0,
            others: Vec::new(),
        }
    }

    pub(super) fn is_joined(&self) -> bool {
        self.joined.is_some()
    }

    pub(super) fn join(&mut self, systems: &str) {
        let own = self.take_ref();
        self.send(&format!(
            r#"[{own},{own},"killmails:lobby","phx_join",{{"client_identifier":"wanderer_app","systems":{systems}}}]"#
        ));
    }

    /// `subscribe_systems` or `unsubscribe_systems`. A client that is not joined loses it.
    pub(super) fn push(&mut self, event: &str, systems: &str) -> bool {
        let Some(join_ref) = self.joined.clone() else {
            return false;
        };
        let own = self.take_ref();
        self.send(&format!(
            r#"[{join_ref},{own},"killmails:lobby","{event}",{{"systems":{systems}}}]"#
        ));
        true
    }

    fn take_ref(&mut self) -> u64 {
        self.next_ref += 1;
        self.next_ref - 1
    }

    fn send(&mut self, frame: &str) {
        for action in self.conversation.actions(frame) {
            match action {
                Action::Send(message) => self.receive(&text(&message)),
                other => self.others.push(other),
            }
        }
    }

    /// A frame of the server, as bytes.
    pub(super) fn receive(&mut self, frame: &[u8]) {
        let text = client::read_text(frame).expect("one whole text frame");
        let frame: Vec<Value> = serde_json::from_str(text).expect("a JSON array");
        let [join_ref, own, _topic, event, payload]: [Value; 5] =
            frame.try_into().expect("exactly five items");
        let event = event.as_str().expect("a text as event");
        match event {
            "phx_reply" if join_ref.is_null() || join_ref == own => {
                match payload["status"].as_str() {
                    Some("ok") => self.joined = Some(join_ref).filter(|joined| !joined.is_null()),
                    Some("error") => panic!("it joins again every five seconds: {payload}"),
                    _ => panic!("it crashes on this status: {payload}"),
                }
            }
            "phx_reply" => {}
            "phx_close" | "phx_error" if self.joined.as_ref() == Some(&join_ref) => {
                panic!("it opens another connection and keeps this one: {event}");
            }
            "phx_close" | "phx_error" => {}
            _ if self.joined.is_none() => self.lost += 1,
            _ => self.messages.push((event.to_owned(), payload)),
        }
    }
}
