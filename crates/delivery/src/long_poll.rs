//! Long polls: waiting for the log to grow, for a bounded time and in bounded number.

use std::time::Duration;

use jiff::Timestamp;
use killwire_store::Seq;
use metrics::gauge;
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::error::ApiError;
use crate::{Shared, metric};

/// One request's patience. Made before the request's first read, so that no append between that
/// read and the wait goes unnoticed.
pub(crate) struct LongPoll<'a> {
    shared: &'a Shared,
    head: watch::Receiver<Seq>,
    until: Option<Timestamp>,
    place: Option<Place>,
}

/// A place among those who wait, given back when the request ends or its client goes away.
struct Place {
    _permit: OwnedSemaphorePermit,
}

impl<'a> LongPoll<'a> {
    /// Patience for `wait` from now; none at all where that is zero.
    pub(crate) fn start(shared: &'a Shared, wait: Duration) -> Self {
        let mut head = shared.store.head_changes();
        head.mark_unchanged();
        let until = (!wait.is_zero()).then(|| {
            let end = shared.clock.now().checked_add(wait);
            end.unwrap_or(Timestamp::MAX)
        });
        Self {
            shared,
            head,
            until,
            place: None,
        }
    }

    /// Waits until the log has grown since the last call (since the start, the first time). False
    /// when the time is up or the server stops: answer with what there is.
    ///
    /// # Errors
    /// When too many requests wait already.
    pub(crate) async fn log_has_grown(&mut self) -> Result<bool, ApiError> {
        let Some(until) = self.until else {
            return Ok(false);
        };
        if self.place.is_none() {
            self.place = Some(Place::take(self.shared)?);
        }
        Ok(tokio::select! {
            changed = self.head.changed() => changed.is_ok(),
            () = self.shared.clock.sleep_until(until) => false,
            () = self.shared.stop.cancelled() => false,
        })
    }

    /// Whether there is patience left.
    pub(crate) fn goes_on(&self) -> bool {
        self.until
            .is_some_and(|until| self.shared.clock.now() < until)
            && !self.shared.stop.is_cancelled()
    }
}

impl Place {
    fn take(shared: &Shared) -> Result<Self, ApiError> {
        let permit = shared.long_polls.clone().try_acquire_owned();
        let permit = permit.map_err(|_| ApiError::TooManyWaiting(shared.limits.long_polls))?;
        gauge!(metric::LONG_POLLS).increment(1);
        Ok(Self { _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        gauge!(metric::LONG_POLLS).decrement(1);
    }
}
