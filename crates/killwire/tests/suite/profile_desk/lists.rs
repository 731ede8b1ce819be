//! Named lists: read and used by all, changed by whose they are.

use serde_json::{Value, json};

use super::client::{Client, PROFILES};
use crate::profiles::{tell, write};
use crate::server::{Server, World};
use crate::tokens::token;

const BLUES: &str = "/api/v1/lists/blues";

fn entries(ids: &[i64]) -> Value {
    let entry = |id: &i64| json!({ "kind": "alliance", "id": id });
    let entries: Vec<Value> = ids.iter().map(entry).collect();
    json!({ "entries": entries })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_used_by_all_and_changed_by_its_token_and_admins() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let owner = Client::with_token(&server, home, "owner", "write");
    let other = Client::with_token(&server, home, "other", "write");
    let reader = Client::with_token(&server, home, "reader", "read");
    let admin = Client::with_token(&server, home, "admin", "admin");

    let made = owner.put(BLUES, &entries(&[99_000_001])).await.ok();
    assert_eq!(
        (&made["owner"], &made["version"]),
        (&json!(owner.token), &json!(1))
    );
    for client in [&other, &reader, &admin] {
        assert_eq!(
            client.get(BLUES).await.ok(),
            made,
            "all who have a token read it"
        );
    }
    let listed = reader.get("/api/v1/lists").await.ok();
    assert_eq!(listed["lists"][0]["owner"], owner.token);
    let used = other
        .profile("not blues", "victim.alliance not in list \"blues\"")
        .await;

    let text =
        "the list blues belongs to another token; use it as it is, or make one of another name";
    for ids in [&[99_000_001][..], &[99_000_002]] {
        assert_eq!(other.put(BLUES, &entries(ids)).await.refusal(403), text);
    }
    assert_eq!(other.delete(BLUES).await.refusal(403), text);

    let changed = admin.put(BLUES, &entries(&[99_000_002])).await.ok();
    assert_eq!(
        (&changed["owner"], &changed["version"]),
        (&json!(owner.token), &json!(2))
    );
    // The command line looks after the machine.
    write(home, "blues.txt", "alliance 99000003\n");
    let put = tell(home, &["list", "put", "blues", "blues.txt"]);
    assert_eq!(put.code, 0, "{}", put.err);
    let changed = owner.get(BLUES).await.ok();
    assert_eq!(
        (&changed["owner"], &changed["version"]),
        (&json!(owner.token), &json!(3))
    );

    let in_use = owner.delete(BLUES).await.refusal(409);
    assert_eq!(
        in_use,
        "profiles use the list blues: 1 of others; they must be changed or deleted first"
    );
    let own = owner
        .profile("blues", "victim.alliance in list \"blues\"")
        .await;
    let in_use = owner.delete(BLUES).await.refusal(409);
    assert!(
        in_use.contains(&format!("blues: {own} and 1 of others;")),
        "{in_use}"
    );
    let in_use = admin.delete(BLUES).await.refusal(409);
    assert!(
        in_use.contains(&format!("blues: {used}, {own};")),
        "{in_use}"
    );
    owner.delete(&format!("{PROFILES}/{own}")).await.is(204);
    other.delete(&format!("{PROFILES}/{used}")).await.is(204);
    owner.delete(BLUES).await.is(204);
    owner.get(BLUES).await.refusal(404);

    // One that the machine made is its own.
    let put = tell(home, &["list", "put", "blues", "blues.txt"]);
    assert_eq!(put.code, 0, "{}", put.err);
    assert_eq!(owner.get(BLUES).await.ok()["owner"], Value::Null);
    assert_eq!(owner.put(BLUES, &entries(&[1])).await.refusal(403), text);
    admin.delete(BLUES).await.is(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_revoked_token_leaves_is_said_with_the_commands_that_show_and_end_it() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let other = Client::with_token(&server, home, "other", "write");
    other.profile("theirs", "solo").await;
    let owner = Client::with_token(&server, home, "my-map", "write");
    owner.put(BLUES, &entries(&[99_000_001])).await.ok();
    owner.profile("npcs", "npc").await;
    let rests = json!({ "name": "rests", "condition": "solo", "enabled": false });
    let rests = owner.post(PROFILES, &rests).await.is(201);
    assert_eq!((owner.token, rests["id"].as_i64()), (2, Some(3)));

    let revoked = tell(home, &["token", "revoke", "my-map"]);
    insta::assert_snapshot!(revoked.out, @r#"
    "my-map" is revoked. A running server refuses it within seconds.

    It leaves 2 profiles, of which 1 goes on looking for kills:
      killwire profile list --owner 2   shows them
      killwire profile disable ID       lets one rest
      killwire profile delete ID        deletes one with what it has found

    It leaves 1 list, which profiles may still use:
      killwire list show --owner 2      shows them
      killwire list delete NAME         deletes one that no profile uses
    "#);
    let status = server.json("/status").await;
    assert_eq!(
        status["surveillance"]["profiles"]["in_force"], 2,
        "they stay"
    );

    // By number and, also now, by name.
    for of in ["2", "my-map"] {
        let listed = run_json(home, &["profile", "list", "--owner", of]);
        let names: Vec<&Value> = (listed["profiles"].as_array().unwrap().iter())
            .map(|profile| &profile["name"])
            .collect();
        assert_eq!(names, ["npcs", "rests"]);
        let listed = run_json(home, &["list", "show", "--owner", of]);
        assert_eq!(listed["lists"][0]["name"], "blues");
    }
    let none = run_json(home, &["list", "show", "--owner", "other"]);
    assert_eq!(none, json!({ "lists": [] }));
    let unknown = tell(home, &["profile", "list", "--owner", "nobody"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("killwire token list --all"),
        "{}",
        unknown.err
    );
    for line in [
        ["profile", "disable", "2"],
        ["profile", "delete", "3"],
        ["list", "delete", "blues"],
    ] {
        let done = tell(home, &line);
        assert_eq!(done.code, 0, "{}", done.err);
    }

    let again = token(home, &["create", "my-map"]).json();
    let revoked = token(home, &["revoke", &again["id"].to_string()]).json();
    assert_eq!(revoked["name"], "my-map");
    assert_eq!(
        revoked["leaves"],
        json!({ "profiles": 0, "enabled": 0, "lists": 0 })
    );
    let several = tell(home, &["profile", "list", "--owner", "my-map"]);
    assert!(
        several.err.contains("by its number: 2, 3"),
        "{}",
        several.err
    );
}

fn run_json(home: &std::path::Path, line: &[&str]) -> Value {
    let done = crate::profiles::ask(home, line);
    assert_eq!(done.code, 0, "{}", done.err);
    done.json()
}
