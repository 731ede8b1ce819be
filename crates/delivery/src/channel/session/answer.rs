//! What a session answers: replies to frames, and the lists in them.

use std::fmt::{Display, Write as _};

use super::Session;
use crate::channel::action::{Action, JoinRequest, Joined};
use crate::channel::protocol::{ClientFrame, Ref};
use crate::channel::reply::{self, Status};
use crate::channel::topic::Topic;

/// What a client is told that joined a lobby with filters and nothing that they could narrow.
const NOTHING_SUBSCRIBED: &str = "Nothing is subscribed: filters narrow systems and character_ids. \
                                  Join killmails:stream to follow filters alone";

impl Session {
    /// The reply to a frame that was done; `response` is JSON.
    pub(super) fn ok(&self, frame: &ClientFrame<'_>, response: &str) -> Action {
        self.reply(frame, Status::Ok, response)
    }

    /// The reply to a frame that was not done, and why.
    pub(super) fn error(&self, frame: &ClientFrame<'_>, why: &str) -> Action {
        self.reply(frame, Status::Error, &reply::reason(why))
    }

    /// The join_ref comes back as the client gave it: with another one the mapper forgets that it
    /// is joined.
    fn reply(&self, frame: &ClientFrame<'_>, status: Status, response: &str) -> Action {
        Action::Send(reply::reply(
            self.shape,
            frame.join_ref.as_ref(),
            frame.message_ref.as_ref(),
            &frame.topic,
            status,
            response,
        ))
    }

    /// The reply to a join on which the hub has decided; `refs` are its join_ref and its own.
    pub(super) fn answer(
        &self,
        topic: Topic,
        refs: (Option<&Ref>, Option<&Ref>),
        status: Status,
        response: &str,
    ) -> Action {
        let topic = topic.to_string();
        let text = reply::reply(self.shape, refs.0, refs.1, &topic, status, response);
        Action::Send(text)
    }

    /// The response to a join. The mapper reads none of it; the peer's other clients read the
    /// lists. `seq` is ours: from there a client can resume before it has seen any event.
    pub(super) fn join_response(&self, request: &JoinRequest, joined: Joined) -> String {
        let id = &self.who.subscription_id;
        let (systems, characters) = request.wanted.as_ref().map_or_else(
            || (String::from("[]"), String::from("[]")),
            |wanted| (list(&wanted.systems), list(&wanted.characters)),
        );
        let mut response = format!(
            r#"{{"subscription_id":"{id}","subscribed_systems":{systems},"subscribed_characters":{characters},"status":"connected","seq":{}"#,
            joined.seq
        );
        // Writing to a string does not fail.
        if request.ignored.count > 0 {
            let (named, count) = (request.ignored.named.join(","), request.ignored.count);
            let _ = write!(response, r#","ignored":[{named}],"ignored_count":{count}"#);
        }
        let narrows = request.filters.iter().any(|(name, _)| *name != "max_age");
        if narrows
            && request
                .wanted
                .as_ref()
                .is_some_and(|wanted| wanted.is_empty())
        {
            let _ = write!(response, r#","message":"{NOTHING_SUBSCRIBED}""#);
        }
        response.push('}');
        response
    }

    /// The response to `get_status`.
    pub(super) fn status(&self, index: usize) -> String {
        let wanted = self.joined[index].wanted.as_ref();
        let systems = wanted.map_or_else(|| String::from("[]"), |wanted| list(&wanted.systems));
        let characters =
            wanted.map_or_else(|| String::from("[]"), |wanted| list(&wanted.characters));
        let who = &self.who;
        format!(
            r#"{{"subscription_id":"{}","subscribed_systems":{systems},"subscribed_characters":{characters},"connected_at":"{:.0}","user_id":"{}"}}"#,
            who.subscription_id, who.connected_at, who.user_id
        )
    }
}

/// Ids as a JSON array.
pub(super) fn list<Id: Display>(ids: &[Id]) -> String {
    let mut json = String::with_capacity(ids.len() * 11 + 2);
    json.push('[');
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        // Writing to a string does not fail.
        let _ = write!(json, "{id}");
    }
    json.push(']');
    json
}
