//! The routes from before `/api/v1`.

use axum::body::Body;
use http::{Method, StatusCode};
use insta::assert_snapshot;
use killwire_delivery::Limits;

use crate::world::{AMARR, JITA, World};

#[tokio::test]
async fn a_killmail_by_its_id() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    assert_snapshot!(world.get("/killmail/101").await, @r#"200 {"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"enrichment":"partial","victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"character_name":"Anna Attacker","damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"character_name":"Anna Attacker","damage_done":440,"final_blow":true}}"#);
    assert_snapshot!(world.get("/killmail/7").await, @r#"404 {"error":"Killmail not found"}"#);
    for id in [
        "abc",
        "123abc",
        "0",
        "-1",
        "+1",
        "1.0",
        "%FF",
        "99999999999999999999",
    ] {
        let answer = world.get(&format!("/killmail/{id}")).await;
        assert_eq!(
            answer.to_string(),
            r#"400 {"error":"Invalid killmail ID"}"#,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_deleted_killmail_is_not_found() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.delete(101).await;
    assert_eq!(
        world.get("/killmail/101").await.status,
        StatusCode::NOT_FOUND
    );
    assert_snapshot!(world.get("/system_killmails/30000142").await, @"200 []");
}

#[tokio::test]
async fn a_systems_killmails_newest_first() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    world.kill(102, AMARR).await;
    world.kill(103, JITA).await;

    let list = world.get("/system_killmails/30000142").await.json();
    let ids: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|kill| &kill["killmail_id"])
        .collect();
    assert_eq!(ids, [103, 101]);
    let wrapped = world.get("/system/30000142/killmails").await.json();
    assert_eq!(wrapped["killmails"], list);
    assert_snapshot!(world.get("/system_kill_count/30000142").await, @r#"200 {"count":2}"#);

    assert_snapshot!(world.get("/system_killmails/31000005").await, @"200 []");
    assert_snapshot!(world.get("/system/31000005/killmails").await, @r#"200 {"killmails":[]}"#);
    assert_snapshot!(world.get("/system_kill_count/31000005").await, @r#"200 {"count":0}"#);
}

#[tokio::test]
async fn the_lists_are_bounded_and_the_count_is_not() {
    let limits = Limits {
        system_killmails: 2,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    for id in 101..=103 {
        world.kill(id, JITA).await;
    }
    let list = world.get("/system_killmails/30000142").await.json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_snapshot!(world.get("/system_kill_count/30000142").await, @r#"200 {"count":3}"#);
}

#[tokio::test]
async fn the_oldest_list_route_leads_to_its_successor() {
    let world = World::new().await;
    let answer = world.get("/kills_for_system/30000142").await;
    assert_snapshot!(answer, @"302");
    assert_eq!(
        answer.header("location"),
        Some("/system_killmails/30000142")
    );
}

#[tokio::test]
async fn a_system_id_that_is_not_one() {
    let world = World::new().await;
    for path in [
        "/system_killmails/abc",
        "/system/0/killmails",
        "/system_kill_count/-1",
        "/kills_for_system/12x",
    ] {
        let answer = world.get(path).await;
        assert_eq!(
            answer.to_string(),
            r#"400 {"error":"Invalid system ID"}"#,
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_routes_and_wrong_methods_answer_in_json() {
    let world = World::new().await;
    assert_snapshot!(world.get("/nowhere").await, @r#"404 {"error":"Not found"}"#);
    assert_snapshot!(world.get("/api/killfeed/").await, @r#"404 {"error":"Not found"}"#);
    let answer = world.post("/api/killfeed", "").await;
    assert_snapshot!(answer, @r#"405 {"error":"Method not allowed"}"#);
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
    let answer = world.get("/api/killfeed/ack").await;
    assert_snapshot!(answer, @r#"405 {"error":"Method not allowed"}"#);
}

#[tokio::test]
async fn head_works_where_get_does() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    for path in [
        "/ping",
        "/killmail/101",
        "/system_killmails/30000142",
        "/api/v1/events",
    ] {
        let length = world.get(path).await.body.len();
        let head = world.ask(Method::HEAD, path, Body::empty()).await;
        assert_eq!(
            (head.status, head.body.len()),
            (StatusCode::OK, 0),
            "{path}"
        );
        assert_eq!(
            head.header("content-length"),
            Some(length.to_string().as_str()),
            "{path}"
        );
    }
}
