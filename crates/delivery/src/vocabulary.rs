//! Every name that clients of channels and of event streams send or are sent.
//!
//! For the test that holds `docs/asyncapi.json` against the code: each list is the one by which the
//! code reads or writes.

use std::collections::BTreeSet;

use killwire_killmail::SystemId;
use killwire_store::ProfileId;

use crate::access::TOKEN_PARAMETER;
use crate::channel::session::{ASKED, HEARTBEAT, JOIN, LEAVE, PHOENIX};
use crate::channel::{Topic, join, push, reply, topic};
use crate::hub::filter::FILTER_NAMES;
use crate::routes::{channel, match_stream, stream};
use crate::sse;

/// Names, without an order.
type Names = BTreeSet<String>;

/// All of them.
#[derive(Debug)]
#[allow(missing_docs, reason = "for one test")]
pub struct Vocabulary {
    /// `system:{id}` for all topics of systems, `profiles:{id}` for all of profiles.
    pub topics: Names,
    pub client_events: Names,
    pub server_events: Names,
    /// Members of a join, by topic.
    pub lobby_join: Names,
    pub stream_join: Names,
    pub system_join: Names,
    pub profile_join: Names,
    pub preload: Names,
    /// Parameters of the URLs.
    pub socket_parameters: Names,
    pub stream_parameters: Names,
    /// What the event stream's events are called; a killmail's first appearance is a `message`.
    pub stream_events: Names,
    /// The same of the streams of matches.
    pub match_stream_parameters: Names,
    pub match_stream_events: Names,
}

impl Vocabulary {
    /// What the code knows.
    ///
    /// # Panics
    /// Never: 1 is the id of a system.
    #[must_use]
    pub fn of_code() -> Self {
        let names = |lists: &[&[&str]]| -> Names {
            lists.concat().into_iter().map(ToOwned::to_owned).collect()
        };
        let asked = ASKED.map(|(name, _)| name);
        let mut topics: Names = topic::addresses().into();
        topics.insert(PHOENIX.to_owned());
        let system = SystemId::new(1).map(Topic::System);
        let of_system = system.map(join::members).unwrap_or_default();
        Self {
            topics,
            client_events: names(&[&[JOIN, LEAVE, HEARTBEAT], &asked]),
            server_events: names(&[&[reply::REPLY, reply::CLOSED], &push::EVENTS]),
            lobby_join: names(&[&join::members(Topic::Lobby)]),
            stream_join: names(&[&join::members(Topic::Stream)]),
            system_join: names(&[&of_system]),
            profile_join: names(&[&join::members(Topic::Profile(ProfileId(1)))]),
            preload: names(&[&join::PRELOAD_MEMBERS]),
            socket_parameters: names(&[&[channel::VSN, TOKEN_PARAMETER], &channel::NAMES]),
            stream_parameters: names(&[FILTER_NAMES, &stream::OWN]),
            stream_events: names(&[&["message", stream::UPDATED, sse::GAP]]),
            match_stream_parameters: names(&[&match_stream::PARAMETERS]),
            match_stream_events: names(&[&[
                match_stream::MATCH,
                match_stream::DELETED,
                match_stream::DISABLED,
                sse::GAP,
            ]]),
        }
    }
}
