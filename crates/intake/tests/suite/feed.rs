//! From the simulator's feed into the log.

use std::collections::BTreeMap;
use std::time::Duration;

use killwire_killmail::KillmailId;
use killwire_sim::{Fault, FaultPlan, FaultRule, Feed, Service};
use killwire_store::{GapReason, GapState, Kinds, Origin};

use crate::world::{World, a_feed_of, eventually};

const FIRST: u64 = 96_000_000;

fn once_each(world: &World) -> BTreeMap<i64, u64> {
    let offered = world.sim.offered();
    offered.iter().map(|one| (one.killmail_id, 1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_feed_arrives_complete_in_order_and_with_its_position() {
    let world = World::start(a_feed_of(150)).await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    let events = intake.events(Kinds::ALL).await;
    let ids: Vec<_> = events
        .iter()
        .map(|event| event.killmail_id.unwrap().get())
        .collect();
    let offered: Vec<_> = world
        .sim
        .offered()
        .iter()
        .map(|one| one.killmail_id)
        .collect();
    assert_eq!(ids, offered, "in feed order");
    assert!(
        events
            .iter()
            .zip(1..)
            .all(|(event, seq)| event.seq.0 == seq),
        "seqs are dense"
    );
    assert!(events.iter().all(|event| event.origin == Origin::Live));
    assert!(events.iter().all(|event| event.trace.is_some()));
    assert_eq!(intake.position().await, Some(FIRST + 150));
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_at_once_loses_nothing_doubles_nothing_and_breaks_no_rule() {
    let mut config = a_feed_of(600);
    config.faults = FaultPlan::everything(0.03);
    let world = World::start(config).await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    assert_eq!(intake.announced().await, once_each(&world));
    for number in world.sim.bad_entries() {
        let quarantined = intake.store.quarantined(1_000).await.unwrap();
        let place = number.to_string();
        assert!(
            quarantined.iter().any(|entry| entry.place == place),
            "{place}"
        );
    }
    let status = world.sim.status();
    assert!(
        status.faults.len() > 10,
        "faults were played: {:?}",
        status.faults
    );
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn crashes_in_the_middle_lose_nothing_and_double_nothing() {
    let mut config = a_feed_of(300);
    config.faults = FaultPlan::everything(0.01);
    let world = World::start(config).await;
    for part in 1..=4 {
        let intake = world.intake().await;
        eventually("some of the feed is read", || async {
            let position = intake.position().await.unwrap_or_default();
            let goal = FIRST + part * 40;
            (position >= goal)
                .then_some(())
                .ok_or_else(|| format!("at {position}, not {goal}"))
        })
        .await;
        intake.crash().await;
    }
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    assert_eq!(intake.announced().await, once_each(&world));
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_is_recorded_and_its_killmail_brought_late() {
    let mut config = a_feed_of(200);
    config.faults = FaultPlan::none()
        .with_rule(FaultRule::of_sequence(FIRST + 20, Fault::Hole))
        .with_rule(FaultRule::of_sequence(FIRST + 30, Fault::Placeholder));
    let world = World::start(config).await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    eventually("both gaps are repaired", || async {
        let gaps = intake.store.gaps(None).await.unwrap();
        let repaired = gaps.iter().filter(|gap| gap.state == GapState::Repaired);
        (repaired.count() == 2)
            .then_some(())
            .ok_or_else(|| format!("{gaps:#?}"))
    })
    .await;
    let gaps = intake.store.gaps(None).await.unwrap();
    let mut seen: Vec<_> = gaps
        .iter()
        .map(|gap| (gap.from, gap.to, gap.reason, gap.found))
        .collect();
    seen.sort_by_key(|gap| gap.0);
    assert_eq!(
        seen,
        [
            (FIRST + 20, FIRST + 20, GapReason::Hole, 1),
            (FIRST + 30, FIRST + 30, GapReason::Placeholder, 1),
        ]
    );
    let late: Vec<_> = intake
        .events(Kinds::NEW)
        .await
        .into_iter()
        .filter(|event| event.origin == Origin::Late)
        .map(|event| event.killmail_id.unwrap().get())
        .collect();
    let holes: Vec<_> = world
        .sim
        .offered()
        .iter()
        .filter(|one| one.hole)
        .map(|one| one.killmail_id)
        .collect();
    for hole in &holes {
        assert!(late.contains(hole), "{hole} is late");
    }
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_expired_stretch_is_jumped_over_and_repaired_from_the_archive() {
    let mut config = a_feed_of(700);
    config.backlog = 600;
    let world = World::start(config).await;
    world.sim.expire_below(FIRST + 400);
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    assert_eq!(intake.announced().await, once_each(&world));
    let gaps = intake.store.gaps(None).await.unwrap();
    assert!(
        gaps.iter()
            .any(|gap| gap.reason == GapReason::Expired && gap.to == FIRST + 399),
        "{gaps:#?}"
    );
    let requests = world.sim.status().requests;
    assert!(
        requests
            .get(&Service::Everef)
            .is_some_and(|count| *count > 0),
        "{requests:?}"
    );
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_shown_waited_out_and_remembered_by_the_next_process() {
    let world = World::start(a_feed_of(200)).await;
    let intake = world.intake().await;
    eventually("the feed is being read", || async {
        intake
            .position()
            .await
            .map(|_| ())
            .ok_or_else(|| "no position".to_owned())
    })
    .await;
    world.sim.add_fault(FaultRule::of_service(
        Service::R2z2,
        Fault::Status {
            code: 403,
            retry_after: None,
        },
    ));
    eventually("the block shows", || async {
        let text = intake.status.borrow().text.clone();
        text.starts_with("blocked by zKillboard until")
            .then_some(())
            .ok_or(text)
    })
    .await;
    intake.crash().await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_entry_becomes_an_update() {
    // Slow enough, and late enough after the start, that the first version is read before it is
    // rewritten, which is five entries later at the earliest: also on a machine with much to do.
    const REWRITTEN: u64 = 50;
    let mut config = a_feed_of(120);
    config.feed = Feed::Generated {
        per_hour: 60.0,
        total: Some(120),
    };
    let rewrite = FaultRule::of_sequence(FIRST + REWRITTEN, Fault::Rewrite);
    config.faults = FaultPlan::none().with_rule(rewrite);
    let world = World::start(config).await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    eventually("the update arrives", || async {
        let updates = Kinds {
            new: false,
            updated: true,
            imported: false,
        };
        let events = intake.events(updates).await;
        let offered = world.sim.offered();
        let place = usize::try_from(REWRITTEN).unwrap();
        let id = KillmailId::new(offered[place].killmail_id).unwrap();
        let found = events.iter().any(|event| event.killmail_id == Some(id));
        found
            .then_some(())
            .ok_or_else(|| format!("{} updates, {:#?}", events.len(), *intake.status.borrow()))
    })
    .await;
    world.assert_polite();
    intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_prompt_and_keeps_what_was_read() {
    let world = World::start(a_feed_of(5_000)).await;
    let intake = world.intake().await;
    let mut status = intake.status.clone();
    status
        .wait_for(|status| status.counts.new >= 20)
        .await
        .unwrap();
    let store = intake.store.clone();
    let read = intake.status.clone();
    tokio::time::timeout(Duration::from_secs(2), intake.stop())
        .await
        .expect("stops at once");
    drop(store);
    let read = read.borrow().next.unwrap();
    let intake = world.intake().await;
    assert_eq!(intake.position().await, Some(read));
    intake.stop().await;
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_ends_the_follower_with_its_error() {
    let world = World::start(a_feed_of(5_000)).await;
    let intake = world.intake().await;
    intake.store.close().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), intake.ended()).await;
    assert!(ended.expect("ends").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_can_be_repaired_by_hand() {
    let mut config = a_feed_of(120);
    config.faults = FaultPlan::none().with_rule(FaultRule::of_sequence(FIRST + 20, Fault::Hole));
    let world = World::start(config).await;
    let intake = world.intake().await;
    intake.has_everything_of(&world).await;
    let gap = intake.store.gaps(None).await.unwrap()[0].clone();
    assert!(
        intake
            .repairer
            .repair_now(Some(gap.id + 1_000))
            .await
            .is_err()
    );
    let report = intake.repairer.repair_now(Some(gap.id)).await.unwrap();
    assert_eq!(
        (report.tried, report.killmails),
        (1, 0),
        "all is there already"
    );
    assert_eq!(report.repaired, 1);
    world.assert_polite();
    intake.stop().await;
}
