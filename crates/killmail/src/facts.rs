//! The fact record: all that filters need, compact and versioned.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AllianceId, CharacterId, CorporationId, FactionId, Isk, KillmailId, LocationId, MoonId, Parsed,
    SecurityStatus, SystemId, TypeId, WarId,
};

/// The version that [`Facts::encode`] writes. [`Facts::decode`] reads it and every earlier one.
pub const FACTS_VERSION: u8 = 1;

/// What a filter may ask of a killmail without looking anything up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Killmail and ZkbInfo")]
pub struct Facts {
    pub killmail_id: KillmailId,
    /// Unix seconds of the kill.
    pub time: i64,
    pub system_id: SystemId,
    pub moon_id: Option<MoonId>,
    pub war_id: Option<WarId>,
    pub location_id: Option<LocationId>,
    pub victim: FactVictim,
    pub attackers: Vec<FactAttacker>,
    /// Flattened, containers before their contents.
    pub items: Vec<FactItem>,
    pub fitted_value: Option<Isk>,
    pub dropped_value: Option<Isk>,
    pub destroyed_value: Option<Isk>,
    pub total_value: Option<Isk>,
    pub points: Option<i64>,
    pub npc: Option<bool>,
    pub solo: Option<bool>,
    pub awox: Option<bool>,
    /// Sorted, unique.
    pub labels: Vec<String>,
}

/// The victim in a fact record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Victim")]
pub struct FactVictim {
    pub character_id: Option<CharacterId>,
    pub corporation_id: Option<CorporationId>,
    pub alliance_id: Option<AllianceId>,
    pub faction_id: Option<FactionId>,
    pub ship_type_id: TypeId,
    pub damage_taken: i64,
}

/// An attacker in a fact record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Attacker")]
pub struct FactAttacker {
    pub character_id: Option<CharacterId>,
    pub corporation_id: Option<CorporationId>,
    pub alliance_id: Option<AllianceId>,
    pub faction_id: Option<FactionId>,
    pub ship_type_id: Option<TypeId>,
    pub weapon_type_id: Option<TypeId>,
    pub damage_done: i64,
    pub security_status: Option<SecurityStatus>,
    pub final_blow: bool,
}

/// An item in a fact record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of Item")]
pub struct FactItem {
    pub type_id: TypeId,
    pub flag: i32,
    pub singleton: i32,
    pub dropped: i64,
    pub destroyed: i64,
    /// 0 for what was fitted or carried itself, 1 for what was in a container, and so on.
    pub depth: u8,
}

/// Bytes that are not a fact record that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Written by a newer Killwire.
    #[error(
        "fact record version {0} is newer than this program's {FACTS_VERSION}; upgrade Killwire"
    )]
    Newer(u8),
    /// Damaged.
    #[error("damaged fact record: {0}")]
    Damaged(String),
}

impl Facts {
    /// The facts of a killmail.
    #[must_use]
    pub fn of(parsed: &Parsed) -> Self {
        let _ = parsed;
        todo!()
    }

    /// The moment of the kill.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_second(self.time).unwrap_or_default()
    }

    /// As stored: a version byte, then the record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        todo!()
    }

    /// From storage.
    ///
    /// # Errors
    /// [`FactsError`] for a newer version or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FactsError> {
        let _ = bytes;
        todo!()
    }
}
