//! Long polls: woken by an append, not by a timer. The clock in these tests moves only when told.

use http::StatusCode;
use insta::assert_snapshot;
use killwire_delivery::Limits;

use crate::world::{AMARR, JITA, World, answered};

const FEED: &str = "/api/killfeed?client_id=bot&systems=30000142&wait=60";

#[tokio::test]
async fn an_append_wakes_a_waiting_killfeed_client() {
    let world = World::new().await;
    let poll = world.waiting(FEED);
    world.still_waits(&poll).await;
    world.kill(101, JITA).await;
    assert_eq!(answered(poll).await.events("event_id"), [1]);
}

#[tokio::test]
async fn a_kill_elsewhere_does_not_end_the_wait() {
    let world = World::new().await;
    let poll = world.waiting(FEED);
    world.kill(101, AMARR).await;
    world.still_waits(&poll).await;
    world.kill(102, JITA).await;
    assert_eq!(answered(poll).await.events("event_id"), [2]);
}

#[tokio::test]
async fn a_killfeed_client_that_waited_in_vain_gets_nothing_and_may_go_on() {
    let world = World::new().await;
    let poll = world.waiting(FEED);
    world.pass_time_until(&poll).await;
    assert_snapshot!(answered(poll).await, @"204");
    world.kill(101, JITA).await;
    assert_eq!(world.get(FEED).await.events("event_id"), [1]);
}

#[tokio::test]
async fn a_client_that_goes_away_while_it_waits_loses_nothing() {
    let world = World::new().await;
    let poll = world.waiting(FEED);
    world.still_waits(&poll).await;
    poll.abort();
    assert!(poll.await.unwrap_err().is_cancelled());
    world.kill(101, JITA).await;
    assert_eq!(world.get(FEED).await.events("event_id"), [1]);
}

#[tokio::test]
async fn next_and_manual_clients_wait_as_well() {
    let world = World::new().await;
    let next = world.waiting("/api/killfeed/next?client_id=a&systems=30000142&wait=30");
    let manual = world.waiting("/api/killfeed?client_id=b&systems=30000142&wait=30&ack=manual");
    world.still_waits(&next).await;
    world.kill(101, JITA).await;
    assert_eq!(answered(next).await.json()["event_id"], 1);
    assert_eq!(answered(manual).await.events("event_id"), [1]);
}

#[tokio::test]
async fn an_append_wakes_a_waiting_reader() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let reader = world.waiting("/api/v1/events?after=1&wait=60");
    world.still_waits(&reader).await;
    world.kill(102, JITA).await;
    assert_eq!(answered(reader).await.events("seq"), [2]);
}

#[tokio::test]
async fn a_reader_with_a_filter_waits_for_a_match_and_its_position_moves_over_the_rest() {
    let world = World::new().await;
    let path = "/api/v1/events?after=0&wait=60&systems=30000142";
    let reader = world.waiting(path);
    world.kill(101, AMARR).await;
    world.still_waits(&reader).await;
    world.kill(102, JITA).await;
    assert_eq!(answered(reader).await.events("seq"), [2]);

    let reader = world.waiting("/api/v1/events?after=2&wait=60&systems=30000142");
    world.kill(103, AMARR).await;
    world.pass_time_until(&reader).await;
    assert_snapshot!(answered(reader).await, @r#"200 {"events":[],"next":3}"#);
}

#[tokio::test]
async fn stopping_the_server_ends_every_wait_with_what_there_is() {
    let world = World::new().await;
    let poll = world.waiting(FEED);
    let reader = world.waiting("/api/v1/events?wait=60");
    world.still_waits(&poll).await;
    world.stop.cancel();
    assert_snapshot!(answered(poll).await, @"204");
    assert_snapshot!(answered(reader).await, @r#"200 {"events":[],"next":0}"#);
}

#[tokio::test]
async fn only_so_many_requests_wait_at_once() {
    let limits = Limits {
        long_polls: 1,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let mut one = world.waiting(FEED);
    let mut other = world.waiting("/api/v1/events?wait=60");
    let (refused, waits) = tokio::select! {
        refused = &mut one => (refused.unwrap(), other),
        refused = &mut other => (refused.unwrap(), one),
    };
    assert_snapshot!(refused, @r#"503 {"error":"too many requests are waiting (at most 1); ask without wait, or later"}"#);
    assert_eq!(refused.header("retry-after"), Some("5"));

    world.kill(101, JITA).await;
    assert_eq!(answered(waits).await.status, StatusCode::OK);
    world.get("/api/v1/events?after=0&wait=60").await.json();
}
