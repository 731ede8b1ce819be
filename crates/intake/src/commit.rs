//! The one committer behind the follower: makes durable what was read, in order, several entries in
//! one append when they come faster than the disk. While an append is on its way the follower goes
//! on reading; the queue between them is bounded.

use std::collections::VecDeque;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_store::{Append, Outcome, Store, StoreError};
use metrics::{counter, gauge, histogram};
use tokio::sync::{mpsc, watch};

use crate::metric::{COMMIT_QUEUE, DELAY_SECONDS, ENTRIES};
use crate::status::FeedStatus;

/// Entries between the follower and the committer.
pub(crate) const QUEUE: usize = 64;
/// Bytes of killmails in one append, beyond the first entry.
const MAX_APPEND_BYTES: usize = 4 << 20;

/// What one answer of the feed leaves to be made durable.
#[derive(Default)]
pub(crate) struct Work {
    /// What to append; its position is where the feed stands after it.
    pub(crate) append: Append,
    /// When the entry was published.
    pub(crate) published_at: Option<Timestamp>,
}

impl Work {
    fn bytes(&self) -> usize {
        let offered = self
            .append
            .offers
            .iter()
            .map(|offer| offer.parsed.esi.len());
        let quarantined = self
            .append
            .quarantined
            .iter()
            .map(|entry| entry.bytes.len());
        offered.chain(quarantined).sum()
    }
}

/// Commits until the queue is closed and empty.
///
/// # Errors
/// The store's, at once: what was in the queue is read again from the stored position.
pub(crate) async fn commit(
    mut queue: mpsc::Receiver<Work>,
    store: &Store,
    clock: &Clock,
    status: &watch::Sender<FeedStatus>,
) -> Result<(), StoreError> {
    let mut left_over = VecDeque::new();
    loop {
        let first = match left_over.pop_front() {
            Some(work) => work,
            None => match queue.recv().await {
                Some(work) => work,
                None => return Ok(()),
            },
        };
        gauge!(COMMIT_QUEUE).set(queue.len() as f64);
        let mut published: Vec<_> = first.published_at.into_iter().collect();
        let mut bytes = first.bytes();
        let mut append = first.append;
        while let Ok(work) = queue.try_recv() {
            bytes += work.bytes();
            if bytes > MAX_APPEND_BYTES {
                left_over.push_back(work);
                break;
            }
            published.extend(work.published_at);
            append.offers.extend(work.append.offers);
            append.gaps.extend(work.append.gaps);
            append.quarantined.extend(work.append.quarantined);
            append.position = work.append.position.or(append.position);
        }
        let outcomes = store.append(append).await?;
        count(&outcomes, status);
        let now = clock.now();
        for at in published {
            let delay = now.duration_since(at).as_secs_f64();
            histogram!(DELAY_SECONDS).record(delay.max(0.0));
        }
    }
}

fn count(outcomes: &[Outcome], status: &watch::Sender<FeedStatus>) {
    let (mut new, mut updated, mut duplicate) = (0, 0, 0);
    for outcome in outcomes {
        match outcome {
            Outcome::New(_) => new += 1,
            Outcome::Updated(_) => updated += 1,
            Outcome::Duplicate => duplicate += 1,
        }
    }
    counter!(ENTRIES, "outcome" => "new").increment(new);
    counter!(ENTRIES, "outcome" => "updated").increment(updated);
    counter!(ENTRIES, "outcome" => "duplicate").increment(duplicate);
    status.send_modify(|status| {
        status.counts.new += new;
        status.counts.updated += updated;
        status.counts.duplicate += duplicate;
    });
}
