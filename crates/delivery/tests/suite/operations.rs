//! `/ping`, `/health`, `/status`, `/metrics`: what the program says about itself.

use insta::assert_snapshot;
use killwire_delivery::{HealthReport, PartHealth, PartState};

use crate::world::World;

fn part(name: &str, state: PartState, reason: Option<&str>) -> PartHealth {
    PartHealth {
        name: name.to_owned(),
        state,
        reason: reason.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_healthy_program() {
    let world = World::new().await;
    *world.program.report.lock().unwrap() = HealthReport {
        live: true,
        ready: true,
        parts: vec![
            part("store", PartState::Ok, None),
            part("repair", PartState::Degraded, Some("2 gaps are open")),
        ],
    };
    assert_snapshot!(world.get("/ping").await, @"200 pong");
    assert_snapshot!(world.get("/health").await, @r#"200 {"status":"degraded","live":true,"ready":true,"parts":[{"name":"store","state":"ok"},{"name":"repair","state":"degraded","reason":"2 gaps are open"}]}"#);
    assert_snapshot!(world.get("/health/live").await, @r#"200 {"live":true}"#);
    assert_snapshot!(world.get("/health/ready").await, @r#"200 {"ready":true,"reasons":["repair: 2 gaps are open"]}"#);
}

#[tokio::test]
async fn a_program_that_cannot_follow_the_feed_says_why() {
    let world = World::new().await;
    *world.program.report.lock().unwrap() = HealthReport {
        live: true,
        ready: false,
        parts: vec![
            part("store", PartState::Ok, None),
            part("feed", PartState::Failing, Some("12 minutes behind")),
        ],
    };
    assert_snapshot!(world.get("/health").await, @r#"503 {"status":"failing","live":true,"ready":false,"parts":[{"name":"store","state":"ok"},{"name":"feed","state":"failing","reason":"12 minutes behind"}]}"#);
    assert_snapshot!(world.get("/health/live").await, @r#"200 {"live":true}"#);
    assert_snapshot!(world.get("/health/ready").await, @r#"503 {"ready":false,"reasons":["feed: 12 minutes behind"]}"#);
}

#[tokio::test]
async fn status_and_metrics_come_from_the_program() {
    let world = World::new().await;
    world.program.answer.notify_one();
    assert_snapshot!(world.get("/status").await, @r#"200 {"head":7}"#);
    let metrics = world.get("/metrics").await;
    assert_eq!(
        metrics.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    assert_snapshot!(metrics, @r"
    200 # TYPE killwire_up gauge
    killwire_up 1
    ");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_treat_it_as_data() {
    let world = World::new().await;
    for path in ["/ping", "/nowhere", "/api/v1/events"] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'; frame-ancestors 'none'")
        );
    }
}
