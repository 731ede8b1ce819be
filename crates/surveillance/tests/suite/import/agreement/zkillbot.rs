//! zkillbot: values are found under a key at every level, and one that compares so is enough; in
//! brackets, all of it is about one attacker, or the victim with one of its items.

use std::fmt;

use killwire_killmail::displayed_security;
use killwire_surveillance::import::Source;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::killmail::{TIMES, isk};
use super::world::{
    ALLIANCES, CHARACTERS, CONSTELLATION_IDS, CORPORATIONS, FACTIONS, HULL_GROUPS, HULLS, LABELS,
    LOCATIONS, MODULES, REGION_IDS, SYSTEM_IDS, WARS, group, place, security,
};
use super::{Killmail, agree, id, items, list};

/// An expression of theirs.
#[derive(Clone, Debug)]
enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Same(Box<Filter>),
    Rule(String, &'static str, String),
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |parts: &[Self], sign: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({part})")).collect();
            parts.join(sign)
        };
        match self {
            Self::All(parts) => f.write_str(&list(parts, ";")),
            Self::Any(parts) => f.write_str(&list(parts, " , ")),
            Self::Same(inner) => write!(f, "[{inner}]"),
            Self::Rule(key, sign, value) => write!(f, "{key}{sign}{value}"),
        }
    }
}

const SIGNS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

fn rule(
    key: &'static str,
    signs: &'static [&'static str],
    values: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<Filter> {
    (select(signs), values)
        .prop_map(move |(sign, value)| Filter::Rule(key.to_owned(), sign, value))
        .boxed()
}

fn of<const N: usize>(ids: [i64; N]) -> impl Strategy<Value = String> {
    select(ids.to_vec()).prop_map(|id| id.to_string())
}

/// An id that is compared, or asked for at all.
fn ids<const N: usize>(key: &'static str, ids: [i64; N]) -> BoxedStrategy<Filter> {
    prop_oneof![
        4 => rule(key, &["=", "!="], of(ids)),
        1 => rule(key, &[">", "!="], Just("0".to_owned())),
    ]
    .boxed()
}

fn numbers(key: &'static str) -> BoxedStrategy<Filter> {
    let values = select(vec!["0", "1", "2", "3", "1.5", "1e0"]);
    rule(key, &SIGNS, values.prop_map(str::to_owned))
}

fn flags(key: &'static str) -> BoxedStrategy<Filter> {
    rule(
        key,
        &["=", "!="],
        select(vec!["true", "false", "1", "0"]).prop_map(str::to_owned),
    )
}

fn worth(key: &'static str) -> BoxedStrategy<Filter> {
    rule(key, &SIGNS, isk().prop_map(|isk| isk.to_string()))
}

/// Rules on those involved.
fn party_rule() -> impl Strategy<Value = Filter> {
    prop_oneof![
        ids("character_id", CHARACTERS),
        ids("corporation_id", CORPORATIONS),
        ids("alliance_id", ALLIANCES),
        ids("faction_id", FACTIONS),
        ids("ship_type_id", HULLS),
        ids("group_id", HULL_GROUPS),
        ids("weapon_type_id", MODULES),
        flags("final_blow"),
        flags("is_victim"),
        numbers("damage_done"),
        numbers("damage_taken"),
        rule(
            "security_status",
            &SIGNS,
            select(vec!["-5.5", "0", "-0.25"]).prop_map(str::to_owned)
        ),
    ]
}

/// Rules on items.
fn item_rule() -> impl Strategy<Value = Filter> {
    prop_oneof![
        rule("item_type_id", &["=", "!="], of(MODULES)),
        numbers("quantity_dropped"),
        numbers("quantity_destroyed"),
    ]
}

/// Rules on the killmail.
fn killmail_rule() -> impl Strategy<Value = Filter> {
    let classes = select(vec!["1", "5", "12", "14", "25"]).prop_map(str::to_owned);
    let security = select(vec!["-1", "0", "0.1", "0.4", "0.45", "0.5", "0.9"]);
    let time = prop_oneof![
        select(TIMES.to_vec()).prop_map(str::to_owned),
        select(vec!["2026-01-01", "2026-02-01"]).prop_map(str::to_owned),
    ];
    prop_oneof![
        numbers("killmail_id"),
        rule("killmail_time", &SIGNS, time),
        ids("solar_system_id", SYSTEM_IDS),
        ids("constellation_id", CONSTELLATION_IDS),
        ids("region_id", REGION_IDS),
        rule("security", &SIGNS, security.prop_map(str::to_owned)),
        rule("wormhole_class", &["=", "!=", "<=", ">="], classes),
        ids("locationID", LOCATIONS),
        ids("war_id", WARS),
        worth("totalValue"),
        worth("fittedValue"),
        worth("droppedValue"),
        worth("destroyedValue"),
        numbers("points"),
        numbers("attackerCount"),
        numbers("attackers"),
        flags("npc"),
        flags("solo"),
        flags("awox"),
        rule(
            "labels",
            &["="],
            select(LABELS.to_vec()).prop_map(str::to_owned)
        ),
    ]
}

fn nested(rules: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    rules.prop_recursive(3, 10, 3, |inner| {
        let parts = prop::collection::vec(inner, 2..4);
        prop_oneof![
            parts.clone().prop_map(Filter::All),
            parts.prop_map(Filter::Any),
        ]
    })
}

/// Brackets: about those involved, about items, or about the victim and one item.
fn same() -> impl Strategy<Value = Filter> {
    let party = || nested(party_rule());
    let items = || nested(item_rule());
    let both = (party(), items(), any::<bool>()).prop_map(|(party, items, all)| {
        let parts = vec![party, items];
        if all {
            Filter::All(parts)
        } else {
            Filter::Any(parts)
        }
    });
    prop_oneof![3 => party(), 1 => items(), 1 => both].prop_map(|inner| Filter::Same(inner.into()))
}

fn filter() -> impl Strategy<Value = Filter> {
    let part = prop_oneof![
        2 => party_rule(),
        1 => item_rule(),
        3 => killmail_rule(),
        3 => same(),
    ];
    nested(part)
}

/// What zkillbot adds to a killmail before it looks. Security is what the game shows.
fn enriched(json: &Value) -> Value {
    let mut killmail = json.clone();
    let system = id(json, "solar_system_id").unwrap();
    let (constellation, region) = place(system);
    killmail["constellation_id"] = json!(constellation);
    killmail["region_id"] = json!(region);
    killmail["security"] = json!(displayed_security(security(system)));
    let class = match system {
        30_003_504 => Some(25),
        31_000_454 => Some(5),
        31_000_005 => Some(12),
        31_000_001 => Some(14),
        _ => None,
    };
    if let Some(class) = class {
        killmail["wormhole_class"] = json!(class);
    }
    let add = |party: &mut Value, victim: bool| {
        party["is_victim"] = json!(victim);
        if let Some(hull) = id(party, "ship_type_id") {
            party["group_id"] = json!(group(hull));
        }
    };
    add(&mut killmail["victim"], true);
    let attackers = killmail["attackers"].as_array_mut().unwrap();
    attackers
        .iter_mut()
        .for_each(|attacker| add(attacker, false));
    let count = attackers.len();
    killmail["zkb"]["attackerCount"] = json!(count);
    killmail
}

/// All values under a key, at every level.
fn values<'a>(of: &'a Value, key: &str, into: &mut Vec<&'a Value>) {
    match of {
        Value::Array(elements) => elements.iter().for_each(|one| values(one, key, into)),
        Value::Object(members) => {
            for (name, value) in members {
                if name == key {
                    match value {
                        Value::Array(elements) => into.extend(elements),
                        value => into.push(value),
                    }
                }
                values(value, key, into);
            }
        }
        _ => {}
    }
}

/// As numbers where both are, as text else.
fn compares(found: &Value, sign: &str, value: &str) -> bool {
    let left = match found {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Number(number) => number.as_f64(),
        _ => None,
    };
    let order = match (left, value.parse::<f64>()) {
        (Some(left), Ok(right)) => left.partial_cmp(&right).unwrap(),
        _ => {
            let left = found
                .as_str()
                .map_or_else(|| found.to_string(), str::to_owned);
            left.as_str().cmp(value)
        }
    };
    match sign {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Whether a filter holds where `find` says what is under a key.
fn holds(
    filter: &Filter,
    find: &dyn Fn(&str) -> Vec<Value>,
    same: &dyn Fn(&Filter) -> bool,
) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| holds(part, find, same)),
        Filter::Any(parts) => parts.iter().any(|part| holds(part, find, same)),
        Filter::Same(inner) => same(inner),
        Filter::Rule(key, sign, value) => {
            find(key).iter().any(|found| compares(found, sign, value))
        }
    }
}

fn finds(filter: &Filter, killmail: &Killmail) -> bool {
    let all = enriched(&killmail.json);
    let everywhere = |key: &str| {
        if key == "attackers" {
            // As their documentation has it.
            return vec![json!(list(&all, "attackers").len())];
        }
        let mut found = Vec::new();
        values(&all, key, &mut found);
        found.into_iter().cloned().collect()
    };
    let never = |_: &Filter| false;
    let same = |inner: &Filter| {
        let own = |of: &Value, key: &str| of.get(key).into_iter().cloned().collect::<Vec<_>>();
        let attacker = list(&all, "attackers")
            .iter()
            .any(|attacker| holds(inner, &|key| own(attacker, key), &never));
        let nothing = Value::Null;
        let mut with = items(&all);
        with.push(&nothing);
        let victim = with.iter().any(|item| {
            let find = |key: &str| [own(&all["victim"], key), own(item, key)].concat();
            holds(inner, &find, &never)
        });
        attacker || victim
    };
    holds(filter, &everywhere, &same)
}

#[test]
fn an_expression_finds_what_its_keys_and_brackets_say() {
    agree(Source::Zkillbot, filter(), Filter::to_string, finds);
}
