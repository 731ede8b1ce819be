//! `killwire lookup` and a name that the server has never met.

use killwire_sim::names;
use serde_json::Value;

use crate::program::{Done, run};
use crate::server::{Server, World};

/// Somebody of the simulated New Eden who is on none of these killmails.
fn stranger(world: &World, events: &Value) -> i64 {
    let told = events.to_string();
    (90_000_000..97_000_000)
        .step_by(1_733)
        .find(|id| world.sim.name_of(*id).is_some() && !told.contains(&id.to_string()))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pilot_whom_the_server_never_met_is_asked_of_esi_once() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(5).await;
    let mut server = Server::serve(home.path(), &world);
    // In the twenty minutes from 11:00 UTC, ESI is asked nothing until a look has shown that it is up.
    server
        .until("/status", |status| {
            let mut upstreams = status["upstreams"].as_array().into_iter().flatten();
            let esi = upstreams.find(|one| one["name"] == "esi");
            status["log"]["head"] == 5 && esi.is_some_and(|esi| esi["breaker"]["state"] == "closed")
        })
        .await;
    let events = server.json("/api/v1/events?after=0&limit=100").await;
    let id = stranger(&world, &events);
    let name = names::character(id);
    let lookup = |name: &str| -> Done {
        let line = ["lookup", name, "--data-dir", "data", "--json"];
        run(home.path(), &line)
    };
    for asked in [name.to_lowercase(), name.clone()] {
        let found = lookup(&asked).json();
        assert_eq!(found[0]["kind"], "character", "{found}");
        assert_eq!(found[0]["id"], id, "{found}");
        assert_eq!(found[0]["name"], name, "{found}");
        assert!(found[0]["corporation"].is_string(), "{found}");
    }
    for _ in 0..2 {
        let nobody = lookup("Nobody At All");
        assert_eq!((nobody.code, nobody.json()), (1, serde_json::json!([])));
    }
    let asked = world.sim.status().esi_requests["POST /universe/ids"];
    assert_eq!(asked, 2, "once for each name");

    // Without a server, and without a contact to give to ESI.
    server.terminate();
    assert!(server.wait().0.success());
    let found = lookup(&name).json();
    assert_eq!(found[0]["id"], id, "{found}");
    assert_eq!(world.sim.breaches(), []);
}
