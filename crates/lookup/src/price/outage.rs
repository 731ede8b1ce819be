//! Which sources of prices cannot be asked for now, and until when.
//!
//! A valuation does not wait for a source that is away: the next one in the order is asked. So that
//! not every killmail finds out anew, a failure is remembered for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::PriceProvider;
use crate::LookupError;

/// How long a source is left alone after a failure that does not say.
const RETRYABLE: Duration = Duration::from_secs(60);
/// The same where nothing gets better by waiting, as with a wrong key.
const LASTING: Duration = Duration::from_secs(3_600);

/// Failures that still count.
#[derive(Debug, Default)]
pub(super) struct Outages(Mutex<HashMap<PriceProvider, (Timestamp, LookupError)>>);

impl Outages {
    /// Why a source is not to be asked at `now`; none where it may be.
    pub(super) fn of(&self, provider: PriceProvider, now: Timestamp) -> Option<LookupError> {
        let outages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, error) = outages.get(&provider)?;
        (now < *until).then(|| error.clone())
    }

    /// Remembers a failure, where it is the source's: not where Killwire itself was too busy to ask.
    pub(super) fn note(&self, provider: PriceProvider, error: &LookupError, now: Timestamp) {
        if error.of().is_none() {
            return;
        }
        let span = if error.is_retryable() {
            RETRYABLE
        } else {
            LASTING
        };
        let until = error
            .retry_at()
            .unwrap_or_else(|| now.checked_add(span).unwrap_or(now));
        tracing::warn!(%provider, %error, %until, "prices come from the next source for now");
        let mut outages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outages.insert(provider, (until, error.clone()));
    }
}
