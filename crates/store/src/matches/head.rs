//! The ends of the matches as readers see them.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::watch;

use crate::MatchSeq;
use crate::StoreError;
use crate::backend::Connection;
use crate::column::damaged;
use crate::error::database;
use crate::sql::sql;

/// Shared by the writer, which moves them after a commit, and all readers.
#[derive(Debug)]
pub(crate) struct MatchEnds {
    head: watch::Sender<MatchSeq>,
    oldest: AtomicI64,
}

impl MatchEnds {
    /// The ends as they stand on disk.
    pub(crate) fn new((head, oldest): (MatchSeq, MatchSeq)) -> Self {
        Self {
            head: watch::channel(head).0,
            oldest: AtomicI64::new(oldest.0),
        }
    }

    /// The last number given.
    pub(crate) fn head(&self) -> MatchSeq {
        *self.head.borrow()
    }

    /// The first match that is still there.
    pub(crate) fn oldest(&self) -> MatchSeq {
        MatchSeq(self.oldest.load(Ordering::Acquire))
    }

    /// Changes when a commit has become visible.
    pub(crate) fn changes(&self) -> watch::Receiver<MatchSeq> {
        self.head.subscribe()
    }

    /// Shows what has been committed, and wakes who waits.
    pub(crate) fn show(&self, head: Option<MatchSeq>, oldest: Option<MatchSeq>) {
        if let Some(oldest) = oldest {
            self.oldest.fetch_max(oldest.0, Ordering::AcqRel);
        }
        if let Some(head) = head {
            self.head.send_if_modified(|shown| {
                let moves = head > *shown;
                *shown = head.max(*shown);
                moves
            });
        }
    }
}

/// The last number given and the first match still there, as they stand on disk.
pub(crate) async fn read(connection: &mut Connection) -> Result<(MatchSeq, MatchSeq), StoreError> {
    let query = sql("SELECT match_head, match_oldest FROM surveillance");
    let row: Option<(i64, i64)> = connection
        .fetch_optional(&query)
        .await
        .map_err(database("reading the numbers of matches"))?;
    let (head, oldest) = row.ok_or_else(|| damaged("surveillance", "its row is missing"))?;
    Ok((MatchSeq(head), MatchSeq(oldest)))
}
