//! What the hub's readers may take.

use std::time::Duration;

/// Limits of readers. A channel connection is one reader for each topic it has joined.
#[derive(Clone, Debug)]
pub struct HubLimits {
    /// Readers at the same time.
    pub readers: usize,
    /// Readers from one address.
    pub readers_per_address: usize,
    /// Ids in the filters of all readers together; each takes some 40 bytes.
    pub keys: usize,
    /// Encoded events kept for readers that are behind, in bytes.
    pub history_bytes: u64,
    /// How long what was read from disk for them is kept.
    pub history_age: Duration,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self {
            readers: 20_000,
            readers_per_address: 1_000,
            keys: 5_000_000,
            history_bytes: 32 << 20,
            history_age: Duration::from_secs(60),
        }
    }
}
