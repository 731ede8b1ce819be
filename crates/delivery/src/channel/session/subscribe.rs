//! Systems and characters that are added to a joined lobby, or taken from it.
//!
//! A reply always has the whole list, also where the peer only says that nothing changed: its own
//! example clients fail without it.

use std::sync::Arc;

use killwire_killmail::SystemId;

use super::Session;
use super::answer::list;
use crate::channel::action::{Action, Preload, PreloadRules, Subscriptions};
use crate::channel::ids::{self, ListError, Listed, What};
use crate::channel::payload::{Payload, PayloadError};
use crate::channel::protocol::ClientFrame;
use crate::channel::topic::Topic;

/// Why a list is not added or taken away. Nothing of it is, then.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SubscribeError {
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error(transparent)]
    List(#[from] ListError),
}

impl Session {
    /// Adds to the list.
    pub(super) fn subscribe<Id: Listed>(
        &mut self,
        frame: &ClientFrame<'_>,
        index: usize,
    ) -> Result<Vec<Action>, SubscribeError> {
        let given = self.given::<Id>(frame)?;
        let all = self.wanted(index);
        let old = Id::of_all(&all);
        let new: Vec<Id> = given
            .into_iter()
            .filter(|id| old.binary_search(id).is_err())
            .collect();
        if new.is_empty() {
            let message = format!("Already subscribed to all requested {}", Id::WHAT);
            return Ok(vec![self.ok(frame, &unchanged(&message, old))]);
        }
        ids::few_enough::<Id>(old.len() + new.len(), &self.limits)?;
        let mut both = [&old[..], &new[..]].concat();
        both.sort_unstable();
        let mut actions = vec![self.ok(frame, &subscribed(&both))];
        actions.push(self.change(index, Id::replaced(&all, both.into())));
        if let Some(systems) = Id::as_systems(&new) {
            let joined = &self.joined[index];
            past(&mut actions, joined.topic, systems, joined.preload);
        }
        Ok(actions)
    }

    /// Takes from the list.
    pub(super) fn unsubscribe<Id: Listed>(
        &mut self,
        frame: &ClientFrame<'_>,
        index: usize,
    ) -> Result<Vec<Action>, SubscribeError> {
        let given = self.given::<Id>(frame)?;
        let all = self.wanted(index);
        let old = Id::of_all(&all);
        let left: Vec<Id> = old
            .iter()
            .copied()
            .filter(|id| given.binary_search(id).is_err())
            .collect();
        if left.len() == old.len() {
            let message = format!("Not subscribed to any of the requested {}", Id::WHAT);
            return Ok(vec![self.ok(frame, &unchanged(&message, old))]);
        }
        let reply = self.ok(frame, &subscribed(&left));
        let change = self.change(index, Id::replaced(&all, left.into()));
        Ok(vec![reply, change])
    }

    /// The list in the payload, all of it ids.
    fn given<Id: Listed>(&self, frame: &ClientFrame<'_>) -> Result<Vec<Id>, SubscribeError> {
        let names = [Id::WHAT.member(), Id::WHAT.alias()];
        let payload = Payload::read(frame.payload, &names)?;
        let json = ids::given::<Id>(&payload).ok_or(ListError::NotAList(Id::WHAT))?;
        let list = ids::read(json, &self.limits)?;
        list.ignored.fail(Id::WHAT)?;
        Ok(list.ids)
    }

    fn wanted(&self, index: usize) -> Subscriptions {
        self.joined[index].wanted.clone().unwrap_or_default()
    }

    fn change(&mut self, index: usize, wanted: Subscriptions) -> Action {
        let joined = &mut self.joined[index];
        joined.wanted = Some(wanted.clone());
        Action::Change {
            topic: joined.topic,
            wanted,
        }
    }
}

/// The past of systems that a client has just begun to follow, and then their counts.
pub(super) fn past(
    actions: &mut Vec<Action>,
    topic: Topic,
    systems: &[SystemId],
    rules: PreloadRules,
) {
    if systems.is_empty() {
        return;
    }
    let systems: Arc<[SystemId]> = systems.into();
    if rules.limit_per_system > 0 {
        actions.push(Action::Preload(Preload {
            topic,
            systems: Arc::clone(&systems),
            rules,
        }));
    }
    actions.push(Action::CountUpdates { topic, systems });
}

fn subscribed<Id: Listed>(ids: &[Id]) -> String {
    format!(r#"{{"{}":{}}}"#, member(Id::WHAT), list(ids))
}

fn unchanged<Id: Listed>(message: &str, ids: &[Id]) -> String {
    format!(
        r#"{{"message":"{message}","{}":{}}}"#,
        member(Id::WHAT),
        list(ids)
    )
}

/// The member of a response in which the whole list stands.
const fn member(what: What) -> &'static str {
    match what {
        What::Systems => "subscribed_systems",
        What::Characters => "subscribed_characters",
    }
}
