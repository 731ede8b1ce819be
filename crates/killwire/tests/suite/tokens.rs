//! Tokens from the command that makes them to the request that shows them.

use reqwest::StatusCode;
use serde_json::Value;

use crate::program::{Done, killwire, run};
use crate::server::{PATIENCE, Server, World};

const EVENTS: &str = "/api/v1/events?limit=1";

pub(crate) fn token(home: &std::path::Path, line: &[&str]) -> Done {
    let mut all = vec!["token"];
    all.extend(line);
    all.extend(["--data-dir", "data", "--json"]);
    run(home, &all)
}

/// A world whose server lets nobody read without a token.
async fn closed() -> World {
    let mut world = World::of(1).await;
    let closed = ("KILLWIRE_READING".to_owned(), "token".to_owned());
    world.environment.push(closed);
    world
}

async fn status(server: &Server, secret: &str) -> StatusCode {
    let request = crate::server::client().get(server.url(EVENTS));
    request.bearer_auth(secret).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_opens_a_closed_server_until_it_is_revoked() {
    let home = tempfile::tempdir().unwrap();
    let mut world = closed().await;
    let talkative = ("KILLWIRE_LOG".to_owned(), "trace".to_owned());
    world.environment.push(talkative);
    let server = Server::serve(home.path(), &world);
    let refused = server.get(EVENTS).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("killwire token create")
    );
    assert_eq!(server.get("/health/live").await.status(), StatusCode::OK);

    let made = token(home.path(), &["create", "my-map"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let made = made.json();
    assert_eq!(made["scope"], "read");
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(status(&server, secret).await, StatusCode::OK);
    let in_url = server.get(&format!("{EVENTS}&token={secret}")).await;
    assert_eq!(in_url.status(), StatusCode::UNAUTHORIZED);

    let revoked = token(home.path(), &["revoke", "my-map"]);
    assert_eq!(revoked.code, 0, "{}", revoked.err);
    let started = std::time::Instant::now();
    while status(&server, secret).await != StatusCode::UNAUTHORIZED {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let log = server.log();
    assert!(log.contains("answered"), "requests are logged");
    assert!(!log.contains(&secret[3..]), "secrets stand in no log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_made_without_a_server_works_with_the_next_one() {
    let home = tempfile::tempdir().unwrap();
    let made = token(home.path(), &["create", "my-map", "--scope", "admin"]).json();
    let world = closed().await;
    let server = Server::serve(home.path(), &world);
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(status(&server, secret).await, StatusCode::OK);
}

#[test]
fn tokens_are_listed_without_their_secrets_and_revoked_by_name_or_number() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(token(home.path(), &["list"]).json(), serde_json::json!([]));
    let one = token(home.path(), &["create", "one"]).json();
    let two = token(home.path(), &["create", "two", "--scope", "write"]).json();
    let listed = token(home.path(), &["list"]);
    for secret in [&one["secret"], &two["secret"]] {
        assert!(!listed.out.contains(secret.as_str().unwrap()));
    }
    let names = |list: &Value| -> Vec<String> {
        let tokens = list.as_array().unwrap().iter();
        let line = |token: &Value| format!("{} {}", token["name"], token["scope"]);
        tokens.map(line).collect()
    };
    assert_eq!(
        names(&listed.json()),
        [r#""one" "read""#, r#""two" "write""#]
    );
    assert_eq!(token(home.path(), &["revoke", "one"]).json()["name"], "one");
    let number = two["id"].to_string();
    assert_eq!(
        token(home.path(), &["revoke", &number]).json()["name"],
        "two"
    );
    assert_eq!(token(home.path(), &["list"]).json(), serde_json::json!([]));
    let again = token(home.path(), &["revoke", "one"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("killwire token list"), "{}", again.err);
}

#[test]
fn the_secret_stands_alone_on_standard_output_and_its_use_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let made: Done = killwire(home.path())
        .args(["token", "create", "my-map", "--data-dir", "data"])
        .output()
        .unwrap()
        .into();
    let secret = made.out.trim_end();
    assert!(secret.starts_with("kw_") && secret.len() == 46, "{made:?}");
    for part in ["Authorization: Bearer", "not shown again", "server.reading"] {
        assert!(made.err.contains(part), "{part} in {}", made.err);
    }
    assert!(!made.err.contains(secret));
}

#[test]
fn names_are_unique_among_those_in_force_and_no_numbers() {
    let home = tempfile::tempdir().unwrap();
    for name in ["7", "", " "] {
        assert_eq!(token(home.path(), &["create", name]).code, 2, "{name:?}");
    }
    assert_eq!(token(home.path(), &["create", "one"]).code, 0);
    let taken = token(home.path(), &["create", "one"]);
    assert_eq!(taken.code, 1);
    assert!(taken.err.contains("another name"), "{}", taken.err);
    assert_eq!(token(home.path(), &["revoke", "one"]).code, 0);
    assert_eq!(token(home.path(), &["create", "one"]).code, 0);
    let all = token(home.path(), &["list", "--all"]).json();
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(all[0]["revoked_at"].is_string(), "{all}");
    let scope = token(home.path(), &["create", "x", "--scope", "everything"]);
    assert_eq!(scope.code, 2);
    assert!(scope.err.contains("admin"), "{}", scope.err);
}
