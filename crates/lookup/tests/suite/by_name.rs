//! Whom a name means that nobody here has met.

use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_lookup::{EntityKind, Lookup, MatchKind};
use killwire_sim::names;
use killwire_store::EntityRow;

use crate::world::{World, meanwhile};

const PILOT: i64 = 90_000_000;
const ALLIANCE: i64 = 99_000_000;

/// How often ESI was asked who bears a name.
fn asked(world: &World) -> u64 {
    let requests = world.sim.status().esi_requests;
    requests.get("POST /universe/ids").copied().unwrap_or(0)
}

/// The kinds, ids and names that a text may stand for.
async fn found(lookup: &Lookup, text: &str) -> Vec<(MatchKind, i64, String)> {
    let found = lookup.find(text, 5).await.unwrap().into_iter();
    found.map(|of| (of.kind, of.id, of.name)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pilot_whom_nobody_here_has_met_is_asked_of_esi_once_also_over_a_restart() {
    let world = World::open().await;
    let name = names::character(PILOT);
    let pilot = [(MatchKind::Character, PILOT, name.clone())];
    assert_eq!(found(&world.lookup, &name.to_uppercase()).await, pilot);
    assert_eq!(found(&world.lookup, &name).await, pilot);
    let after = world.restarted().await;
    assert_eq!(found(&after, &name.to_lowercase()).await, pilot);
    // The beginning of a name is nobody's name: that is asked, too.
    assert_eq!(found(&after, &name[..6]).await, pilot);
    assert_eq!(asked(&world), 2);
    assert_eq!(world.esi_requests(), 2);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alliance_is_found_by_its_name_with_its_ticker() {
    let world = World::open().await;
    let name = names::alliance(ALLIANCE);
    let assert_found = async |lookup: &Lookup| {
        let found = lookup.find(&name, 5).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].kind, found[0].id),
            (MatchKind::Alliance, ALLIANCE)
        );
        assert_eq!(found[0].ticker, world.sim.ticker_of(ALLIANCE));
    };
    assert_found(&world.lookup).await;
    assert_found(&world.restarted().await).await;
    assert_eq!(
        world.esi_requests(),
        2,
        "who bears the name, and the ticker"
    );
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_nobody_bears_is_asked_for_again_after_twelve_hours() {
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(noon);
    let world = World::on(clock.clone(), |_| ()).await;
    for (later, times) in [(0, 1), (11 * 3_600, 1), (3_600, 2)] {
        clock.advance(Duration::from_secs(later));
        let nobody = meanwhile(&clock, found(&world.lookup, "Nobody At All")).await;
        assert_eq!(nobody, []);
        assert_eq!(asked(&world), times, "{later} s later");
    }
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_esi_is_down_what_is_known_here_is_found_and_only_what_is_not_is_an_error() {
    let world = World::open().await;
    let stored = EntityRow {
        kind: EntityKind::Alliance,
        id: ALLIANCE,
        name: Some("Quiet Compact".to_owned()),
        ticker: Some("QUIET".to_owned()),
        fetched_at: world.clock.now(),
        expires_at: None,
        etag: None,
    };
    world.store.save_entities(vec![stored]).await.unwrap();
    world.sim.set_esi_down(true);
    let quiet = [(MatchKind::Alliance, ALLIANCE, "Quiet Compact".to_owned())];
    assert_eq!(found(&world.lookup, "quiet").await, quiet);
    let error = world.lookup.find("Nobody At All", 5).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_nobody_can_bear_costs_nothing() {
    let world = World::open().await;
    for text in ["ab", "C\nP", &"x".repeat(101)] {
        assert_eq!(found(&world.lookup, text).await, []);
    }
    assert_eq!(world.esi_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_names_bearers_are_those_of_the_kinds_asked_for_and_of_the_whole_name() {
    let world = World::open().await;
    let name = names::character(PILOT);
    let bearers = async |name: &str, kinds: &[EntityKind]| {
        let found = world.lookup.bearers(name, kinds).await.unwrap();
        let mut found: Vec<_> = found.into_iter().map(|key| (key.kind, key.id)).collect();
        found.sort_unstable();
        found
    };
    let pilot = (EntityKind::Character, PILOT);
    let kinds = [EntityKind::Character];
    // Nobody here has met them: ESI is asked.
    assert_eq!(bearers(&name, &kinds).await, [pilot]);
    let requests = asked(&world);
    assert_eq!(requests, 1);
    assert_eq!(bearers(&name, &[EntityKind::Alliance]).await, []);
    assert_eq!(bearers("Nobody At All", &kinds).await, []);

    // Whom the store has is not asked of ESI, whatever the case and the blanks around it.
    world.lookup.flush().await;
    let before = asked(&world);
    let loud = format!("  {}  ", name.to_uppercase());
    let stored = EntityRow {
        kind: EntityKind::Corporation,
        id: 98_000_777,
        name: Some(name.to_lowercase()),
        ticker: Some("SAME".to_owned()),
        fetched_at: world.clock.now(),
        expires_at: None,
        etag: None,
    };
    let longer = EntityRow {
        id: 98_000_778,
        name: Some(format!("{name} Holding")),
        ..stored.clone()
    };
    world
        .store
        .save_entities(vec![stored, longer])
        .await
        .unwrap();
    let namesake = (EntityKind::Corporation, 98_000_777);
    assert_eq!(bearers(&loud, &[EntityKind::Corporation]).await, [namesake]);
    let both = [EntityKind::Corporation, EntityKind::Character];
    assert!(bearers(&loud, &both).await.contains(&namesake));
    assert_eq!(asked(&world), before);
    world.assert_polite();
}
