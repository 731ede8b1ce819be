//! The one road from an id to what it means, for every kind.
//!
//! RAM ([`killwire_cache::Cache`]) → the store ([`Kind::recall`]) → the upstream ([`Kind::load`]).
//! Each key is fetched by one caller at a time, whoever else asks waits with him. Keys for the
//! upstream gather for a short window and go out together, live ones before backfill
//! (`queue`); a batch that an upstream refuses because of one id is split until that id is found
//! (`batch`). What was fetched goes to the store in batches, too (`shelving`).
//!
//! Nobody owns a fetch: it runs in a task of its own, and a caller who gives up finds its result in
//! the cache next time.

mod batch;
mod queue;
mod report;
mod shelving;

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::join_all;
use killwire_cache::{Asked, Cache, Caches, Hit, Lease, Loaded, Policy, State, Validity, Waiter};
use killwire_clock::Clock;
use killwire_upstream::Priority;
use tokio::sync::Semaphore;

use crate::LookupError;
use crate::kind::{Answers, Kind};
use crate::limits::MAX_HELD;
use queue::{Lanes, Waiting};
use report::Counters;
pub use report::PipelineReport;
use shelving::Shelving;

/// What a fetch brought for a key: the value, none where there is no such thing, or an error.
pub type Fetched<K> = Result<Option<<K as Kind>::Value>, LookupError>;

/// The road for one kind. Clones share it.
pub struct Pipeline<K: Kind> {
    inner: Arc<Inner<K>>,
}

struct Inner<K: Kind> {
    kind: K,
    clock: Clock,
    cache: Cache<K::Key, K::Value, LookupError>,
    /// Keys whose question failed a moment ago.
    held: Cache<K::Key, LookupError>,
    lanes: Lanes<K>,
    /// One permit for each key that may wait or be under way.
    seats: Arc<Semaphore>,
    shelving: Shelving<K>,
    counters: Counters,
}

/// What one key of a question will get.
pub(crate) enum Promise<V> {
    /// This, at once.
    Known(Option<V>),
    /// What is on its way.
    Coming(Waiter<V, LookupError>),
    /// Nothing, and why.
    Refused(LookupError),
}

/// What is on its way. Dropping it stops nothing.
pub struct Coming<K: Kind>(Vec<Promise<K::Value>>);

impl<K: Kind> Coming<K> {
    /// Waits until all of it is known.
    ///
    /// # Errors
    /// The first failure; the other keys are waited for all the same.
    pub async fn all(self) -> Result<(), LookupError> {
        let mut ended = Ok(());
        for promise in self.0 {
            let kept = promise.kept::<K>().await;
            ended = ended.and(kept.map(|_| ()));
        }
        ended
    }
}

impl<K: Kind> Pipeline<K> {
    /// A road for `kind`, whose cache follows `policy` and is added to `caches`.
    #[must_use]
    pub fn new(kind: K, policy: Policy, clock: Clock, caches: &Caches) -> Self {
        let cache = Cache::new(policy, clock.clone(), K::weigh);
        caches.add(cache.clone());
        let hold = Policy::new("failures", K::LIMITS.hold, MAX_HELD);
        Self {
            inner: Arc::new(Inner {
                kind,
                cache,
                held: Cache::new(hold, clock.clone(), |_, _| 1),
                clock,
                lanes: Lanes::new(&K::LIMITS),
                seats: Arc::new(Semaphore::new(K::LIMITS.max_waiting)),
                shelving: Shelving::default(),
                counters: Counters::default(),
            }),
        }
    }

    /// The kind itself.
    #[must_use]
    pub fn kind(&self) -> &K {
        &self.inner.kind
    }

    /// What is in RAM, without waiting.
    #[must_use]
    pub fn get(&self, key: &K::Key) -> Option<Hit<K::Value>> {
        self.inner.cache.get(key)
    }

    /// Like [`Pipeline::get`], but not counted as a question to the cache.
    #[must_use]
    pub fn peek(&self, key: &K::Key) -> Option<Hit<K::Value>> {
        self.inner.cache.peek(key)
    }

    /// What its cache allows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        self.inner.cache.policy()
    }

    /// Reads into RAM what the store remembers of `keys`.
    ///
    /// # Errors
    /// What the store failed with.
    pub async fn recall(&self, keys: &[K::Key]) -> Result<(), LookupError> {
        self.warm(self.inner.kind.recall(keys).await?);
        Ok(())
    }

    /// Keeps what was learned elsewhere. It does not go to the store.
    pub fn put(&self, key: &K::Key, value: K::Value, validity: Validity) {
        self.inner.cache.put(key, value, validity);
    }

    /// Keeps what was learned elsewhere, and has the store remember it.
    pub fn learn(&self, learned: Answers<K>) {
        self.inner.shelve(learned.clone());
        self.warm(learned);
    }

    /// Keeps what the store remembered.
    pub fn warm(&self, known: Answers<K>) {
        for (key, loaded) in known {
            self.inner.keep(&key, loaded);
        }
    }

    /// Forgets one key, in RAM.
    pub fn invalidate(&self, key: &K::Key) {
        self.inner.held.invalidate(key);
        self.inner.cache.invalidate(key);
    }

    /// Forgets everything, in RAM.
    pub fn invalidate_all(&self) {
        self.inner.held.invalidate_all();
        self.inner.cache.invalidate_all();
    }

    /// What `key` means; none where there is no such thing.
    ///
    /// # Errors
    /// [`LookupError`] when it is not known and could not be fetched.
    pub async fn fetch(&self, key: &K::Key, priority: Priority) -> Fetched<K> {
        let mut coming = None;
        self.ask(std::iter::once(key), priority, |_, promise| {
            coming = Some(promise);
        });
        match coming {
            Some(promise) => promise.kept::<K>().await,
            None => Err(abandoned::<K>()),
        }
    }

    /// What each of `keys` means, in their order.
    pub async fn fetch_many(
        &self,
        keys: &[K::Key],
        priority: Priority,
    ) -> Vec<(K::Key, Fetched<K>)> {
        let mut promised = Vec::with_capacity(keys.len());
        self.ask(keys, priority, |key, promise| {
            let key = key.clone();
            promised.push(async move { (key, promise.kept::<K>().await) });
        });
        join_all(promised).await
    }

    /// Starts to fetch whatever of `keys` is not known. It costs nothing when all is. A key that
    /// stands several times in a row is looked at once and counted as often.
    #[must_use]
    pub fn want<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a K::Key>,
        priority: Priority,
    ) -> Coming<K> {
        let mut coming = Vec::new();
        let (mut last, mut repeated) = (None, 0);
        let different = keys.into_iter().filter(|key| {
            let again = last.replace(*key) == Some(*key);
            repeated += usize::from(again);
            !again
        });
        self.ask(different, priority, |_, promise| match promise {
            Promise::Known(_) => {}
            promise => coming.push(promise),
        });
        self.count_repeated(repeated);
        Coming(coming)
    }

    /// Counts look-ups of keys that the same question had already.
    fn count_repeated(&self, keys: usize) {
        self.inner.counters.looked_up(keys, keys);
    }

    /// Asks for each of `keys` and starts what must be fetched.
    fn ask<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a K::Key>,
        priority: Priority,
        mut promise: impl FnMut(&K::Key, Promise<K::Value>),
    ) {
        let inner = &self.inner;
        let mut leads = Vec::new();
        let (mut looked_up, mut in_memory) = (0, 0);
        for key in keys {
            looked_up += 1;
            let promised = match inner.cache.ask(key) {
                Asked::Fresh(hit) => {
                    in_memory += 1;
                    Promise::Known(hit.value)
                }
                Asked::Stale(hit, lease) => {
                    in_memory += 1;
                    // Whoever asked is served, so that a fresh one is in no hurry.
                    if let Some(lease) = lease {
                        let known = hit.value.clone();
                        leads.extend(inner.admit(lease, known, Priority::Backfill).ok());
                    }
                    Promise::Known(hit.value)
                }
                Asked::Lead(lease, waiter) => match inner.admit(lease, None, priority) {
                    Ok(waiting) => {
                        leads.push(waiting);
                        Promise::Coming(waiter)
                    }
                    Err(error) => Promise::Refused(error),
                },
                Asked::Wait(waiter) => {
                    if priority == Priority::Live {
                        inner.hurry(key);
                    }
                    Promise::Coming(waiter)
                }
            };
            promise(key, promised);
        }
        inner.counters.looked_up(looked_up, in_memory);
        if leads.is_empty() {
        } else if K::SHELVED {
            tokio::spawn(Arc::clone(inner).recall(leads));
        } else {
            inner.enqueue(leads);
        }
    }

    /// Waits until everything that was fetched so far is in the store.
    pub async fn flush(&self) {
        self.inner.flush().await;
    }

    /// Figures for `/status`; they are shown as metrics, too.
    #[must_use]
    pub fn report(&self) -> PipelineReport {
        let waiting = K::LIMITS.max_waiting - self.inner.seats.available_permits();
        self.inner.counters.report(&K::LIMITS, waiting)
    }
}

impl<K: Kind> Inner<K> {
    /// Gives a key that must be fetched a seat.
    fn admit(
        &self,
        lease: Lease<K::Key, K::Value, LookupError>,
        known: Option<K::Value>,
        priority: Priority,
    ) -> Result<Waiting<K>, LookupError> {
        let refuse = |lease: Lease<_, _, _>, error: LookupError| {
            lease.refuse(error.clone());
            Err(error)
        };
        if let Some(hit) = self.held.peek(lease.key())
            && let Some(error) = hit.value
        {
            return refuse(lease, error);
        }
        let half = K::LIMITS.max_waiting / 2;
        let room = priority == Priority::Live || self.seats.available_permits() > half;
        match Arc::clone(&self.seats).try_acquire_owned() {
            Ok(seat) if room => Ok(Waiting {
                lease,
                known,
                priority,
                since: self.clock.now(),
                seat,
            }),
            _ => {
                self.counters.refused();
                let error = LookupError::Busy {
                    operation: K::LIMITS.operation,
                    waiting: K::LIMITS.max_waiting,
                };
                refuse(lease, error)
            }
        }
    }

    /// Asks the store for keys, and the upstream for those that it does not know.
    async fn recall(self: Arc<Self>, waiting: Vec<Waiting<K>>) {
        // A value that is being refreshed came from RAM: the store knows no better.
        let (refresh, unknown): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|waiting| waiting.known.is_some());
        let keys: Vec<K::Key> = unknown.iter().map(|w| w.lease.key().clone()).collect();
        let recalled = if keys.is_empty() {
            Ok(Vec::new())
        } else {
            self.kind.recall(&keys).await
        };
        let mut recalled: HashMap<_, _> = recalled
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "asking the upstream instead of the store");
                Vec::new()
            })
            .into_iter()
            .collect();
        let mut ask = refresh;
        for waiting in unknown {
            let Some(loaded) = recalled.remove(waiting.lease.key()) else {
                ask.push(waiting);
                continue;
            };
            match self.usable(&loaded) {
                None => ask.push(waiting),
                Some(state) => {
                    self.counters.recalled();
                    let (key, known) = (waiting.lease.key().clone(), loaded.value.clone());
                    waiting.lease.finish(Ok(loaded));
                    drop(waiting.seat);
                    if state == State::Stale
                        && let Asked::Stale(_, Some(lease)) = self.cache.ask(&key)
                    {
                        ask.extend(self.admit(lease, known, Priority::Backfill).ok());
                    }
                }
            }
        }
        self.enqueue(ask);
    }

    /// How something that was loaded before may be used now; none when it is too old.
    fn usable(&self, loaded: &Loaded<K::Value>) -> Option<State> {
        self.cache.policy().state(loaded, self.clock.now())
    }

    fn keep(&self, key: &K::Key, loaded: Loaded<K::Value>) {
        match loaded.value {
            Some(value) => self.cache.put(key, value, loaded.validity),
            None => self.cache.put_missing(key, loaded.validity),
        }
    }
}

impl<V: Clone> Promise<V> {
    /// Waits for it.
    pub(crate) async fn kept<K: Kind<Value = V>>(self) -> Fetched<K> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Refused(error) => Err(error),
            Self::Coming(waiter) => match waiter.landed().await {
                Some(landed) => landed,
                None => Err(abandoned::<K>()),
            },
        }
    }
}

fn abandoned<K: Kind>() -> LookupError {
    LookupError::Abandoned {
        operation: K::LIMITS.operation,
    }
}

impl<K: Kind> Clone for Pipeline<K> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<K: Kind> std::fmt::Debug for Pipeline<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipeline")
            .field("limits", &K::LIMITS)
            .finish_non_exhaustive()
    }
}
