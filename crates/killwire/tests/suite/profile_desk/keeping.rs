//! Profiles made, read, changed and deleted.

use serde_json::{Value, json};

use super::client::{Client, PROFILES};
use crate::profiles::with_static_data;
use crate::server::{PATIENCE, Server, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_made_of_text_or_json_and_comes_back_in_every_form() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");

    let body = json!({ "name": "near", "condition": "not npc and system = \"jita\"" });
    let answer = client.post(PROFILES, &body).await;
    assert_eq!(answer.location.as_deref(), Some("/api/v1/profiles/1"));
    let mut made = answer.is(201);
    for moment in ["created_at", "changed_at"] {
        assert!(made[moment].take().is_string(), "{moment}");
    }
    let expected = json!({
        "id": 1,
        "name": "near",
        "owner": client.token,
        "enabled": true,
        "version": 1,
        "condition": {
            "text": "not npc and system = \"Jita\"#30000142",
            "json": {"and": [
                {"not": {"field": "npc"}},
                {"field": "system", "in": [{"id": 30_000_142, "name": "Jita"}]},
            ]},
            "canonical": "not npc and system = \"Jita\"#30000142",
        },
        "plan": ["system: Jita (30000142)"],
        "warnings": [],
        "fault": null,
        "created_at": null,
        "changed_at": null,
    });
    assert_eq!(made, expected);

    // The JSON of one profile makes another that says the same.
    let body = json!({
        "name": "the same",
        "condition": made["condition"]["json"],
        "enabled": false,
    });
    let same = client.post(PROFILES, &body).await.is(201);
    assert_eq!(same["condition"], made["condition"]);
    assert_eq!(same["enabled"], false);
    let got = client.get("/api/v1/profiles/2").await.ok();
    assert_eq!(got, same);

    // It is made, and what is odd about it is said.
    let body = json!({ "name": "odd", "condition": "victim.final_blow", "enabled": false });
    let odd = client.post(PROFILES, &body).await.is(201);
    let warning = odd["warnings"][0].as_str().unwrap();
    assert!(
        warning.contains("no condition on victim.final_blow ever holds"),
        "{odd}"
    );
    client.delete("/api/v1/profiles/3").await.is(204);

    let list = client.get(PROFILES).await.ok();
    let list: Vec<(&Value, &Value, &Value)> = (list["profiles"].as_array().unwrap().iter())
        .map(|one| (&one["name"], &one["text"], &one["enabled"]))
        .collect();
    let text = &made["condition"]["text"];
    assert_eq!(
        list,
        [
            (&json!("near"), text, &json!(true)),
            (&json!("the same"), text, &json!(false)),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_changed_rested_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let id = client.profile("all", "attackers.count >= 1").await;
    let one = format!("{PROFILES}/{id}");

    // Another condition is another version; another name alone is none.
    let renamed = json!({ "name": "many", "condition": "attackers.count >= 1" });
    let renamed = client.put(&one, &renamed).await.ok();
    assert_eq!(
        (&renamed["name"], &renamed["version"]),
        (&json!("many"), &json!(1))
    );
    let replaced = json!({ "condition": { "field": "attackers.count", ">=": 9 } });
    let replaced = client.put(&one, &replaced).await.ok();
    assert_eq!(
        (&replaced["name"], &replaced["version"]),
        (&json!("many"), &json!(2))
    );
    assert_eq!(replaced["condition"]["text"], "attackers.count >= 9");

    for (way, enabled) in [("disable", false), ("disable", false), ("enable", true)] {
        let answer = client.post(&format!("{one}/{way}"), &json!({})).await.ok();
        assert_eq!(answer["enabled"], enabled);
        assert_eq!(answer["version"], 2);
    }

    let status = server.json("/status").await;
    assert_eq!(status["surveillance"]["profiles"]["in_force"], 1);
    assert_eq!(client.delete(&one).await.is(204), Value::Null);
    let status = server.json("/status").await;
    assert_eq!(status["surveillance"]["profiles"]["in_force"], 0);
    for path in ["", "/matches", "/stream", "/explain?killmail_id=1"] {
        let gone = client.get(&format!("{one}{path}")).await;
        assert_eq!(
            gone.refusal(404),
            format!("there is no profile {id}"),
            "{path}"
        );
    }
    let again = client.delete(&one).await;
    assert_eq!(again.refusal(404), format!("there is no profile {id}"));
    assert_eq!(client.get(PROFILES).await.ok(), json!({ "profiles": [] }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_a_profile_is_refused_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let id = client.profile("npcs", "npc").await;
    let one = format!("{PROFILES}/{id}");
    let taken = json!({ "name": "npcs", "condition": "solo" });
    let taken = client.post(PROFILES, &taken).await.refusal(409);
    assert!(taken.contains("already a profile named npcs"), "{taken}");
    for name in ["", " x", &"x".repeat(101)] {
        let body = json!({ "name": name, "condition": "solo" });
        let refused = client.post(PROFILES, &body).await.refusal(400);
        assert!(refused.contains("a profile's name"), "{refused}");
    }
    for condition in [json!("value >="), json!({ "field": "vlaue" }), json!(7)] {
        let body = json!({ "name": "broken", "condition": condition });
        client.post(PROFILES, &body).await.refusal(400);
        client
            .put(&one, &json!({ "condition": condition }))
            .await
            .refusal(400);
    }
    for body in [
        json!({ "name": "x" }),
        json!({ "name": "x", "condition": "npc", "on": 1 }),
    ] {
        client.post(PROFILES, &body).await.refusal(400);
    }
    client.get("/api/v1/profiles/x").await.refusal(400);
    let list = client.get(PROFILES).await.ok();
    assert_eq!(list["profiles"].as_array().unwrap().len(), 1);
    assert_eq!(list["profiles"][0]["version"], 1);
    // Another token may use the name.
    let other = Client::with_token(&server, home, "other", "write");
    other.profile("npcs", "solo").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_asked_for_that_hung_up_is_done_wholly_or_not_at_all() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    for number in 0..60 {
        let body = json!({ "name": format!("p{number}"), "condition": "npc" });
        client.post_and_hang_up(PROFILES, &body).await;
    }
    // Whoever comes after them waits for those who write.
    client.profile("last", "npc").await;
    server
        .until("/status", |status| {
            status["surveillance"]["profiles"]["in_force"].as_u64() > Some(0)
        })
        .await;
    let started = std::time::Instant::now();
    loop {
        let stored = client.get(PROFILES).await.ok();
        let stored = stored["profiles"].as_array().unwrap().len();
        let status = server.json("/status").await;
        let in_force = &status["surveillance"]["profiles"]["in_force"];
        if *in_force == stored {
            break;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "{stored} are stored, and {in_force} in force"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
