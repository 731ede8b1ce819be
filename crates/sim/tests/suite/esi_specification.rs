//! Every answer of the simulated ESI is one that its specification allows.

use std::path::PathBuf;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::client::{World, world_with};

/// ESI's specification, from the folder that `KILLWIRE_SHARED` names.
fn specification() -> Option<Value> {
    let shared = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(shared).join("data/specs/esi-openapi.json");
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("SKIPPED: no specification of ESI at {}", path.display());
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
}

struct Checker {
    specification: Value,
    checked: Vec<String>,
}

impl Checker {
    /// Asks, and compares status and body with what the specification says of the operation.
    async fn check(&mut self, operation: &str, request: RequestBuilder, expected: u16) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert_eq!(status, expected, "{operation}");
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let (method, path) = operation.split_once(' ').unwrap();
        let responses = &self.specification["paths"][path][method.to_lowercase()]["responses"];
        let said = responses
            .get(status.to_string())
            .unwrap_or(&responses["default"]);
        let schema = json!({
            "allOf": [said["content"]["application/json"]["schema"]],
            "components": self.specification["components"],
        });
        assert!(schema["allOf"][0].is_object(), "{operation}: {said}");
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, Vec::<String>::new(), "{operation}: {body}");
        self.checked.push(operation.to_owned());
    }

    fn times(&self, operation: &str) -> usize {
        self.checked.iter().filter(|one| *one == operation).count()
    }
}

/// Everybody on the first killmails.
async fn everybody(world: &World) -> [Vec<i64>; 3] {
    let mut everybody: [Vec<i64>; 3] = Default::default();
    for one in world.sim.offered() {
        let body = crate::client::json(world.esi(one.killmail_id, &one.hash)).await;
        let attackers = body["attackers"].as_array().unwrap();
        for one in attackers.iter().chain([&body["victim"]]) {
            for (ids, member) in
                everybody
                    .iter_mut()
                    .zip(["character_id", "corporation_id", "alliance_id"])
            {
                ids.extend(one[member].as_i64());
            }
        }
    }
    for ids in &mut everybody {
        ids.sort_unstable();
        ids.dedup();
    }
    everybody
}

#[tokio::test]
async fn every_answer_is_one_that_the_specification_allows() {
    let Some(specification) = specification() else {
        return;
    };
    let world = world_with(|config| config.backlog = 39).await;
    let mut checker = Checker {
        specification,
        checked: Vec::new(),
    };
    for one in world.sim.offered() {
        let request = world.esi(one.killmail_id, &one.hash);
        checker
            .check("GET /killmails/{killmail_id}/{killmail_hash}", request, 200)
            .await;
    }
    let [characters, corporations, alliances] = everybody(&world).await;
    for id in &characters[..60] {
        let request = world.esi_get(&format!("characters/{id}/"));
        checker
            .check("GET /characters/{character_id}", request, 200)
            .await;
        let request = world.esi_get(&format!("characters/{id}/corporationhistory"));
        checker
            .check(
                "GET /characters/{character_id}/corporationhistory",
                request,
                200,
            )
            .await;
    }
    assert!(corporations.iter().any(|id| *id < 2_000_000), "no NPCs");
    for id in &corporations {
        let request = world.esi_get(&format!("corporations/{id}"));
        checker
            .check("GET /corporations/{corporation_id}", request, 200)
            .await;
    }
    for id in &alliances {
        let request = world.esi_get(&format!("alliances/{id}"));
        checker
            .check("GET /alliances/{alliance_id}", request, 200)
            .await;
    }
    checker
        .check("GET /markets/prices", world.esi_get("markets/prices"), 200)
        .await;
    checker
        .check("GET /status", world.esi_get("status"), 200)
        .await;
    let mut all = [characters.clone(), corporations, alliances].concat();
    all.extend([500_001, 587, 30_000_142, 20_000_020, 10_000_002]);
    for ids in all.chunks(1_000) {
        checker
            .check(
                "POST /universe/names",
                world.esi_post("universe/names/", ids),
                200,
            )
            .await;
    }
    let names: Vec<String> = all
        .iter()
        .filter_map(|id| world.sim.name_of(*id))
        .chain(["Nobody At All".to_owned()])
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for names in names.chunks(500) {
        checker
            .check("POST /universe/ids", world.esi_ids(names), 200)
            .await;
    }
    let some = &characters[..characters.len().min(1_000)];
    checker
        .check(
            "POST /characters/affiliation",
            world.esi_post("characters/affiliation", some),
            200,
        )
        .await;
    assert!(checker.times("GET /alliances/{alliance_id}") > 5);

    for (operation, request, status) in [
        (
            "POST /universe/names",
            world.esi_post("universe/names", &[1]),
            404,
        ),
        (
            "POST /universe/names",
            world.esi_post("universe/names", &[]),
            400,
        ),
        ("POST /universe/ids", world.esi_ids(&["Nobody At All"]), 200),
        ("POST /universe/ids", world.esi_ids(&[]), 400),
        (
            "POST /characters/affiliation",
            world.esi_post("characters/affiliation", &[587]),
            404,
        ),
        (
            "GET /characters/{character_id}",
            world.esi_get("characters/7"),
            404,
        ),
        (
            "GET /corporations/{corporation_id}",
            world.esi_get("corporations/x"),
            400,
        ),
        (
            "GET /killmails/{killmail_id}/{killmail_hash}",
            world.esi_get("killmails/7/x"),
            404,
        ),
    ] {
        checker.check(operation, request, status).await;
    }
    world.sim.set_esi_down(true);
    checker
        .check("GET /status", world.esi_get("status"), 503)
        .await;
}
