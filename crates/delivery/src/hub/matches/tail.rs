//! The newest matches, read from the store once for all who follow them.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use killwire_store::{MatchQuery, MatchReadError, MatchRow, MatchSeq, Store, StoreError};

use super::Stretch;

/// Matches that are held; each is a few hundred bytes, at most some 4 KiB.
const HELD: usize = 1_024;

/// All matches after one position up to another.
pub(super) struct Tail {
    held: RwLock<Held>,
    /// Held by whoever reads on, so that the others wait for what it reads.
    reading: tokio::sync::Mutex<()>,
}

struct Held {
    rows: VecDeque<Arc<MatchRow>>,
    after: MatchSeq,
    through: MatchSeq,
}

impl Held {
    const fn from(position: MatchSeq) -> Self {
        Self {
            rows: VecDeque::new(),
            after: position,
            through: position,
        }
    }
}

impl Tail {
    pub(super) const fn new(head: MatchSeq) -> Self {
        Self {
            held: RwLock::new(Held::from(head)),
            reading: tokio::sync::Mutex::const_new(()),
        }
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn through(&self) -> MatchSeq {
        self.held().through
    }

    /// What comes after `position` and is wanted, at most `most`; none where what comes next is not
    /// held any more.
    pub(super) fn after(
        &self,
        position: MatchSeq,
        most: usize,
        wanted: impl Fn(&MatchRow) -> bool,
    ) -> Option<Stretch> {
        let held = self.held();
        if position < held.after {
            return None;
        }
        let mut rows = Vec::new();
        let from = held.rows.partition_point(|row| row.match_seq <= position);
        for row in held.rows.range(from..).filter(|row| wanted(row)) {
            rows.push(Arc::clone(row));
            if rows.len() >= most {
                let next = row.match_seq;
                return Some(Stretch { rows, next });
            }
        }
        let next = held.through.max(position);
        Some(Stretch { rows, next })
    }

    /// Takes in what the store has more.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn read_on(&self, store: &Store) -> Result<(), StoreError> {
        if self.through() >= store.match_head() {
            return Ok(());
        }
        let _reading = self.reading.lock().await;
        loop {
            let (through, head) = (self.through(), store.match_head());
            if through >= head {
                return Ok(());
            }
            // Nobody has read for long: what is too much to hold is not read.
            let first = i64::try_from(HELD).map_or(0, |held| head.0 - held);
            if through.0 < first {
                self.begin_after(MatchSeq(first));
                continue;
            }
            let query = MatchQuery {
                after: through,
                limit: HELD,
                profile: None,
            };
            match store.matches(query).await {
                Ok(page) => self.take(page.matches, page.next),
                Err(MatchReadError::Gone { oldest, .. }) => {
                    self.begin_after(MatchSeq(oldest.0 - 1));
                }
                // The head only grows.
                Err(MatchReadError::Ahead { .. }) => return Ok(()),
                Err(MatchReadError::Store(error)) => return Err(error),
            }
        }
    }

    fn begin_after(&self, position: MatchSeq) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Held::from(position);
    }

    fn take(&self, rows: Vec<MatchRow>, through: MatchSeq) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.rows.extend(rows.into_iter().map(Arc::new));
        held.through = held.through.max(through);
        while held.rows.len() > HELD {
            if let Some(oldest) = held.rows.pop_front() {
                held.after = oldest.match_seq;
            }
        }
    }
}
