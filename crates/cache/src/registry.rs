//! All caches of a process in one list.

use std::sync::{Arc, PoisonError, RwLock};

use crate::CacheStats;

/// What can be asked of a cache whatever it holds.
pub trait Observed: Send + Sync {
    /// Its figures; they are shown as metrics, too.
    fn stats(&self) -> CacheStats;
    /// Forgets everything.
    fn invalidate_all(&self);
}

/// The list. Clones share it.
#[derive(Clone, Default)]
pub struct Caches(Arc<RwLock<Vec<Arc<dyn Observed>>>>);

impl Caches {
    /// Adds one.
    pub fn add(&self, cache: impl Observed + 'static) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::new(cache));
    }

    /// The figures of each, in the order in which they were added.
    #[must_use]
    pub fn report(&self) -> Vec<CacheStats> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|cache| cache.stats()).collect()
    }

    /// Makes all of them forget everything.
    pub fn invalidate_all(&self) {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for cache in all.iter() {
            cache.invalidate_all();
        }
    }
}

impl std::fmt::Debug for Caches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Caches")
            .field("count", &all.len())
            .finish_non_exhaustive()
    }
}
