//! Why a look-up brought nothing, in words that say what to do.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_store::StoreError;
use killwire_upstream::{Upstream, UpstreamError};

/// Why a look-up brought nothing. "There is no such thing" is no error but an answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LookupError {
    /// The upstream could not be asked, or did not answer well.
    #[error("{operation}: {cause}")]
    Upstream {
        /// Who.
        upstream: Upstream,
        /// What was being done.
        operation: &'static str,
        /// What happened.
        #[source]
        cause: Arc<UpstreamError>,
    },
    /// The upstream answered, but not about what it was asked.
    #[error("{operation}: {upstream} answered and left out {key}; it is asked again later")]
    Unanswered {
        /// Who.
        upstream: Upstream,
        /// What was being done.
        operation: &'static str,
        /// What it left out.
        key: String,
    },
    /// The upstream blamed so many ids of one call that looking for the others would cost it more
    /// errors than it allows.
    #[error(
        "{operation}: {upstream} does not know several of the ids it was asked for together; the others are asked again later"
    )]
    TooManyBad {
        /// Who.
        upstream: Upstream,
        /// What was being done.
        operation: &'static str,
    },
    /// Too much is waiting for this upstream already.
    #[error("{operation}: {waiting} ids are waiting already; ask again later")]
    Busy {
        /// What was being done.
        operation: &'static str,
        /// How many ids may wait.
        waiting: usize,
    },
    /// It was asked for a short while ago, and is not asked for again before a time.
    #[error("{operation}: asked a short while ago, and not again before {until}")]
    TooSoon {
        /// What was being done.
        operation: &'static str,
        /// When it may be asked for again.
        until: Timestamp,
    },
    /// The store failed.
    #[error("{operation}: {cause}")]
    Store {
        /// What was being done.
        operation: &'static str,
        /// What happened.
        #[source]
        cause: StoreError,
    },
    /// The task that fetched it ended before it had an answer: a defect, or the program is ending.
    #[error("{operation}: given up before there was an answer; see the log for the reason")]
    Abandoned {
        /// What was being done.
        operation: &'static str,
    },
}

impl LookupError {
    /// What an upstream's error means for a look-up.
    #[must_use]
    pub fn upstream(upstream: Upstream, operation: &'static str, cause: UpstreamError) -> Self {
        Self::Upstream {
            upstream,
            operation,
            cause: Arc::new(cause),
        }
    }

    /// What the store's error means for a look-up.
    #[must_use]
    pub const fn store(operation: &'static str, cause: StoreError) -> Self {
        Self::Store { operation, cause }
    }

    /// Who was asked, where it was an upstream.
    #[must_use]
    pub const fn of(&self) -> Option<Upstream> {
        match self {
            Self::Upstream { upstream, .. }
            | Self::Unanswered { upstream, .. }
            | Self::TooManyBad { upstream, .. } => Some(*upstream),
            _ => None,
        }
    }

    /// What was being done.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Upstream { operation, .. }
            | Self::Unanswered { operation, .. }
            | Self::TooManyBad { operation, .. }
            | Self::Busy { operation, .. }
            | Self::TooSoon { operation, .. }
            | Self::Store { operation, .. }
            | Self::Abandoned { operation } => operation,
        }
    }

    /// Whether asking again later may bring an answer.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Upstream { cause, .. } => cause.is_retryable(),
            _ => true,
        }
    }

    /// From when the upstream may be asked again, where that is known.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Upstream { cause, .. } => cause.refused_until(),
            Self::TooSoon { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Whether the upstream blames an id that it was asked for: there is none such, or it is not
    /// one. Of several it does not say which.
    #[must_use]
    pub fn blames_an_id(&self) -> bool {
        match self {
            Self::Upstream { cause, .. } => match cause.as_ref() {
                UpstreamError::NotFound { .. } => true,
                // A killmail's hash that is another's.
                UpstreamError::Status { status, .. } => *status == 422,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the same question would fail again if it were asked at once: not where nothing was
    /// asked.
    pub(crate) fn was_asked(&self) -> bool {
        match self {
            Self::Upstream { cause, .. } => {
                cause.refused_until().is_none()
                    && !matches!(cause.as_ref(), UpstreamError::Busy { .. })
            }
            Self::Unanswered { .. } | Self::TooManyBad { .. } => true,
            _ => false,
        }
    }
}
