//! Keys that wait for the upstream: two lanes, a window in which a batch gathers, and how many
//! batches are under way.
//!
//! No task runs while nothing waits. The first key of a lane starts its collector, which ends when
//! the lane is empty.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use killwire_cache::Lease;
use killwire_upstream::Priority;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::Inner;
use crate::LookupError;
use crate::kind::Kind;
use crate::limits::Limits;

/// A key that waits for the upstream.
pub(super) struct Waiting<K: Kind> {
    pub(super) lease: Lease<K::Key, K::Value, LookupError>,
    /// What was known and has expired.
    pub(super) known: Option<K::Value>,
    pub(super) priority: Priority,
    /// Since when.
    pub(super) since: Timestamp,
    pub(super) seat: OwnedSemaphorePermit,
}

/// Both lanes.
pub(super) struct Lanes<K: Kind> {
    queue: Mutex<Queue<K>>,
    live: Lane,
    backfill: Lane,
}

/// What belongs to one lane besides its keys.
struct Lane {
    /// Told when a batch is full.
    full: Notify,
    /// Batches that may be under way.
    calls: Arc<Semaphore>,
}

/// What waits. A key stands in `waiting` once; its places in the lanes may outlive it, and count
/// only while it has that lane's priority.
struct Queue<K: Kind> {
    waiting: HashMap<K::Key, Waiting<K>>,
    live: VecDeque<K::Key>,
    backfill: VecDeque<K::Key>,
    live_collected: bool,
    backfill_collected: bool,
    /// When the last call with live keys went out.
    last_live: Option<Timestamp>,
}

impl<K: Kind> Queue<K> {
    fn lane(&mut self, priority: Priority) -> (&mut VecDeque<K::Key>, &mut bool) {
        match priority {
            Priority::Live => (&mut self.live, &mut self.live_collected),
            Priority::Backfill => (&mut self.backfill, &mut self.backfill_collected),
        }
    }

    /// The first key that waits in a lane, and since when.
    fn first(&mut self, priority: Priority) -> Option<Timestamp> {
        loop {
            let key = self.lane(priority).0.front()?.clone();
            match self.waiting.get(&key) {
                Some(waiting) if waiting.priority == priority => return Some(waiting.since),
                _ => self.lane(priority).0.pop_front(),
            };
        }
    }

    /// Takes up to `most` keys of a lane.
    fn take(&mut self, priority: Priority, most: usize, batch: &mut Vec<Waiting<K>>) {
        while batch.len() < most && self.first(priority).is_some() {
            if let Some(key) = self.lane(priority).0.pop_front() {
                batch.extend(self.waiting.remove(&key));
            }
        }
    }
}

impl<K: Kind> Lanes<K> {
    pub(super) fn new(limits: &Limits) -> Self {
        let lane = |calls: usize| Lane {
            full: Notify::new(),
            calls: Arc::new(Semaphore::new(calls.max(1))),
        };
        Self {
            queue: Mutex::new(Queue {
                waiting: HashMap::new(),
                live: VecDeque::new(),
                backfill: VecDeque::new(),
                live_collected: false,
                backfill_collected: false,
                last_live: None,
            }),
            live: lane(limits.live_calls),
            backfill: lane(limits.backfill_calls),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue<K>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, priority: Priority) -> &Lane {
        match priority {
            Priority::Live => &self.live,
            Priority::Backfill => &self.backfill,
        }
    }
}

impl<K: Kind> Inner<K> {
    /// Lets keys wait for the upstream.
    pub(super) fn enqueue(self: &Arc<Self>, all: Vec<Waiting<K>>) {
        let mut queue = self.lanes.lock();
        for waiting in all {
            let (key, priority) = (waiting.lease.key().clone(), waiting.priority);
            queue.waiting.insert(key.clone(), waiting);
            queue.lane(priority).0.push_back(key);
        }
        self.see_to(&mut queue);
    }

    /// Moves a key that waits as backfill to the live lane.
    pub(super) fn hurry(self: &Arc<Self>, key: &K::Key) {
        let mut queue = self.lanes.lock();
        if let Some(waiting) = queue.waiting.get_mut(key)
            && waiting.priority == Priority::Backfill
        {
            waiting.priority = Priority::Live;
            queue.live.push_back(key.clone());
            self.see_to(&mut queue);
        }
    }

    /// Starts a collector for each lane that has keys and none, and tells it of full batches.
    fn see_to(self: &Arc<Self>, queue: &mut Queue<K>) {
        for priority in [Priority::Live, Priority::Backfill] {
            let (keys, collected) = queue.lane(priority);
            let waiting = keys.len();
            if waiting > 0 && !std::mem::replace(collected, true) {
                tokio::spawn(Arc::clone(self).collect(priority));
            }
            if waiting >= K::LIMITS.max_batch {
                self.lanes.lane(priority).full.notify_one();
            }
        }
    }

    /// Makes batches of what waits in a lane until nothing does.
    async fn collect(self: Arc<Self>, priority: Priority) {
        let lane = self.lanes.lane(priority);
        while let Some(since) = self.next_in(priority) {
            self.gather(priority, since).await;
            // The batch fills further while it waits for its turn. The semaphore is never closed.
            let Ok(call) = Arc::clone(&lane.calls).acquire_owned().await else {
                return;
            };
            let mut batch = Vec::new();
            {
                let mut queue = self.lanes.lock();
                queue.take(priority, K::LIMITS.max_batch, &mut batch);
                // A live call has room for backfill, which then costs no call of its own.
                queue.take(Priority::Backfill, K::LIMITS.max_batch, &mut batch);
                if priority == Priority::Live {
                    queue.last_live = Some(self.clock.now());
                }
            }
            if !batch.is_empty() {
                let inner = Arc::clone(&self);
                tokio::spawn(async move {
                    inner.run(batch, priority).await;
                    drop(call);
                });
            }
        }
    }

    /// Since when a lane's first key waits. None ends the lane's collector.
    fn next_in(&self, priority: Priority) -> Option<Timestamp> {
        let mut queue = self.lanes.lock();
        let since = queue.first(priority);
        *queue.lane(priority).1 = since.is_some();
        since
    }

    /// Waits until a batch is full, or its first key's window is over and the last call long enough
    /// ago.
    async fn gather(&self, priority: Priority, since: Timestamp) {
        let limits = K::LIMITS;
        let after = |at: Timestamp, span| at.checked_add(span).unwrap_or(at);
        let lane = self.lanes.lane(priority);
        loop {
            let over = {
                let mut queue = self.lanes.lock();
                if queue.lane(priority).0.len() >= limits.max_batch {
                    return;
                }
                match (priority, queue.last_live) {
                    (Priority::Backfill, _) => after(since, limits.backfill_window),
                    (Priority::Live, None) => after(since, limits.live_window),
                    (Priority::Live, Some(last)) => {
                        after(since, limits.live_window).max(after(last, limits.live_spacing))
                    }
                }
            };
            tokio::select! {
                () = self.clock.sleep_until(over) => return,
                () = lane.full.notified() => {}
            }
        }
    }
}
