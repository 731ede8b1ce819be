//! What is remembered of solar systems: which of them somebody watches, and when the killmails of
//! each were fetched.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_cache::{Cache, Caches, Validity};
use killwire_clock::Clock;
use killwire_killmail::SystemId;
use killwire_upstream::Zkillboard;

use crate::config::CacheConfig;

/// Both. Clones share them.
#[derive(Clone)]
pub struct Systems {
    clock: Clock,
    active: Cache<SystemId, ()>,
    /// Who keeps the hour between two fetches, also over a restart.
    zkillboard: Arc<Zkillboard>,
}

impl Systems {
    pub(crate) fn new(
        config: &CacheConfig,
        zkillboard: Arc<Zkillboard>,
        clock: Clock,
        caches: &Caches,
    ) -> Self {
        let active = Cache::new(config.active_systems.clone(), clock.clone(), |_, _| 1);
        caches.add(active.clone());
        Self {
            clock,
            active,
            zkillboard,
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

    /// When a system's killmails were last fetched from zKillboard, within the last hour, also by
    /// an earlier process. One that is being fetched counts.
    #[must_use]
    pub fn fetch_timestamp(&self, id: SystemId) -> Option<Timestamp> {
        self.zkillboard.fetch_timestamp(id)
    }
}

impl std::fmt::Debug for Systems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Systems")
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}
