//! A joined topic's events, written to the connection: live ones as they come, those of the log many
//! at once.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use killwire_killmail::{KillmailId, SystemId};
use killwire_store::{EventKind, LogEvent, Seq};

use super::outlet::Outlet;
use super::protocol::Shape;
use super::push::Push;
use super::topic::Topic;
use crate::hub::block::Unread;
use crate::hub::parcel::{Form, Parcel, Wire};
use crate::hub::seat::Sink;
use crate::websocket;

/// Killmails that a topic remembers having sent; a client that follows more in a day may be sent one
/// a second time when it subscribes to its system later.
const REMEMBERED: usize = 4_096;

/// Events of the log that are written with one system call, at most: each call costs as much as
/// copying several of them. More would hardly save anything.
const BATCH: usize = 64;

/// Bytes that these have at most, but for the last of them. A socket seldom takes more at once.
const BATCH_BYTES: usize = 256 << 10;

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

/// What is written at once.
#[derive(Default)]
struct Batch {
    frames: Vec<Bytes>,
    /// One for each frame.
    events: Vec<(Seq, KillmailId, Option<SystemId>)>,
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

    /// Writes what a reader who is behind has not read yet, until the socket is full; calls `handed`
    /// with how many more events it took, and the last of these. False where there is more: it is
    /// read again when the socket has been written what is kept.
    pub(super) fn send_on(&self, unread: &mut Unread, mut handed: impl FnMut(usize, Seq)) -> bool {
        let mut sent = self.sent();
        loop {
            let batch = self.batch(unread, &sent);
            if batch.frames.is_empty() {
                return true;
            }
            let taken = self.outlet.offer_all(&batch.frames);
            let mut through = None;
            for (seq, id, system) in batch.events.iter().take(taken) {
                sent.note(*id, *system);
                through = Some(*seq);
            }
            if let Some(through) = through {
                handed(taken, through);
            }
            if taken < batch.frames.len() || !self.outlet.is_empty() {
                return false;
            }
        }
    }

    /// The next events that are to be sent.
    fn batch(&self, unread: &mut Unread, sent: &Sent) -> Batch {
        let mut batch = Batch::default();
        let mut bytes = 0;
        while batch.frames.len() < BATCH && bytes < BATCH_BYTES {
            let Some(parcel) = unread.next_match() else {
                break;
            };
            let event = &parcel.event;
            let Some(id) = event.killmail_id else {
                continue;
            };
            let in_batch = || batch.events.iter().any(|(_, other, _)| *other == id);
            if self.may_be_known(event) && (sent.has(id) || in_batch()) {
                continue;
            }
            let frame = self.frame(parcel);
            bytes += frame.len();
            batch.frames.push(frame);
            batch.events.push((event.seq, id, event.system_id));
        }
        batch
    }

    /// Whether an event is nothing new to a client that was sent its killmail: it has come to match,
    /// but the client got it with the past of its system.
    fn may_be_known(&self, event: &LogEvent) -> bool {
        event.kind == EventKind::Updated && !self.updates
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
        if self.may_be_known(event) && sent.has(id) {
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
