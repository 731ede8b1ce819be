//! Configuration from its sources to the person who asks about it.

use killwire_sim::{Fault, FaultPlan, FaultRule, Service};
use serde_json::Value;

use crate::program::{killwire, run};
use crate::server::World;

fn row(rows: &Value, key: &str) -> (String, String) {
    let rows = rows.as_array().unwrap();
    let row = rows.iter().find(|row| row["key"] == key).unwrap();
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("value"), text("origin"))
}

#[test]
fn config_show_tells_where_each_value_came_from_and_masks_secrets() {
    let home = tempfile::tempdir().unwrap();
    let file = "[window]\nevents = 5_000\n[server]\nlisten = \"127.0.0.1:1\"\n";
    std::fs::write(home.path().join("killwire.toml"), file).unwrap();
    let done: crate::program::Done = killwire(home.path())
        .args(["config", "--json", "show", "--data-dir", "/somewhere"])
        .env("DATABASE_URL", "postgres://kw:hunter2@db.local/kills")
        .env("KILLWIRE_LISTEN", "127.0.0.1:2")
        .output()
        .unwrap()
        .into();
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!done.out.contains("hunter2"));
    let rows = done.json();
    let origin = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(
        row(&rows, "window.events"),
        origin("5000", "file killwire.toml:2")
    );
    assert_eq!(
        row(&rows, "server.listen"),
        origin("127.0.0.1:2", "environment KILLWIRE_LISTEN")
    );
    assert_eq!(
        row(&rows, "storage.data_dir"),
        origin("/somewhere", "flag --data-dir")
    );
    assert_eq!(
        row(&rows, "retention.gc_interval_ms"),
        origin("60000", "default")
    );
    assert_eq!(
        row(&rows, "storage.database_url"),
        origin(
            "postgres://kw:****@db.local/kills",
            "environment DATABASE_URL"
        )
    );
}

#[test]
fn config_show_is_a_table_for_people() {
    let home = tempfile::tempdir().unwrap();
    let done = run(home.path(), &["config", "show"]);
    assert!(done.out.starts_with("SETTING"), "{}", done.out);
    assert!(done.out.contains("(not set)"));
    assert!(done.out.lines().count() > 20);
}

#[test]
fn config_check_tells_all_problems_at_once_each_with_its_fix() {
    let home = tempfile::tempdir().unwrap();
    let file = "profile = \"production\"\n[server]\nlsiten = \"127.0.0.1:1\"\n[window]\nbytes = \"much\"\n";
    std::fs::write(home.path().join("own.toml"), file).unwrap();
    let done = run(home.path(), &["config", "check", "--config", "own.toml"]);
    assert_eq!(done.code, 1);
    for part in [
        "own.toml:3",
        "did you mean server.listen?",
        "own.toml:5",
        "64MiB",
        "upstream.contact",
        "KILLWIRE_CONTACT",
    ] {
        assert!(done.out.contains(part), "{part} in {}", done.out);
    }
    let done = run(
        home.path(),
        &["config", "check", "--config", "own.toml", "--json"],
    );
    assert_eq!(done.json()["ok"], false);
    assert_eq!(done.json()["problems"].as_array().unwrap().len(), 3);
}

#[test]
fn config_check_is_content_with_the_defaults() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(run(home.path(), &["config", "check"]).code, 0);
}

#[test]
fn a_configuration_file_that_was_named_must_be_there() {
    let home = tempfile::tempdir().unwrap();
    let done = run(
        home.path(),
        &["quarantine", "list", "--config", "none.toml"],
    );
    assert_eq!(done.code, 1);
    assert!(done.err.contains("none.toml"), "{}", done.err);
}

#[test]
fn doctor_finds_a_fresh_machine_fit_and_says_what_serve_needs() {
    let home = tempfile::tempdir().unwrap();
    let done: crate::program::Done = killwire(home.path())
        .args(["doctor", "--json", "--data-dir", "data"])
        .env("KILLWIRE_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap()
        .into();
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    let answer = done.json();
    let grade = |check: &str| {
        let checks = answer["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["check"] == check);
        found.unwrap()["grade"].as_str().unwrap().to_owned()
    };
    assert_eq!(grade("database"), "ok");
    assert_eq!(grade("contact"), "warn");
}

#[test]
fn doctor_fails_where_the_folder_cannot_be_written_to() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("file"), b"").unwrap();
    let done = run(home.path(), &["doctor", "--data-dir", "file/data"]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(done.out.contains("FAIL  folder"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_leaves_alone_whoever_told_an_earlier_run_to() {
    let home = tempfile::tempdir().unwrap();
    let blocked = Fault::Status {
        code: 403,
        retry_after: None,
    };
    let rule = FaultRule::of_service(Service::R2z2, blocked).times(10);
    let world = World::named_by(1, FaultPlan::none().with_rule(rule), 1).await;
    for _ in 0..2 {
        let done: crate::program::Done = killwire(home.path())
            .args(["doctor", "--online", "--json", "--data-dir", "data"])
            .env("KILLWIRE_LISTEN", "127.0.0.1:0")
            .envs(world.environment.iter().cloned())
            .output()
            .unwrap()
            .into();
        assert_eq!(done.code, 1, "{}", done.out);
        assert!(done.out.contains("blocks this address"), "{}", done.out);
    }
    assert_eq!(world.sim.status().requests[&Service::R2z2], 1);
    assert_eq!(world.sim.breaches(), []);
}
