//! From ids to names and values: what a reader sees of a killmail, and what happens while nobody can
//! be asked what the ids mean.

use std::time::Duration;

use killwire_sim::{Fault, FaultPlan, FaultRule, Service};
use serde_json::Value;

use crate::schema::EventSchema;
use crate::server::{Server, World};

const KILLMAILS: u64 = 60;

async fn all_named(server: &Server) {
    server
        .until("/status", |status| {
            status["static_data"]["build"].is_u64()
                && status["feed"]["counts"]["new"].as_u64() >= Some(KILLMAILS)
                && status["enrichment"]["unfinished"] == 0
        })
        .await;
}

async fn events(server: &Server, kinds: &str) -> Vec<Value> {
    let path = format!("/api/v1/events?after=0&limit=1000&kinds={kinds}");
    let page = server.json(&path).await;
    page["events"].as_array().unwrap().clone()
}

/// Every id with a meaning has its name beside it.
fn assert_named(killmail: &Value) {
    assert_eq!(killmail["enrichment"], "complete", "{killmail}");
    for name in ["solar_system_name", "constellation_name", "region_name"] {
        assert!(killmail[name].is_string(), "{name} in {killmail}");
    }
    assert!(killmail["value"]["total"]["isk"].is_number(), "{killmail}");
    assert!(
        killmail["value"]["hull"]["source"].is_string(),
        "{killmail}"
    );
    let attackers = killmail["attackers"].as_array().unwrap();
    for someone in attackers.iter().chain([&killmail["victim"]]) {
        for (id, names) in [
            ("character_id", &["character_name"][..]),
            (
                "corporation_id",
                &["corporation_name", "corporation_ticker"],
            ),
            ("alliance_id", &["alliance_name", "alliance_ticker"]),
            ("faction_id", &["faction_name"]),
            ("ship_type_id", &["ship_name", "ship_group"]),
            ("weapon_type_id", &["weapon_name"]),
        ] {
            for name in names {
                assert_eq!(
                    someone[id].is_number(),
                    someone[name].is_string(),
                    "{id} and {name} in {someone}"
                );
            }
        }
    }
    assert!(killmail["final_blow_attacker"].is_object(), "{killmail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_killmail_is_named_and_valued() {
    let world = World::named(KILLMAILS, FaultPlan::none()).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    all_named(&server).await;
    let schema = EventSchema::read();
    for event in events(&server, "all").await {
        schema.check(&event);
        assert_named(&event["killmail"]);
    }
    let system = events(&server, "new").await[0]["system_id"].clone();
    let listed = server.json(&format!("/system_killmails/{system}")).await;
    assert!(listed.to_string().contains("solar_system_name"), "{listed}");

    let event = &events(&server, "new").await[0];
    let id = event["killmail_id"].to_string();
    let ask = |line: &[&str]| {
        let mut all = line.to_vec();
        all.extend(["--data-dir", "data", "--json"]);
        crate::program::run(home.path(), &all)
    };
    let worth = ask(&["value", &id]).json();
    assert_eq!(worth["killmail_id"], event["killmail_id"]);
    assert_eq!(
        worth["lines"][0]["name"],
        event["killmail"]["victim"]["ship_name"]
    );
    assert!(worth["ours"]["total"]["isk"].is_number(), "{worth}");
    let hull = event["killmail"]["victim"]["ship_name"].as_str().unwrap();
    let price = ask(&["price", hull]).json();
    assert_eq!(
        price["type_id"],
        event["killmail"]["victim"]["ship_type_id"]
    );
    assert!(
        price["isk"].is_number() && price["source"].is_string(),
        "{price}"
    );
    assert_eq!(ask(&["price", "no such thing"]).code, 1);
    assert_eq!(ask(&["value", "999"]).code, 1);
    let pilot = &event["killmail"]["attackers"][0];
    if let Some(name) = pilot["character_name"].as_str() {
        let found = ask(&["lookup", name]).json();
        assert_eq!(found[0]["id"], pilot["character_id"], "{found}");
        assert!(found[0]["corporation"].is_string(), "{found}");
    }

    let status = server.json("/status").await;
    let upstreams = status["upstreams"].as_array().unwrap();
    let esi = upstreams.iter().find(|one| one["name"] == "esi").unwrap();
    assert_eq!(esi["breaker"]["state"], "closed", "{esi}");
    assert!(esi["requests"].as_u64() > Some(0), "{esi}");
    assert!(esi["budgets"].is_array(), "{esi}");
    let caches = status["lookup"]["caches"].as_array().unwrap();
    for member in [
        "entries",
        "hits",
        "misses",
        "stale_hits",
        "loads",
        "evictions",
    ] {
        assert!(caches[0][member].is_u64(), "{member} in {}", caches[0]);
    }
    let metrics = server.get("/metrics").await.text().await.unwrap();
    for name in [
        "killwire_enrich_killmails_total{result=\"complete\"",
        "killwire_upstream_breaker_state",
        "killwire_cache_reads_total",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_survive_a_restart_without_asking_again() {
    let world = World::named(KILLMAILS, FaultPlan::none()).await;
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::serve(home.path(), &world);
    all_named(&server).await;
    let before = events(&server, "all").await;
    server.terminate();
    assert!(server.wait().0.success());
    let asked = world.sim.status().requests[&Service::Esi];
    let server = Server::serve(home.path(), &world);
    assert_eq!(events(&server, "all").await, before);
    let done = crate::program::run(
        home.path(),
        &["lookup", "jita", "--data-dir", "data", "--json"],
    );
    assert_eq!(done.json()[0]["name"], "Jita", "{}", done.out);
    assert!(world.sim.status().requests[&Service::Esi] <= asked + 2);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killmails_arrive_while_esi_is_down_and_are_completed_when_it_is_back() {
    let world = World::named(KILLMAILS, FaultPlan::none()).await;
    world.sim.set_esi_down(true);
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| {
            status["feed"]["counts"]["new"] == KILLMAILS
        })
        .await;
    let early = events(&server, "new").await;
    assert_eq!(early.len() as u64, KILLMAILS);
    assert!(
        early
            .iter()
            .all(|event| event["killmail"]["enrichment"] == "partial"),
        "nobody could be asked for names"
    );
    let health = server.json("/health").await;
    assert_eq!(health["ready"], true, "{health}");

    world.sim.set_esi_down(false);
    all_named(&server).await;
    let updates = events(&server, "updated").await;
    let mut ids: Vec<i64> = updates
        .iter()
        .map(|event| event["killmail_id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, world.offered(), "one update for each, and no more");
    for event in events(&server, "new").await {
        assert_named(&event["killmail"]);
    }
    assert_eq!(world.sim.breaches(), []);
}

async fn completed_in_spite_of(fault: Fault, times: u32) {
    let rule = FaultRule::of_service(Service::Esi, fault).times(times);
    let world = World::named(KILLMAILS, FaultPlan::none().with_rule(rule)).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    all_named(&server).await;
    for event in events(&server, "new").await {
        assert_named(&event["killmail"]);
    }
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_from_esi_is_not_believed() {
    completed_in_spite_of(Fault::Garbage, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_page_from_esi_is_not_believed() {
    completed_in_spite_of(Fault::Html, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_esi_holds_nothing_up() {
    let slow = Duration::from_secs(120).as_secs();
    completed_in_spite_of(Fault::Delay { seconds: slow }, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_static_data_ids_are_shown_and_names_follow() {
    let rule = FaultRule::of_service(
        Service::StaticData,
        Fault::Status {
            code: 503,
            retry_after: None,
        },
    )
    .times(1_000);
    let world = World::named(20, FaultPlan::none().with_rule(rule)).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["feed"]["counts"]["new"] == 20)
        .await;
    for event in events(&server, "new").await {
        let killmail = &event["killmail"];
        assert_eq!(killmail["enrichment"], "partial");
        assert!(killmail["solar_system_id"].is_number());
        assert!(killmail["solar_system_name"].is_null());
    }
    // A person who has no patience brings the file.
    let export = home.path().join("export.zip");
    std::fs::write(&export, killwire_sim::static_export(7).unwrap()).unwrap();
    let done = crate::program::run(
        home.path(),
        &[
            "sde",
            "import",
            "--file",
            "export.zip",
            "--data-dir",
            "data",
            "--json",
        ],
    );
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.json()["systems"].as_u64() > Some(90), "{}", done.out);
    server
        .until("/status", |status| status["enrichment"]["unfinished"] == 0)
        .await;
    for event in events(&server, "new").await {
        assert_named(&event["killmail"]);
    }
    assert_eq!(world.sim.breaches(), []);
}
