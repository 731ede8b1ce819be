//! `GET /api/v1/kills/stream`.

use std::time::Duration;

use killwire_delivery::Limits;

use crate::sse::Stream;
use crate::world::{AMARR, JITA, PILOT, World, killmail};

impl Stream {
    async fn open(world: &World, query: &str, last: Option<i64>) -> Self {
        Self::at(world, &format!("/api/v1/kills/stream{query}"), last, None).await
    }
}

#[tokio::test]
async fn a_killmail_goes_out_with_its_seq_as_id() {
    let world = World::new().await;
    let mut stream = Stream::open(&world, "", None).await;
    assert_eq!(stream.block().await, "retry: 2000\nid: 0");
    world.kill(7, JITA).await;
    insta::assert_snapshot!(stream.block().await);
}

#[tokio::test]
async fn systems_and_pilots_of_the_peers_parameters_unite_and_other_filters_narrow() {
    let world = World::new().await;
    let query = format!("?system_ids={AMARR}&character_ids={PILOT}&max_age=1h");
    let mut stream = Stream::open(&world, &query, None).await;
    world.append(killmail(1, AMARR, 1)).await;
    world.append(killmail(2, JITA, 1)).await;
    world.append(killmail(3, JITA, PILOT)).await;
    world.append(killmail(4, AMARR, PILOT)).await;
    world.append(killmail(5, AMARR, 1)).await;
    assert_eq!(stream.ids(4).await, [1, 3, 4, 5]);
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let world = World::new().await;
    let mut stream = Stream::open(&world, &format!("?systems={JITA}"), None).await;
    world.kill(1, JITA).await;
    assert_eq!(stream.ids(1).await, [1]);
    drop(stream);
    world.kill(2, JITA).await;
    world.kill(3, AMARR).await;
    let mut stream = Stream::open(&world, &format!("?systems={JITA}"), Some(1)).await;
    world.kill(4, JITA).await;
    assert_eq!(stream.ids(2).await, [2, 4]);
    let query = format!("?systems={JITA}&last_event_id=2");
    assert_eq!(Stream::open(&world, &query, None).await.ids(1).await, [4]);
    // The header is from later than the URL.
    assert_eq!(
        Stream::open(&world, &query, Some(1)).await.ids(2).await,
        [2, 4]
    );
}

#[tokio::test]
async fn a_quiet_stream_shows_life_and_moves_its_id_on() {
    let world = World::new().await;
    let mut stream = Stream::open(&world, &format!("?systems={JITA}"), None).await;
    stream.block().await;
    world.kill(1, AMARR).await;
    assert_eq!(stream.block_in_time(&world).await, ": ping\nid: 1");
}

#[tokio::test]
async fn the_past_days_come_first_where_they_are_asked_for() {
    let world = World::new().await;
    world.kill(1, JITA).await;
    world.clock.advance(Duration::from_secs(2 * 86_400));
    world.kill(2, JITA).await;
    let mut stream = Stream::open(&world, "?preload_days=1", None).await;
    assert_eq!(stream.ids(1).await, [2]);
    let mut stream = Stream::open(&world, "?preload_days=200", None).await;
    assert_eq!(stream.ids(2).await, [1, 2]);
}

#[tokio::test]
async fn a_stream_may_begin_at_a_time_or_with_a_day() {
    let world = World::new().await;
    world.kill(1, JITA).await;
    world.clock.advance(Duration::from_secs(2 * 86_400));
    let between = world.clock.now();
    world.clock.advance(Duration::from_secs(1));
    world.kill(2, JITA).await;
    let since = |time: &str| format!("?since={}", time.replace(':', "%3A"));
    let mut stream = Stream::open(&world, &since(&between.to_string()), None).await;
    assert_eq!(stream.ids(1).await, [2]);
    for recent in [&between.to_string()[..10], "today", "10s"] {
        let mut stream = Stream::open(&world, &since(recent), None).await;
        assert_eq!(stream.ids(1).await, [2], "{recent}");
    }
    // Whoever says how far it got goes on from there.
    let mut stream = Stream::open(&world, &since("2003-05-06"), Some(1)).await;
    assert_eq!(stream.ids(1).await, [2]);
    let mut stream = Stream::open(&world, &since("2003-05-06"), None).await;
    assert_eq!(stream.ids(2).await, [1, 2]);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_reason() {
    let world = World::new().await;
    for (query, reason) in [
        (
            "?system_ids=x",
            r#"system_ids is "x": expected a list of ids, whole numbers above 0"#,
        ),
        (
            "?min_value=-1",
            r#"min_value is "-1": expected an amount of ISK from 0: 100000000, 100m or 1.5b"#,
        ),
        (
            "?preload_days=-1",
            r#"preload_days is "-1": expected a whole number of days from 0 to 90"#,
        ),
        (
            "?since=tomorrow",
            r#"since is "tomorrow": expected today, a day, a time or an age: 2026-11-26, 2026-11-26T18:30Z, 90m or 2h"#,
        ),
        (
            "?last_event_id=7",
            "last_event_id 7 lies beyond the log's end 0; it is not from this log",
        ),
    ] {
        let answer = world.get(&format!("/api/v1/kills/stream{query}")).await;
        assert_eq!(answer.status, 400, "{answer}");
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["error"], reason);
    }
    let unknown = world.get("/api/v1/kills/stream?sytems=1").await;
    assert!(unknown.text().contains("is not a parameter"), "{unknown}");
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let world = World::with_limits(Limits::default()).await;
    let mut stream = Stream::open(&world, "", None).await;
    stream.block().await;
    world.stop.cancel();
    stream.ended().await;
}
