//! ESI down, slow, or refusing.

use std::time::Duration;

use killwire_sim::{Fault, FaultKind, FaultPlan, FaultRule, Service};

use crate::client::{header, send, status, world, world_with};

#[tokio::test]
async fn routes_have_tokens_or_errors_and_never_both() {
    let world = world(Vec::new()).await;
    let prices = send(world.esi_get("markets/prices")).await;
    assert_eq!(header(&prices, "x-esi-error-limit-remain"), "100");
    assert_eq!(header(&prices, "x-ratelimit-limit"), "absent");
    let cluster = send(world.esi_get("status")).await;
    assert_eq!(header(&cluster, "x-esi-error-limit-remain"), "absent");
    assert_eq!(header(&cluster, "x-ratelimit-group"), "status");
    assert_eq!(header(&cluster, "x-ratelimit-limit"), "600/15m");
    assert_eq!(header(&cluster, "x-ratelimit-remaining"), "598");
}

#[tokio::test]
async fn during_a_downtime_everything_answers_503_and_who_goes_on_is_counted() {
    let world = world(Vec::new()).await;
    let up = send(world.esi_get("status")).await.text().await.unwrap();
    assert!(up.contains("2026-11-20T11:00:00Z"), "{up}");
    world.sim.set_esi_down(true);
    world.advance(60);
    let one = world.sim.offered().remove(0);
    assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 503);
    assert_eq!(status(world.esi_get("status")).await, 503);
    assert_eq!(status(world.esi_post("universe/names", &[587])).await, 503);
    world.advance(1);
    for _ in 0..10 {
        assert_eq!(status(world.esi_get("markets/prices")).await, 503);
    }
    assert_eq!(world.sim.breaches(), []);
    status(world.esi_get("markets/prices")).await;
    assert_eq!(world.count("esi-during-downtime"), 1);
    world.sim.set_esi_down(false);
    let up = send(world.esi_get("status")).await.text().await.unwrap();
    assert!(up.contains("2026-11-20T12:01:01Z"), "{up}");
    assert_eq!(status(world.esi_post("universe/names", &[587])).await, 200);
}

#[tokio::test]
async fn the_daily_downtime_begins_at_eleven() {
    let world = world_with(|config| {
        config.esi_downtime = Some(Duration::from_secs(600));
    })
    .await;
    // It is noon: 23 hours to go.
    world.advance(23 * 3_600 - 1);
    assert_eq!(status(world.esi_get("status")).await, 200);
    world.advance(1);
    assert_eq!(status(world.esi_get("status")).await, 503);
    world.advance(600);
    let up = send(world.esi_get("status")).await.text().await.unwrap();
    assert!(up.contains("2026-11-21T11:10:00Z"), "{up}");
}

#[tokio::test]
async fn esi_can_think_for_a_while() {
    let world = world(Vec::new()).await;
    world.sim.set_esi_latency(Duration::from_secs(3));
    let waiting = tokio::spawn(world.esi_get("status").send());
    while world.sim.status().esi_requests.is_empty() {
        tokio::task::yield_now().await;
    }
    // Registers its timer before the clock moves.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    world.advance(3);
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_420_says_on_every_route_how_long_it_lasts() {
    let limited = Fault::Status {
        code: 420,
        retry_after: None,
    };
    let rule = FaultRule::of_service(Service::Esi, limited).on_path("status");
    let world = world(vec![rule]).await;
    let response = send(world.esi_get("status")).await;
    assert_eq!(response.status(), 420);
    assert_eq!(header(&response, "x-esi-error-limit-remain"), "0");
    assert_eq!(header(&response, "x-esi-error-limit-reset"), "60");
}

#[tokio::test]
async fn a_429_of_one_group_leaves_the_others_open() {
    let told = Fault::Status {
        code: 429,
        retry_after: Some(30),
    };
    let rule = FaultRule::of_service(Service::Esi, told).on_path("killmails");
    let world = world(vec![rule]).await;
    let one = world.sim.offered().remove(0);
    assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 429);
    assert_eq!(status(world.esi_get("status")).await, 200);
    assert_eq!(status(world.esi_get("markets/prices")).await, 200);
    assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 429);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn nonsense_lasts_until_the_faults_are_cleared() {
    let rule = FaultRule::of_service(Service::Esi, Fault::Garbage).times(u32::MAX);
    let world = world(vec![rule]).await;
    for _ in 0..5 {
        let answer = send(world.esi_get("corporations/1000125")).await;
        let body = answer.bytes().await.unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_err());
    }
    world.sim.clear_faults();
    let answer = send(world.esi_get("corporations/1000125")).await;
    assert!(answer.text().await.unwrap().contains("CONCORD"));
    // What could not be read was not held against the client.
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn faults_by_rate_reach_every_service() {
    let world = world_with(|config| {
        config.faults = FaultPlan::none().with_rate(FaultKind::Html, 1.0);
    })
    .await;
    let root = world.sim.base_url();
    let key = killwire_sim::JANICE_KEY;
    let janice = world
        .http
        .post(format!("{root}/janice/pricer?market=2"))
        .header("X-ApiKey", key)
        .body("34");
    let get = |path: &str| world.http.get(format!("{root}/{path}"));
    for request in [
        janice,
        get("mutamarket/modules/type/47408"),
        get("static-data/tranquility/latest.jsonl"),
        get("zkillboard/kills/systemID/30000142/pastSeconds/3600/"),
        world.esi_get("status"),
        world.esi_post("universe/names", &[587]),
    ] {
        let body = send(request).await.text().await.unwrap();
        assert!(body.starts_with("<!DOCTYPE"), "{body}");
    }
    assert_eq!(world.sim.status().faults["html"], 6);
}
