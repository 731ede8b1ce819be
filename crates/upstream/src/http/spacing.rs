//! Keeps requests apart: none begins sooner than the floor after the last answer arrived. Counting
//! from the answer, not from the question, holds the floor also as the upstream sees it, whatever
//! the latency does.

use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use tokio::sync::Mutex;

use super::{Answer, Exchange, Request};
use crate::UpstreamError;

pub(super) struct Spacing<E> {
    inner: E,
    clock: Clock,
    floor: Duration,
    /// Not before this time.
    free_at: Mutex<Timestamp>,
}

impl<E> Spacing<E> {
    pub(super) fn new(inner: E, clock: Clock, floor: Duration) -> Self {
        Self {
            inner,
            clock,
            floor,
            free_at: Mutex::new(Timestamp::MIN),
        }
    }

    /// Moves the next request's time to one floor from now.
    async fn book(&self) {
        let mut free_at = self.free_at.lock().await;
        let next = self.clock.now().checked_add(self.floor);
        *free_at = (*free_at).max(next.unwrap_or(Timestamp::MAX));
    }
}

impl<E: Exchange> Exchange for Spacing<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        {
            // Whoever waits holds the lock, so the next one waits for a full floor after it.
            let mut free_at = self.free_at.lock().await;
            self.clock.sleep_until(*free_at).await;
            let now = self.clock.now();
            *free_at = now.checked_add(self.floor).unwrap_or(Timestamp::MAX);
        }
        let outcome = self.inner.exchange(request).await;
        self.book().await;
        outcome
    }
}
