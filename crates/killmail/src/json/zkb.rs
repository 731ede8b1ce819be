//! zKillboard's block in both its spellings.

use serde::Serialize;

use crate::{Isk, KillmailHash, LocationId, ZkbInfo};

/// Every field under zKillboard's name and then in snake case: some clients read one, some the
/// other.
#[derive(Serialize)]
pub(super) struct ZkbForm<'a> {
    #[serde(rename = "locationID", skip_serializing_if = "Option::is_none")]
    zkb_location_id: Option<LocationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_id: Option<LocationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<KillmailHash>,
    #[serde(rename = "fittedValue", skip_serializing_if = "Option::is_none")]
    zkb_fitted_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fitted_value: Option<Isk>,
    #[serde(rename = "droppedValue", skip_serializing_if = "Option::is_none")]
    zkb_dropped_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped_value: Option<Isk>,
    #[serde(rename = "destroyedValue", skip_serializing_if = "Option::is_none")]
    zkb_destroyed_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed_value: Option<Isk>,
    #[serde(rename = "totalValue", skip_serializing_if = "Option::is_none")]
    zkb_total_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_value: Option<Isk>,
    #[serde(
        rename = "totalDroppableValue",
        skip_serializing_if = "Option::is_none"
    )]
    zkb_total_droppable_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_droppable_value: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    npc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awox: Option<bool>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    labels: &'a [String],
    #[serde(rename = "attackerCount", skip_serializing_if = "Option::is_none")]
    zkb_attacker_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attacker_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'a str>,
}

impl<'a> ZkbForm<'a> {
    pub(super) fn new(zkb: &'a ZkbInfo) -> Self {
        Self {
            zkb_location_id: zkb.location_id,
            location_id: zkb.location_id,
            hash: zkb.hash,
            zkb_fitted_value: zkb.fitted_value,
            fitted_value: zkb.fitted_value,
            zkb_dropped_value: zkb.dropped_value,
            dropped_value: zkb.dropped_value,
            zkb_destroyed_value: zkb.destroyed_value,
            destroyed_value: zkb.destroyed_value,
            zkb_total_value: zkb.total_value,
            total_value: zkb.total_value,
            zkb_total_droppable_value: zkb.total_droppable_value,
            total_droppable_value: zkb.total_droppable_value,
            points: zkb.points,
            npc: zkb.npc,
            solo: zkb.solo,
            awox: zkb.awox,
            labels: &zkb.labels,
            zkb_attacker_count: zkb.attacker_count,
            attacker_count: zkb.attacker_count,
            href: zkb.href.as_deref(),
        }
    }
}
