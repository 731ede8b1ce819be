//! The published schema of an event: every event of every kind keeps to it.

use std::sync::Arc;

use jsonschema::Registry;
use killwire_killmail::{CharacterId, Enrichment, Named, Progress};
use killwire_store::{Offer, Origin, SourceName};
use serde_json::Value;

use crate::world::{AMARR, JITA, PILOT, World, killmail};

/// A schema of the folder `docs/schema`.
fn schema(name: &str) -> Value {
    let file = format!("{}/../../docs/schema/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// What is wrong with an event; nothing where it keeps to the schema.
fn violations(event: &Value) -> Vec<String> {
    let killmail = schema("killmail.schema.json");
    let address = killmail["$id"].as_str().unwrap().to_owned();
    let registry = Registry::new().add(&address, killmail).unwrap();
    let registry = registry.prepare().unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema("event.schema.json"))
        .unwrap();
    let errors = validator.iter_errors(event);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// A log with an event of every kind and in every state.
async fn log() -> Vec<Value> {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;
    let partial = Offer {
        parsed: Arc::new(killmail(103, JITA, PILOT)),
        source: SourceName("r2z2".to_owned()),
        origin: Origin::Late,
        trace: None,
        enrichment: Some(Arc::new(Enrichment::default())),
    };
    world.store.insert_event(partial).await.unwrap();
    let named = Enrichment {
        progress: Progress::Complete,
        characters: vec![Named {
            id: CharacterId::new(PILOT).unwrap(),
            name: "Anna Attacker".to_owned(),
        }],
        ..Enrichment::default()
    };
    let id = killmail(103, JITA, PILOT).killmail.id;
    world.store.enrich(vec![(id, named)]).await.unwrap();
    let archive = vec![killmail(900, JITA, PILOT)];
    world.store.import(archive).await.unwrap();
    world.delete(102).await;
    let page = world.get("/api/v1/events?kinds=all").await.json();
    page["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_event_keeps_to_the_schema() {
    let log = log().await;
    let kinds: Vec<&str> = log.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["new", "new", "new", "updated", "imported"]);
    assert_eq!(log[1]["deleted"], true);
    assert_eq!(log[3]["killmail"]["enrichment"], "complete");
    for event in &log {
        assert_eq!(violations(event), [""; 0], "{event}");
    }
}

#[tokio::test]
async fn what_the_schema_does_not_describe_is_noticed() {
    let log = log().await;
    let mut undocumented = log[0].clone();
    undocumented["mood"] = "grim".into();
    let mut nested = log[0].clone();
    nested["killmail"]["mood"] = "grim".into();
    let mut both = log[0].clone();
    both["deleted"] = true.into();
    let mut without_killmail = log[0].clone();
    without_killmail.as_object_mut().unwrap().remove("killmail");
    for event in [undocumented, nested, both, without_killmail] {
        assert!(!violations(&event).is_empty(), "{event}");
    }
}
