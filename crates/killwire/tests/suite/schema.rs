//! The published JSON Schemas, against which every event and every killmail is checked.

use std::path::Path;

use serde_json::Value;

/// `docs/schema/event.schema.json`, with the killmail's schema inside.
pub(crate) struct EventSchema(jsonschema::Validator);

/// `docs/schema/killmail.schema.json`, for killmails that come without an event.
pub(crate) struct KillmailSchema(jsonschema::Validator);

impl KillmailSchema {
    pub(crate) fn read() -> Self {
        let killmail = document("killmail.schema.json");
        Self(jsonschema::validator_for(&killmail).unwrap())
    }

    /// The killmail is as the schema says.
    #[track_caller]
    pub(crate) fn check(&self, killmail: &Value) {
        assert_valid(&self.0, killmail);
    }
}

#[track_caller]
fn assert_valid(validator: &jsonschema::Validator, document: &Value) {
    let wrong: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{document}");
}

fn document(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let text = std::fs::read(folder.join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

impl EventSchema {
    pub(crate) fn read() -> Self {
        let killmail = document("killmail.schema.json");
        let id = killmail["$id"].as_str().unwrap().to_owned();
        let registry = jsonschema::Registry::new()
            .add(id, killmail)
            .unwrap()
            .prepare()
            .unwrap();
        let event = document("event.schema.json");
        let validator = jsonschema::options()
            .with_registry(&registry)
            .build(&event)
            .unwrap();
        Self(validator)
    }

    /// The event is as the schema says.
    #[track_caller]
    pub(crate) fn check(&self, event: &Value) {
        assert_valid(&self.0, event);
    }
}
