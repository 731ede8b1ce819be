//! From the feed's bytes to the log.
//!
//! One straight line: the [`follower`] (a pure state machine) says what to ask for and what became
//! of it; [`follow`] asks and parses; [`Enricher`] puts names and values beside what came, several
//! killmails at once and in order; one committer calls `Store::append` with the feed's position in
//! the same append. Beside it, [`Repairer`] looks later for what the feed skipped, [`Completer`] for
//! what was not known in time, and [`import`] takes in files.

mod commit;
mod enrich;
mod entry;
mod error;
mod follow;
pub mod follower;
pub mod import;
mod memory;
pub mod metric;
mod origin;
mod repair;
mod status;
mod trace;

pub use enrich::{Completer, EnrichConfig, Enricher, known_at_once};
pub use error::IntakeError;
pub use follow::{Follow, Start, follow};
pub use memory::StoreMemory;
pub use origin::{LATE_AFTER, origin};
pub use repair::{RepairReport, Repairer};
pub use status::{FeedCounts, FeedStatus};

use killwire_store::SourceName;

/// The live feed's name in the store.
#[must_use]
pub fn feed_source() -> SourceName {
    SourceName("r2z2".to_owned())
}

/// The name under which repaired killmails are stored.
#[must_use]
pub fn repair_source() -> SourceName {
    SourceName("repair".to_owned())
}
