//! `ack=manual` and `POST /api/killfeed/ack`: offsets that move when the client says so.

use http::StatusCode;
use insta::assert_snapshot;

use crate::world::{AMARR, JITA, World};

const MANUAL: &str = "/api/killfeed?client_id=bot&systems=30000142,30002187&ack=manual";

#[tokio::test]
async fn what_is_not_acknowledged_is_offered_again() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;
    world.kill(103, JITA).await;
    assert_eq!(world.get(MANUAL).await.events("event_id"), [1, 2, 3]);
    assert_eq!(world.get(MANUAL).await.events("event_id"), [1, 2, 3]);

    let body = r#"{"client_id":"bot","event_id":2,"systems":[30000142,30002187]}"#;
    assert_snapshot!(world.post("/api/killfeed/ack", body).await, @r#"200 {"acknowledged":2}"#);
    assert_eq!(world.get(MANUAL).await.events("event_id"), [3]);
}

#[tokio::test]
async fn an_acknowledgement_moves_only_the_systems_it_names() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;
    let body = r#"{"client_id":"bot","event_id":2,"systems":[30000142,30000142]}"#;
    assert_eq!(
        world.post("/api/killfeed/ack", body).await.status,
        StatusCode::OK
    );
    assert_eq!(world.get(MANUAL).await.events("event_id"), [2]);
}

#[tokio::test]
async fn an_acknowledgement_never_moves_back() {
    let world = World::new().await;
    for id in 101..=103 {
        world.kill(id, JITA).await;
    }
    for event_id in [3, 1] {
        let body = format!(r#"{{"client_id":"bot","event_id":{event_id},"systems":[30000142]}}"#);
        assert_eq!(
            world.post("/api/killfeed/ack", &body).await.status,
            StatusCode::OK
        );
    }
    assert_snapshot!(world.get(MANUAL).await, @"204");
}

#[tokio::test]
async fn deleted_killmails_do_not_block_a_client_that_acknowledges() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;
    world.delete(101).await;
    let path = format!("{MANUAL}&limit=1");
    assert_eq!(world.get(&path).await.events("event_id"), [2]);
}

#[tokio::test]
async fn an_acknowledgement_says_what_is_wrong_with_it() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let ack = async |body: &str| world.post("/api/killfeed/ack", body).await;
    assert_snapshot!(ack("").await, @r#"400 {"error":"the body must be {\"client_id\":\"…\",\"event_id\":1,\"systems\":[30000142]}: EOF while parsing a value at line 1 column 0"}"#);
    assert_snapshot!(ack(r#"{"client_id":"bot","systems":[1]}"#).await, @r#"400 {"error":"the body must be {\"client_id\":\"…\",\"event_id\":1,\"systems\":[30000142]}: missing field `event_id` at line 1 column 33"}"#);
    assert_snapshot!(ack(r#"{"client_id":"bot","event_id":1,"systems":[0]}"#).await, @r#"400 {"error":"the body must be {\"client_id\":\"…\",\"event_id\":1,\"systems\":[30000142]}: \"0\" is not a solar system id: a whole number above zero is expected at line 1 column 45"}"#);
    assert_snapshot!(ack(r#"{"client_id":"bot","event_id":1,"systems":[]}"#).await, @r#"400 {"error":"Missing required parameter: systems"}"#);
    assert_snapshot!(ack(r#"{"client_id":"","event_id":1,"systems":[1]}"#).await, @r#"400 {"error":"Missing required parameter: client_id"}"#);
    assert_snapshot!(ack(r#"{"client_id":"bot","event_id":-1,"systems":[1]}"#).await, @r#"400 {"error":"event_id is \"-1\": expected the event_id of an event that was handed out"}"#);
    assert_snapshot!(ack(r#"{"client_id":"bot","event_id":2,"systems":[1]}"#).await, @r#"400 {"error":"event_id 2 lies beyond the log's end 1; it is not from this log","head":1}"#);
}
