//! A joined topic's live events, written to the connection as they come.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use killwire_killmail::{KillmailId, SystemId};
use killwire_store::{EventKind, LogEvent};

use super::outlet::Outlet;
use super::protocol::Shape;
use super::push::Push;
use super::topic::Topic;
use crate::hub::parcel::{Form, Parcel, Wire};
use crate::hub::seat::Sink;
use crate::websocket;

/// Killmails that a topic remembers having sent; a client that follows more in a day may be sent one
/// a second time when it subscribes to its system later.
const REMEMBERED: usize = 4_096;

/// Where a topic's events go.
pub(super) struct Delivered {
    outlet: Arc<Outlet>,
    topic: Topic,
    shape: Shape,
    updates: bool,
    sent: Mutex<Sent>,
}

/// What a topic has sent.
#[derive(Default)]
pub(super) struct Sent {
    killmails: HashSet<KillmailId>,
    order: VecDeque<KillmailId>,
    /// In which systems, since that was last asked.
    systems: HashSet<SystemId>,
    /// Whether anything was sent that the mapper takes for a sign of life, since that was last
    /// asked.
    alive: bool,
}

impl Delivered {
    /// `sent` is what the client has of it from a former join.
    pub(super) fn new(
        outlet: Arc<Outlet>,
        topic: Topic,
        shape: Shape,
        updates: bool,
        sent: Sent,
    ) -> Self {
        Self {
            outlet,
            topic,
            shape,
            updates,
            sent: Mutex::new(sent),
        }
    }

    /// What was sent.
    pub(super) fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn frame(&self, parcel: &Parcel) -> Bytes {
        let form = Form {
            wire: Wire::Channel(self.topic, self.shape),
            patch: self.updates && parcel.event.kind == EventKind::Updated,
        };
        parcel.form(form, |event| {
            let text = push(event, self.topic, form.patch, self.shape);
            websocket::text(&text)
        })
    }
}

impl Sink for Delivered {
    fn offer(&self, parcel: &Parcel) -> bool {
        let event = &parcel.event;
        let Some(id) = event.killmail_id else {
            return true;
        };
        let mut sent = self.sent();
        // It has come to match, but the client got it with the past of its system.
        let known = event.kind == EventKind::Updated && !self.updates && sent.has(id);
        if known {
            return true;
        }
        let taken = self.outlet.offer(&self.frame(parcel));
        if taken {
            sent.note(id, event.system_id);
        }
        taken
    }
}

impl Sent {
    /// All of it; nothing is left.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Whether this killmail was sent.
    pub(super) fn has(&self, id: KillmailId) -> bool {
        self.killmails.contains(&id)
    }

    /// Notes that it was.
    pub(super) fn note(&mut self, id: KillmailId, system: Option<SystemId>) {
        self.alive = true;
        self.systems.extend(system);
        if !self.killmails.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.killmails.remove(&oldest);
        }
    }

    /// In which systems anything was sent since this was last asked.
    pub(super) fn take_systems(&mut self) -> HashSet<SystemId> {
        std::mem::take(&mut self.systems)
    }

    /// Whether anything was sent since this was last asked.
    pub(super) fn take_alive(&mut self) -> bool {
        std::mem::take(&mut self.alive)
    }
}

fn push(event: &LogEvent, topic: Topic, updated: bool, shape: Shape) -> Bytes {
    let none = || Bytes::from_static(b"null");
    let killmail = event.killmail.clone().unwrap_or_else(none);
    let seq = event.seq;
    match (topic, event.system_id) {
        (Topic::Lobby | Topic::System(_), Some(system)) => Push::KillmailUpdate {
            system,
            killmails: std::slice::from_ref(&killmail),
            timestamp: event.appended_at,
            preload: false,
            updated,
            seq: Some(seq),
        }
        .text(shape, topic),
        _ => Push::NewKillmail {
            killmail: &killmail,
            updated,
            seq,
        }
        .text(shape, topic),
    }
}
