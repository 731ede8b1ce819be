//! The published JSON Schemas, against which every event is checked.

use std::path::Path;

use serde_json::Value;

/// `docs/schema/event.schema.json`, with the killmail's schema inside.
pub(crate) struct EventSchema(jsonschema::Validator);

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
        let wrong: Vec<String> = self
            .0
            .iter_errors(event)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}\n{event}");
    }
}
