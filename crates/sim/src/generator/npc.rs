//! Attackers that nobody flies.

use super::universe::System;
use crate::dice::Dice;

/// An NPC attacker: ESI tells its faction and its hull, and for CONCORD its corporation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Npc {
    pub(crate) type_id: i64,
    pub(crate) faction_id: i64,
    pub(crate) corporation_id: Option<i64>,
}

const fn rat(type_id: i64, faction_id: i64) -> Npc {
    Npc {
        type_id,
        faction_id,
        corporation_id: None,
    }
}

/// Pirates of known space.
pub(crate) const PIRATES: [Npc; 10] = [
    rat(16997, 500_010), // Pithi Invader, Guristas
    rat(17005, 500_010), // Pith Extinguisher
    rat(23339, 500_010), // Guristas Destroyer
    rat(16877, 500_011), // Gistii Hijacker, Angel Cartel
    rat(24130, 500_011), // Gist Seraphim
    rat(24042, 500_012), // Elder Corpii Diviner, Blood Raiders
    rat(24138, 500_012), // Corpus Cardinal
    rat(17083, 500_019), // Centum Execrator, Sansha's Nation
    rat(24058, 500_020), // Coreli Guardian Patroller, Serpentis
    rat(52205, 500_026), // Starving Damavik, Triglavians
];

/// Sleepers of wormhole space; ESI names the faction "Unknown".
pub(crate) const SLEEPERS: [Npc; 4] = [
    rat(30188, 500_021), // Sleepless Patroller
    rat(30199, 500_021), // Sleepless Guardian
    rat(30206, 500_021), // Awakened Sentinel
    rat(30215, 500_021), // Emergent Sentinel
];

/// CONCORD, which answers crimes in high security.
pub(crate) const CONCORD: Npc = Npc {
    type_id: 3885, // CONCORD Police Captain
    faction_id: 500_006,
    corporation_id: Some(1_000_125),
};

/// Who shoots at you here when nobody is around.
pub(crate) fn rats(dice: &mut Dice, place: &System) -> Npc {
    if place.is_wormhole() {
        *dice.pick(&SLEEPERS)
    } else {
        *dice.pick(&PIRATES)
    }
}
