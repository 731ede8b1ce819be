//! What dies: drawn after the shares that the shared captures of the feed show.

use jiff::Timestamp;
use killwire_killmail::{FactAttacker, FactItem, FactVictim, Facts, Isk, SecurityStatus};

use super::draw::{Dice, Zipf};
use super::world::{MODULES, SHIPS, SYSTEMS, module, ship, system};
use crate::Outcome;

/// Corporations, by how active they are.
pub(super) const CORPORATIONS: u32 = 30_000;
/// Of ten corporations, one alliance.
const OF_AN_ALLIANCE: i64 = 10;
/// Pilots in each.
const PILOTS: i64 = 40;
/// When the first of them happened.
const BEGIN: i64 = 1_795_000_000;

/// The nth corporation.
pub(super) const fn corporation(place: i64) -> i64 {
    98_000_001 + place
}

/// Its alliance.
pub(super) const fn alliance(place: i64) -> i64 {
    99_000_001 + place / OF_AN_ALLIANCE
}

/// The tables that draws are made from.
pub(super) struct Tables {
    pub(super) systems: Zipf,
    pub(super) corporations: Zipf,
    pub(super) ships: Zipf,
    pub(super) modules: Zipf,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            systems: Zipf::new(SYSTEMS, 0.8),
            corporations: Zipf::new(CORPORATIONS, 0.7),
            ships: Zipf::new(SHIPS, 0.8),
            modules: Zipf::new(MODULES, 0.8),
        }
    }
}

/// Places by heat are spread over the map, so that hot systems are not all neighbours.
pub(super) const fn spread(place: i64) -> i64 {
    // 8,000 and 3,797 have no common divisor.
    place * 3_797 % SYSTEMS as i64
}

/// So many killmails.
pub(super) fn drawn(seed: u64, count: usize) -> Outcome<Vec<Facts>> {
    let tables = Tables::new();
    let mut dice = Dice::new(seed);
    let first = i64::try_from(seed)? * 10_000_000;
    (0..count)
        .map(|place| killmail(first + i64::try_from(place)? + 1, &tables, &mut dice))
        .collect()
}

/// A killmail is published some minutes after it happened.
pub(super) fn published(facts: &Facts) -> Timestamp {
    Timestamp::from_second(facts.time + 90).unwrap_or_default()
}

fn killmail(id: i64, tables: &Tables, dice: &mut Dice) -> Outcome<Facts> {
    let npc = dice.chance(0.12);
    let attackers = match dice.part() {
        at if at < 0.35 => 1,
        at if at < 0.70 => dice.int(2, 5),
        at if at < 0.92 => dice.int(6, 20),
        _ => dice.int(21, 80),
    };
    let fleet = tables.corporations.draw(dice);
    let mut shooters = Vec::new();
    for place in 0..attackers {
        let own = dice.chance(0.7);
        let of = if own {
            fleet
        } else {
            tables.corporations.draw(dice)
        };
        shooters.push(attacker(of, npc, place == 0, tables, dice)?);
    }
    let victim = tables.corporations.draw(dice);
    let value = (17.2 + 1.9 * dice.bell()).exp();
    #[allow(clippy::cast_possible_truncation, reason = "below 10^15")]
    let value = Isk::from_hundredths((value * 100.0) as i64);
    let part = |per_cent: i64| Some(Isk::from_hundredths(value.hundredths() / 100 * per_cent));
    let mut labels = vec![if npc { "npc" } else { "pvp" }.to_owned()];
    if attackers == 1 && !npc {
        labels.push("solo".to_owned());
    }
    Ok(Facts {
        killmail_id: id.try_into()?,
        time: BEGIN + id % 10_000_000 * 5,
        system_id: system(spread(tables.systems.draw(dice))).try_into()?,
        moon_id: None,
        war_id: dice.chance(0.03).then_some(700_000.try_into()?),
        location_id: Some((40_000_000 + dice.int(1, 300_000)).try_into()?),
        victim: FactVictim {
            character_id: Some(pilot(victim, dice).try_into()?),
            corporation_id: Some(corporation(victim).try_into()?),
            alliance_id: dice.chance(0.7).then_some(alliance(victim).try_into()?),
            faction_id: None,
            ship_type_id: ship(tables.ships.draw(dice)).try_into()?,
            damage_taken: dice.int(500, 200_000),
        },
        attackers: shooters,
        items: items(tables, dice)?,
        hull_value: part(40),
        fitted_value: part(70),
        dropped_value: part(30),
        destroyed_value: part(70),
        total_value: Some(value),
        total_droppable_value: None,
        points: Some(dice.int(1, 100)),
        npc: Some(npc),
        solo: Some(attackers == 1 && !npc),
        awox: Some(dice.chance(0.01)),
        labels,
    })
}

fn pilot(corporation: i64, dice: &mut Dice) -> i64 {
    90_000_000 + corporation * PILOTS + dice.int(0, PILOTS - 1)
}

fn attacker(
    of: i64,
    npc: bool,
    final_blow: bool,
    tables: &Tables,
    dice: &mut Dice,
) -> Outcome<FactAttacker> {
    Ok(FactAttacker {
        character_id: if npc {
            None
        } else {
            Some(pilot(of, dice).try_into()?)
        },
        corporation_id: Some(corporation(of).try_into()?),
        alliance_id: dice.chance(0.8).then_some(alliance(of).try_into()?),
        faction_id: npc.then_some(500_001.try_into()?),
        ship_type_id: Some(ship(tables.ships.draw(dice)).try_into()?),
        weapon_type_id: Some(module(tables.modules.draw(dice) % 300).try_into()?),
        damage_done: dice.int(0, 50_000),
        security_status: SecurityStatus::from_millionths(1_500_000),
        final_blow,
    })
}

fn items(tables: &Tables, dice: &mut Dice) -> Outcome<Vec<FactItem>> {
    let count = if dice.chance(0.25) {
        0
    } else {
        dice.int(5, 40)
    };
    (0..count)
        .map(|place| {
            let dropped = i64::from(dice.chance(0.5));
            Ok(FactItem {
                type_id: module(tables.modules.draw(dice)).try_into()?,
                flag: i32::try_from(11 + place % 24)?,
                singleton: 0,
                dropped,
                destroyed: 1 - dropped,
                depth: 0,
            })
        })
        .collect()
}
