//! What many killmails cost: 20,000 of them, of a New Eden of 50,000 pilots.

use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::Killmail;
use killwire_lookup::kinds::Belongs;
use killwire_lookup::{Lookup, Priority};
use tokio::task::JoinSet;

use crate::world::{World, everybody, pipeline};

const KILLMAILS: usize = 20_000;
const PILOTS: u64 = 50_000;
/// As fast as the feed is read when Killwire catches up: 10 killmails a second.
const BETWEEN: Duration = Duration::from_millis(100);
/// Killmails under way at once.
const AT_ONCE: usize = 64;

/// What enrichment asks for. Whether all of it is known afterwards.
async fn enrich(lookup: Lookup, killmail: Killmail) -> bool {
    let wanted = everybody(&killmail);
    let named = lookup.fetch_entities(&wanted, Priority::Live).await;
    for attacker in &killmail.attackers {
        if let (Some(pilot), Some(corporation)) = (attacker.character_id, attacker.corporation_id) {
            let belongs = Belongs {
                corporation,
                alliance: attacker.alliance_id,
                faction: attacker.faction_id,
            };
            lookup.note_affiliation(pilot, belongs, killmail.time);
        }
    }
    let belongs = match killmail.victim.character_id {
        Some(pilot) => lookup.affiliation(pilot, Priority::Live).await.map(|_| ()),
        None => Ok(()),
    };
    named.and(belongs).is_ok() && lookup.is_known(&wanted)
}

/// The generator draws pilots by Zipf's law with exponent 1, 32 to a corporation, 8 corporations to
/// an alliance. Time passes with the killmails, so that the figures do not depend on the machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_killmails_cost_few_calls_and_break_no_rule() {
    let clock = Clock::manual("2026-11-01T12:00:00Z".parse().unwrap());
    let world = World::on(clock.clone(), |sim| sim.population = PILOTS).await;
    let start: Timestamp = clock.now();
    let mut under_way = JoinSet::new();
    let mut known = 0;
    for mut killmail in world.killmails().take(KILLMAILS) {
        clock.advance(BETWEEN);
        killmail.time = clock.now();
        under_way.spawn(enrich(world.lookup.clone(), killmail));
        while under_way.len() >= AT_ONCE {
            // Nothing ends while a batch gathers: then it is the clock's turn.
            let next = tokio::time::timeout(Duration::from_millis(2), under_way.join_next());
            match next.await {
                Ok(ended) => known += usize::from(ended.unwrap().unwrap()),
                Err(_) => clock.advance(BETWEEN),
            }
        }
    }
    while !under_way.is_empty() {
        clock.advance(BETWEEN);
        let next = tokio::time::timeout(Duration::from_millis(2), under_way.join_next());
        if let Ok(Some(ended)) = next.await {
            known += usize::from(ended.unwrap());
        }
    }
    let took = clock.now().duration_since(start);
    let (report, requests) = (world.lookup.report(), world.esi_requests());
    let names = pipeline(&world.lookup, "names");
    println!(
        "{KILLMAILS} killmails in {} s: {} look-ups, {:.2} % without a call; {} different names; \
         {requests} requests: {} for names, {} for tickers",
        took.as_secs(),
        report.look_ups,
        report.share_without_a_call() * 100.0,
        names.asked,
        names.calls,
        pipeline(&world.lookup, "tickers").calls,
    );
    assert_eq!(known, KILLMAILS);
    assert!(report.share_without_a_call() > 0.95);
    assert!(requests < KILLMAILS as u64 / 5, "{requests} requests");
    world.assert_polite();
}
