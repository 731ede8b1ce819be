//! A killmail as ESI tells it: who died, who shot, what was aboard.

use jiff::Timestamp;

use crate::{
    AllianceId, CharacterId, CorporationId, FactionId, KillmailId, MoonId, SecurityStatus,
    SystemId, TypeId, WarId,
};

/// One ship loss. Valid by construction: [`crate::parse`] makes no killmail without an attacker or
/// with an id that is not one.
#[derive(Clone, Debug, PartialEq)]
pub struct Killmail {
    /// CCP's number of this killmail.
    pub id: KillmailId,
    /// When the ship died, to the second, UTC.
    pub time: Timestamp,
    /// Where.
    pub system_id: SystemId,
    /// The moon a structure was anchored at.
    pub moon_id: Option<MoonId>,
    /// The war the kill belongs to.
    pub war_id: Option<WarId>,
    /// Who died.
    pub victim: Victim,
    /// Who shot; at least one, in the order of the wire.
    pub attackers: Vec<Attacker>,
}

impl Killmail {
    /// The attacker who landed the final blow: the first that says so.
    #[must_use]
    pub fn final_blow(&self) -> Option<&Attacker> {
        self.attackers.iter().find(|attacker| attacker.final_blow)
    }
}

/// The one who died.
#[derive(Clone, Debug, PartialEq)]
pub struct Victim {
    /// The pilot; absent for structures and unpiloted ships.
    pub character_id: Option<CharacterId>,
    /// The pilot's or structure's corporation.
    pub corporation_id: Option<CorporationId>,
    /// Its alliance at the time.
    pub alliance_id: Option<AllianceId>,
    /// Its faction (NPCs, factional warfare).
    pub faction_id: Option<FactionId>,
    /// What was lost.
    pub ship_type_id: TypeId,
    /// Hit points of damage taken.
    pub damage_taken: i64,
    /// Where in the system, in metres from its star.
    pub position: Option<Position>,
    /// What was fitted and carried.
    pub items: Vec<Item>,
}

/// One who shot.
#[derive(Clone, Debug, PartialEq)]
pub struct Attacker {
    /// The pilot; absent for NPCs and structures.
    pub character_id: Option<CharacterId>,
    /// The corporation.
    pub corporation_id: Option<CorporationId>,
    /// The alliance.
    pub alliance_id: Option<AllianceId>,
    /// The faction (NPCs, factional warfare).
    pub faction_id: Option<FactionId>,
    /// The hull; absent where the game did not know it.
    pub ship_type_id: Option<TypeId>,
    /// The weapon, or the hull again where the game did not know it.
    pub weapon_type_id: Option<TypeId>,
    /// Hit points of damage done.
    pub damage_done: i64,
    /// The pilot's security status at the time.
    pub security_status: Option<SecurityStatus>,
    /// Whether this attacker landed the final blow.
    pub final_blow: bool,
}

/// A point in a solar system, in metres from its star.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// East.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// North.
    pub z: f64,
}

/// A stack of one type that was fitted or carried.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub type_id: TypeId,
    /// Where it was: CCP's inventory flag. See [`crate::Slot`].
    pub flag: i32,
    /// CCP's singleton mark: 0 a stack, 1 assembled, 2 a blueprint copy.
    pub singleton: i32,
    /// How many dropped.
    pub dropped: i64,
    /// How many were destroyed.
    pub destroyed: i64,
    /// What this item contained.
    pub items: Vec<Item>,
}
