//! The fact record before it knew what the hull was worth. It is only read.

use serde::Deserialize;

use super::{FactAttacker, FactItem, FactVictim, Facts};
use crate::{Isk, KillmailId, LocationId, MoonId, SystemId, WarId};

/// A record of version 1, with the fields of [`Facts`].
#[derive(Deserialize)]
pub(super) struct Version1 {
    killmail_id: KillmailId,
    time: i64,
    system_id: SystemId,
    moon_id: Option<MoonId>,
    war_id: Option<WarId>,
    location_id: Option<LocationId>,
    victim: FactVictim,
    attackers: Vec<FactAttacker>,
    items: Vec<FactItem>,
    fitted_value: Option<Isk>,
    dropped_value: Option<Isk>,
    destroyed_value: Option<Isk>,
    total_value: Option<Isk>,
    total_droppable_value: Option<Isk>,
    points: Option<i64>,
    npc: Option<bool>,
    solo: Option<bool>,
    awox: Option<bool>,
    labels: Vec<String>,
}

impl From<Version1> for Facts {
    fn from(record: Version1) -> Self {
        Self {
            killmail_id: record.killmail_id,
            time: record.time,
            system_id: record.system_id,
            moon_id: record.moon_id,
            war_id: record.war_id,
            location_id: record.location_id,
            victim: record.victim,
            attackers: record.attackers,
            items: record.items,
            hull_value: None,
            fitted_value: record.fitted_value,
            dropped_value: record.dropped_value,
            destroyed_value: record.destroyed_value,
            total_value: record.total_value,
            total_droppable_value: record.total_droppable_value,
            points: record.points,
            npc: record.npc,
            solo: record.solo,
            awox: record.awox,
            labels: record.labels,
        }
    }
}
