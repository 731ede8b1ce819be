//! Carrying new events to whoever is live and may want them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use killwire_store::{EventQuery, Kinds, ReadError, Seq};
use metrics::counter;
use tokio_util::sync::CancellationToken;

use super::Hub;
use super::key;
use super::parcel::Parcel;
use crate::metric;

/// Events read at once.
const PAGE: usize = 256;

/// Readers served before the thread is given to others.
const TURN: usize = 256;

impl Hub {
    /// Follows the log and hands every event to the live readers that want it, until `stop`. One
    /// task runs this; started again after an error, it goes on where it was.
    ///
    /// # Errors
    /// What the store failed with.
    pub async fn dispatch(&self, stop: &CancellationToken) -> Result<(), ReadError> {
        let mut head = self.store.head_changes();
        loop {
            head.mark_unchanged();
            self.dispatch_to_head(stop).await?;
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = head.changed() => if changed.is_err() {
                    return Ok(());
                },
            }
        }
    }

    async fn dispatch_to_head(&self, stop: &CancellationToken) -> Result<(), ReadError> {
        while !stop.is_cancelled() {
            let query = EventQuery {
                after: self.announced(),
                limit: PAGE,
                kinds: Kinds::ALL,
                systems: Vec::new(),
                characters: Vec::new(),
            };
            match self.store.read_events(&query).await {
                Ok(page) => {
                    for event in page.events {
                        let seq = event.seq;
                        self.send(&Parcel::new(event)).await;
                        self.handed.fetch_max(seq.0, Ordering::SeqCst);
                    }
                    self.announce(page.next);
                    self.handed.fetch_max(page.next.0, Ordering::SeqCst);
                    if page.at_head {
                        return Ok(());
                    }
                }
                Err(ReadError::Gone { oldest, .. }) => self.leap_to(Seq(oldest.0 - 1)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Hands one event to everyone who is live and wants it.
    async fn send(&self, parcel: &Arc<Parcel>) {
        self.announce(parcel.event.seq);
        self.history.sent(parcel);
        let Some(facts) = parcel.event.facts.as_deref() else {
            return;
        };
        let universe = self.universe.load();
        let lists = self.registry.interested(key::of_facts(facts, &universe));
        let mut served = 0_u64;
        let mut turn = 0;
        for entry in lists.iter().flat_map(|list| list.iter()) {
            served += u64::from(entry.seat.offer(parcel, &universe));
            turn += 1;
            if turn % TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
        // Those without a sink count when they take it.
        counter!(metric::DELIVERIES, "protocol" => "channel").increment(served);
    }

    /// Numbers were removed before they were sent: whoever is live finds out by itself.
    fn leap_to(&self, position: Seq) {
        for seat in self.registry.seats() {
            seat.halt(self.handed());
            seat.bell.notify_one();
        }
        self.announce(position);
    }

    fn announce(&self, seq: Seq) {
        self.announced.fetch_max(seq.0, Ordering::SeqCst);
    }

    /// The last event that is being or was handed around.
    pub(crate) fn announced(&self) -> Seq {
        Seq(self.announced.load(Ordering::SeqCst))
    }

    /// The last event that every live reader has been handed, if it wants it.
    pub(crate) fn handed(&self) -> Seq {
        Seq(self.handed.load(Ordering::SeqCst))
    }
}
