//! The published schema: every killmail that Killwire shows keeps to it, and it has no member that
//! is not described.

use std::sync::LazyLock;

use jsonschema::Validator;
use killwire_killmail::{Enrichment, KillmailHash, killmail_json};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;

use crate::arbitrary::{killmail, zkb};
use crate::document::{ESI, killmail as read};
use crate::named::enrichment_of;

/// A schema of the folder `docs/schema`.
fn schema(name: &str) -> Value {
    let file = format!("{}/../../docs/schema/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

static KILLMAIL: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema("killmail.schema.json"))
        .unwrap()
});

/// What is wrong with a killmail's JSON; nothing where it keeps to the schema.
pub(crate) fn violations(json: &[u8]) -> Vec<String> {
    let shown: Value = serde_json::from_slice(json).unwrap();
    let errors = KILLMAIL.iter_errors(&shown);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Whether anything in it is null.
pub(crate) fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// Every object in a schema that lists members.
fn objects<'a>(schema: &'a Value, found: &mut Vec<&'a Value>) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && members.contains_key("type") {
                found.push(schema);
            }
            members.values().for_each(|member| objects(member, found));
        }
        Value::Array(list) => list.iter().for_each(|member| objects(member, found)),
        _ => {}
    }
}

#[test]
fn the_schemas_are_sound_and_describe_every_member() {
    for name in ["killmail.schema.json", "event.schema.json"] {
        let schema = schema(name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        let mut found = Vec::new();
        objects(&schema, &mut found);
        assert!(!found.is_empty());
        for object in found {
            assert_eq!(object["additionalProperties"], false, "{name}: {object}");
            for (member, described) in object["properties"].as_object().unwrap() {
                let is_described =
                    described["description"].is_string() || described["$ref"].is_string();
                assert!(is_described, "{name}: {member} is not described");
            }
        }
    }
}

#[test]
fn a_member_that_the_schema_does_not_know_is_noticed() {
    let json = killmail_json(&read(ESI).killmail, None, None, None);
    assert_eq!(violations(&json), [""; 0]);
    let mut shown: Value = serde_json::from_slice(&json).unwrap();
    shown["victim"]["shoe_size"] = 43.into();
    let noticed = violations(shown.to_string().as_bytes());
    assert_eq!(noticed.len(), 1, "{noticed:?}");
    assert!(noticed[0].contains("shoe_size"), "{noticed:?}");
    for required in ["killmail_id", "kill_time", "attackers"] {
        let mut shown: Value = serde_json::from_slice(&json).unwrap();
        shown.as_object_mut().unwrap().remove(required);
        assert_eq!(violations(shown.to_string().as_bytes()).len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_killmail_keeps_to_the_schema(
        (killmail, enrichment) in killmail().prop_flat_map(|killmail| {
            let enrichment = option::of(enrichment_of(&killmail));
            (Just(killmail), enrichment)
        }),
        zkb in option::of(zkb()),
    ) {
        let hash = KillmailHash::compute(&killmail);
        let enrichment: Option<Enrichment> = enrichment;
        let json = killmail_json(&killmail, Some(&hash), zkb.as_ref(), enrichment.as_ref());
        prop_assert_eq!(violations(&json), [""; 0]);
        let shown: Value = serde_json::from_slice(&json).unwrap();
        prop_assert!(!has_null(&shown));
    }
}
