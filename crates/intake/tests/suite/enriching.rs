//! Names on the way to the log: in order, in time, and with few questions.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use killwire_sim::{Fault, FaultRule, Feed, Service, SimConfig};
use killwire_store::{Kinds, LogEvent};
use serde_json::Value;

use crate::world::{Intake, World, a_feed_of, eventually};

/// The real feed's greatest pace: what the follower may read of it.
const FULL_RATE: f64 = 36_000.0;

/// A feed at full rate on a clock that is `scale` times as fast as ours.
fn at_full_rate(total: u64, scale: u32) -> SimConfig {
    SimConfig {
        feed: Feed::Generated {
            per_hour: FULL_RATE,
            total: Some(total),
        },
        ..SimConfig::new(Clock::scaled(Timestamp::now(), scale))
    }
}

fn killmail(event: &LogEvent) -> Value {
    serde_json::from_slice(event.killmail.as_ref().unwrap()).unwrap()
}

async fn all_complete(intake: &Intake, world: &World) {
    intake.has_everything_of(world).await;
    eventually("everything is complete", || async {
        match intake.store.unfinished_count().await.unwrap() {
            0 => Ok(()),
            open => Err(format!("{open} killmails are not complete")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_keeps_the_order_of_the_feed_however_long_each_name_takes() {
    let world = World::start(at_full_rate(150, 20)).await.with_static_data();
    for seconds in [9, 2, 30, 1, 4, 60, 3] {
        let slow = FaultRule::of_service(Service::Esi, Fault::Delay { seconds });
        world.sim.add_fault(slow.times(2));
    }
    let intake = world.intake().await;
    all_complete(&intake, &world).await;
    let logged: Vec<i64> = intake
        .events(Kinds::NEW)
        .await
        .iter()
        .map(|event| event.killmail_id.unwrap().get())
        .collect();
    let offered = world.sim.offered().into_iter();
    let offered: Vec<i64> = offered.map(|offered| offered.killmail_id).collect();
    assert_eq!(logged, offered);
    world.assert_polite();
    intake.stop().await;
}

/// How long the killmails were under way from their publication to the log, the longest.
async fn longest_way(intake: &Intake, world: &World) -> SignedDuration {
    let offered = world.sim.offered();
    let events = intake.events(Kinds::NEW).await;
    let ways = events.iter().map(|event| {
        let id = event.killmail_id.unwrap().get();
        let published = offered.iter().find(|one| one.killmail_id == id).unwrap();
        event.appended_at.duration_since(published.published)
    });
    ways.max().unwrap()
}

async fn arrives_in_time_while(esi: impl FnOnce(&World)) {
    // Twice our time: a budget of two seconds is one of ours, the least that a network gets.
    let world = World::start(at_full_rate(120, 2)).await.with_static_data();
    esi(&world);
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    let longest = longest_way(&intake, &world).await;
    // The budget, and some seconds for the way on a busy machine.
    assert!(longest < SignedDuration::from_secs(8), "{longest}");
    let partial = intake
        .events(Kinds::NEW)
        .await
        .iter()
        .filter(|event| killmail(event)["enrichment"] == "partial")
        .count();
    assert!(partial > 100, "{partial} of 120 lack names");

    world.sim.set_esi_down(false);
    world.sim.set_esi_latency(Duration::ZERO);
    world.sim.clear_faults();
    all_complete(&intake, &world).await;
    let updated = intake
        .events(Kinds {
            new: false,
            updated: true,
            imported: false,
        })
        .await;
    let ids: BTreeSet<_> = updated.iter().map(|event| event.killmail_id).collect();
    assert_eq!(ids.len(), updated.len(), "one update each, and no more");
    for event in intake.events(Kinds::NEW).await {
        assert_eq!(killmail(&event)["enrichment"], "complete");
    }
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_at_full_rate_is_not_held_up_by_an_esi_that_is_down() {
    arrives_in_time_while(|world| world.sim.set_esi_down(true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_at_full_rate_is_not_held_up_by_an_esi_that_is_slow() {
    arrives_in_time_while(|world| world.sim.set_esi_latency(Duration::from_secs(20))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_at_full_rate_is_not_held_up_by_an_esi_that_answers_nonsense() {
    arrives_in_time_while(|world| {
        let nonsense = FaultRule::of_service(Service::Esi, Fault::Garbage);
        world.sim.add_fault(nonsense.times(u32::MAX));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_esi_does_not_know_are_found_out_once_and_do_not_keep_others_nameless() {
    let config = SimConfig {
        unknown_ids: 0.02,
        ..a_feed_of(120)
    };
    let world = World::start(config).await.with_static_data();
    let intake = world.intake().await;
    all_complete(&intake, &world).await;
    let (mut named, mut nameless) = (0, 0);
    for event in intake.events(Kinds::NEW).await {
        let killmail = killmail(&event);
        let attackers = killmail["attackers"].as_array().unwrap();
        for someone in attackers.iter().chain([&killmail["victim"]]) {
            let Some(id) = someone["character_id"].as_i64() else {
                continue;
            };
            let name = someone["character_name"].as_str().map(str::to_owned);
            assert_eq!(name, world.sim.name_of(id), "{id}");
            match name {
                Some(_) => named += 1,
                None => nameless += 1,
            }
        }
    }
    assert!(named > 20 * nameless && nameless > 0, "{named} {nameless}");
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_names_and_keeps_what_was_read() {
    let world = World::start(at_full_rate(200, 2)).await.with_static_data();
    world.sim.set_esi_latency(Duration::from_secs(3_600));
    let intake = world.intake().await;
    eventually("something is read", || async {
        match intake.events(Kinds::NEW).await.len() {
            0 => Err("nothing yet".to_owned()),
            _ => Ok(()),
        }
    })
    .await;
    // Well below the 3.8 seconds that a server gives its tasks.
    let stopped = tokio::time::timeout(Duration::from_secs(3), intake.stop());
    stopped.await.unwrap();
    let intake = world.intake().await;
    world.sim.set_esi_latency(Duration::ZERO);
    intake.has_everything_of(&world).await;
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rewritten_entry_of_a_killmail_without_names_makes_one_update_when_they_come() {
    let world = World::start(a_feed_of(60)).await.with_static_data();
    world.sim.set_esi_down(true);
    let first = SimConfig::new(world.clock.clone()).first_sequence;
    for sequence in [first + 10, first + 20] {
        let rule = FaultRule::of_sequence(sequence, Fault::Duplicate);
        world.sim.add_fault(rule);
    }
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    world.sim.set_esi_down(false);
    all_complete(&intake, &world).await;
    let log = intake.events(Kinds::ALL).await;
    for killmail in world.sim.offered() {
        let of_it = log
            .iter()
            .filter(|event| event.killmail_id.map(|id| id.get()) == Some(killmail.killmail_id));
        let updates = of_it.count() - 1;
        // One for the names, and one more where zKillboard's values changed with the second entry.
        assert!(
            updates <= killmail.sequences.len(),
            "{updates} {killmail:?}"
        );
    }
    world.assert_polite();
    intake.stop().await;
}
