//! eveDMV: trees of `and` and `or` over fields, in either dialect.

use killwire_surveillance::import::Source;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::killmail::TIMES;
use super::world::{ALLIANCES, CHARACTERS, CORPORATIONS, HULLS, SYSTEM_IDS, group, universe};
use super::{agree, id, items, list};

fn leaf(field: &str, operator: &str, value: &Value) -> Value {
    json!({"field": field, "operator": operator, "value": value})
}

/// One value or a list of values under the operators that take it.
fn listed<T>(field: &'static str, known: Vec<T>) -> impl Strategy<Value = Value>
where
    T: Clone + std::fmt::Debug + Into<Value> + 'static,
{
    let count = known.len();
    let one = (select(vec!["eq", "ne"]), select(known.clone()))
        .prop_map(move |(operator, value)| leaf(field, operator, &value.into()));
    let many = (select(vec!["in", "not_in"]), subsequence(known, 1..=count)).prop_map(
        move |(operator, values)| {
            let values: Vec<Value> = values.into_iter().map(Into::into).collect();
            leaf(field, operator, &Value::Array(values))
        },
    );
    prop_oneof![one, many]
}

const ORDERS: [&str; 6] = ["eq", "ne", "gt", "lt", "gte", "lte"];

fn ordered<T>(field: &'static str, known: Vec<T>) -> impl Strategy<Value = Value>
where
    T: Clone + std::fmt::Debug + Into<Value> + 'static,
{
    (select(ORDERS.to_vec()), select(known))
        .prop_map(move |(operator, value)| leaf(field, operator, &value.into()))
}

fn isks() -> Vec<f64> {
    vec![0.5, 999_999.99, 1e8, 5e9, 5_000_000_000.25]
}

fn leaves() -> impl Strategy<Value = Value> {
    let tags = vec![
        "T1",
        "T2",
        "Projectile",
        "Hybrid",
        "Shield Extender",
        "Cargo",
        "Low Slot",
    ];
    let words = select(vec!["module_tags", "noteworthy_modules"]);
    let operators = select(vec!["contains_any", "contains_all", "not_contains"]);
    let tagged = (words, operators, subsequence(tags, 1..4))
        .prop_map(|(field, operator, tags)| leaf(field, operator, &json!(tags)));
    let absent = (
        select(vec![
            "victim_alliance_id",
            "victim_character_id",
            "final_blow_character_id",
        ]),
        select(vec!["eq", "ne"]),
    )
        .prop_map(|(field, operator)| leaf(field, operator, &Value::Null));
    prop_oneof![
        ordered("killmail_id", vec![1, 2, 3]),
        listed("killmail_id", vec![1, 2, 3]),
        ordered("killmail_time", TIMES.to_vec()),
        listed("victim_character_id", CHARACTERS.to_vec()),
        listed("victim_corporation_id", CORPORATIONS.to_vec()),
        listed("victim_alliance_id", ALLIANCES.to_vec()),
        listed("victim_ship_type_id", HULLS.to_vec()),
        listed("solar_system_id", SYSTEM_IDS.to_vec()),
        listed("system_id", SYSTEM_IDS.to_vec()),
        listed("final_blow_character_id", CHARACTERS.to_vec()),
        absent,
        ordered("total_value", isks()),
        listed("isk_value", isks()),
        ordered("fitted_value", isks()),
        ordered("attacker_count", vec![1, 2, 20]),
        listed(
            "kill_category",
            vec!["solo", "small_gang", "medium_gang", "fleet"]
        ),
        listed(
            "victim_ship_category",
            vec![
                "frigate",
                "destroyer",
                "battleship",
                "industrial",
                "capital",
                "other"
            ],
        ),
        tagged,
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let rule = (leaves(), any::<bool>()).prop_map(|(mut leaf, compiler)| {
        if compiler {
            leaf["type"] = json!("rule");
        }
        leaf
    });
    rule.prop_recursive(4, 12, 3, |inner| {
        let nodes = prop::collection::vec(inner, 1..4);
        (nodes, select(vec!["and", "or"]), any::<bool>()).prop_map(|(nodes, word, compiler)| {
            if compiler {
                json!({"type": word, "children": nodes})
            } else {
                json!({"condition": word, "rules": nodes})
            }
        })
    })
}

/// The value of a field, null where the killmail does not say.
fn value(field: &str, json: &Value) -> Value {
    let (victim, zkb) = (&json["victim"], &json["zkb"]);
    let attackers = list(json, "attackers");
    match field {
        "killmail_id" | "killmail_time" | "solar_system_id" => json[field].clone(),
        "system_id" => json["solar_system_id"].clone(),
        "victim_character_id" => victim["character_id"].clone(),
        "victim_corporation_id" => victim["corporation_id"].clone(),
        "victim_alliance_id" => victim["alliance_id"].clone(),
        "victim_ship_type_id" => victim["ship_type_id"].clone(),
        "total_value" | "isk_value" => zkb["totalValue"].clone(),
        "fitted_value" => zkb["fittedValue"].clone(),
        "attacker_count" => json!(attackers.len()),
        "final_blow_character_id" => {
            let blow = attackers
                .iter()
                .find(|attacker| attacker["final_blow"] == json!(true));
            blow.unwrap()["character_id"].clone()
        }
        "kill_category" => json!(match attackers.len() {
            1 => "solo",
            2..=5 => "small_gang",
            6..=20 => "medium_gang",
            _ => "fleet",
        }),
        "victim_ship_category" => json!(match group(id(victim, "ship_type_id").unwrap()) {
            25 => "frigate",
            420 => "destroyer",
            27 => "battleship",
            30 | 513 => "capital",
            _ => "other",
        }),
        "module_tags" | "noteworthy_modules" => {
            let mut tags: Vec<&str> = Vec::new();
            for item in items(json) {
                let item_type = id(item, "item_type_id").unwrap().try_into().unwrap();
                let flag = i32::try_from(id(item, "flag").unwrap()).unwrap();
                tags.extend(
                    universe()
                        .tags(item_type, Some(flag))
                        .iter()
                        .map(|tag| tag.name()),
                );
            }
            json!(tags)
        }
        other => panic!("{other}"),
    }
}

fn holds(node: &Value, json: &Value) -> bool {
    for (word, children) in [("condition", "rules"), ("type", "children")] {
        match node.get(word).and_then(Value::as_str) {
            Some("and") => return list(node, children).iter().all(|node| holds(node, json)),
            Some("or") => return list(node, children).iter().any(|node| holds(node, json)),
            _ => {}
        }
    }
    let field = node["field"].as_str().unwrap();
    let (found, wanted) = (value(field, json), &node["value"]);
    // A worth that nobody has told is neither more, less nor other.
    if found.is_null() && field.ends_with("_value") {
        return false;
    }
    let same = |wanted: &Value| match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => found == wanted,
        _ => found == *wanted,
    };
    let listed = || wanted.as_array().unwrap();
    let order = || match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => found.partial_cmp(&wanted).unwrap(),
        _ => found.as_str().unwrap().cmp(wanted.as_str().unwrap()),
    };
    let has = |tag: &Value| found.as_array().unwrap().contains(tag);
    match node["operator"].as_str().unwrap() {
        "eq" => same(wanted),
        "ne" => !same(wanted),
        "gt" => order().is_gt(),
        "lt" => order().is_lt(),
        "gte" => order().is_ge(),
        "lte" => order().is_le(),
        "in" => listed().iter().any(same),
        "not_in" => !listed().iter().any(same),
        "contains_any" => listed().iter().any(has),
        "contains_all" => listed().iter().all(has),
        "not_contains" => !listed().iter().any(has),
        other => panic!("{other}"),
    }
}

#[test]
fn a_tree_finds_what_its_leaves_say() {
    agree(
        Source::EveDmv,
        tree(),
        Value::to_string,
        |tree, killmail| holds(tree, &killmail.json),
    );
}
