//! The snapshot in use, which an import replaces while everybody reads.

use std::sync::{Arc, PoisonError, RwLock};

use crate::Universe;

/// A handle on the snapshot in use; clones share it. A reader takes the snapshot once for each
/// piece of work, so that all it looks up there is of one build.
#[derive(Clone, Debug, Default)]
pub struct CurrentUniverse(Arc<RwLock<Arc<Universe>>>);

impl CurrentUniverse {
    /// With `universe` in use.
    #[must_use]
    pub fn new(universe: Universe) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(universe))))
    }

    /// The snapshot in use. Cheap: nothing is copied.
    #[must_use]
    pub fn load(&self) -> Arc<Universe> {
        // What is behind the lock is replaced whole, so a panic elsewhere cannot leave half of it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts `universe` in use, and answers the one that was. Who holds that goes on with it.
    pub fn swap(&self, universe: Universe) -> Arc<Universe> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, Arc::new(universe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_keeps_its_snapshot_while_another_is_put_in_use() {
        let current = CurrentUniverse::default();
        let before = current.load();
        let clone = current.clone();
        let replaced = clone.swap(Universe::empty());
        assert!(Arc::ptr_eq(&before, &replaced));
        assert!(!Arc::ptr_eq(&before, &current.load()));
        assert!(Arc::ptr_eq(&clone.load(), &current.load()));
    }
}
