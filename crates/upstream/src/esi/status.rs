//! Whether EVE is up.

use jiff::Timestamp;
use serde::Deserialize;

/// EVE's server as ESI sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServerStatus {
    /// Pilots online.
    pub players: u64,
    /// The build that the server runs.
    pub server_version: String,
    /// When it was started.
    pub start_time: Timestamp,
    /// Whether it admits only CCP.
    #[serde(default)]
    pub vip: bool,
}
