//! Arbitrary bytes as what a client sends, from the wire to the actions; every rule that holds for
//! all clients is checked at every step. For tests and the fuzzer.
//!
//! The first byte of a script says how it is played: bit 0, the client declares version 1; bit 1,
//! the rest is raw bytes of a WebSocket, otherwise each line is one message; bit 2, the hub refuses
//! joins. The second byte is the size of the pieces in which the bytes arrive.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use killwire_store::{MatchSeq, Seq};
use serde_json::value::RawValue;

use super::action::{Action, Joined, ProfileJoined, Subscriptions};
use super::protocol::Vsn;
use super::session::{ChannelLimits, Session};
use super::topic::Topic;
use super::who::Who;
use crate::websocket::{self, Decoder, Message, client};

const MESSAGE_BYTES: usize = 4_096;
const LIMITS: ChannelLimits = ChannelLimits {
    systems: 20,
    characters: 20,
    topics: 4,
    bad_frames: 5,
};

/// Plays a script.
///
/// # Panics
/// Where a rule is broken.
pub fn play(script: &[u8]) {
    let &[flags, piece, ref rest @ ..] = script else {
        return;
    };
    let bytes = if flags & 2 != 0 {
        rest.to_vec()
    } else {
        rest.split(|&byte| byte == b'\n').flat_map(line).collect()
    };
    let in_pieces = decode(&bytes, usize::from(piece).max(1));
    assert_eq!(
        in_pieces,
        decode(&bytes, bytes.len().max(1)),
        "pieces make a difference"
    );
    let vsn = if flags & 1 != 0 { Vsn::V1 } else { Vsn::V2 };
    let mut driver = Driver::new(vsn, flags & 4 != 0);
    for message in in_pieces {
        let actions = match message {
            Message::Text(text) => driver.session.receive(&text),
            Message::Binary(_) => driver.session.receive_binary(),
            Message::Ping(payload) => {
                assert_eq!(websocket::pong(&payload).len(), payload.len() + 2);
                continue;
            }
            Message::Pong(_) => continue,
            Message::Close(_) => break,
        };
        assert!(!actions.is_empty(), "a message without an answer");
        driver.carry_out(actions);
        if driver.ended {
            break;
        }
    }
}

fn line(line: &[u8]) -> Vec<u8> {
    match str::from_utf8(line) {
        Ok(text) => client::text(text),
        Err(_) => client::binary(line),
    }
}

fn decode(bytes: &[u8], piece: usize) -> Vec<Message> {
    client::decode(Decoder::new(MESSAGE_BYTES), bytes, piece).0
}

/// Does what a session says, and believes nothing.
struct Driver {
    session: Session,
    refuses: bool,
    joined: HashSet<Topic>,
    ended: bool,
}

impl Driver {
    fn new(vsn: Vsn, refuses: bool) -> Self {
        let who = Who::new(Some("trial"), Timestamp::UNIX_EPOCH, &[0; 24]);
        Self {
            session: Session::new(who, vsn, Arc::new(LIMITS)),
            refuses,
            joined: HashSet::new(),
            ended: false,
        }
    }

    fn carry_out(&mut self, actions: Vec<Action>) {
        let last = actions.len() - 1;
        for (index, action) in actions.into_iter().enumerate() {
            assert!(!self.ended, "something to do after the end");
            match action {
                Action::Send(text) => check_text(&text),
                Action::Join(request) => {
                    assert_eq!(index, last, "a join is the last action");
                    let topic = request.topic;
                    assert_eq!(self.joined.remove(&topic), request.replaces);
                    if let Some(wanted) = &request.wanted {
                        check_wanted(wanted);
                    }
                    let next = if self.refuses {
                        self.session.refused(&request, "the hub is full")
                    } else {
                        self.joined.insert(topic);
                        self.session.joined(*request, Joined { seq: Seq::START })
                    };
                    assert!(matches!(next[0], Action::Send(_)), "the reply comes first");
                    self.carry_out(next);
                }
                Action::JoinProfile(request) => {
                    assert_eq!(index, last, "a join is the last action");
                    let topic = Topic::Profile(request.profile);
                    assert_eq!(self.joined.remove(&topic), request.replaces);
                    let next = if self.refuses {
                        self.session
                            .refused_profile(&request, "it is somebody else's")
                    } else {
                        self.joined.insert(topic);
                        let joined = ProfileJoined {
                            match_seq: MatchSeq::START,
                            head: MatchSeq::START,
                        };
                        self.session.joined_profile(*request, joined)
                    };
                    assert!(matches!(next[0], Action::Send(_)), "the reply comes first");
                    self.carry_out(next);
                }
                Action::Change { topic, wanted } => {
                    assert!(self.joined.contains(&topic), "{topic} is not joined");
                    check_wanted(&wanted);
                }
                Action::Leave(topic) => {
                    assert!(self.joined.remove(&topic), "{topic} is not joined");
                }
                Action::Preload(preload) => {
                    assert!(self.joined.contains(&preload.topic));
                    assert!(!preload.systems.is_empty());
                    assert!((1..=200).contains(&preload.rules.limit_per_system));
                    assert!(preload.rules.batch_size > 0);
                }
                Action::CountUpdates { topic, systems } => {
                    assert!(self.joined.contains(&topic));
                    assert!(!systems.is_empty());
                }
                Action::End(_) => self.ended = true,
            }
        }
        let known: HashSet<Topic> = self.session.topics().collect();
        assert_eq!(known, self.joined, "session and driver disagree");
        assert!(known.len() <= LIMITS.topics);
    }
}

/// What is sent is one frame of either shape, and JSON. It is not read further than that: a client's
/// own ref may be a number beyond all floats or half a surrogate pair, and comes back as it was.
fn check_text(text: &[u8]) {
    let frame = websocket::text(text);
    let read = client::read_text(&frame).unwrap_or("not one whole text frame");
    let items: Result<Vec<&RawValue>, _> = serde_json::from_str(read);
    let members: Result<HashMap<String, &RawValue>, _> = serde_json::from_str(read);
    let right = match (items, members) {
        (Ok(items), _) => items.len() == 5,
        (_, Ok(members)) => ["topic", "event", "payload", "ref"]
            .iter()
            .all(|member| members.contains_key(*member)),
        _ => false,
    };
    assert!(right, "this was sent: {read}");
}

fn check_wanted(wanted: &Subscriptions) {
    assert!(wanted.systems.is_sorted_by(|a, b| a < b));
    assert!(wanted.characters.is_sorted_by(|a, b| a < b));
    assert!(wanted.systems.len() <= LIMITS.systems);
    assert!(wanted.characters.len() <= LIMITS.characters);
}

#[cfg(test)]
mod tests;
