//! `GET /api/v1/events`: the log, for readers with a position of their own.

use std::time::Duration;

use http::StatusCode;
use insta::assert_snapshot;
use killwire_delivery::Limits;
use killwire_store::Retention;

use crate::world::{AMARR, JITA, PILOT, World, killmail};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn an_event_says_what_happened_where_and_when() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let answer = world.get("/api/v1/events?after=0").await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert_snapshot!(answer, @r#"200 {"events":[{"seq":1,"kind":"new","origin":"live","system_id":30000142,"killmail_id":101,"time":"2026-11-20T11:59:00Z","killmail":{"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}],"next":1}"#);
}

#[tokio::test]
async fn a_reader_walks_the_log_page_by_page() {
    let world = World::new().await;
    for id in 101..=105 {
        world.kill(id, JITA).await;
    }
    let mut after = 0;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = world
            .get(&format!("/api/v1/events?after={after}&limit=2"))
            .await;
        seen.extend(page.events("seq"));
        after = page.json()["next"].as_i64().unwrap();
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    let page = world.get(&format!("/api/v1/events?after={after}")).await;
    assert_snapshot!(page, @r#"200 {"events":[],"next":5}"#);
}

#[tokio::test]
async fn a_reader_without_a_position_starts_at_the_oldest_event_or_at_the_head() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;
    assert_eq!(world.get("/api/v1/events").await.events("seq"), [1, 2]);
    let page = world.get("/api/v1/events?after=head").await;
    assert_snapshot!(page, @r#"200 {"events":[],"next":2}"#);
}

#[tokio::test]
async fn events_are_filtered_by_system_and_by_pilot() {
    let world = World::new().await;
    world.append(killmail(101, JITA, PILOT)).await;
    world.append(killmail(102, AMARR, PILOT)).await;
    world.append(killmail(103, AMARR, PILOT + 1)).await;
    let ask = async |filter: &str| world.get(&format!("/api/v1/events?{filter}")).await;
    assert_eq!(ask("systems=30002187").await.events("seq"), [2, 3]);
    assert_eq!(ask("characters=90000001").await.events("seq"), [1, 2]);
    let both = "systems[]=30002187&characters=90000001,90000009";
    assert_eq!(ask(both).await.events("seq"), [2]);
    let page = ask("systems=31000005").await;
    assert_snapshot!(page, @r#"200 {"events":[],"next":3}"#);
}

#[tokio::test]
async fn imports_appear_where_asked_for() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    let batch = vec![killmail(11, JITA, PILOT), killmail(12, JITA, PILOT)];
    world.store.import(batch).await.unwrap();
    world.kill(102, JITA).await;

    assert_eq!(world.get("/api/v1/events").await.events("seq"), [1, 3]);
    let all = world.get("/api/v1/events?kinds=all").await;
    assert_eq!(all.events("seq"), [1, 2, 3]);
    let imports = world.get("/api/v1/events?kinds=updated,imported").await;
    assert_snapshot!(imports, @r#"200 {"events":[{"seq":2,"kind":"imported","origin":"archive","time":"2026-11-20T12:00:00Z","imported":2}],"next":3}"#);
}

#[tokio::test]
async fn a_deleted_killmail_leaves_a_tombstone() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.delete(101).await;
    assert_snapshot!(world.get("/api/v1/events").await, @r#"200 {"events":[{"seq":1,"kind":"new","origin":"live","system_id":30000142,"killmail_id":101,"time":"2026-11-20T11:59:00Z","deleted":true}],"next":1}"#);
}

#[tokio::test]
async fn a_position_older_than_the_log_is_gone_never_a_silent_gap() {
    let retention = Retention {
        log_min_age: DAY,
        log_max_age: DAY,
        ..Retention::default()
    };
    let world = World::with(Limits::default(), retention).await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;
    world.clock.advance(2 * DAY);
    world.store.collect_garbage().await.unwrap();
    world.kill(103, JITA).await;

    assert_snapshot!(world.get("/api/v1/events?after=0").await, @r#"410 {"error":"events after 0 are no longer kept; the oldest available is 3","oldest":3}"#);
    assert_snapshot!(world.get("/api/v1/events?after=1").await, @r#"410 {"error":"events after 1 are no longer kept; the oldest available is 3","oldest":3}"#);
    assert_eq!(world.get("/api/v1/events?after=2").await.events("seq"), [3]);
    assert_eq!(world.get("/api/v1/events").await.events("seq"), [3]);
}

#[tokio::test]
async fn a_position_beyond_the_head_is_not_from_this_log() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    assert_snapshot!(world.get("/api/v1/events?after=7").await, @r#"400 {"error":"after 7 lies beyond the log's end 1; it is not from this log","head":1}"#);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named_with_its_value() {
    let world = World::new().await;
    let ask = async |query: &str| world.get(&format!("/api/v1/events?{query}")).await;
    assert_snapshot!(ask("after=-1").await, @r#"400 {"error":"after is \"-1\": expected a seq, a whole number from 0, or head"}"#);
    assert_snapshot!(ask("after=yesterday").await, @r#"400 {"error":"after is \"yesterday\": expected a seq, a whole number from 0, or head"}"#);
    assert_snapshot!(ask("limit=1001").await, @r#"400 {"error":"limit is \"1001\": expected a whole number from 1 to 1000"}"#);
    assert_snapshot!(ask("limit=ten").await, @r#"400 {"error":"limit is \"ten\": expected a whole number from 1 to 1000"}"#);
    assert_snapshot!(ask("wait=1.5").await, @r#"400 {"error":"wait is \"1.5\": expected a whole number from 0 to 60"}"#);
    assert_snapshot!(ask("systems=Jita").await, @r#"400 {"error":"systems is \"Jita\": expected a list of ids, whole numbers above 0"}"#);
    assert_snapshot!(ask("characters=1,0").await, @r#"400 {"error":"characters is \"0\": expected a list of ids, whole numbers above 0"}"#);
    assert_snapshot!(ask("kinds=old").await, @r#"400 {"error":"kinds is \"old\": expected a list of new, updated, imported, or all"}"#);
    assert_snapshot!(ask("after=1&after=2").await, @r#"400 {"error":"after is given more than once"}"#);
    assert_snapshot!(ask("corporations=98000001").await, @r#"400 {"error":"\"corporations\" is not a parameter of this route: it knows after, limit, wait, systems, characters, kinds"}"#);
}

#[tokio::test]
async fn a_page_of_huge_killmails_ends_early_and_says_where() {
    let limits = Limits {
        page_bytes: 1,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    world.kill(101, JITA).await;
    world.kill(102, JITA).await;
    let page = world.get("/api/v1/events").await;
    assert_eq!(page.events("seq"), [1]);
    assert_eq!(page.json()["next"], 1);
    assert_eq!(page.status, StatusCode::OK);
}
