//! Security: of a pilot and of a solar system.

/// A pilot's security status in millionths, exact; -10 to 10 with slack to ±100.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SecurityStatus(pub(crate) i32);

/// The four kinds of space by security, as players say them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityBand {
    /// 0.45 and above.
    High,
    /// From 0.0 to below 0.45.
    Low,
    /// Below 0.0 in known space.
    Null,
    /// Wormhole space.
    Wormhole,
}
