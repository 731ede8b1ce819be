//! What one request may ask for, and how a refusal says so.

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use insta::assert_snapshot;
use killwire_delivery::Limits;

use crate::world::{JITA, World, send};

#[tokio::test]
async fn lists_of_ids_are_bounded_and_duplicates_do_not_count() {
    let limits = Limits {
        ids: 2,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let feed = async |systems: &str| {
        let path = format!("/api/killfeed?client_id=bot&systems={systems}");
        world.get(&path).await
    };
    assert_snapshot!(feed("1,2,1,2").await, @"204");
    assert_snapshot!(feed("1,2,3").await, @r#"400 {"error":"systems has 3 ids: at most 2 are allowed"}"#);
    assert_snapshot!(world.get("/api/v1/events?characters=1,2,3").await, @r#"400 {"error":"characters has 3 ids: at most 2 are allowed"}"#);
    let ack = r#"{"client_id":"bot","event_id":0,"systems":[1,2,3]}"#;
    assert_snapshot!(world.post("/api/killfeed/ack", ack).await, @r#"400 {"error":"systems has 3 ids: at most 2 are allowed"}"#);
}

#[tokio::test]
async fn seven_thousand_systems_fit_a_url() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let systems: Vec<_> = (30_000_001..30_007_001).map(|id| id.to_string()).collect();
    let path = format!("/api/killfeed?client_id=bot&systems={}", systems.join(","));
    assert_eq!(world.get(&path).await.events("event_id"), [1]);
}

#[tokio::test]
async fn an_acknowledgement_for_every_system_fits() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let systems: Vec<_> = (30_000_001..30_010_001).map(|id| id.to_string()).collect();
    let body = format!(
        r#"{{"client_id":"bot","event_id":1,"systems":[{}]}}"#,
        systems.join(", ")
    );
    assert_eq!(
        world.post("/api/killfeed/ack", &body).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_query_string_that_is_too_long() {
    let limits = Limits {
        query_bytes: 30,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let path = "/api/v1/events?after=0&limit=10&wait=0&kinds=all";
    assert_snapshot!(world.get(path).await, @r#"414 {"error":"the query string has 33 bytes: at most 30 are allowed"}"#);
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let world = World::new().await;
    let body = " ".repeat(128 * 1024 + 1);
    assert_snapshot!(world.post("/api/killfeed/ack", &body).await, @r#"413 {"error":"the body is too large: at most 131072 bytes are allowed"}"#);
}

#[tokio::test]
async fn a_body_that_does_not_arrive() {
    let limits = Limits {
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = world
        .ask(http::Method::POST, "/api/killfeed/ack", never)
        .await;
    assert_snapshot!(answer, @r#"408 {"error":"the body did not arrive within 50ms"}"#);
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask() {
    let world = World::new().await;
    for id in 101..=180 {
        world.kill(id, JITA).await;
    }
    let plain = world.get("/api/v1/events").await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.events("seq").len(), 80);

    let ask = async |path: &str| {
        let request = Request::get(path).header("accept-encoding", "gzip, br");
        send(world.router.clone(), request.body(Body::empty()).unwrap()).await
    };
    let gzipped = ask("/api/v1/events").await;
    assert_eq!(gzipped.header("content-encoding"), Some("gzip"));
    assert!(gzipped.body.len() < plain.body.len() / 4);
    assert_eq!(
        ask("/api/v1/events?limit=1")
            .await
            .header("content-encoding"),
        None
    );
}
