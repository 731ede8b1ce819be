//! Commands beside a running server and without one; one owner per data directory.

use crate::program::{killwire, run};
use crate::server::{Server, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_folder_is_told_who_holds_it() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let _first = Server::serve(home.path(), &world);
    let second: crate::program::Done = killwire(home.path())
        .args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"])
        .envs(world.environment.iter().cloned())
        .output()
        .unwrap()
        .into();
    assert_eq!(second.code, 1);
    assert!(second.err.contains("killwire serve"), "{}", second.err);
    assert!(second.err.contains("--data-dir"), "{}", second.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_beside_a_running_server_can_be_served() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(20).await;
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == 20)
        .await;
    let done = run(
        home.path(),
        &["backup", "copy.db", "--data-dir", "data", "--json"],
    );
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.json()["bytes"].as_u64().unwrap() > 0);
    let again = run(home.path(), &["backup", "copy.db", "--data-dir", "data"]);
    assert_eq!(again.code, 1, "a backup never overwrites");

    let restored = tempfile::tempdir().unwrap();
    std::fs::create_dir(restored.path().join("data")).unwrap();
    std::fs::rename(
        home.path().join("copy.db"),
        restored.path().join("data/killwire.db"),
    )
    .unwrap();
    let copy = Server::serve(restored.path(), &world);
    let events = copy.json("/api/v1/events?after=0&limit=100").await;
    assert_eq!(events["events"].as_array().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quarantine_is_shown_and_tried_again_with_and_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("bad.jsonl"),
        "{\"killmail_id\":5}\nhello\n",
    )
    .unwrap();
    let quarantine = |line: &[&str]| {
        let mut all = vec!["quarantine"];
        all.extend(line);
        all.extend(["--data-dir", "data", "--json"]);
        run(home.path(), &all)
    };
    let done = run(
        home.path(),
        &["replay", "bad.jsonl", "--data-dir", "data", "--json"],
    );
    assert_eq!(done.json()["quarantined"], 2, "{}", done.err);

    let check = || {
        let list = quarantine(&["list"]).json();
        let id = list[0]["id"].to_string();
        let shown = quarantine(&["show", &id]).json();
        assert!(shown["text"].is_string(), "{shown}");
        let one = quarantine(&["retry", &id]);
        assert_eq!(one.code, 1, "it is no killmail this time either");
        assert_eq!(one.json()["taken_in"], 0);
        let all = quarantine(&["retry", "--all"]).json();
        assert_eq!(all["tried"], 2);
        assert_eq!(all["refused"].as_array().unwrap().len(), 2);
        let unknown = quarantine(&["show", "999"]);
        assert_eq!(unknown.code, 1);
        let gaps = run(
            home.path(),
            &["gaps", "list", "--data-dir", "data", "--json"],
        );
        assert_eq!(gaps.json(), serde_json::json!([]));
        list[0]["retries"].clone()
    };
    assert_eq!(check(), 0);
    let world = World::of(1).await;
    let _server = Server::serve(home.path(), &world);
    assert_ne!(check(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_control_socket_is_for_its_owner_only_and_goes_away_with_the_server() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let mut server = Server::serve(home.path(), &world);
    let socket = home.path().join("data/killwire.sock");
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.terminate();
    assert!(server.wait().0.success());
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_with_a_long_name_gets_its_socket_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let deep = "d".repeat(120);
    let _server = Server::start(
        home.path(),
        &["serve", "--data-dir", &deep],
        &world.environment,
    );
    let done = run(
        home.path(),
        &["gaps", "list", "--data-dir", &deep, "--json"],
    );
    assert_eq!(done.code, 0, "{}", done.err);
}
