//! What a connection does for its topics of profiles.

use super::{Connection, End};
use crate::channel::action::ProfileJoin;
use crate::channel::push::Push;
use crate::channel::topic::Topic;
use crate::channel::watching::{Joiner, Receiver, Sent};
use crate::websocket;

impl Connection {
    /// Joins the topic of a profile, and answers.
    pub(super) async fn join_profile(&mut self, request: ProfileJoin) -> Result<(), End> {
        let by = Joiner {
            hub: &self.hub,
            address: self.following.address,
            asker: self.pass.asker(),
        };
        let (actions, no_room) = match self.watching.join(by, &request).await {
            Ok(joined) => (self.session.joined_profile(request, joined), None),
            Err(why) => {
                let actions = self.session.refused_profile(&request, &why.to_string());
                (actions, why.no_room())
            }
        };
        self.act(actions)?;
        self.end_without_room(no_room)
    }

    /// Sends what profiles found, and ends the topics of those of which nothing comes any more. True:
    /// there may be more.
    pub(super) async fn send_matches(&mut self) -> Result<bool, End> {
        if self.watching.is_empty() {
            return Ok(false);
        }
        let to = Receiver {
            hub: &self.hub,
            namer: &self.namer,
            outlet: &self.outlet,
            shape: self.session.shape(),
        };
        // In a box of its own: thousands of connections have no use for it.
        let sent = Box::pin(self.watching.send(to)).await?;
        // What was found before the end goes before it.
        if sent == Sent::Nothing {
            for (profile, end) in self.watching.take_ended() {
                let topic = Topic::Profile(profile);
                let text = Push::Ended(profile, end).text(self.session.shape(), topic);
                self.outlet.send(websocket::text(&text));
                let actions = self.session.over(topic);
                self.act(actions)?;
            }
        }
        self.flush().await?;
        Ok(sent != Sent::Nothing)
    }
}
