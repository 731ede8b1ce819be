//! What was fetched goes to the store, several rows at a time, behind the back of whoever waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Inner;
use crate::kind::{Answers, Kind};
use crate::limits::{MAX_UNSAVED, SAVE_WINDOW};

/// Rows that wait for the store.
pub(super) struct Shelving<K: Kind> {
    state: Mutex<State<K>>,
    /// Held while rows are written, so that whoever flushes waits for them.
    writing: tokio::sync::Mutex<()>,
}

struct State<K: Kind> {
    rows: Answers<K>,
    /// Whether a task is going to write them.
    seen_to: bool,
}

impl<K: Kind> Default for Shelving<K> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                rows: Vec::new(),
                seen_to: false,
            }),
            writing: tokio::sync::Mutex::default(),
        }
    }
}

impl<K: Kind> Shelving<K> {
    fn lock(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Kind> Inner<K> {
    /// Has the store remember rows, soon.
    pub(super) fn shelve(self: &Arc<Self>, rows: Answers<K>) {
        if !K::SHELVED || rows.is_empty() {
            return;
        }
        let mut state = self.shelving.lock();
        if state.rows.len() + rows.len() > MAX_UNSAVED {
            self.counters.unsaved(rows.len());
            tracing::warn!(
                rows = rows.len(),
                kind = K::LIMITS.name,
                "the store is behind; not stored"
            );
            return;
        }
        state.rows.extend(rows);
        if !std::mem::replace(&mut state.seen_to, true) {
            let inner = Arc::clone(self);
            tokio::spawn(async move {
                inner.clock.sleep(SAVE_WINDOW).await;
                inner.shelving.lock().seen_to = false;
                inner.flush().await;
            });
        }
    }

    /// Writes what waits, and waits for what is being written.
    pub(super) async fn flush(&self) {
        let _writing = self.shelving.writing.lock().await;
        let rows = std::mem::take(&mut self.shelving.lock().rows);
        if rows.is_empty() {
            return;
        }
        let count = rows.len();
        match self.kind.save(rows).await {
            Ok(()) => self.counters.saved(count),
            Err(error) => {
                self.counters.unsaved(count);
                tracing::warn!(%error, rows = count, "what was fetched is not stored; after a restart it is fetched again");
            }
        }
    }
}
