//! What zKillboard adds to a killmail.

use serde::{Deserialize, Serialize};

use crate::{Isk, KillmailHash, LocationId};

/// The `zkb` block: values, flags and labels as zKillboard computed them. Each part may be absent,
/// because old captures and odd records lack it. Labels are sorted and unique: their order on the
/// wire is not stable. Serialises under the names of zKillboard's wire (`totalValue`, …), absent
/// parts left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(default)]
pub struct ZkbInfo {
    /// The nearest celestial; absent where zKillboard says none or 0.
    #[serde(rename = "locationID", skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The killmail's hash; absent where the wire held something that is not one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<KillmailHash>,
    /// Hull and fitted items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fitted_value: Option<Isk>,
    /// What dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_value: Option<Isk>,
    /// What was destroyed, hull included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroyed_value: Option<Isk>,
    /// Everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_value: Option<Isk>,
    /// What could have dropped (since June 2026).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_droppable_value: Option<Isk>,
    /// zKillboard's points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// Only NPCs took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npc: Option<bool>,
    /// One pilot shot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solo: Option<bool>,
    /// A corporation mate landed the final blow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awox: Option<bool>,
    /// Attackers, NPCs included, as the feed counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacker_count: Option<i64>,
    /// Labels such as `loc:w-space`, `isk:1b+`, `ganked`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Where ESI serves the killmail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl ZkbInfo {
    /// Whether zKillboard valued the killmail: gave its total, or what was fitted, dropped or
    /// destroyed. Then its figures are used, and none of ours beside them.
    #[must_use]
    pub const fn gives_values(&self) -> bool {
        self.total_value.is_some()
            || self.fitted_value.is_some()
            || self.dropped_value.is_some()
            || self.destroyed_value.is_some()
    }
}
