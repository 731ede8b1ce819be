//! Each fault shows on the wire, and what was asked for is right the next time.

use std::time::Duration;

use killwire_sim::{Fault, FaultRule, Service};
use serde_json::{Value, json};

use crate::client::{self, FIRST, World, header, send, status, world};

/// A world whose first entry meets `fault` once.
async fn meets(fault: Fault) -> World {
    world(vec![FaultRule::of_sequence(FIRST, fault)]).await
}

/// The entry is what it should be.
async fn is_right(world: &World) {
    let entry = client::json(world.entry(FIRST)).await;
    assert_eq!(entry["sequence_id"], FIRST);
    assert!(entry["esi"]["victim"].is_object());
}

fn status_fault(code: u16) -> Fault {
    Fault::Status {
        code,
        retry_after: None,
    }
}

#[tokio::test]
async fn a_status_is_seen_once() {
    for code in [429, 500, 502, 503, 504, 520] {
        let world = meets(status_fault(code)).await;
        let response = send(world.entry(FIRST)).await;
        assert_eq!(response.status(), code);
        assert_eq!(header(&response, "retry-after"), "absent");
        is_right(&world).await;
        assert_eq!(world.sim.breaches(), []);
    }
}

#[tokio::test]
async fn a_429_may_say_when_to_come_back() {
    let world = meets(Fault::Status {
        code: 429,
        retry_after: Some(20),
    })
    .await;
    let response = send(world.entry(FIRST)).await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), "20");
    world.advance(20);
    is_right(&world).await;
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn a_403_blocks_the_host_for_five_minutes_and_the_others_stay_open() {
    let world = meets(status_fault(403)).await;
    assert_eq!(status(world.entry(FIRST)).await, 403);
    world.advance(299);
    assert_eq!(status(world.entry(FIRST)).await, 403);
    let one = world.sim.offered().remove(0);
    assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 200);
    world.advance(1);
    is_right(&world).await;
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn a_delay_passes_on_the_clock() {
    let world = meets(Fault::Delay { seconds: 3 }).await;
    let waiting = tokio::spawn(world.entry(FIRST).send());
    while world.sim.status().faults.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    world.advance(3);
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_hang_lasts_until_the_client_gives_up() {
    for fault in [Fault::Hang, Fault::HangBody] {
        let world = meets(fault).await;
        let request = world.entry(FIRST).timeout(Duration::from_millis(200));
        let answer = async { request.send().await?.bytes().await };
        assert!(answer.await.unwrap_err().is_timeout());
        is_right(&world).await;
    }
}

#[tokio::test]
async fn a_truncated_body_is_half_of_the_json() {
    let world = meets(Fault::Truncated).await;
    let half = send(world.entry(FIRST)).await.bytes().await.unwrap();
    let whole = send(world.entry(FIRST)).await.bytes().await.unwrap();
    assert_eq!(half, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn an_aborted_body_is_an_error_of_the_connection() {
    let world = meets(Fault::Aborted).await;
    let response = send(world.entry(FIRST)).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    is_right(&world).await;
}

#[tokio::test]
async fn garbage_and_web_pages_come_with_status_200() {
    for fault in [Fault::Garbage, Fault::Html] {
        let world = meets(fault.clone()).await;
        let response = send(world.entry(FIRST)).await;
        assert_eq!(response.status(), 200);
        let bytes = response.bytes().await.unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_err());
        assert_eq!(bytes.starts_with(b"<"), fault == Fault::Html);
        is_right(&world).await;
    }
}

#[tokio::test]
async fn an_oversized_body_goes_on_and_on() {
    let world = meets(Fault::Oversized).await;
    let mut response = send(world.entry(FIRST)).await;
    let mut read = 0;
    while read < 20 << 20 {
        read += response.chunk().await.unwrap().unwrap().len();
    }
    drop(response);
    is_right(&world).await;
}

#[tokio::test]
async fn a_mismatched_entry_bears_another_number() {
    let world = meets(Fault::MismatchedSequence).await;
    let entry = client::json(world.entry(FIRST)).await;
    assert_eq!(entry["sequence_id"], FIRST - 1);
    is_right(&world).await;
}

#[tokio::test]
async fn a_fault_can_be_meant_for_a_service_a_path_and_a_number_of_times() {
    let rule = FaultRule::of_service(Service::History, status_fault(500))
        .on_path("totals")
        .times(2);
    let world = world(vec![rule]).await;
    assert_eq!(status(world.entry(FIRST)).await, 200);
    assert_eq!(status(world.r2z2("history/20261120.json")).await, 200);
    for expected in [500, 500, 200] {
        world.advance(1);
        assert_eq!(status(world.r2z2("history/totals.json")).await, expected);
    }
    assert_eq!(world.sim.status().faults["status_5xx"], 2);
}

#[tokio::test]
async fn esi_and_eve_ref_have_faults_too() {
    let world = world(vec![
        FaultRule::of_service(Service::Esi, status_fault(420)),
        FaultRule::of_service(Service::Everef, Fault::Truncated),
    ])
    .await;
    let one = world.sim.offered().remove(0);
    let limited = send(world.esi(one.killmail_id, &one.hash)).await;
    assert_eq!(limited.status(), 420);
    assert_eq!(header(&limited, "x-esi-error-limit-reset"), "60");
    world.advance(60);
    assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 200);
    let day = "2026/killmails-2026-11-20.tar.bz2";
    let half = send(world.everef(day)).await.bytes().await.unwrap();
    world.advance(1);
    let whole = send(world.everef(day)).await.bytes().await.unwrap();
    assert!(half.len() < whole.len());
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn entries_have_faults_of_their_own() {
    let world = world(vec![
        FaultRule::of_sequence(FIRST + 3, Fault::Hole),
        FaultRule::of_sequence(FIRST + 4, Fault::Placeholder),
        FaultRule::of_sequence(FIRST + 5, Fault::BadEntry),
    ])
    .await;
    world.advance(60);
    assert_eq!(status(world.entry(FIRST + 3)).await, 404);
    assert!(client::json(world.entry(FIRST + 4)).await["esi"].is_null());
    assert!(client::json(world.entry(FIRST + 5)).await["esi"]["victim"].is_null());
    let hole = &world.sim.offered()[3];
    assert!(hole.hole);
    assert_eq!(status(world.esi(hole.killmail_id, &hole.hash)).await, 200);
    let index = client::json(world.r2z2("history/20261120.json")).await;
    assert_eq!(index[hole.killmail_id.to_string()], hole.hash);
    assert_eq!(world.sim.bad_entries(), [FIRST + 5]);
}

#[tokio::test]
async fn faults_can_be_added_over_http() {
    let world = world(Vec::new()).await;
    let url = format!("{}/sim/faults", world.sim.base_url());
    let post = |body: String| {
        let request = world.http.post(&url).body(body);
        async move {
            let response = send(request).await;
            (response.status().as_u16(), response.text().await.unwrap())
        }
    };
    let rule = json!({"sequence": FIRST, "times": 2, "fault": {"kind": "status", "code": 503}});
    assert_eq!(
        post(rule.to_string()).await,
        (200, "1 rules added\n".to_owned())
    );
    assert_eq!(status(world.entry(FIRST)).await, 503);
    let rules = json!([{"service": "esi", "fault": {"kind": "hang"}}]);
    assert_eq!(post(rules.to_string()).await.0, 200);
    let (code, text) = post(r#"{"fault":{"kind":"rain"}}"#.to_owned()).await;
    assert_eq!(code, 400);
    assert!(
        text.contains("expected a rule or a list of rules"),
        "{text}"
    );
    assert_eq!(post("x".repeat(2 << 20)).await.0, 413);
    let many = vec![rule; 10_001];
    assert_eq!(post(Value::from(many).to_string()).await.0, 409);
}
