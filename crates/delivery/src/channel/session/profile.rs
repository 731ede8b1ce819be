//! Topics of profiles: how a join is answered, and how a topic ends with its profile.

use super::{JoinedTopic, Session};
use crate::channel::action::{Action, PreloadRules, ProfileJoin, ProfileJoined};
use crate::channel::reply::{self, Status};
use crate::channel::topic::Topic;

impl Session {
    /// How to go on after the hub has taken on the join of a profile's topic. `match_seq` is where
    /// delivery begins: from there a client can resume before it has seen any match.
    pub(crate) fn joined_profile(
        &mut self,
        request: ProfileJoin,
        joined: ProfileJoined,
    ) -> Vec<Action> {
        let topic = Topic::Profile(request.profile);
        let response = format!(
            r#"{{"status":"connected","profile_id":{},"match_seq":{},"head":{}}}"#,
            request.profile, joined.match_seq, joined.head
        );
        let refs = (request.join_ref.as_ref(), request.message_ref.as_ref());
        let answer = self.answer(topic, refs, Status::Ok, &response);
        self.take(topic);
        self.joined.push(JoinedTopic {
            topic,
            join_ref: request.join_ref.or(request.message_ref),
            wanted: None,
            preload: PreloadRules::NONE,
        });
        vec![answer]
    }

    /// How to go on after the hub has not taken it on; `why` is for the client.
    pub(crate) fn refused_profile(&self, request: &ProfileJoin, why: &str) -> Vec<Action> {
        let topic = Topic::Profile(request.profile);
        let refs = (request.join_ref.as_ref(), request.message_ref.as_ref());
        vec![self.answer(topic, refs, Status::Error, &reply::reason(why))]
    }

    /// How to go on where a topic that was joined is there no longer.
    pub(crate) fn over(&mut self, topic: Topic) -> Vec<Action> {
        let Some(old) = self.take(topic) else {
            return Vec::new();
        };
        let text = reply::closed(self.shape, old.join_ref.as_ref(), &topic.to_string());
        vec![Action::Send(text)]
    }
}
