//! Where each feed stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A source's name: `r2z2` for the live feed, `replay`, `repair`, ….
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceName(pub String);

/// Where a feed stands. Committed with the killmail it points past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPosition {
    /// Which feed.
    pub source: SourceName,
    /// The next number to ask for.
    pub next: u64,
    /// When the entry before it was published.
    pub published_at: Option<Timestamp>,
}
