//! Attackers that nobody flies.

use super::universe::System;
use crate::dice::Dice;

/// An NPC attacker: ESI tells its faction and its hull, and for CONCORD its corporation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Npc {
    pub(crate) type_id: i64,
    pub(crate) name: &'static str,
    pub(crate) group_id: i64,
    pub(crate) faction_id: i64,
    pub(crate) corporation_id: Option<i64>,
}

const fn rat(type_id: i64, name: &'static str, group_id: i64, faction_id: i64) -> Npc {
    Npc {
        type_id,
        name,
        group_id,
        faction_id,
        corporation_id: None,
    }
}

/// Pirates of known space.
pub(crate) const PIRATES: [Npc; 10] = [
    rat(16997, "Pithi Invader", 615, 500_010),
    rat(17005, "Pith Extinguisher", 612, 500_010),
    rat(23339, "Guristas Destroyer", 560, 500_010),
    rat(16877, "Gistii Hijacker", 597, 500_011),
    rat(24130, "Gist Seraphim", 594, 500_011),
    rat(24042, "Elder Corpii Diviner", 606, 500_012),
    rat(24138, "Corpus Cardinal", 603, 500_012),
    rat(17083, "Centum Execrator", 622, 500_019),
    rat(24058, "Coreli Guardian Patroller", 633, 500_020),
    rat(52205, "Starving Damavik", 4028, 500_026),
];

/// Sleepers of wormhole space; ESI names the faction "Unknown".
pub(crate) const SLEEPERS: [Npc; 4] = [
    rat(30188, "Sleepless Patroller", 983, 500_021),
    rat(30199, "Sleepless Guardian", 959, 500_021),
    rat(30206, "Awakened Sentinel", 960, 500_021),
    rat(30215, "Emergent Sentinel", 961, 500_021),
];

/// CONCORD, which answers crimes in high security.
pub(crate) const CONCORD: Npc = Npc {
    type_id: 3885,
    name: "CONCORD Police Captain",
    group_id: 301,
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
