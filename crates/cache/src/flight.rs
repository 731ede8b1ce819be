//! Single flight: of all who ask for a key at the same time, one fetches and the others wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use crate::cache::Inner;
use crate::{Cache, Loaded};

/// What a flight brought, for all who wait.
type Landed<V, E> = Option<Result<Option<V>, E>>;

/// The flights of one cache.
pub(crate) struct Flights<K, V, E> {
    open: Mutex<HashMap<K, Flight<V, E>>>,
}

struct Flight<V, E> {
    /// Tells a flight from a later one of the same key.
    number: u64,
    landed: watch::Receiver<Landed<V, E>>,
}

/// Either the lease on a new flight, or a seat on one that is under way.
pub(crate) enum Boarded<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    First(Lease<K, V, E>, Waiter<V, E>),
    Joined(Waiter<V, E>),
}

impl<K, V, E> Default for Flights<K, V, E> {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash, V, E> Flights<K, V, E> {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Flight<V, E>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a flight: what it brings is not kept, and whoever asks next starts another.
    pub(crate) fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    /// Forgets all flights.
    pub(crate) fn forget_all(&self) {
        self.lock().clear();
    }

    /// Whether a key is being fetched.
    pub(crate) fn is_open(&self, key: &K) -> bool {
        self.lock().contains_key(key)
    }
}

/// Boards a flight for `key`. `arrived` is asked under the lock, before a new flight is opened: a
/// flight may have landed since the caller looked, and then none is needed.
pub(crate) fn board<K, V, E, T>(
    cache: &Cache<K, V, E>,
    key: &K,
    arrived: impl FnOnce() -> Option<T>,
) -> Result<Boarded<K, V, E>, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    let mut open = cache.inner.flights.lock();
    if let Some(flight) = open.get(key) {
        return Ok(Boarded::Joined(Waiter(flight.landed.clone())));
    }
    if let Some(already) = arrived() {
        return Err(already);
    }
    let number = cache.inner.next_flight();
    let (tell, landed) = watch::channel(None);
    let waiter = Waiter(landed.clone());
    open.insert(key.clone(), Flight { number, landed });
    let lease = Lease {
        cache: Arc::clone(&cache.inner),
        key: key.clone(),
        number,
        started: Instant::now(),
        tell,
    };
    Ok(Boarded::First(lease, waiter))
}

/// The duty to fetch a key: [`Lease::finish`] tells all who wait. Dropped unfinished, it tells them
/// that nothing comes of it.
pub struct Lease<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    cache: Arc<Inner<K, V, E>>,
    key: K,
    number: u64,
    started: Instant,
    tell: watch::Sender<Landed<V, E>>,
}

impl<K, V, E> Lease<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Which key.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Keeps what was loaded and tells all who wait. A failure is told to all and not kept. What
    /// was invalidated meanwhile is told and not kept either.
    pub fn finish(self, loaded: Result<Loaded<V>, E>) {
        let counters = &self.cache.counters;
        counters.loaded(self.started.elapsed(), loaded.is_ok());
        let landed = match loaded {
            Ok(loaded) => {
                let value = loaded.value.clone();
                // Under the lock, so that nothing is kept after an invalidation.
                let mut open = self.cache.flights.lock();
                if self.is_current(&open) {
                    self.cache.keep(&self.key, loaded);
                    open.remove(&self.key);
                }
                Ok(value)
            }
            Err(error) => Err(error),
        };
        self.close();
        self.tell.send_replace(Some(landed));
    }

    /// Tells all who wait that nothing was fetched, and why. It counts as no fetch.
    pub fn refuse(self, why: E) {
        self.close();
        self.tell.send_replace(Some(Err(why)));
    }

    fn is_current(&self, open: &HashMap<K, Flight<V, E>>) -> bool {
        open.get(&self.key)
            .is_some_and(|flight| flight.number == self.number)
    }

    /// Takes the flight off the list, where it still is on it.
    fn close(&self) {
        let mut open = self.cache.flights.lock();
        if self.is_current(&open) {
            open.remove(&self.key);
        }
    }
}

impl<K, V, E> Drop for Lease<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn drop(&mut self) {
        self.close();
    }
}

impl<K, V, E> std::fmt::Debug for Lease<K, V, E>
where
    K: Clone + Eq + Hash + Send + Sync + 'static + std::fmt::Debug,
    V: Clone + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lease").field(&self.key).finish()
    }
}

/// A seat on a flight.
#[derive(Clone, Debug)]
pub struct Waiter<V, E>(watch::Receiver<Landed<V, E>>);

impl<V: Clone, E: Clone> Waiter<V, E> {
    /// What the flight brought. `None` when its lease was dropped unfinished, because the task that
    /// held it ended. Waiting may be given up at any time; the flight goes on.
    pub async fn landed(mut self) -> Option<Result<Option<V>, E>> {
        match self.0.wait_for(Option::is_some).await {
            Ok(landed) => landed.clone(),
            Err(_) => None,
        }
    }
}
