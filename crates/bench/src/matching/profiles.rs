//! What people look for: ten kinds of profiles in fixed shares, their keys drawn as killmails' are.

use std::sync::Arc;

use killwire_surveillance::compile::{Compiler, Lists};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::index::Watcher;
use killwire_surveillance::text;
use killwire_surveillance::tree::TreeLimits;

use super::draw::Dice;
use super::killmails::{Tables, alliance, corporation, spread};
use super::world::{KNOWN_SYSTEMS, REGIONS, SHIP_GROUPS, region, ship, ship_group, system};
use crate::Outcome;

/// Maps that chains are asked of.
pub(super) const MAPS: i64 = 500;

/// So many profiles, compiled.
pub(super) fn drawn(count: usize, ground: &Ground) -> Outcome<Vec<Arc<Watcher>>> {
    let tables = Tables::new();
    let mut dice = Dice::new(3);
    let (lists, limits) = (Lists::new(), TreeLimits::default());
    let mut compiler = Compiler::new(ground, &lists);
    (0..count)
        .map(|place| {
            let condition = condition(&tables, &mut dice);
            let expr = text::parse(&condition, &limits)?.expr;
            let plan = compiler.compile(&expr)?;
            Ok(Watcher::new(i64::try_from(place)?, 1, Arc::new(expr), plan))
        })
        .collect()
}

/// How a condition of one kind is drawn.
type Kind = fn(&Tables, &mut Dice) -> String;

/// One condition. 2 % are on the hottest keys with nothing selective besides. 1 % have no key that a
/// killmail must carry: half of them only exclude, and so match nearly always; the others ask for what
/// no index has, and are evaluated for every killmail.
fn condition(tables: &Tables, dice: &mut Dice) -> String {
    let kinds: [(f64, Kind); 10] = [
        (0.27, around_home),
        (0.27, somebody),
        (0.17, a_kind_of_ship),
        (0.10, in_wormholes),
        (0.08, in_some_systems),
        (0.05, worth_a_lot),
        (0.03, in_a_chain),
        (0.02, hot),
        (0.005, excluding),
        (0.005, without_index),
    ];
    let mut at = dice.part();
    for (share, kind) in kinds {
        if at < share {
            return kind(tables, dice);
        }
        at -= share;
    }
    around_home(tables, dice)
}

fn place(tables: &Tables, dice: &mut Dice) -> i64 {
    spread(tables.systems.draw(dice))
}

fn known_place(tables: &Tables, dice: &mut Dice) -> i64 {
    place(tables, dice) % KNOWN_SYSTEMS
}

fn millions(from: i64, to: i64, dice: &mut Dice) -> String {
    format!("{}m", dice.int(from, to))
}

fn groups(dice: &mut Dice) -> String {
    let groups: Vec<String> = (0..dice.int(1, 3))
        .map(|_| ship_group(dice.int(0, SHIP_GROUPS - 1)).to_string())
        .collect();
    format!("[{}]", groups.join(", "))
}

fn around_home(tables: &Tables, dice: &mut Dice) -> String {
    let home = system(known_place(tables, dice));
    let jumps = dice.int(1, 5);
    let value = millions(500, 5_000, dice);
    let own = corporation(tables.corporations.draw(dice));
    match dice.int(0, 2) {
        0 => format!("system within {jumps} jumps of {home} and value >= {value}"),
        1 => format!(
            "system within {jumps} jumps of {home} and victim.ship.group in {} and victim.corporation != {own}",
            groups(dice)
        ),
        _ => format!(
            "system within {jumps} jumps of {home} and value >= {value} and attackers none {{corporation = {own}}}"
        ),
    }
}

fn somebody(tables: &Tables, dice: &mut Dice) -> String {
    let who = tables.corporations.draw(dice);
    let (corporation, alliance) = (corporation(who), alliance(who));
    match dice.int(0, 3) {
        0 => format!("anyone.corporation = {corporation}"),
        1 => format!(
            "victim.alliance = {alliance} and value >= {}",
            millions(100, 3_000, dice)
        ),
        2 => format!(
            "attackers any {{corporation = {corporation} and ship.group in {}}}",
            groups(dice)
        ),
        _ => format!(
            "attackers count >= {} {{alliance = {alliance}}} and not npc",
            dice.int(2, 10)
        ),
    }
}

fn a_kind_of_ship(tables: &Tables, dice: &mut Dice) -> String {
    let where_ = region(known_place(tables, dice));
    let value = millions(200, 5_000, dice);
    match dice.int(0, 2) {
        0 => format!(
            "victim.ship = {} and region = {where_}",
            ship(tables.ships.draw(dice))
        ),
        1 => format!(
            "victim.ship.group in {} and region = {where_} and value >= {value}",
            groups(dice)
        ),
        _ => format!(
            "attacker.ship.group in {} and region in [{where_}, {}] and value >= {value}",
            groups(dice),
            10_000_001 + dice.int(0, REGIONS - 1)
        ),
    }
}

fn in_wormholes(tables: &Tables, dice: &mut Dice) -> String {
    let class = dice.int(1, 6);
    let value = millions(2_000, 20_000, dice);
    let who = corporation(tables.corporations.draw(dice));
    format!("class = C{class} and value >= {value} and anyone.corporation != {who}")
}

fn in_some_systems(tables: &Tables, dice: &mut Dice) -> String {
    let systems: Vec<String> = (0..dice.int(2, 6))
        .map(|_| system(place(tables, dice)).to_string())
        .collect();
    let value = millions(100, 1_000, dice);
    format!(
        "system in [{}] and value >= {value} and not npc",
        systems.join(", ")
    )
}

fn worth_a_lot(_: &Tables, dice: &mut Dice) -> String {
    let value = dice.int(10, 200);
    format!(
        "value >= {value}b and attackers.players >= {}",
        dice.int(1, 5)
    )
}

fn hot(tables: &Tables, dice: &mut Dice) -> String {
    let own = corporation(tables.corporations.draw(dice));
    match dice.int(0, 1) {
        0 => format!(
            "system = {} and victim.corporation != {own}",
            system(spread(dice.int(0, 9)))
        ),
        _ => format!(
            "victim.ship = {} and victim.corporation != {own}",
            ship(dice.int(0, 9))
        ),
    }
}

fn excluding(tables: &Tables, dice: &mut Dice) -> String {
    let own = corporation(tables.corporations.draw(dice));
    let friends = alliance(tables.corporations.draw(dice));
    match dice.int(0, 1) {
        0 => format!("victim.corporation != {own} and victim.alliance != {friends}"),
        _ => format!("not npc and attackers none {{alliance = {friends}}}"),
    }
}

fn in_a_chain(tables: &Tables, dice: &mut Dice) -> String {
    let map = map(dice.int(0, MAPS - 1));
    let own = corporation(tables.corporations.draw(dice));
    match dice.int(0, 1) {
        0 => format!("system in chain \"{map}\" and victim.corporation != {own}"),
        _ => format!(
            "system in chain \"{map}\" and value >= {}",
            millions(50, 1_000, dice)
        ),
    }
}

fn without_index(_: &Tables, dice: &mut Dice) -> String {
    let damage = dice.int(20, 180);
    match dice.int(0, 2) {
        0 | 1 => format!("victim.damage >= {damage}k and not npc"),
        _ => format!(
            "attackers share < {}% {{damage >= 10k}} and victim.damage >= {damage}k",
            dice.int(10, 60)
        ),
    }
}

/// The nth map.
pub(super) fn map(place: i64) -> String {
    format!("map {place}")
}
