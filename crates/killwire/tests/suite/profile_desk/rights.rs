//! What is refused to whom.

use serde_json::{Value, json};

use super::channel::Channel;
use super::client::{Client, PROFILES};
use crate::profiles::write;
use crate::program::run;
use crate::server::{Server, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_there_are_no_profiles_and_no_lists() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let owner = Client::with_token(&server, home, "owner", "write");
    let id = owner.profile("npcs", "npc").await;
    let one = format!("{PROFILES}/{id}");
    let stranger = Client::stranger(&server);
    let body = json!({ "name": "mine", "condition": "npc" });
    let refused = stranger.post(PROFILES, &body).await.refusal(401);
    assert!(refused.contains("token"), "{refused}");
    for path in [
        "",
        "/1",
        "/1/matches",
        "/1/stream",
        "/stream",
        "/1/explain?killmail_id=1",
    ] {
        stranger
            .get(&format!("{PROFILES}{path}"))
            .await
            .refusal(401);
    }
    for path in [
        "/api/v1/lists",
        "/api/v1/lists/x",
        "/api/v1/kills/1/profiles",
    ] {
        stranger.get(path).await.refusal(401);
    }
    stranger
        .put(&one, &json!({ "condition": "solo" }))
        .await
        .refusal(401);
    stranger.delete(&one).await.refusal(401);
    for way in ["enable", "disable", "test"] {
        let path = format!("{one}/{way}");
        stranger.post(&path, &json!({})).await.refusal(401);
    }
    // A condition in the body is everybody's affair, where reading is open; what lists hold is not.
    let body = json!({ "condition": "solo" });
    stranger.post("/api/v1/profiles/check", &body).await.ok();
    let body = json!({ "condition": "system in list \"home\"" });
    let refused = stranger
        .post("/api/v1/profiles/check", &body)
        .await
        .refusal(403);
    assert!(refused.contains("needs a token"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_only_read_makes_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let reader = Client::with_token(&server, home, "reader", "read");
    let body = json!({ "name": "mine", "condition": "npc" });
    let refused = reader.post(PROFILES, &body).await.refusal(403);
    assert!(refused.contains("write"), "{refused}");
    let one = format!("{PROFILES}/1");
    reader
        .put(&one, &json!({ "condition": "npc" }))
        .await
        .refusal(403);
    reader.delete(&one).await.refusal(403);
    for way in ["enable", "disable"] {
        reader
            .post(&format!("{one}/{way}"), &json!({}))
            .await
            .refusal(403);
    }
    let list = json!({ "entries": [] });
    reader.put("/api/v1/lists/home", &list).await.refusal(403);
    reader.delete("/api/v1/lists/home").await.refusal(403);
    assert_eq!(reader.get(PROFILES).await.ok(), json!({ "profiles": [] }));
    assert_eq!(
        reader.get("/api/v1/lists").await.ok(),
        json!({ "lists": [] })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_its_tokens_and_every_admins() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, "npc.txt", "npc");
    let made = run(
        home,
        &[
            "profile",
            "create",
            "operators",
            "npc.txt",
            "--data-dir",
            "data",
            "--json",
        ],
    );
    let operators = made.json()["id"].as_i64().unwrap();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let owner = Client::with_token(&server, home, "owner", "write");
    let other = Client::with_token(&server, home, "other", "write");
    let admin = Client::with_token(&server, home, "admin", "admin");
    let id = owner.profile("npcs", "npc").await;

    for foreign in [id, operators] {
        let one = format!("{PROFILES}/{foreign}");
        let text = format!("profile {foreign} belongs to another token");
        for path in ["", "/matches", "/stream", "/explain?killmail_id=1"] {
            let refused = other.get(&format!("{one}{path}")).await;
            assert_eq!(refused.refusal(403), text, "{path}");
        }
        let body = json!({ "condition": "solo" });
        assert_eq!(other.put(&one, &body).await.refusal(403), text);
        for way in ["enable", "disable", "test"] {
            let path = format!("{one}/{way}");
            assert_eq!(other.post(&path, &json!({})).await.refusal(403), text);
        }
        assert_eq!(other.delete(&one).await.refusal(403), text);
        let mut channel = Channel::connect(&other).await;
        let refused = channel
            .join(&format!("profiles:{foreign}"), json!({}))
            .await;
        assert_eq!(refused["status"], "error");
        assert_eq!(refused["response"]["reason"], text);
    }
    let names = |list: &Value| -> Vec<String> {
        let list = list["profiles"].as_array().unwrap().iter();
        list.map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&other.get(PROFILES).await.ok()), [""; 0]);
    assert_eq!(names(&owner.get(PROFILES).await.ok()), ["npcs"]);
    assert_eq!(
        names(&admin.get(PROFILES).await.ok()),
        ["operators", "npcs"]
    );

    // An admin changes it, and it stays whose it was.
    let one = format!("{PROFILES}/{id}");
    let changed = admin.put(&one, &json!({ "condition": "solo" })).await.ok();
    assert_eq!(
        (&changed["owner"], &changed["version"]),
        (&json!(owner.token), &json!(2))
    );
    admin
        .delete(&format!("{PROFILES}/{operators}"))
        .await
        .is(204);
}
