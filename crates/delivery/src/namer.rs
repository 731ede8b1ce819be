//! Names for killmails that were stored without: those of an archive.

use killwire_killmail::{Enrichment, Parsed};

/// Knows what ids mean. The binary has somebody who does; here it is only asked.
pub trait Namer: Send + Sync {
    /// What is known of a killmail at this moment. It is called while a client waits, up to
    /// [`crate::Limits::system_killmails`] times for one answer: it looks in memory, waits for
    /// nothing and asks nobody.
    fn name(&self, parsed: &Parsed) -> Enrichment;
}
