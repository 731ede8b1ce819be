//! Over HTTP, a rude client is counted and a polite one is not.

use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_sim::{Fault, FaultPlan, FaultRule, Feed, Sim, SimConfig};

use crate::client::{FIRST, http, send, status, world};

#[tokio::test]
async fn asking_for_a_missing_number_within_six_seconds_is_counted() {
    let world = world(Vec::new()).await;
    assert_eq!(status(world.entry(FIRST + 900)).await, 404);
    world.advance(6);
    assert_eq!(status(world.entry(FIRST + 900)).await, 404);
    assert_eq!(world.sim.breaches(), []);
    world.advance(5);
    status(world.entry(FIRST + 900)).await;
    assert_eq!(world.count("missing-again"), 1);
}

#[tokio::test]
async fn asking_within_a_block_or_before_retry_after_is_counted() {
    let blocked = Fault::Status {
        code: 403,
        retry_after: None,
    };
    let told = Fault::Status {
        code: 429,
        retry_after: Some(30),
    };
    for (fault, rule) in [(blocked, "request-in-block"), (told, "before-retry-after")] {
        let world = world(vec![FaultRule::of_sequence(FIRST, fault)]).await;
        for _ in 0..4 {
            assert_ne!(status(world.entry(FIRST)).await, 200);
            world.advance(2);
        }
        // The first was told, the second is forgiven.
        assert_eq!(world.count(rule), 2);
    }
}

#[tokio::test]
async fn a_client_without_a_name_is_refused_and_one_without_a_contact_is_counted() {
    let world = world(Vec::new()).await;
    let url = format!("{}/ephemeral/{FIRST}.json", world.sim.r2z2_url());
    assert_eq!(status(http("").get(&url)).await, 403);
    assert_eq!(status(http("script/1").get(&url)).await, 200);
    assert_eq!(world.count("user-agent"), 2);
}

#[tokio::test]
async fn a_cache_in_front_of_the_feed_is_counted() {
    let world = world(Vec::new()).await;
    send(world.entry(FIRST).header("If-None-Match", "\"x\"")).await;
    assert_eq!(world.count("conditional-request"), 1);
}

#[tokio::test]
async fn esi_wants_a_compatibility_date() {
    let world = world(Vec::new()).await;
    let one = world.sim.offered().remove(0);
    let url = format!(
        "{}/killmails/{}/{}",
        world.sim.esi_url(),
        one.killmail_id,
        one.hash
    );
    // ESI takes its oldest date instead of refusing.
    assert_eq!(status(world.http.get(&url)).await, 200);
    assert_eq!(world.count("esi-compatibility-date"), 1);
    let future = world
        .http
        .get(url)
        .header("X-Compatibility-Date", "2027-01-01");
    assert_eq!(status(future).await, 400);
}

#[tokio::test]
async fn asking_esi_over_and_over_for_what_still_holds_is_counted() {
    let mut world = world(Vec::new()).await;
    let one = world.sim.offered().remove(0);
    // It was killed twice, and begins anew each time.
    for _ in 0..3 {
        world.begin_anew();
        world.advance(1);
        assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 200);
    }
    assert_eq!(world.sim.breaches(), []);
    for _ in 0..2 {
        world.advance(1);
        assert_eq!(status(world.esi(one.killmail_id, &one.hash)).await, 200);
    }
    assert_eq!(world.count("esi-before-expires"), 2);
}

#[tokio::test]
async fn esi_answers_420_after_a_hundred_errors_and_counts_who_goes_on() {
    let world = world(Vec::new()).await;
    for id in 0..100 {
        // Errors of routes with a bucket do not count.
        assert_eq!(status(world.esi(id, "x")).await, 404);
        let nobody = world.esi_get(&format!("characters/{id}"));
        assert_eq!(status(nobody).await, 404);
    }
    assert_eq!(world.sim.breaches(), []);
    // Also on routes with a bucket.
    for _ in 0..3 {
        assert_eq!(status(world.esi(1, "x")).await, 420);
    }
    assert_eq!(world.count("request-during-420"), 1);
    world.advance(60);
    assert_eq!(status(world.esi(1, "x")).await, 404);
}

#[tokio::test]
async fn esi_counts_who_overdraws_the_bucket() {
    let world = world(Vec::new()).await;
    // 90 refusals cost 450 tokens; the ninth time would be one too many.
    for _ in 0..8 {
        for id in 0..90 {
            assert_eq!(status(world.esi(id, "x")).await, 404);
        }
        world.advance(60);
    }
    assert_eq!(world.sim.breaches(), []);
    let response = send(world.esi(1, "x")).await;
    assert_eq!(response.status(), 429);
    assert_eq!(crate::client::header(&response, "retry-after"), "420");
    assert_eq!(world.count("esi-bucket-overdrawn"), 1);
}

/// A feed with a thousand entries ready, on a clock a thousand times as fast.
async fn fast(scale: u32) -> (Sim, Clock) {
    let clock = Clock::scaled(Timestamp::now(), scale);
    let sim = Sim::start(SimConfig {
        feed: Feed::Generated {
            per_hour: 1e6,
            total: Some(3_000),
        },
        backlog: 2_900,
        faults: FaultPlan::none(),
        ..SimConfig::new(clock.clone())
    })
    .await
    .unwrap();
    (sim, clock)
}

/// Reads a thousand entries and waits `pause` of the clock between them.
async fn read(sim: &Sim, clock: &Clock, pause: Duration) {
    let http = http("Killwire-test/1 (test@example.com)");
    for sequence in FIRST..FIRST + 400 {
        let url = format!("{}/ephemeral/{sequence}.json", sim.r2z2_url());
        let answer = http.get(url).send().await.unwrap();
        answer.bytes().await.unwrap();
        if !pause.is_zero() {
            clock.sleep(pause).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_keeps_to_ten_a_second_is_never_counted_at_any_scale() {
    for scale in [50, 1_000, 5_000] {
        let (sim, clock) = fast(scale).await;
        read(&sim, &clock, Duration::from_millis(100)).await;
        assert_eq!(sim.breaches(), [], "at scale {scale}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_wait_is_counted() {
    let (sim, clock) = fast(20).await;
    read(&sim, &clock, Duration::ZERO).await;
    let status = sim.status();
    assert!(status.breaches["rate-15"] > 100, "{status:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_number_asked_for_after_six_seconds_of_a_fast_clock_is_not_counted() {
    let (sim, clock) = fast(1_000).await;
    let http = http("Killwire-test/1 (test@example.com)");
    let url = format!("{}/ephemeral/{}.json", sim.r2z2_url(), FIRST + 100_000);
    for _ in 0..200 {
        assert_eq!(status(http.get(&url)).await, 404);
        clock.sleep(Duration::from_secs(6)).await;
    }
    assert_eq!(sim.breaches(), []);
}
