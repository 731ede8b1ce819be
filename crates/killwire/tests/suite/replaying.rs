//! Killmails from files, with and without a running server.

use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use killwire_sim::Generator;
use serde_json::{Value, json};

use crate::program::{run, shared};
use crate::server::{Server, World};

/// Writes `count` generated killmails as JSON lines.
fn write_lines(path: &Path, count: i64) {
    let mut generator = Generator::new(7);
    let mut lines = Vec::new();
    for minute in 0..count {
        let time = Timestamp::now() - SignedDuration::from_mins(minute);
        lines.extend(generator.killmail(time).esi_json);
        lines.push(b'\n');
    }
    std::fs::write(path, lines).unwrap();
}

fn totals(read: u64, new: u64, duplicate: u64, quarantined: u64) -> Value {
    json!({"read": read, "new": new, "updated": 0, "duplicate": duplicate, "quarantined": quarantined})
}

#[test]
fn a_second_replay_adds_nothing() {
    let home = tempfile::tempdir().unwrap();
    write_lines(&home.path().join("kills.jsonl"), 120);
    let replay = ["replay", "kills.jsonl", "--data-dir", "data", "--json"];
    assert_eq!(run(home.path(), &replay).json(), totals(120, 120, 0, 0));
    assert_eq!(run(home.path(), &replay).json(), totals(120, 0, 120, 0));
}

#[test]
fn duplicates_within_one_run_count_as_duplicates() {
    let home = tempfile::tempdir().unwrap();
    write_lines(&home.path().join("a.jsonl"), 10);
    std::fs::copy(home.path().join("a.jsonl"), home.path().join("b.jsonl")).unwrap();
    for mode in [&[][..], &["--as-live"]] {
        let data = format!("data{}", mode.len());
        let mut line = vec![
            "replay",
            "a.jsonl",
            "b.jsonl",
            "--data-dir",
            &data,
            "--json",
        ];
        line.extend(mode);
        assert_eq!(
            run(home.path(), &line).json(),
            totals(20, 10, 10, 0),
            "{mode:?}"
        );
    }
}

#[test]
fn the_real_killmails_are_all_taken_in() {
    let Some(shared) = shared("replay of the 515 real killmails") else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let folder = shared.join("killmails").display().to_string();
    let replay = ["--json", "replay", &folder, "--data-dir", "data"];
    assert_eq!(run(home.path(), &replay).json(), totals(515, 515, 0, 0));
    assert_eq!(run(home.path(), &replay).json(), totals(515, 0, 515, 0));
}

#[test]
fn what_is_no_killmail_goes_to_quarantine_and_the_rest_is_taken_in() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("mixed.jsonl");
    write_lines(&path, 3);
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"{\"killmail_id\": 5}\nnot json\n\xFF\xFE\n")
        .unwrap();
    let done = run(
        home.path(),
        &["replay", "mixed.jsonl", "--data-dir", "data", "--json"],
    );
    assert_eq!(done.json(), totals(6, 3, 0, 3));
    let list = run(
        home.path(),
        &["quarantine", "list", "--data-dir", "data", "--json"],
    )
    .json();
    let mut places: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["place"].as_str().unwrap())
        .collect();
    places.sort_unstable();
    assert_eq!(places, ["mixed.jsonl:4", "mixed.jsonl:5", "mixed.jsonl:6"]);
}

#[test]
fn a_missing_file_is_told_by_its_name() {
    let home = tempfile::tempdir().unwrap();
    let done = run(home.path(), &["replay", "none.jsonl", "--data-dir", "data"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("none.jsonl"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_beside_a_running_server_goes_through_it() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == 1)
        .await;
    write_lines(&home.path().join("kills.jsonl"), 30);
    let live = [
        "replay",
        "kills.jsonl",
        "--as-live",
        "--speed",
        "500/s",
        "--data-dir",
        "data",
        "--json",
    ];
    let done = run(home.path(), &live);
    // The generator's ids do not depend on its seed: the first is the feed's, too.
    assert_eq!(done.code, 0, "{}", done.err);
    let answer = done.json();
    assert_eq!(answer["read"], 30);
    assert_eq!(answer["quarantined"], 0);
    let new = answer["new"].as_i64().unwrap();
    assert!(new >= 29, "{answer}");
    let events = server.json("/api/v1/events?after=1&limit=100").await;
    assert_eq!(events["events"].as_array().unwrap().len() as i64, new);
    let archive = ["replay", "kills.jsonl", "--data-dir", "data", "--json"];
    assert_eq!(run(home.path(), &archive).json()["new"], 0);
}
