//! Entries that were not killmails, kept with their bytes and the reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::SourceName;

/// A quarantined entry's number.
pub type QuarantineId = i64;

/// An entry that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQuarantine {
    /// Where it came from.
    pub source: SourceName,
    /// The feed's number, or the file and line.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
    /// Its bytes, as they came (cut at 4 MiB).
    pub bytes: Vec<u8>,
}

/// An entry in quarantine. The same `(source, place)` stands there once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Its number.
    pub id: QuarantineId,
    /// Where it came from.
    pub source: SourceName,
    /// The feed's number, or the file and line.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// How often it was tried again.
    pub retries: u32,
}
