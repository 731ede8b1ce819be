//! Three truth values: what is absent is known to be absent, what is not resolved is unknown.

use killwire_killmail::{Facts, TypeId};
use killwire_surveillance::compile::compile;
use killwire_surveillance::matcher::Truth;
use killwire_surveillance::text;

use crate::world::{GROUND, KILLMAILS_SEEN, lists, subject};

fn truth(condition: &str, facts: &Facts) -> Truth {
    let expr = text::parse(condition, &Default::default()).unwrap().expr;
    let plan = compile(&expr, &GROUND, &lists()).unwrap();
    plan.node.evaluate(&subject(facts))
}

/// Each condition and its opposite.
fn check(facts: &Facts, table: &[(&str, Truth)]) {
    for (condition, expected) in table {
        assert_eq!(truth(condition, facts), *expected, "{condition}");
        let opposite = format!("not ({condition})");
        assert_eq!(truth(&opposite, facts), expected.not(), "{opposite}");
    }
}

fn ordinary() -> Facts {
    KILLMAILS_SEEN[1].clone()
}

#[test]
fn what_is_absent_on_the_wire_fails_every_test() {
    let mut facts = ordinary();
    facts.victim.alliance_id = None;
    facts.war_id = None;
    facts.points = None;
    facts.location_id = None;
    facts.npc = None;
    for attacker in &mut facts.attackers {
        attacker.security_status = None;
        attacker.weapon_type_id = None;
    }
    check(
        &facts,
        &[
            ("victim.alliance exists", Truth::False),
            ("victim.alliance = 99000001", Truth::False),
            ("war exists", Truth::False),
            ("points >= 0", Truth::False),
            ("points < 5", Truth::False),
            ("location = 40000001", Truth::False),
            ("npc", Truth::False),
            ("attacker.security_status < 0", Truth::False),
            ("attacker.weapon = 2205", Truth::False),
            ("victim.weapon exists", Truth::False),
            ("victim.final_blow", Truth::False),
        ],
    );
}

#[test]
fn a_value_that_nobody_has_found_yet_is_unknown() {
    let mut facts = ordinary();
    facts.total_value = None;
    facts.hull_value = None;
    check(
        &facts,
        &[
            ("value >= 0", Truth::Unknown),
            ("value.hull < 5b", Truth::Unknown),
            ("value >= 1b or attackers.count >= 0", Truth::True),
            ("value >= 1b and attackers.count < 0", Truth::False),
        ],
    );
}

#[test]
fn a_system_that_is_not_on_the_map_has_no_known_place() {
    let mut facts = ordinary();
    facts.system_id = 30_999_999.try_into().unwrap();
    check(
        &facts,
        &[
            ("system = 30999999", Truth::True),
            ("system = 30000142", Truth::False),
            ("region = 10000002", Truth::Unknown),
            ("band = highsec", Truth::Unknown),
            ("class = C5", Truth::Unknown),
            ("security >= 0.5", Truth::Unknown),
            ("system within 3 jumps of 30000142", Truth::Unknown),
            ("system within 3 jumps of 30999999", Truth::True),
            ("system contains \"a\"", Truth::Unknown),
        ],
    );
}

#[test]
fn a_hull_newer_than_static_data_has_no_known_group() {
    let mut facts = ordinary();
    facts.victim.ship_type_id = TypeId::new(900_001).unwrap();
    check(
        &facts,
        &[
            ("victim.ship = 900001", Truth::True),
            ("victim.ship = 587", Truth::False),
            ("victim.ship.group = 25", Truth::Unknown),
            ("victim.ship contains \"Navy\"", Truth::Unknown),
        ],
    );
}

#[test]
fn of_nobody_neither_all_nor_a_share_fit() {
    let mut facts = ordinary();
    facts.attackers.clear();
    check(
        &facts,
        &[
            ("attackers any {true}", Truth::False),
            ("attackers all {true}", Truth::False),
            ("attackers all {false}", Truth::False),
            ("attackers none {true}", Truth::True),
            ("attackers count = 0 {true}", Truth::True),
            ("attackers share >= 0% {true}", Truth::False),
            ("anyone {true}", Truth::True),
        ],
    );
}

#[test]
fn counts_are_known_where_the_unknown_ones_make_no_difference() {
    let mut facts = ordinary();
    let attacker = facts.attackers[0].clone();
    facts.attackers = vec![attacker; 4];
    // Two rifters, two of a hull that static data does not know.
    for (place, attacker) in facts.attackers.iter_mut().enumerate() {
        let hull = if place < 2 { 587 } else { 900_001 };
        attacker.ship_type_id = TypeId::new(hull).ok();
    }
    check(
        &facts,
        &[
            ("attackers count >= 2 {ship.group = 25}", Truth::True),
            ("attackers count >= 3 {ship.group = 25}", Truth::Unknown),
            ("attackers count >= 5 {ship.group = 25}", Truth::False),
            ("attackers count = 1 {ship.group = 25}", Truth::False),
            ("attackers count = 2 {ship.group = 25}", Truth::Unknown),
            ("attackers count <= 4 {ship.group = 25}", Truth::True),
            ("attackers share >= 50% {ship.group = 25}", Truth::True),
            ("attackers share > 50% {ship.group = 25}", Truth::Unknown),
            ("attackers share = 12.5% {ship.group = 25}", Truth::False),
            ("attackers all {ship.group = 25}", Truth::Unknown),
        ],
    );
}

#[test]
fn drifters_and_those_without_a_pilot_are_npcs() {
    let mut facts = ordinary();
    let attacker = facts.attackers[0].clone();
    let pilots = [Some(91_000_001), None, Some(3_019_609)];
    facts.attackers = vec![attacker; 3];
    for (attacker, pilot) in facts.attackers.iter_mut().zip(pilots) {
        attacker.character_id = pilot.map(|id: i64| id.try_into().unwrap());
    }
    check(
        &facts,
        &[
            ("attackers.count = 3", Truth::True),
            ("attackers.players = 1", Truth::True),
            ("attackers.npcs = 2", Truth::True),
            ("attackers count = 2 {character exists}", Truth::True),
        ],
    );
}

#[test]
fn conditions_in_one_quantifier_are_about_the_same_attacker() {
    let mut facts = ordinary();
    let attacker = facts.attackers[0].clone();
    facts.attackers = vec![attacker; 2];
    facts.attackers[0].ship_type_id = TypeId::new(587).ok();
    facts.attackers[0].final_blow = true;
    facts.attackers[1].ship_type_id = TypeId::new(671).ok();
    facts.attackers[1].final_blow = false;
    check(
        &facts,
        &[
            ("attackers any {ship = 671 and final_blow}", Truth::False),
            ("attacker.ship = 671 and attacker.final_blow", Truth::True),
            ("attackers any {ship = 587 and final_blow}", Truth::True),
        ],
    );
}

#[test]
fn excluding_several_means_none_of_them() {
    let mut facts = ordinary();
    let corporation = facts.attackers[0].corporation_id.unwrap().get();
    let condition = format!("attacker.corporation not in [{corporation}, 98999999]");
    assert_eq!(truth(&condition, &facts), Truth::False);
    facts
        .attackers
        .retain(|of| of.corporation_id.is_none_or(|id| id.get() != corporation));
    assert_eq!(truth(&condition, &facts), Truth::True);
}

#[test]
fn a_map_that_nobody_knows_is_unknown() {
    let mut facts = ordinary();
    facts.system_id = 30_000_144.try_into().unwrap();
    check(
        &facts,
        &[
            ("system in chain \"home\"", Truth::True),
            ("system in chain \"elsewhere\"", Truth::Unknown),
        ],
    );
}

#[test]
fn hours_and_days_are_those_of_utc() {
    let mut facts = ordinary();
    // A Sunday.
    facts.time = "2026-11-22T23:59:59Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    check(
        &facts,
        &[
            ("hour = 23", Truth::True),
            ("hour in [22..4]", Truth::True),
            ("weekday = sun", Truth::True),
            ("weekday in [mon..fri]", Truth::False),
        ],
    );
}

#[test]
fn tags_of_items_are_those_of_static_data() {
    for facts in KILLMAILS_SEEN.iter() {
        for item in &facts.items {
            assert_eq!(
                GROUND.tags(item.type_id, item.flag),
                GROUND.universe().tags(item.type_id, Some(item.flag)),
                "{item:?}"
            );
        }
    }
}
