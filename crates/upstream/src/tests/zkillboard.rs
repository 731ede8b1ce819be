//! zKillboard's REST API.

use std::time::Duration;

use killwire_killmail::SystemId;

use super::manual;
use crate::Priority::Live;
use crate::test_server::{Asked, Server, reply, volatile, with_header};
use crate::{Refusal, SYSTEM_FLOOR, UpstreamError};

const WHOLE: &str = r#"{"killmail_id":134435757,"killmail_time":"2026-11-20T11:00:00Z","solar_system_id":30000142,"victim":{"damage_taken":100,"ship_type_id":670},"attackers":[{"damage_done":100,"final_blow":true,"security_status":-1.0}],"zkb":{"hash":"0123456789abcdef0123456789abcdef01234567","totalValue":10000}}"#;
const BARE: &str = r#"{"killmail_id":134435758,"zkb":{"hash":"0123456789abcdef0123456789abcdef01234567","totalValue":10000}}"#;

fn jita() -> SystemId {
    SystemId::new(30_000_142).unwrap()
}

#[tokio::test]
async fn the_killmails_of_a_system_come_with_or_without_their_bodies() {
    let server = Server::serving(|asked: Asked| async move {
        // The slash at the end and no query: both are a must.
        assert_eq!(
            asked.path,
            "/zkillboard/kills/systemID/30000142/pastSeconds/7200/"
        );
        reply(200, format!(r#"[{WHOLE},{BARE},{{"killmail_id":"?"}}]"#))
    })
    .await;
    let zkillboard = server.upstreams(&manual(), volatile()).await.zkillboard;
    let kills = zkillboard.system_kills(jita(), 2, Live).await.unwrap();
    assert_eq!(kills.killmails[0].killmail.id.get(), 134_435_757);
    assert!(kills.killmails[0].zkb.is_some());
    assert_eq!(kills.references[0].id.get(), 134_435_758);
    assert_eq!(
        (
            kills.killmails.len(),
            kills.references.len(),
            kills.unreadable
        ),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn it_looks_back_no_further_than_a_week() {
    let server = Server::answering(|_| async { reply(200, "[]") }).await;
    let clock = manual();
    let zkillboard = server.upstreams(&clock, volatile()).await.zkillboard;
    for hours in [0, 1_000] {
        zkillboard.system_kills(jita(), hours, Live).await.unwrap();
        clock.advance(SYSTEM_FLOOR);
    }
    let paths = server.paths();
    assert!(paths[0].ends_with("/pastSeconds/3600/"));
    assert!(paths[1].ends_with("/pastSeconds/604800/"));
}

#[tokio::test]
async fn a_system_is_asked_for_once_an_hour_whoever_asks_also_in_the_next_process() {
    let server = Server::answering(|_| async { reply(200, "[]") }).await;
    let (clock, memory) = (manual(), volatile());
    let before = server.upstreams(&clock, memory.clone()).await.zkillboard;
    assert_eq!(before.fetch_timestamp(jita()), None);
    before.system_kills(jita(), 1, Live).await.unwrap();
    let after = server.upstreams(&clock, memory).await.zkillboard;
    clock.advance(SYSTEM_FLOOR - Duration::from_secs(1));
    let too_soon = UpstreamError::TooSoon {
        upstream: crate::Upstream::Zkillboard,
        what: "this system",
        until: "2026-11-20T13:00:00Z".parse().unwrap(),
    };
    assert!(too_soon.is_retryable() && too_soon.is_unsent());
    for zkillboard in [&before, &after] {
        let noon = "2026-11-20T12:00:00Z".parse().ok();
        assert_eq!(zkillboard.fetch_timestamp(jita()), noon);
        // Also for another stretch of time.
        let again = zkillboard.system_kills(jita(), 24, Live).await;
        assert_eq!(again, Err(too_soon.clone()));
    }
    let amarr = SystemId::new(30_002_187).unwrap();
    after.system_kills(amarr, 1, Live).await.unwrap();
    assert_eq!(server.asked(), 2);
    clock.advance(Duration::from_secs(1));
    assert_eq!(after.fetch_timestamp(jita()), None);
    after.system_kills(jita(), 1, Live).await.unwrap();
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_question_whose_answer_a_process_did_not_live_to_see_counts_all_the_same() {
    let server = Server::answering(|_| std::future::pending()).await;
    let (clock, memory) = (manual(), volatile());
    let before = server.upstreams(&clock, memory.clone()).await.zkillboard;
    let asking = tokio::spawn(async move { before.system_kills(jita(), 1, Live).await });
    while server.asked() == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    let after = server.upstreams(&clock, memory).await.zkillboard;
    let again = after.system_kills(jita(), 1, Live).await;
    assert!(
        matches!(again, Err(UpstreamError::TooSoon { .. })),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_question_that_failed_may_be_asked_again() {
    let server = Server::answering(|number| async move {
        let status = if number == 0 { 500 } else { 200 };
        reply(status, "[]")
    })
    .await;
    let clock = manual();
    let zkillboard = server.upstreams(&clock, volatile()).await.zkillboard;
    assert!(zkillboard.system_kills(jita(), 1, Live).await.is_err());
    assert_eq!(zkillboard.fetch_timestamp(jita()), None);
    clock.advance(Duration::from_secs(1));
    zkillboard.system_kills(jita(), 1, Live).await.unwrap();
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn errors_with_status_200_are_errors_and_stop_before_they_earn_a_block() {
    let server = Server::answering(|_| async { reply(200, r#"{"error":"Invalid type"}"#) }).await;
    let clock = manual();
    let upstreams = server.upstreams(&clock, volatile()).await;
    let error = upstreams.zkillboard.system_kills(jita(), 1, Live).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("Invalid type"), "{error}");
    let until = loop {
        clock.advance(Duration::from_secs(1));
        match upstreams.zkillboard.system_kills(jita(), 1, Live).await {
            Err(UpstreamError::Said { .. }) => {}
            Err(UpstreamError::Refused { until, .. }) => break until,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(server.asked(), 20);
    assert_eq!(until, "2026-11-20T12:05:00Z".parse().unwrap());
}

#[tokio::test]
async fn being_sent_to_the_page_of_the_blocked_is_a_block() {
    let server = Server::serving(|asked: Asked| async move {
        if asked.path == "/api/blocked.json" {
            reply(200, r#"{"error":"blocked"}"#)
        } else {
            with_header(302, "location", "/api/blocked.json")
        }
    })
    .await;
    let zkillboard = server.upstreams(&manual(), volatile()).await.zkillboard;
    let error = zkillboard.system_kills(jita(), 1, Live).await.unwrap_err();
    assert!(
        matches!(
            error,
            UpstreamError::Refused {
                why: Refusal::Blocked,
                ..
            }
        ),
        "{error}"
    );
    assert!(zkillboard.system_kills(jita(), 1, Live).await.is_err());
    assert_eq!(server.asked(), 2);
}
