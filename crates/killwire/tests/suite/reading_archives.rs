//! Killmails that came from an archive, read over HTTP.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use killwire_sim::{FaultPlan, GeneratedKillmail, Generator, Service};
use serde_json::Value;

use crate::program::run;
use crate::schema::KillmailSchema;
use crate::server::{Server, World};

/// How many killmails the feed brings.
const FEED: u64 = 5;

/// Writes generated killmails as JSON lines.
fn archive(path: &Path) -> Vec<GeneratedKillmail> {
    let mut generator = Generator::new(7);
    // The first have the ids of the feed's.
    for _ in 0..FEED {
        let _ = generator.killmail(Timestamp::now());
    }
    let killmails: Vec<GeneratedKillmail> = (1..=30)
        .map(|hours| generator.killmail(Timestamp::now() - SignedDuration::from_hours(hours)))
        .collect();
    let lines: Vec<&[u8]> = killmails.iter().map(|one| &one.esi_json[..]).collect();
    std::fs::write(path, lines.join(&b'\n')).unwrap();
    killmails
}

/// What static data and prices say of it stands beside its ids.
fn assert_named(killmail: &Value) {
    for name in ["solar_system_name", "constellation_name", "region_name"] {
        assert!(killmail[name].is_string(), "{name} in {killmail}");
    }
    assert!(killmail["victim"]["ship_name"].is_string(), "{killmail}");
    assert!(killmail["victim"]["ship_group"].is_string(), "{killmail}");
    assert!(killmail["value"]["total"]["isk"].is_number(), "{killmail}");
    let progress = killmail["enrichment"].as_str().unwrap();
    assert!(["partial", "complete"].contains(&progress), "{killmail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archives_killmails_are_named_from_memory_and_nobody_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let mut world = World::named(FEED, FaultPlan::none()).await;
    // One list with the prices of everything, so that all of them are in memory.
    let esi_only = ("KILLWIRE_PRICES_SOURCES".to_owned(), "esi".to_owned());
    world.environment.push(esi_only);
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| {
            status["static_data"]["build"].is_u64()
                && status["log"]["head"].as_u64() >= Some(FEED)
                && status["enrichment"]["unfinished"] == 0
        })
        .await;
    let killmails = archive(&home.path().join("kills.jsonl"));
    let replay = ["replay", "kills.jsonl", "--data-dir", "data", "--json"];
    assert_eq!(run(home.path(), &replay).json()["new"], 30);

    let schema = KillmailSchema::read();
    let asked = world.sim.status().requests[&Service::Esi];
    let mut strangers = 0;
    for one in &killmails {
        let shown = server.json(&format!("/killmail/{}", one.id)).await;
        schema.check(&shown);
        assert_named(&shown);
        let victim = &shown["victim"];
        if victim["character_id"].is_number() && victim["character_name"].is_null() {
            strangers += 1;
            assert_eq!(shown["enrichment"], "partial", "{shown}");
        }
    }
    assert!(strangers > 0, "somebody on them has never been met");
    let system = killmails[0].solar_system_id;
    let bare = server.json(&format!("/system_killmails/{system}")).await;
    let wrapped = server.json(&format!("/system/{system}/killmails")).await;
    assert_eq!(wrapped["killmails"], bare);
    bare.as_array().unwrap().iter().for_each(assert_named);
    assert_eq!(world.sim.status().requests[&Service::Esi], asked);
    assert_eq!(world.sim.breaches(), []);
}
