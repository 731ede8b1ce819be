//! Conditions read, tried on the past and explained, stored and not.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{Client, PROFILES};
use crate::profiles::{with_killmails, with_static_data};
use crate::server::{Server, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_is_checked_and_what_is_wrong_has_a_place() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "read");
    let check = async |condition: Value| {
        let body = json!({ "condition": condition });
        client.post("/api/v1/profiles/check", &body).await
    };
    let text = check(json!("system = \"amarr\" and solo")).await.ok();
    assert_eq!(text["text"], "system = \"Amarr\"#30002187 and solo");
    let tree = check(text["json"].clone()).await.ok();
    assert_eq!(tree, text, "text and JSON say the same");

    assert_eq!(text["warnings"], json!([]));
    let odd = check(json!("victim.final_blow and solo")).await.ok();
    assert_eq!(
        odd["warnings"],
        json!([
            "no condition on victim.final_blow ever holds, and what negates one always does: \
             a victim has none on any killmail; attacker.final_blow is that of an attacker"
        ])
    );

    let typo = check(json!("solo\n  and sytem = \"Jita\"")).await.is(400);
    assert_eq!(place(&typo), (2, 7));
    assert_eq!(
        typo["shown"],
        "  |\n2 |   and sytem = \"Jita\"\n  |       ^^^^^"
    );
    let error = typo["error"].as_str().unwrap();
    assert!(error.ends_with("did you mean `system`?"), "{error}");
    let name = check(json!("system = \"Jitta\"")).await.is(400);
    assert_eq!(place(&name), (1, 10));
    let error = name["error"].as_str().unwrap();
    assert!(error.contains("perhaps \"Jita\""), "{error}");
    let list = check(json!("system in list \"home\"")).await.is(400);
    assert_eq!(place(&list), (1, 16));
    let tree = check(json!({ "field": "value", ">": "5x" })).await.is(400);
    assert!(
        tree.get("line").is_none_or(Value::is_null),
        "JSON has no lines: {tree}"
    );
    assert!(tree["error"].as_str().unwrap().starts_with("/>"), "{tree}");
}

/// Line and column of what is wrong.
fn place(fault: &Value) -> (i64, i64) {
    let number = |name: &str| fault[name].as_i64().unwrap_or_else(|| panic!("{fault}"));
    (number("line"), number("column"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_is_tried_and_explained_on_the_past_also_a_stored_one() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let ids = with_killmails(home, 40);
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let condition = "attackers.count >= 1 and not system in chain \"home\"";
    let id = client.profile("all", condition).await;
    let one = format!("{PROFILES}/{id}");
    let body = json!({ "condition": "attackers.count >= 1", "since": "2d" });
    let tried = client.post("/api/v1/profiles/test", &body).await.ok();
    assert!(tried["matched"].as_i64() >= Some(40), "{tried}");
    assert_eq!(tried["examples"].as_array().unwrap().len(), 10);
    let body = json!({ "since": "2d" });
    let stored = client.post(&format!("{one}/test"), &body).await.ok();
    assert_eq!(stored["matched"], 0, "nobody knows the map");
    assert!(stored["unknown"].as_i64() >= Some(40), "{stored}");
    let refused = json!({ "condition": "solo", "since": "400d" });
    let refused = client
        .post("/api/v1/profiles/test", &refused)
        .await
        .refusal(400);
    assert!(refused.contains("366 days"), "{refused}");

    let body = json!({ "condition": condition, "killmail_id": ids[3] });
    let free = client.post("/api/v1/profiles/explain", &body).await.ok();
    let path = format!("{one}/explain?killmail_id={}", ids[3]);
    assert_eq!(client.get(&path).await.ok(), free);
    assert_eq!(client.post(&path, &json!({})).await.ok(), free);
    assert_eq!(
        (&free["killmail_id"], &free["truth"]),
        (&json!(ids[3]), &json!("unknown"))
    );
    let parts = free["explanation"]["parts"].as_array().unwrap();
    let truths: Vec<&Value> = parts.iter().map(|part| &part["truth"]).collect();
    assert_eq!(truths, [&json!("true"), &json!("unknown")]);
    let none = client.get(&format!("{one}/explain?killmail_id=999")).await;
    assert_eq!(none.refusal(404), "killmail 999 is not stored here");
    client.get(&format!("{one}/explain")).await.refusal(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_part_of_a_condition_lets_nothing_through_is_told() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_killmails(home, 40);
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let parts = async |condition: &str| {
        let body = json!({ "condition": condition, "since": "2d" });
        let tried = client.post("/api/v1/profiles/test", &body).await.ok();
        let shares = tried["parts"].as_array().unwrap().iter().map(|part| {
            let number = |name: &str| part[name].as_i64().unwrap();
            let condition = part["condition"].as_str().unwrap().to_owned();
            (condition, number("alone"), number("without"))
        });
        let matched = tried["matched"].as_i64().unwrap();
        (matched, shares.collect::<Vec<_>>())
    };
    let (matched, shares) = parts("attackers.count >= 1 and value < 0").await;
    let all = shares[0].1;
    assert!((matched, all >= 40) == (0, true), "{shares:?}");
    assert_eq!(
        shares,
        [
            ("attackers.count >= 1".to_owned(), all, 0),
            ("value < 0".to_owned(), 0, all),
        ]
    );
    // With two that fit nothing, leaving out one of them is not enough.
    let (_, shares) = parts("attackers.count = 0 and value >= 0 and id = 1").await;
    let counted: Vec<(i64, i64)> = shares.iter().map(|part| (part.1, part.2)).collect();
    assert_eq!(counted, [(0, 0), (all, 0), (0, 0)]);
    // What matches fits each part, and needs none to be left out.
    let (matched, shares) = parts("attackers.count >= 1 and value >= 0").await;
    let counted: Vec<(i64, i64)> = shares.iter().map(|part| (part.1, part.2)).collect();
    assert_eq!(counted, [(matched, matched); 2]);
    let (_, shares) = parts("attackers.count >= 1").await;
    assert_eq!(shares, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_program_wrote_becomes_a_condition_or_several() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "read");
    let import = async |format: &str, text: &str| {
        let body = json!({ "format": format, "text": text });
        client.post("/api/v1/profiles/import", &body).await
    };
    let page = "https://zkillboard.com/system/30000142/losses/";
    let one = import("zkillboard", page).await.ok();
    assert_eq!(one["text"], "system = \"Jita\"#30000142");
    assert!(one["notes"].is_array() && one["json"].is_object(), "{one}");
    import("zkillboard", "https://example.org/")
        .await
        .refusal(400);
    let unknown = import("pigeon", "coo").await.refusal(400);
    assert!(unknown.contains("killtracker"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_of_several_is_answered_as_documented() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    // Without static data ids have no names.
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let (request, answer) = documented_dump();
    let client = Client::stranger(&server);
    let several = client.post("/api/v1/profiles/import", &request).await.ok();
    assert_eq!(several, answer);
}

/// The example of `docs/profiles-api.md`: what is sent to import several profiles, and what comes
/// back.
fn documented_dump() -> (Value, Value) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("../../docs/profiles-api.md")).unwrap();
    let (_, example) = document.split_once("imported as a whole").unwrap();
    let mut blocks = example.split("```json\n").skip(1);
    let mut block = || -> Value {
        let block = blocks.next().unwrap().split("```").next().unwrap();
        serde_json::from_str(block).unwrap()
    };
    (block(), block())
}
