//! Why an intake task ends.

use killwire_store::StoreError;
use killwire_upstream::UpstreamError;

/// Why an intake task ends before it is told to. The supervisor starts it again; it goes on from
/// the stored position.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An upstream failed, where nothing can be done without its answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The asked gap does not exist.
    #[error("there is no gap {0}; `killwire gaps list` shows those there are")]
    NoSuchGap(i64),
}
