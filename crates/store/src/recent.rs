//! What readers see: the log's ends, the recent window, and which events each system offers.
//!
//! Only the writer changes it, and only after a commit.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::{Facts, KillmailId, SystemId};
use tokio::sync::watch;

use crate::offered::{Offered, Picked};
use crate::{EventKind, LogEvent, Seq, WindowLimits};

/// Shared by the writer and all readers.
#[derive(Debug)]
pub(crate) struct Recent {
    state: RwLock<State>,
    head: watch::Sender<Seq>,
}

#[derive(Debug)]
struct State {
    /// Events with seqs that follow one another, up to the head.
    window: VecDeque<Arc<LogEvent>>,
    bytes: usize,
    limits: WindowLimits,
    head: Seq,
    oldest: Seq,
    offered: Offered,
}

/// The log's ends and the window's beginning, as they stood together at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) oldest: Seq,
    pub(crate) head: Seq,
    /// The first event in the window; head + 1 when it is empty.
    pub(crate) window: Seq,
}

/// A stretch of the window that was looked at.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) events: Vec<Arc<LogEvent>>,
    /// The last event looked at.
    pub(crate) next: Seq,
    pub(crate) head: Seq,
}

/// Events looked at in one stretch of the window at most.
const STRETCH: usize = 10_000;

impl Recent {
    /// Nothing in the window yet.
    pub(crate) fn new(
        limits: WindowLimits,
        max_events_per_system: usize,
        oldest: Seq,
        head: Seq,
    ) -> Self {
        let (sender, _) = watch::channel(head);
        Self {
            state: RwLock::new(State {
                window: VecDeque::new(),
                bytes: 0,
                limits,
                head,
                oldest,
                offered: Offered::keeping(max_events_per_system),
            }),
            head: sender,
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log's ends.
    pub(crate) fn ends(&self) -> Ends {
        self.read().ends()
    }

    /// Changes when a commit has become visible.
    pub(crate) fn head_changes(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    /// Events and bytes in the window.
    pub(crate) fn window_size(&self) -> (usize, usize) {
        let state = self.read();
        (state.window.len(), state.bytes)
    }

    /// Puts events before the window's first, newest chunk first, while there is room. False when
    /// there is no more. For filling it when the store opens.
    pub(crate) fn prepend(&self, events: Vec<Arc<LogEvent>>) -> bool {
        let mut state = self.write();
        for event in events.into_iter().rev() {
            let bytes = weight(&event);
            let room = state.window.len() < state.limits.events
                && state.bytes.saturating_add(bytes) <= state.limits.bytes;
            if !room {
                return false;
            }
            state.bytes += bytes;
            state.window.push_front(event);
        }
        true
    }

    /// Makes committed events visible, in order, and wakes who waits. Earlier events show what is
    /// known of their killmails by now (`changed`, encoded), as those on disk do; their facts stay
    /// as they were.
    pub(crate) fn publish(&self, events: Vec<Arc<LogEvent>>, changed: &HashMap<KillmailId, Bytes>) {
        let head = {
            let mut state = self.write();
            for event in events {
                state.push(event);
            }
            if !changed.is_empty() {
                state.replace(|event| {
                    let killmail = changed.get(&event.killmail_id?)?;
                    event.killmail.as_ref()?;
                    Some(LogEvent {
                        killmail: Some(killmail.clone()),
                        ..event.clone()
                    })
                });
            }
            state.head
        };
        self.head
            .send_if_modified(|shown| std::mem::replace(shown, head) != head);
    }

    /// Replaces the entries of these killmails by tombstones.
    pub(crate) fn forget(&self, killmails: &HashSet<KillmailId>) {
        self.write().replace(|event| {
            let gone = killmails.contains(&event.killmail_id?);
            (gone && event.killmail.is_some()).then(|| LogEvent {
                killmail: None,
                facts: None,
                earlier: Vec::new(),
                ..event.clone()
            })
        });
    }

    /// Lets go of everything before `oldest`.
    pub(crate) fn prune(&self, oldest: Seq) {
        let mut state = self.write();
        state.oldest = state.oldest.max(oldest);
        while state.window.front().is_some_and(|event| event.seq < oldest) {
            state.pop();
        }
        state.offered.prune(oldest);
    }

    /// The events after `after` that `wanted` picks, up to `limit`. None when the window does not
    /// reach back so far.
    pub(crate) fn scan(
        &self,
        after: Seq,
        limit: usize,
        wanted: impl Fn(&LogEvent) -> bool,
    ) -> Option<Stretch> {
        let state = self.read();
        let ends = state.ends();
        if after.0 + 1 < ends.window.0 {
            return None;
        }
        let mut stretch = Stretch {
            events: Vec::new(),
            next: after,
            head: ends.head,
        };
        let skip = usize::try_from(after.0 + 1 - ends.window.0).ok()?;
        for event in state.window.iter().skip(skip).take(STRETCH) {
            if stretch.events.len() >= limit {
                break;
            }
            if wanted(event) {
                stretch.events.push(Arc::clone(event));
            }
            stretch.next = event.seq;
        }
        Some(stretch)
    }

    /// The position after which every event lies that was appended at or after `time`, where the
    /// window knows; else the log's ends: then its first event is not older.
    pub(crate) fn seq_at(&self, time: Timestamp) -> Result<Seq, Ends> {
        let state = self.read();
        let ends = state.ends();
        let older = state
            .window
            .partition_point(|event| event.appended_at < time);
        if older == 0 && ends.window > ends.oldest {
            return Err(ends);
        }
        let older = i64::try_from(older).unwrap_or(i64::MAX);
        Ok(Seq(ends.window.0.saturating_add(older) - 1))
    }

    /// The events of the whole log that `wanted` picks. None when the window does not reach back
    /// to the log's beginning.
    pub(crate) fn whole_log(
        &self,
        wanted: impl Fn(&LogEvent) -> bool,
    ) -> Option<Vec<Arc<LogEvent>>> {
        let state = self.read();
        let ends = state.ends();
        let picked = state.window.iter().filter(|event| wanted(event)).cloned();
        (ends.window <= ends.oldest).then(|| picked.collect())
    }

    /// Those of these events that are in the window, and the numbers of the others.
    pub(crate) fn take(&self, seqs: &[i64]) -> (Vec<Arc<LogEvent>>, Vec<i64>) {
        let state = self.read();
        let first = state.ends().window.0;
        let mut found = Vec::with_capacity(seqs.len());
        let mut missing = Vec::new();
        for seq in seqs {
            let place = usize::try_from(seq - first).ok();
            match place.and_then(|place| state.window.get(place)) {
                Some(event) => found.push(Arc::clone(event)),
                None => missing.push(*seq),
            }
        }
        (found, missing)
    }

    /// Which of these systems' offers are not known yet.
    pub(crate) fn unknown_offers(&self, systems: &[SystemId]) -> Vec<SystemId> {
        let state = self.read();
        let unknown = systems
            .iter()
            .filter(|system| !state.offered.knows(**system));
        unknown.copied().collect()
    }

    /// Notes what systems offer, as read from disk up to `up_to`: per system its newest `new`
    /// events, ascending, and the newest one that is no longer offered (0 for none). Events since
    /// then are taken from the window. False when the window has moved past them meanwhile.
    pub(crate) fn install_offers(
        &self,
        up_to: Seq,
        offers: HashMap<SystemId, (VecDeque<i64>, i64)>,
    ) -> bool {
        let mut state = self.write();
        let ends = state.ends();
        if up_to.0 + 1 < ends.window.0 {
            return false;
        }
        let mut offers = offers;
        for event in state.window.iter().rev() {
            if event.seq <= up_to {
                break;
            }
            let list = event.system_id.and_then(|system| offers.get_mut(&system));
            if let (EventKind::New, Some((seqs, _))) = (event.kind, list) {
                let place = seqs.partition_point(|seq| *seq < event.seq.0);
                seqs.insert(place, event.seq.0);
            }
        }
        state.offered.install(offers, ends.oldest);
        true
    }

    /// The next events that systems offer after an offset each. None when a system's offers are
    /// not known.
    pub(crate) fn pick(&self, offsets: &[(SystemId, i64)], limit: usize) -> Option<Picked> {
        let state = self.read();
        state.offered.pick(offsets, limit, state.head)
    }
}

impl State {
    fn ends(&self) -> Ends {
        let window = self
            .window
            .front()
            .map_or(Seq(self.head.0 + 1), |event| event.seq);
        Ends {
            oldest: self.oldest,
            head: self.head,
            window,
        }
    }

    fn push(&mut self, event: Arc<LogEvent>) {
        if let (EventKind::New, Some(system)) = (event.kind, event.system_id) {
            self.offered.push(system, event.seq);
        }
        self.head = event.seq;
        self.bytes += weight(&event);
        self.window.push_back(event);
        while self.window.len() > self.limits.events.max(1)
            || (self.bytes > self.limits.bytes && self.window.len() > 1)
        {
            self.pop();
        }
    }

    /// Replaces events for which `changed` has another one.
    fn replace(&mut self, changed: impl Fn(&LogEvent) -> Option<LogEvent>) {
        for event in &mut self.window {
            if let Some(changed) = changed(event) {
                self.bytes -= weight(event);
                *event = Arc::new(changed);
                self.bytes += weight(event);
            }
        }
    }

    fn pop(&mut self) {
        if let Some(event) = self.window.pop_front() {
            self.bytes -= weight(&event);
        }
    }
}

/// How many bytes of memory an event takes, with what the allocator adds to each piece. Fact
/// records that several events share count with each of them: they seldom do.
pub(crate) fn weight(event: &LogEvent) -> usize {
    /// What `Bytes` that are shared keep beside the bytes.
    const SHARED: usize = 3 * size_of::<usize>();
    let facts = event.facts.iter().chain(&event.earlier);
    let facts = facts.map(|facts| record_weight(facts)).sum::<usize>()
        + allocated(size_of_val(event.earlier.as_slice()));
    let killmail = event
        .killmail
        .as_ref()
        .map_or(0, |killmail| allocated(killmail.len()) + allocated(SHARED));
    let trace = event
        .trace
        .as_ref()
        .map_or(0, |trace| allocated(trace.0.len()));
    SLOT + allocated(COUNTS + size_of::<LogEvent>()) + killmail + facts + trace
}

/// An [`Arc`]'s two counts.
const COUNTS: usize = 2 * size_of::<usize>();

fn record_weight(facts: &Facts) -> usize {
    let labels = facts.labels.iter();
    allocated(COUNTS + size_of::<Facts>())
        + allocated(size_of_val(facts.attackers.as_slice()))
        + allocated(size_of_val(facts.items.as_slice()))
        + allocated(size_of_val(facts.labels.as_slice()))
        + labels.map(|label| allocated(label.len())).sum::<usize>()
}

/// An event's place in the window, which has up to twice as many as it needs.
const SLOT: usize = 2 * size_of::<Arc<LogEvent>>();

/// What an allocation of so many bytes takes: glibc's allocator puts a word before it, and gives
/// multiples of 16 bytes and no less than 32.
fn allocated(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        _ => (bytes + size_of::<usize>()).next_multiple_of(16).max(32),
    }
}

#[cfg(test)]
mod tests;
