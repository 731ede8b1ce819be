//! Any killmail of the small world, as the wire has it.

use proptest::collection::vec;
use proptest::option::{self, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::Killmail;
use super::world::{
    ALLIANCES, CHARACTERS, CORPORATIONS, FACTIONS, HULLS, LABELS, LOCATIONS, MODULES, SYSTEM_IDS,
    WARS,
};

/// Members that are there, and those that may be.
fn object(members: Vec<(&'static str, Option<Value>)>) -> Value {
    let there = members.into_iter();
    let there = there.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<String, Value>>())
}

fn maybe<const N: usize>(ids: [i64; N]) -> impl Strategy<Value = Option<Value>> {
    weighted(0.8, select(ids.to_vec()).prop_map(Value::from))
}

fn item() -> impl Strategy<Value = Value> {
    let quantities = prop_oneof![
        (1..4_i64).prop_map(|dropped| (Some(dropped), None)),
        (1..4_i64).prop_map(|destroyed| (None, Some(destroyed))),
        (1..4_i64, 1..4_i64).prop_map(|(dropped, destroyed)| (Some(dropped), Some(destroyed))),
    ];
    let flag = select(vec![5, 11, 19, 27, 87]);
    let one = (select(MODULES.to_vec()), flag, quantities).prop_map(|(id, flag, quantities)| {
        object(vec![
            ("item_type_id", Some(json!(id))),
            ("flag", Some(json!(flag))),
            ("singleton", Some(json!(0))),
            ("quantity_dropped", quantities.0.map(Value::from)),
            ("quantity_destroyed", quantities.1.map(Value::from)),
        ])
    });
    (one.clone(), vec(one, 0..3)).prop_map(|(mut outer, inner)| {
        if !inner.is_empty() {
            outer["items"] = Value::Array(inner);
        }
        outer
    })
}

fn victim() -> impl Strategy<Value = Value> {
    (
        maybe(CHARACTERS),
        maybe(CORPORATIONS),
        maybe(ALLIANCES),
        maybe(FACTIONS),
        select(HULLS.to_vec()),
        0..4_i64,
        vec(item(), 0..4),
    )
        .prop_map(
            |(character, corporation, alliance, faction, ship, damage, items)| {
                object(vec![
                    ("character_id", character),
                    ("corporation_id", corporation),
                    ("alliance_id", alliance),
                    ("faction_id", faction),
                    ("ship_type_id", Some(json!(ship))),
                    ("damage_taken", Some(json!(damage))),
                    ("items", Some(Value::Array(items))),
                ])
            },
        )
}

fn attacker() -> impl Strategy<Value = Value> {
    (
        maybe(CHARACTERS),
        maybe(CORPORATIONS),
        maybe(ALLIANCES),
        maybe(FACTIONS),
        maybe(HULLS),
        maybe(MODULES),
        (0..4_i64, select(vec![-5.5, -1.0, 0.0, 2.5])),
    )
        .prop_map(
            |(character, corporation, alliance, faction, ship, weapon, (damage, status))| {
                object(vec![
                    ("character_id", character),
                    ("corporation_id", corporation),
                    ("alliance_id", alliance),
                    ("faction_id", faction),
                    ("ship_type_id", ship),
                    ("weapon_type_id", weapon),
                    ("damage_done", Some(json!(damage))),
                    ("security_status", Some(json!(status))),
                    ("final_blow", Some(json!(false))),
                ])
            },
        )
}

/// Gangs of every size that words are for, one of them with the final blow.
fn attackers() -> impl Strategy<Value = Value> {
    let sizes = prop_oneof![6 => 1..4_usize, 1 => 4..8_usize, 1 => 19..23_usize];
    (
        sizes.prop_flat_map(|size| vec(attacker(), size)),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(mut attackers, last)| {
            let last = last.index(attackers.len());
            attackers[last]["final_blow"] = json!(true);
            Value::Array(attackers)
        })
}

/// Amounts of ISK around which profiles compare, also with hundredths.
pub(super) fn isk() -> impl Strategy<Value = f64> {
    select(vec![
        0.5,
        999_999.99,
        1e8,
        5e8,
        1e9,
        5e9,
        5_000_000_000.25,
        1e10,
    ])
}

fn zkb() -> impl Strategy<Value = Value> {
    let worth = || option::weighted(0.9, isk().prop_map(Value::from));
    (
        (worth(), worth(), worth(), worth()),
        maybe(LOCATIONS),
        option::weighted(0.9, (1..4_i64).prop_map(Value::from)),
        (any::<bool>(), any::<bool>(), any::<bool>()),
        subsequence(LABELS.to_vec(), 0..=LABELS.len()),
    )
        .prop_map(|(values, location, points, (npc, solo, awox), labels)| {
            object(vec![
                ("fittedValue", values.0),
                ("droppedValue", values.1),
                ("destroyedValue", values.2),
                ("totalValue", values.3),
                ("locationID", location),
                ("points", points),
                ("npc", Some(json!(npc))),
                ("solo", Some(json!(solo))),
                ("awox", Some(json!(awox))),
                ("labels", Some(json!(labels))),
            ])
        })
}

/// Moments at the edges of months and around them.
pub(super) const TIMES: [&str; 6] = [
    "2025-12-31T23:59:59Z",
    "2026-01-01T00:00:00Z",
    "2026-01-31T23:59:59Z",
    "2026-02-01T00:00:00Z",
    "2026-11-25T18:30:00Z",
    "2026-12-31T23:59:59Z",
];

pub(super) fn killmail() -> impl Strategy<Value = Killmail> {
    (
        1..4_i64,
        select(TIMES.to_vec()),
        select(SYSTEM_IDS.to_vec()),
        option::weighted(0.3, select(WARS.to_vec()).prop_map(Value::from)),
        victim(),
        attackers(),
        zkb(),
        select(vec![0, 3_600, 3_601, 86_400]),
    )
        .prop_map(|(id, time, system, war, victim, attackers, zkb, age)| {
            let json = object(vec![
                ("killmail_id", Some(json!(id))),
                ("killmail_time", Some(json!(time))),
                ("solar_system_id", Some(json!(system))),
                ("war_id", war),
                ("victim", Some(victim)),
                ("attackers", Some(attackers)),
                ("zkb", Some(zkb)),
            ]);
            Killmail::new(json, age)
        })
}
