//! The cache itself.

use std::convert::Infallible;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use killwire_clock::Clock;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;

use crate::entry::Slot;
use crate::flight::{self, Boarded, Flights};
use crate::stats::Counters;
use crate::{CacheStats, Hit, Lease, Loaded, Observed, Policy, State, Validity, Waiter, metric};

/// A typed cache for one domain. `E` is what its loaders fail with. Clones share it.
pub struct Cache<K, V, E = Infallible> {
    pub(crate) inner: Arc<Inner<K, V, E>>,
}

/// What all clones share.
pub(crate) struct Inner<K, V, E> {
    policy: Policy,
    clock: Clock,
    entries: moka::sync::Cache<K, Slot<V>>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) flights: Flights<K, V, E>,
    flight_numbers: AtomicU64,
}

/// The answer to [`Cache::ask`].
#[derive(Debug)]
pub enum Asked<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// It is fresh.
    Fresh(Hit<V>),
    /// It has expired and may be shown. Whoever gets the lease with it fetches a fresh one; nobody
    /// need wait for that.
    Stale(Hit<V>, Option<Lease<K, V, E>>),
    /// It is not there, and this caller is the one to fetch it.
    Lead(Lease<K, V, E>, Waiter<V, E>),
    /// It is not there, and being fetched.
    Wait(Waiter<V, E>),
}

/// Gives `moka` each entry's own span.
struct PerEntry(Clock);

impl<K, V> moka::Expiry<K, Slot<V>> for PerEntry {
    fn expire_after_create(&self, _: &K, slot: &Slot<V>, _: Instant) -> Option<Duration> {
        Some(self.0.real_timeout(slot.keep))
    }

    fn expire_after_update(
        &self,
        _: &K,
        slot: &Slot<V>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(self.0.real_timeout(slot.keep))
    }
}

impl<K, V, E> Cache<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// An empty cache. `weigh` says what an entry weighs, in the unit of [`Policy::weight`]; a
    /// negative entry has no value to look at.
    pub fn new(
        policy: Policy,
        clock: Clock,
        weigh: impl Fn(&K, Option<&V>) -> u32 + Send + Sync + 'static,
    ) -> Self {
        let counters = Arc::new(Counters::default());
        let evicted = Arc::clone(&counters);
        let entries = moka::sync::Cache::builder()
            .name(policy.name)
            .max_capacity(policy.weight)
            .weigher(move |key, slot: &Slot<V>| weigh(key, slot.value.as_ref()))
            // Not the default, which may refuse what was just fetched in favour of old entries.
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |_, _, cause| {
                if cause == RemovalCause::Size {
                    evicted.evictions.fetch_add(1, Relaxed);
                }
            })
            .expire_after(PerEntry(clock.clone()))
            .build();
        Self {
            inner: Arc::new(Inner {
                policy,
                clock,
                entries,
                counters,
                flights: Flights::default(),
                flight_numbers: AtomicU64::new(0),
            }),
        }
    }

    /// What this domain allows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// What is known of `key`; none when it is unknown or gone.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<Hit<V>> {
        let hit = self.inner.look(key);
        let counters = &self.inner.counters;
        let counter = match hit.as_ref().map(|hit| hit.state) {
            Some(State::Fresh) => &counters.hits,
            Some(State::Stale) => &counters.stale_hits,
            None => &counters.misses,
        };
        counter.fetch_add(1, Relaxed);
        hit
    }

    /// Like [`Cache::get`], but is not counted as a question.
    #[must_use]
    pub fn peek(&self, key: &K) -> Option<Hit<V>> {
        self.inner.look(key)
    }

    /// Keeps a value. What is gone already by its validity is not kept.
    pub fn put(&self, key: &K, value: V, validity: Validity) {
        self.inner.keep(key, Loaded::new(value, validity));
    }

    /// Keeps "there is no such thing".
    pub fn put_missing(&self, key: &K, validity: Validity) {
        self.inner.keep(key, Loaded::missing(validity));
    }

    /// Asks for `key` on behalf of someone who can fetch it, and says who is to do so.
    #[must_use]
    pub fn ask(&self, key: &K) -> Asked<K, V, E> {
        let arrived = match self.get(key) {
            Some(hit) if hit.state == State::Fresh => return Asked::Fresh(hit),
            hit => hit,
        };
        let fresh = || self.inner.look(key).filter(|hit| hit.state == State::Fresh);
        let boarded = match flight::board(self, key, fresh) {
            Ok(boarded) => boarded,
            Err(hit) => return Asked::Fresh(hit),
        };
        match (arrived, boarded) {
            (Some(hit), Boarded::First(lease, _)) => Asked::Stale(hit, Some(lease)),
            (Some(hit), Boarded::Joined(_)) => Asked::Stale(hit, None),
            (None, Boarded::First(lease, waiter)) => Asked::Lead(lease, waiter),
            (None, Boarded::Joined(waiter)) => Asked::Wait(waiter),
        }
    }

    /// The value of `key`, loaded when it is not fresh; none when there is no such thing.
    ///
    /// Of all who ask at the same time one loads, in a task of its own: a caller that gives up
    /// strands nobody, and what comes is kept. A stale value is returned at once, while a fresh one
    /// is loaded. A loader that panics panics in whoever brought it; the others bring their own.
    ///
    /// # Errors
    /// What the loader failed with, for all who waited. It is not kept: the next to ask loads again.
    pub async fn fetch<F>(&self, key: &K, loader: F) -> Result<Option<V>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let (lease, waiter) = loop {
            match self.ask(key) {
                Asked::Fresh(hit) => return Ok(hit.value),
                Asked::Stale(hit, lease) => {
                    if let Some(lease) = lease {
                        tokio::spawn(async move { lease.finish(loader.await) });
                    }
                    return Ok(hit.value);
                }
                Asked::Lead(lease, waiter) => break (lease, waiter),
                Asked::Wait(waiter) => {
                    if let Some(landed) = waiter.landed().await {
                        return landed;
                    }
                }
            }
        };
        let task = tokio::spawn(async move { lease.finish(loader.await) });
        if let Some(landed) = waiter.landed().await {
            return landed;
        }
        match task.await {
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime is shutting down, and this task with it.
            _ => std::future::pending().await,
        }
    }

    /// Whether `key` is being fetched.
    #[must_use]
    pub fn is_fetching(&self, key: &K) -> bool {
        self.inner.flights.is_open(key)
    }

    /// Forgets `key`, also where it is just being fetched.
    pub fn invalidate(&self, key: &K) {
        self.inner.flights.forget(key);
        self.inner.entries.invalidate(key);
    }

    /// Forgets everything, also what is just being fetched.
    pub fn invalidate_all(&self) {
        self.inner.flights.forget_all();
        self.inner.entries.invalidate_all();
    }

    /// All that is there and not gone, negative entries left out, in no order. For small domains.
    #[must_use]
    pub fn entries(&self) -> Vec<(K, Hit<V>)> {
        let now = self.inner.clock.now();
        let entries = self.inner.entries.iter();
        entries
            .filter_map(|(key, slot)| {
                let state = slot.state(now)?;
                slot.value.is_some().then(|| {
                    let hit = Hit {
                        value: slot.value,
                        state,
                        at: slot.at,
                    };
                    (K::clone(&key), hit)
                })
            })
            .collect()
    }

    /// Its figures; they are shown as metrics, too.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let inner = &self.inner;
        // What `moka` has put off, so that the figures are those of now.
        inner.entries.run_pending_tasks();
        let stats = CacheStats {
            entries: inner.entries.entry_count(),
            weight: inner.entries.weighted_size(),
            max_weight: inner.policy.weight,
            ..inner.counters.read(inner.policy.name)
        };
        metric::show(&stats);
        stats
    }
}

impl<K, V, E> Inner<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn look(&self, key: &K) -> Option<Hit<V>> {
        let slot = self.entries.get(key)?;
        let state = slot.state(self.clock.now())?;
        Some(Hit {
            value: slot.value,
            state,
            at: slot.at,
        })
    }

    pub(crate) fn keep(&self, key: &K, loaded: Loaded<V>) {
        if let Some(slot) = Slot::new(loaded, &self.policy, self.clock.now()) {
            self.entries.insert(key.clone(), slot);
        }
    }

    pub(crate) fn next_flight(&self) -> u64 {
        self.flight_numbers.fetch_add(1, Relaxed)
    }
}

impl<K, V, E> Observed for Cache<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    fn stats(&self) -> CacheStats {
        Cache::stats(self)
    }

    fn invalidate_all(&self) {
        Cache::invalidate_all(self);
    }
}

impl<K, V, E> Clone for Cache<K, V, E> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<K, V, E> std::fmt::Debug for Cache<K, V, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}
