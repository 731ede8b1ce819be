//! From the feed's bytes to what a client reads.

use killwire_sim::{Fault, FaultPlan, FaultRule};
use reqwest::StatusCode;
use serde_json::Value;

use crate::postgres::{fresh_database, say_skipped};
use crate::server::{Server, World};

const KILLMAILS: u64 = 60;

fn ids(answer: &Value) -> Vec<i64> {
    let events = answer["events"].as_array().unwrap();
    let mut ids: Vec<i64> = events
        .iter()
        .map(|event| event["killmail"]["killmail_id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

async fn the_feed_reaches_its_readers(world: World) {
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == KILLMAILS)
        .await;
    let log = server.json("/api/v1/events?after=0&limit=1000").await;
    assert_eq!(ids(&log), world.offered());
    let first = &log["events"][0];
    assert_eq!(first["seq"], 1);
    assert_eq!(first["kind"], "new");

    let system = first["system_id"].as_i64().unwrap();
    let path = format!("/api/killfeed?client_id=map&systems%5B%5D={system}");
    let feed = server.json(&path).await;
    let event = &feed["events"][0];
    assert_eq!(event["event_id"], 1);
    assert_eq!(event["system_id"], system);
    assert_eq!(event["killmail"], first["killmail"]);
    assert_eq!(server.get(&path).await.status(), StatusCode::NO_CONTENT);

    let status = server
        .until("/status", |status| status["ready"] == true)
        .await;
    // This world's server brings none by itself; it is ready all the same.
    let without = "static data: not there yet";
    assert_eq!(status["reasons"], serde_json::json!([without]), "{status}");
    let metrics = server.get("/metrics").await.text().await.unwrap();
    for name in [
        "killwire_feed_position",
        "killwire_feed_lag_seconds",
        "killwire_store_events_total{kind=\"new\"",
        "killwire_store_append_seconds_bucket",
        "killwire_store_bytes",
        "killwire_uptime_seconds",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    assert_eq!(world.sim.breaches(), []);
    assert!(
        !server.log().contains("killmail_id"),
        "no line per killmail"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_reaches_its_readers_on_sqlite() {
    the_feed_reaches_its_readers(World::of(KILLMAILS).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_reaches_its_readers_on_postgresql() {
    match fresh_database("following").await {
        Some(url) => {
            let world = World::of(KILLMAILS).await.on_database(url);
            the_feed_reaches_its_readers(world).await;
        }
        None => say_skipped("feed to killfeed on PostgreSQL"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_where_it_stopped() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(40).await;
    let mut server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"].as_i64() > Some(5))
        .await;
    server.terminate();
    assert!(server.wait().0.success());
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == 40)
        .await;
    let log = server.json("/api/v1/events?after=0&limit=1000").await;
    assert_eq!(ids(&log), world.offered());
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_is_no_killmail_does_not_stop_the_feed() {
    let rule = FaultRule::of_sequence(96_000_005, Fault::BadEntry);
    let world = World::with(20, FaultPlan::none().with_rule(rule)).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["quarantine"]["entries"] == 1)
        .await;
    let done = crate::program::run(
        home.path(),
        &["quarantine", "list", "--data-dir", "data", "--json"],
    );
    assert_eq!(done.json()[0]["place"], "96000005", "{}", done.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_is_recorded_and_repaired_when_a_person_asks_for_it() {
    let rule = FaultRule::of_sequence(96_000_007, Fault::Hole);
    let world = World::with(20, FaultPlan::none().with_rule(rule)).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    let gaps = |line: &[&str]| {
        let mut all = vec!["gaps"];
        all.extend(line);
        all.extend(["--data-dir", "data", "--json"]);
        crate::program::run(home.path(), &all)
    };
    server
        .until("/status", |status| {
            status["log"]["head"].as_i64() >= Some(19)
        })
        .await;
    let gap = gaps(&["list"]).json()[0].clone();
    assert_eq!(gap["from"], 96_000_007, "{gap}");
    assert_eq!(gap["reason"], "hole");
    let id = gap["id"].to_string();
    let done = gaps(&["repair", &id]);
    assert_eq!(done.code, 0, "{}", done.err);
    server
        .until("/status", |status| status["log"]["head"] == 20)
        .await;
    let last = server.json("/api/v1/events?after=19&limit=1").await;
    assert_eq!(last["events"][0]["origin"], "late");
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_follows_a_simulator_by_the_settings_that_it_prints() {
    let home = tempfile::tempdir().unwrap();
    let sim = ["sim", "--scale", "100", "--per-hour", "20000"];
    let (mut sim, told) = Server::start_and_hear(home.path(), &sim, &[]);
    let mut environment: Vec<(String, String)> = told["environment"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    environment.push(("KILLWIRE_CONTACT".to_owned(), "killwire tests".to_owned()));
    let server = Server::start(home.path(), &["serve", "--data-dir", "data"], &environment);
    server
        .until("/status", |status| status["log"]["head"].as_i64() > Some(3))
        .await;
    let status = sim.json("/sim/status").await;
    assert_eq!(status["breaches"], serde_json::json!({}));
    sim.terminate();
    assert!(sim.wait().0.success());
}
