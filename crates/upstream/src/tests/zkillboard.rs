//! zKillboard's REST API.

use std::time::Duration;

use killwire_killmail::SystemId;

use super::manual;
use crate::Priority::Live;
use crate::test_server::{Asked, Server, reply, volatile, with_header};
use crate::{Refusal, UpstreamError};

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
        clock.advance(Duration::from_secs(1));
    }
    let paths = server.paths();
    assert!(paths[0].ends_with("/pastSeconds/3600/"));
    assert!(paths[1].ends_with("/pastSeconds/604800/"));
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
