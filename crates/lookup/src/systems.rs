//! What is remembered of solar systems: which of them somebody watches, and when the killmails of
//! each were fetched.

use jiff::Timestamp;
use killwire_cache::{Cache, Caches, Validity};
use killwire_clock::Clock;
use killwire_killmail::SystemId;

use crate::config::CacheConfig;

/// Both. Clones share them.
#[derive(Clone, Debug)]
pub struct Systems {
    clock: Clock,
    active: Cache<SystemId, ()>,
    fetches: Cache<SystemId, Timestamp>,
}

impl Systems {
    pub(crate) fn new(config: &CacheConfig, clock: Clock, caches: &Caches) -> Self {
        let active = Cache::new(config.active_systems.clone(), clock.clone(), |_, _| 1);
        let fetches = Cache::new(config.system_fetches.clone(), clock.clone(), |_, _| 1);
        caches.add(active.clone());
        caches.add(fetches.clone());
        Self {
            clock,
            active,
            fetches,
        }
    }

    /// Notes that somebody watches a system. It is active for ten minutes from now.
    pub fn mark_active(&self, id: SystemId) {
        self.active.put(&id, (), Validity::since(self.clock.now()));
    }

    /// Which systems are active, and since when nobody has asked, by id.
    #[must_use]
    pub fn list_active(&self) -> Vec<(SystemId, Timestamp)> {
        let active = self.active.entries().into_iter();
        let mut active: Vec<_> = active.map(|(id, hit)| (id, hit.at)).collect();
        active.sort_unstable();
        active
    }

    /// Whether a system is active.
    #[must_use]
    pub fn is_active(&self, id: SystemId) -> bool {
        self.active.get(&id).is_some()
    }

    /// When a system's killmails were last fetched from zKillboard, within the last hour.
    #[must_use]
    pub fn fetch_timestamp(&self, id: SystemId) -> Option<Timestamp> {
        self.fetches.get(&id).and_then(|hit| hit.value)
    }

    /// Before when they are not fetched again.
    pub(crate) fn not_before(&self, id: SystemId) -> Option<Timestamp> {
        let fetched = self.fetch_timestamp(id)?;
        fetched.checked_add(self.fetches.policy().ttl).ok()
    }

    pub(crate) fn fetched(&self, id: SystemId, at: Timestamp) {
        self.fetches.put(&id, at, Validity::since(at));
    }
}
