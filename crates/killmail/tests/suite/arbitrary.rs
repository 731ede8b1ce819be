//! Any killmail at all, and each wire shape it can come in.

use jiff::Timestamp;
use killwire_killmail::{
    Attacker, Isk, Item, Killmail, KillmailHash, Position, SecurityStatus, Victim, ZkbInfo,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The largest integer that a float holds exactly, because captures write ids as floats.
const MAX: i64 = 9_007_199_254_740_991;

fn id<T>() -> impl Strategy<Value = T>
where
    T: TryFrom<i64> + std::fmt::Debug,
    T::Error: std::fmt::Debug,
{
    prop_oneof![1..100_000_i64, 1..=MAX].prop_map(|id| T::try_from(id).unwrap())
}

fn count() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), 0..10_000_i64, 0..=MAX]
}

fn position() -> impl Strategy<Value = Position> {
    let metre = prop_oneof![-1e13..1e13, proptest::num::f64::NORMAL, Just(0.0)];
    vec(metre, 3).prop_map(|at| Position {
        x: at[0],
        y: at[1],
        z: at[2],
    })
}

fn item() -> impl Strategy<Value = Item> {
    let one = (id(), 0..=i32::MAX, 0..3_i32, count(), count());
    let stack = one.prop_map(|(type_id, flag, singleton, dropped, destroyed)| Item {
        type_id,
        flag,
        singleton,
        dropped,
        destroyed,
        items: Vec::new(),
    });
    stack.prop_recursive(7, 16, 3, |inner| {
        (inner.clone(), vec(inner, 0..3)).prop_map(|(item, items)| Item { items, ..item })
    })
}

fn victim() -> impl Strategy<Value = Victim> {
    let ids = (
        option::of(id()),
        option::of(id()),
        option::of(id()),
        option::of(id()),
        id(),
    );
    (ids, count(), option::of(position()), vec(item(), 0..6)).prop_map(
        |(
            (character_id, corporation_id, alliance_id, faction_id, ship_type_id),
            damage_taken,
            position,
            items,
        )| Victim {
            character_id,
            corporation_id,
            alliance_id,
            faction_id,
            ship_type_id,
            damage_taken,
            position,
            // The recursion above may nest one level more than it says.
            items: items.into_iter().map(|item| cut(item, 8)).collect(),
        },
    )
}

fn cut(item: Item, depth: usize) -> Item {
    let inner = if depth > 1 { item.items } else { Vec::new() };
    Item {
        items: inner
            .into_iter()
            .map(|inner| cut(inner, depth - 1))
            .collect(),
        ..item
    }
}

fn attacker() -> impl Strategy<Value = Attacker> {
    let owners = (
        option::of(id()),
        option::of(id()),
        option::of(id()),
        option::of(id()),
    );
    let types = (option::of(id()), option::of(id()));
    let status = option::of(-100_000_000..=100_000_000_i32);
    (owners, types, count(), status, any::<bool>()).prop_map(
        |(
            (character_id, corporation_id, alliance_id, faction_id),
            (ship_type_id, weapon_type_id),
            damage_done,
            status,
            final_blow,
        )| {
            Attacker {
                character_id,
                corporation_id,
                alliance_id,
                faction_id,
                ship_type_id,
                weapon_type_id,
                damage_done,
                security_status: status.and_then(SecurityStatus::from_millionths),
                final_blow,
            }
        },
    )
}

pub(crate) fn killmail() -> impl Strategy<Value = Killmail> {
    let time = (1_041_379_200..4_102_444_800_i64).prop_map(|s| Timestamp::from_second(s).unwrap());
    let place = (id(), option::of(id()), option::of(id()));
    (id(), time, place, victim(), vec(attacker(), 1..6)).prop_map(
        |(id, time, (system_id, moon_id, war_id), victim, attackers)| Killmail {
            id,
            time,
            system_id,
            moon_id,
            war_id,
            victim,
            attackers,
        },
    )
}

fn isk() -> impl Strategy<Value = Option<Isk>> {
    let bound = (1_i64 << 46) * 100;
    option::of((1 - bound..bound).prop_map(Isk::from_hundredths))
}

pub(crate) fn zkb() -> impl Strategy<Value = ZkbInfo> {
    let hash = option::of(any::<[u8; 20]>().prop_map(KillmailHash::from_bytes));
    let flags = (
        any::<Option<bool>>(),
        any::<Option<bool>>(),
        any::<Option<bool>>(),
    );
    let text = vec(prop_oneof!["[a-z:#0-9+-]{1,20}", "\\PC{1,16}"], 0..8);
    (
        (option::of(id()), hash),
        (isk(), isk(), isk(), isk(), isk()),
        (any::<Option<i64>>(), flags, option::of(count())),
        (text, option::of("\\PC{1,60}")),
    )
        .prop_map(
            |(
                (location_id, hash),
                values,
                (points, (npc, solo, awox), attacker_count),
                (mut labels, href),
            )| {
                labels.sort_unstable();
                labels.dedup();
                ZkbInfo {
                    location_id,
                    hash,
                    fitted_value: values.0,
                    dropped_value: values.1,
                    destroyed_value: values.2,
                    total_value: values.3,
                    total_droppable_value: values.4,
                    points,
                    npc,
                    solo,
                    awox,
                    attacker_count,
                    labels,
                    href,
                }
            },
        )
}

/// How a shape writes what the others write differently.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// Whole numbers, absent parts left out.
    Esi,
    /// Floats for whole numbers, nulls for absent parts, a time with a space.
    Of2018,
}

pub(crate) fn esi(killmail: &Killmail, style: Style) -> Map<String, Value> {
    let time = killmail.time.to_string();
    let time = match style {
        Style::Esi => time,
        Style::Of2018 => time.replace('T', " ").replace('Z', ""),
    };
    let mut body = Map::new();
    body.insert("killmail_id".to_owned(), number(killmail.id.get(), style));
    body.insert("killmail_time".to_owned(), time.into());
    body.insert(
        "solar_system_id".to_owned(),
        number(killmail.system_id.get(), style),
    );
    optional(&mut body, "moon_id", killmail.moon_id, style);
    optional(&mut body, "war_id", killmail.war_id, style);
    body.insert("victim".to_owned(), victim_json(&killmail.victim, style));
    let attackers = killmail
        .attackers
        .iter()
        .map(|attacker| attacker_json(attacker, style));
    body.insert("attackers".to_owned(), attackers.collect());
    body
}

fn number(number: i64, style: Style) -> Value {
    match style {
        Style::Esi => number.into(),
        #[allow(clippy::cast_precision_loss, reason = "at most MAX")]
        Style::Of2018 => (number as f64).into(),
    }
}

fn optional<T: Into<i64>>(
    object: &mut Map<String, Value>,
    name: &str,
    id: Option<T>,
    style: Style,
) {
    match id {
        Some(id) => object.insert(name.to_owned(), number(id.into(), style)),
        None if style == Style::Of2018 => object.insert(name.to_owned(), Value::Null),
        None => None,
    };
}

fn victim_json(victim: &Victim, style: Style) -> Value {
    let mut object = Map::new();
    optional(&mut object, "character_id", victim.character_id, style);
    optional(&mut object, "corporation_id", victim.corporation_id, style);
    optional(&mut object, "alliance_id", victim.alliance_id, style);
    optional(&mut object, "faction_id", victim.faction_id, style);
    object.insert(
        "ship_type_id".to_owned(),
        number(victim.ship_type_id.get(), style),
    );
    object.insert(
        "damage_taken".to_owned(),
        number(victim.damage_taken, style),
    );
    if let Some(Position { x, y, z }) = victim.position {
        object.insert("position".to_owned(), json!({"x": x, "y": y, "z": z}));
    }
    object.insert("items".to_owned(), items_json(&victim.items, style));
    object.into()
}

fn items_json(items: &[Item], style: Style) -> Value {
    let item = |item: &Item| {
        json!({
            "item_type_id": number(item.type_id.get(), style),
            "flag": number(item.flag.into(), style),
            "singleton": number(item.singleton.into(), style),
            "quantity_dropped": number(item.dropped, style),
            "quantity_destroyed": number(item.destroyed, style),
            "items": items_json(&item.items, style),
        })
    };
    if items.is_empty() && style == Style::Of2018 {
        return Value::Null;
    }
    items.iter().map(item).collect()
}

fn attacker_json(attacker: &Attacker, style: Style) -> Value {
    let mut object = Map::new();
    optional(&mut object, "character_id", attacker.character_id, style);
    optional(
        &mut object,
        "corporation_id",
        attacker.corporation_id,
        style,
    );
    optional(&mut object, "alliance_id", attacker.alliance_id, style);
    optional(&mut object, "faction_id", attacker.faction_id, style);
    optional(&mut object, "ship_type_id", attacker.ship_type_id, style);
    optional(
        &mut object,
        "weapon_type_id",
        attacker.weapon_type_id,
        style,
    );
    object.insert(
        "damage_done".to_owned(),
        number(attacker.damage_done, style),
    );
    if let Some(status) = attacker.security_status {
        object.insert("security_status".to_owned(), status.as_f64().into());
    }
    object.insert("final_blow".to_owned(), attacker.final_blow.into());
    object.into()
}

/// The killmail and its zkb block in every shape that carries both or the killmail alone.
pub(crate) fn shapes(killmail: &Killmail, zkb: &ZkbInfo) -> Vec<(&'static str, Value)> {
    let hash = KillmailHash::compute(killmail);
    let plain = esi(killmail, Style::Esi);
    let with = |mut body: Map<String, Value>, members: Value| {
        body.extend(members.as_object().cloned().unwrap());
        Value::Object(body)
    };
    let renamed = plain
        .clone()
        .into_iter()
        .map(|(name, value)| match name.as_str() {
            "killmail_id" => ("killID".to_owned(), value),
            "killmail_time" => ("kill_time".to_owned(), value),
            "solar_system_id" => ("system_id".to_owned(), value),
            _ => (name, value),
        });
    let package = json!({"killID": killmail.id, "killmail": plain, "zkb": zkb});
    vec![
        ("ESI", plain.clone().into()),
        (
            "R2Z2",
            json!({"killmail_id": killmail.id, "hash": hash, "esi": plain, "zkb": zkb,
                   "uploaded_at": 1_775_112_083, "sequence_id": 7}),
        ),
        ("RedisQ package", package.clone()),
        ("RedisQ answer", json!({"package": package})),
        ("REST", with(plain.clone(), json!({"zkb": zkb}))),
        (
            "EVE Ref",
            with(
                plain,
                json!({"killmail_hash": hash, "http_last_modified": "2026"}),
            ),
        ),
        (
            "2018",
            with(
                esi(killmail, Style::Of2018),
                json!({"zkb": {"href": null, "hash": hash}}),
            ),
        ),
        ("other names", renamed.collect::<Map<_, _>>().into()),
    ]
}
