//! The demo as a newcomer meets it.

use std::process::Stdio;

use reqwest::StatusCode;

use crate::program::{Done, killwire, run};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_serves_real_answers_and_goes_on_where_it_stopped() {
    let home = tempfile::tempdir().unwrap();
    let demo = ["demo", "--data-dir", "demo", "--pace", "200"];
    let mut server = Server::start(home.path(), &demo, &[]);
    let events = server
        .until("/api/v1/events?after=0&limit=1000", |page| {
            page["events"].as_array().unwrap().len() >= 25
        })
        .await;
    let system = events["events"][0]["system_id"].as_i64().unwrap();
    let feed = server
        .json(&format!("/api/killfeed?client_id=me&systems={system}"))
        .await;
    assert_eq!(feed["events"][0]["event_id"], 1);
    let kills = server.json(&format!("/system_killmails/{system}")).await;
    assert!(!kills.as_array().unwrap().is_empty());
    for path in ["/ping", "/health", "/health/live", "/status", "/metrics"] {
        assert_eq!(server.get(path).await.status(), StatusCode::OK, "{path}");
    }
    server
        .until("/status", |status| {
            status["surveillance"]["profiles"]["in_force"] == 3
                && status["surveillance"]["matches"]["head"].as_i64() > Some(0)
        })
        .await;
    let ask = |line: &[&str]| {
        run(
            home.path(),
            &[line, &["--data-dir", "demo", "--json"]].concat(),
        )
    };
    let listed = ask(&["profile", "list"]).json();
    let found = listed["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| {
            let id = profile["id"].to_string();
            let matches = ask(&["profile", "matches", &id]).json();
            matches.as_array().unwrap().len()
        });
    assert!(found.sum::<usize>() > 0, "{listed}");
    let head = server.json("/status").await["log"]["head"]
        .as_i64()
        .unwrap();
    server.terminate();
    assert!(server.wait().0.success());

    let server = Server::start(home.path(), &demo, &[]);
    let more = format!("/api/v1/events?after={head}&limit=1000");
    let page = server
        .until(&more, |page| page["events"].as_array().unwrap().len() >= 20)
        .await;
    for event in page["events"].as_array().unwrap() {
        assert_eq!(
            event["kind"], "new",
            "the second world does not repeat the first"
        );
    }
}

#[test]
fn the_demo_tells_in_plain_words_and_ends_with_the_count_of_breaches() {
    let home = tempfile::tempdir().unwrap();
    let line = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        "demo",
        "--pace",
        "200",
        "--for",
        "8s",
    ];
    let done: Done = killwire(home.path())
        .args(line)
        .stdout(Stdio::piped())
        .output()
        .unwrap()
        .into();
    assert_eq!(done.code, 0, "{}", done.err);
    for part in [
        "Killwire listens on http://127.0.0.1:",
        "[",
        " lost a ",
        " ISK to ",
        " value ",
        "curl -s 'http://127.0.0.1:",
        "0 breaches",
        "killwire serve --contact",
        "Profiles look for",
        " profile matches 'Big losses'",
    ] {
        assert!(done.out.contains(part), "{part} in {}", done.out);
    }
}

#[test]
fn the_demo_keeps_away_from_real_data() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("data")).unwrap();
    std::fs::write(home.path().join("data/killwire.db"), b"").unwrap();
    let line = ["demo", "--listen", "127.0.0.1:0", "--data-dir", "data"];
    let done: Done = killwire(home.path()).args(line).output().unwrap().into();
    assert_eq!(done.code, 1);
    assert!(done.err.contains("real Killwire"), "{}", done.err);
}
