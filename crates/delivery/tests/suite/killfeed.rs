//! `GET /api/killfeed` and `/api/killfeed/next`: the protocol that old clients speak.

use axum::body::Body;
use http::{Method, StatusCode};
use insta::assert_snapshot;
use killwire_delivery::Limits;
use killwire_store::Retention;

use crate::world::{AMARR, JITA, World};

const IN_JITA: &str = "client_id=bot&systems[]=30000142";

#[tokio::test]
async fn a_new_client_gets_all_events_of_its_systems_once() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;
    world.kill(103, JITA).await;

    let path = format!("/api/killfeed?{IN_JITA}");
    assert_snapshot!(world.get(&path).await, @r#"200 {"events":[{"event_id":1,"system_id":30000142,"killmail":{"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}},{"event_id":3,"system_id":30000142,"killmail":{"killmail_id":103,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}]}"#);
    assert_snapshot!(world.get(&path).await, @"204");
}

#[tokio::test]
async fn next_hands_out_one_event_at_a_time_in_order() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;

    let path = format!("/api/killfeed/next?{IN_JITA}");
    assert_snapshot!(world.get(&path).await, @r#"200 {"event_id":1,"system_id":30000142,"killmail":{"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}"#);
    assert_eq!(world.get(&path).await.json()["event_id"], 2);
    assert_snapshot!(world.get(&path).await, @"204");
}

#[tokio::test]
async fn the_offset_passes_only_what_was_returned() {
    let world = World::new().await;
    for id in 101..=105 {
        world.kill(id, JITA).await;
    }
    let path = format!("/api/killfeed?{IN_JITA}&limit=2");
    assert_eq!(world.get(&path).await.events("event_id"), [1, 2]);
    assert_eq!(world.get(&path).await.events("event_id"), [3, 4]);
    assert_eq!(world.get(&path).await.events("event_id"), [5]);
    assert_eq!(world.get(&path).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn systems_may_be_written_in_every_way_that_clients_write_lists() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;

    for (client, systems) in [
        ("a", "systems[]=30000142&systems[]=30002187"),
        ("b", "systems%5B%5D=30000142&systems%5B%5D=30002187"),
        ("c", "systems=30000142,30002187"),
        ("d", "systems=30000142&systems=30002187"),
        ("e", "systems=30000142%2C30002187&systems[]=30000142"),
    ] {
        let path = format!("/api/killfeed?client_id={client}&{systems}");
        assert_eq!(
            world.get(&path).await.events("event_id"),
            [1, 2],
            "{systems}"
        );
    }
}

#[tokio::test]
async fn each_client_has_an_offset_of_its_own() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    for client in [
        "one",
        "two",
        "Björn & Söhne"
            .replace(' ', "%20")
            .replace('&', "%26")
            .as_str(),
    ] {
        let path = format!("/api/killfeed?client_id={client}&systems=30000142");
        assert_eq!(world.get(&path).await.events("event_id"), [1]);
    }
}

#[tokio::test]
async fn a_system_added_later_brings_its_kept_events() {
    let world = World::new().await;
    world.kill(101, AMARR).await;
    world.kill(102, JITA).await;
    let jita = format!("/api/killfeed?{IN_JITA}");
    assert_eq!(world.get(&jita).await.events("event_id"), [2]);
    let both = format!("/api/killfeed?{IN_JITA}&systems[]={AMARR}");
    assert_eq!(world.get(&both).await.events("event_id"), [1]);
}

#[tokio::test]
async fn what_is_wrong_with_a_poll_is_said_in_the_words_old_clients_know() {
    let world = World::new().await;
    let ask = async |query: &str| {
        let list = world
            .get(&format!("/api/killfeed?{query}"))
            .await
            .to_string();
        let next = world.get(&format!("/api/killfeed/next?{query}")).await;
        assert_eq!(list, next.to_string());
        list
    };
    let no_client = r#"400 {"error":"Missing required parameter: client_id"}"#;
    assert_eq!(ask("systems[]=30000142").await, no_client);
    assert_eq!(ask("client_id=&systems[]=30000142").await, no_client);
    assert_eq!(ask("").await, no_client);
    let no_systems = r#"400 {"error":"Missing required parameter: systems"}"#;
    assert_eq!(ask("client_id=bot").await, no_systems);
    assert_eq!(ask("client_id=bot&systems[]=").await, no_systems);
    let no_ids = r#"400 {"error":"Invalid systems parameter format"}"#;
    for systems in [
        "abc",
        "123abc",
        "0",
        "-5",
        "1.5",
        "1,,2",
        "99999999999999999999",
    ] {
        let query = format!("client_id=bot&systems[]={systems}");
        assert_eq!(ask(&query).await, no_ids, "{systems}");
    }
}

#[tokio::test]
async fn the_newer_parameters_say_what_they_expect() {
    let world = World::new().await;
    let ask = async |query: &str| world.get(&format!("/api/killfeed?{IN_JITA}&{query}")).await;
    assert_snapshot!(ask("limit=0").await, @r#"400 {"error":"limit is \"0\": expected a whole number from 1 to 1000"}"#);
    assert_snapshot!(ask("limit=2000").await, @r#"400 {"error":"limit is \"2000\": expected a whole number from 1 to 1000"}"#);
    assert_snapshot!(ask("wait=61").await, @r#"400 {"error":"wait is \"61\": expected a whole number from 0 to 60"}"#);
    assert_snapshot!(ask("wait=soon").await, @r#"400 {"error":"wait is \"soon\": expected a whole number from 0 to 60"}"#);
    assert_snapshot!(ask("ack=later").await, @r#"400 {"error":"ack is \"later\": expected auto or manual"}"#);
    assert_snapshot!(ask("client_id=other").await, @r#"400 {"error":"client_id is given more than once"}"#);
    let long = "x".repeat(129);
    let path = format!("/api/killfeed?client_id={long}&systems=1");
    assert_snapshot!(world.get(&path).await, @r#"400 {"error":"client_id must be 1 to 128 characters without control characters"}"#);
    let path = "/api/killfeed?client_id=%FF&systems=1";
    assert_snapshot!(world.get(path).await, @r#"400 {"error":"client_id is \"�\": expected text in UTF-8"}"#);
}

#[tokio::test]
async fn unknown_parameters_are_ignored_as_they_always_were() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let path = format!("/api/killfeed?{IN_JITA}&_=1763640000");
    assert_eq!(world.get(&path).await.events("event_id"), [1]);
}

#[tokio::test]
async fn a_head_request_shows_nothing_and_therefore_moves_nothing() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let path = format!("/api/killfeed?{IN_JITA}");
    let head = world.ask(Method::HEAD, &path, Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(world.get(&path).await.events("event_id"), [1]);
}

#[tokio::test]
async fn a_client_is_told_that_it_missed_events() {
    let retention = Retention {
        max_events_per_system: 2,
        ..Retention::default()
    };
    let world = World::with(Limits::default(), retention).await;
    let path = format!("/api/killfeed?{IN_JITA}");
    world.kill(101, JITA).await;
    assert_eq!(world.get(&path).await.events("event_id"), [1]);
    for id in 102..=104 {
        world.kill(id, JITA).await;
    }
    let answer = world.get(&path).await;
    assert_eq!(answer.events("event_id"), [3, 4]);
    assert_eq!(answer.json()["missed_before"], 3);
    assert_eq!(answer.header("x-killwire-missed-before"), Some("3"));

    let answer = world.get(&path).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("x-killwire-missed-before"), None);
}

#[tokio::test]
async fn a_deleted_killmail_is_not_handed_out() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;
    world.delete(101).await;
    let path = format!("/api/killfeed?{IN_JITA}");
    assert_eq!(world.get(&path).await.events("event_id"), [2]);
}
