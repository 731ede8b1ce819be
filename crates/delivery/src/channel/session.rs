//! The state of one connection: what is joined, and what each frame of the client asks for.

mod answer;
mod profile;
mod subscribe;

use std::sync::Arc;

use killwire_killmail::{CharacterId, SystemId};

use super::action::{Action, EndReason, JoinRequest, Joined, PreloadRules, Subscriptions};
use super::join::{self, JoinError};
use super::protocol::{BadFrame, ClientFrame, FrameError, Ref, Shape, Vsn};
use super::push::Push;
use super::reply::{self, Status};
use super::topic::Topic;
use super::who::Who;

pub(crate) const JOIN: &str = "phx_join";
pub(crate) const LEAVE: &str = "phx_leave";
/// Phoenix's own topic, and what is said on it.
pub(crate) const PHOENIX: &str = "phoenix";
pub(crate) const HEARTBEAT: &str = "heartbeat";

/// What is asked of a joined topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Status,
    SubscribeSystems,
    UnsubscribeSystems,
    SubscribeCharacters,
    UnsubscribeCharacters,
}

/// What it is called. All but the first are for the lobby.
pub(crate) const ASKED: [(&str, Asked); 5] = [
    ("get_status", Asked::Status),
    ("subscribe_systems", Asked::SubscribeSystems),
    ("unsubscribe_systems", Asked::UnsubscribeSystems),
    ("subscribe_characters", Asked::SubscribeCharacters),
    ("unsubscribe_characters", Asked::UnsubscribeCharacters),
];

/// What one connection may ask for.
#[derive(Clone, Debug)]
pub(crate) struct ChannelLimits {
    /// Systems, in one list and subscribed in all. New Eden has about 8,500.
    pub(crate) systems: usize,
    /// Characters, in one list and subscribed in all.
    pub(crate) characters: usize,
    /// Topics joined at the same time.
    pub(crate) topics: usize,
    /// Frames in a row that are no frames, before the connection ends.
    pub(crate) bad_frames: u32,
}

impl Default for ChannelLimits {
    fn default() -> Self {
        Self {
            systems: 10_000,
            characters: 50_000,
            topics: 100,
            bad_frames: 16,
        }
    }
}

/// One connection's topics.
#[derive(Debug)]
pub(crate) struct Session {
    who: Box<Who>,
    limits: Arc<ChannelLimits>,
    shape: Shape,
    joined: Vec<JoinedTopic>,
    bad_frames: u32,
}

#[derive(Debug)]
struct JoinedTopic {
    topic: Topic,
    join_ref: Option<Ref>,
    wanted: Option<Subscriptions>,
    preload: PreloadRules,
}

impl Session {
    /// A connection that has just been opened.
    pub(crate) fn new(who: Who, vsn: Vsn, limits: Arc<ChannelLimits>) -> Self {
        Self {
            who: Box::new(who),
            limits,
            shape: vsn.shape(),
            joined: Vec::new(),
            bad_frames: 0,
        }
    }

    /// What a text of the client leads to.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Action> {
        match ClientFrame::read(text) {
            Ok(frame) => {
                self.shape = frame.shape;
                self.bad_frames = 0;
                self.handle(&frame)
            }
            Err(bad) => self.refuse(&bad),
        }
    }

    /// What a binary message of the client leads to, whatever is in it.
    pub(crate) fn receive_binary(&mut self) -> Vec<Action> {
        self.refuse(&BadFrame::unread(None, FrameError::Binary))
    }

    /// How to go on after the hub has taken on a join.
    pub(crate) fn joined(&mut self, request: JoinRequest, joined: Joined) -> Vec<Action> {
        let response = self.join_response(&request, joined);
        let refs = (request.join_ref.as_ref(), request.message_ref.as_ref());
        let mut actions = vec![self.answer(request.topic, refs, Status::Ok, &response)];
        if request.topic == Topic::Stream {
            actions.push(Action::Send(Push::Ready.text(self.shape, request.topic)));
        }
        if let Some(wanted) = &request.wanted {
            subscribe::past(
                &mut actions,
                request.topic,
                &wanted.systems,
                request.preload,
            );
        }
        self.take(request.topic);
        self.joined.push(JoinedTopic {
            topic: request.topic,
            join_ref: request.join_ref.or(request.message_ref),
            wanted: request.wanted,
            preload: request.preload,
        });
        actions
    }

    /// How to go on after the hub has not taken on a join; `why` is for the client.
    pub(crate) fn refused(&self, request: &JoinRequest, why: &str) -> Vec<Action> {
        let refs = (request.join_ref.as_ref(), request.message_ref.as_ref());
        vec![self.answer(request.topic, refs, Status::Error, &reply::reason(why))]
    }

    /// How the client speaks now, and is to be spoken to.
    pub(crate) const fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether the client has joined this topic.
    #[cfg(test)]
    pub(super) fn is_joined(&self, topic: Topic) -> bool {
        self.position(topic).is_some()
    }

    /// What is joined.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn topics(&self) -> impl Iterator<Item = Topic> + '_ {
        self.joined.iter().map(|joined| joined.topic)
    }

    fn handle(&mut self, frame: &ClientFrame<'_>) -> Vec<Action> {
        if frame.topic == PHOENIX && frame.event == HEARTBEAT {
            return vec![self.ok(frame, "{}")];
        }
        let topic = Topic::named(&frame.topic);
        match (topic, frame.event.as_str()) {
            (Some(topic), JOIN) => self.join(frame, topic),
            (_, LEAVE) => self.leave(frame, topic),
            (topic, _) => match topic.and_then(|topic| self.position(topic)) {
                None => vec![self.error(frame, "unmatched topic")],
                Some(index) => self.event(frame, index),
            },
        }
    }

    fn join(&mut self, frame: &ClientFrame<'_>, topic: Topic) -> Vec<Action> {
        let mut actions = Vec::new();
        let old = self.take(topic);
        let replaces = old.is_some();
        if let Some(old) = old {
            // A client that uses the same ref again could not tell the new join from the old one.
            let next = frame.join_ref.as_ref().or(frame.message_ref.as_ref());
            if old.join_ref.as_ref() != next {
                actions.push(Action::Send(reply::closed(
                    self.shape,
                    old.join_ref.as_ref(),
                    &frame.topic,
                )));
            }
        }
        let refused = if self.joined.len() >= self.limits.topics {
            let most = self.limits.topics;
            Err(format!(
                "too many topics are joined: at most {most} are allowed"
            ))
        } else {
            self.read_join(frame, topic, replaces)
                .map_err(|error| error.to_string())
        };
        match refused {
            Ok(join) => actions.push(join),
            Err(why) => {
                if replaces {
                    actions.push(Action::Leave(topic));
                }
                actions.push(self.error(frame, &why));
            }
        }
        actions
    }

    fn read_join(
        &self,
        frame: &ClientFrame<'_>,
        topic: Topic,
        replaces: bool,
    ) -> Result<Action, JoinError> {
        Ok(match topic {
            Topic::Profile(id) => {
                Action::JoinProfile(Box::new(join::read_profile(frame, id, replaces)?))
            }
            _ => Action::Join(Box::new(join::read(frame, topic, replaces, &self.limits)?)),
        })
    }

    /// Leaving what is not joined, or what was joined anew since, is done at once.
    fn leave(&mut self, frame: &ClientFrame<'_>, topic: Option<Topic>) -> Vec<Action> {
        let done = self.ok(frame, "{}");
        let Some(index) = topic.and_then(|topic| self.position(topic)) else {
            return vec![done];
        };
        let current = self.joined[index].join_ref.as_ref();
        if frame.join_ref.is_some() && frame.join_ref.as_ref() != current {
            return vec![done];
        }
        let old = self.joined.swap_remove(index);
        let text = reply::closed(self.shape, old.join_ref.as_ref(), &frame.topic);
        vec![Action::Leave(old.topic), done, Action::Send(text)]
    }

    fn event(&mut self, frame: &ClientFrame<'_>, index: usize) -> Vec<Action> {
        let lobby = self.joined[index].topic == Topic::Lobby;
        let asked = ASKED.iter().find(|(name, _)| *name == frame.event);
        let asked = asked.filter(|(_, asked)| lobby || *asked == Asked::Status);
        let Some((_, asked)) = asked else {
            return vec![self.error(frame, &format!("unknown event: {}", frame.event))];
        };
        let done = match asked {
            Asked::Status => Ok(vec![self.ok(frame, &self.status(index))]),
            Asked::SubscribeSystems => self.subscribe::<SystemId>(frame, index),
            Asked::UnsubscribeSystems => self.unsubscribe::<SystemId>(frame, index),
            Asked::SubscribeCharacters => self.subscribe::<CharacterId>(frame, index),
            Asked::UnsubscribeCharacters => self.unsubscribe::<CharacterId>(frame, index),
        };
        done.unwrap_or_else(|error| vec![self.error(frame, &error.to_string())])
    }

    /// Answers a frame that is none. A client of which nothing is understood for long is ended.
    fn refuse(&mut self, bad: &BadFrame) -> Vec<Action> {
        self.bad_frames += 1;
        let mut actions = vec![Action::Send(reply::reply(
            bad.shape.unwrap_or(self.shape),
            bad.join_ref.as_ref(),
            bad.message_ref.as_ref(),
            bad.topic.as_deref().unwrap_or(PHOENIX),
            Status::Error,
            &reply::reason(&bad.error.to_string()),
        ))];
        if self.bad_frames >= self.limits.bad_frames {
            actions.push(Action::End(EndReason::TooManyBadFrames));
        }
        actions
    }

    fn position(&self, topic: Topic) -> Option<usize> {
        self.joined.iter().position(|joined| joined.topic == topic)
    }

    fn take(&mut self, topic: Topic) -> Option<JoinedTopic> {
        let index = self.position(topic)?;
        Some(self.joined.swap_remove(index))
    }
}

#[cfg(test)]
mod tests;
