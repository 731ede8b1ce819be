//! A joined topic's events, written to the connection: live ones as they come, those of the log many
//! at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use killwire_store::{EventKind, LogEvent, Seq};

use super::outlet::Outlet;
use super::protocol::Shape;
use super::push::Push;
use super::sent::Sent;
use super::topic::Topic;
use crate::hub::block::Stretch;
use crate::hub::parcel::{Form, Parcel, Wire, Written};
use crate::hub::seat::Sink;
use crate::websocket;

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

    /// Writes what a reader who is behind has not read yet, until the socket is full. Calls `handed`
    /// with how many more events it took, and the last of these. False where there is more: that is
    /// read again when what is kept has been written.
    pub(super) fn send_on(&self, stretch: &Stretch, mut handed: impl FnMut(usize, Seq)) -> bool {
        let mut sent = self.sent();
        let mut matching = stretch.matching();
        loop {
            let (events, frames) = self.batch(&mut matching, &sent);
            if frames.is_empty() {
                return true;
            }
            let taken = self.outlet.offer_all(&frames);
            let mut through = None;
            for event in events.iter().take(taken) {
                sent.note(event.killmail_id, event.system_id);
                through = Some(event.seq);
            }
            if let Some(through) = through {
                handed(taken, through);
            }
            if taken < frames.len() || !self.outlet.is_empty() {
                return false;
            }
        }
    }

    /// The next events that are to be sent, and their frames.
    fn batch<'a>(
        &self,
        matching: &mut impl Iterator<Item = &'a Arc<Parcel>>,
        sent: &Sent,
    ) -> (Vec<&'a LogEvent>, Vec<&'a Written>) {
        let mut events: Vec<&LogEvent> = Vec::with_capacity(BATCH);
        let mut frames = Vec::with_capacity(BATCH);
        let mut bytes = 0;
        while frames.len() < BATCH && bytes < BATCH_BYTES {
            let Some(parcel) = matching.next() else {
                break;
            };
            let event = &*parcel.event;
            let Some(id) = event.killmail_id else {
                continue;
            };
            let in_batch = || events.iter().any(|other| other.killmail_id == Some(id));
            if self.may_be_known(event) && (sent.has(id) || in_batch()) {
                continue;
            }
            let frame = self.frame(parcel);
            bytes += frame.len();
            frames.push(frame);
            events.push(event);
        }
        (events, frames)
    }

    /// Whether an event is nothing new to a client that was sent its killmail: it has come to match,
    /// but the client got it with the past of its system.
    fn may_be_known(&self, event: &LogEvent) -> bool {
        event.kind == EventKind::Updated && !self.updates
    }

    fn frame<'a>(&self, parcel: &'a Parcel) -> &'a Written {
        let form = Form {
            wire: Wire::Channel(self.topic, self.shape),
            patch: self.updates && parcel.event.kind == EventKind::Updated,
        };
        parcel.form(form, |event| {
            push(event, self.topic, form.patch, self.shape)
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
        let taken = self.outlet.offer(self.frame(parcel));
        if taken {
            sent.note(Some(id), event.system_id);
        }
        taken
    }
}

/// The frame of a push.
fn push(event: &LogEvent, topic: Topic, updated: bool, shape: Shape) -> Written {
    let none = || Bytes::from_static(b"null");
    let killmail = event.killmail.clone().unwrap_or_else(none);
    let seq = event.seq;
    let push = match (topic, event.system_id) {
        (Topic::Lobby | Topic::System(_), Some(system)) => Push::KillmailUpdate {
            system,
            killmails: &[],
            timestamp: event.appended_at,
            preload: false,
            updated,
            seq: Some(seq),
        },
        _ => Push::NewKillmail {
            killmail: &[],
            updated,
            seq,
        },
    };
    let (text, place) = push.text_around(shape, topic);
    let mut edges = websocket::text_head(text.len() + killmail.len());
    let place = edges.len() + place;
    edges.extend_from_slice(&text);
    let mut before = Bytes::from(edges);
    Written {
        behind: before.split_off(place),
        before,
        killmail,
    }
}
