//! Names and tickers of everybody on a killmail, from the simulated ESI.

use std::collections::BTreeSet;
use std::time::Duration;

use killwire_killmail::{AllianceId, CharacterId, CorporationId};
use killwire_lookup::{EntityKey, EntityKind, Known, Lookup, Priority, Wanted};
use killwire_store::EntityRow;

use crate::world::{World, everybody, pipeline};

/// What the handle says of each id must be what ESI says.
fn assert_named(world: &World, lookup: &Lookup, wanted: &Wanted) {
    for key in wanted.keys() {
        let EntityKey { id, .. } = key;
        match (lookup.entity(key), world.sim.name_of(id)) {
            (Known::Yes(entity), Some(name)) => {
                assert_eq!(entity.name.as_ref(), name);
                let ticker = entity.ticker.map(|ticker| ticker.as_ref().to_owned());
                assert_eq!(ticker, world.sim.ticker_of(id).filter(|_| key.has_ticker()));
            }
            (Known::Missing, None) => {}
            (known, name) => panic!("{key:?} is {known:?}, but {name:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_on_a_killmail_is_named_after_a_fetch() {
    let world = World::open().await;
    for killmail in world.killmails().take(20) {
        let wanted = everybody(&killmail);
        let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
        fetched.unwrap();
        assert!(world.lookup.is_known(&wanted));
        assert_named(&world, &world.lookup, &wanted);
    }
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_without_its_ticker_is_shown_and_not_settled() {
    let world = World::open().await;
    let id = AllianceId::new(99_000_001).unwrap();
    let stored = EntityRow {
        kind: EntityKind::Alliance,
        id: id.get(),
        name: Some("Quiet Compact".to_owned()),
        ticker: None,
        fetched_at: world.clock.now(),
        expires_at: None,
        etag: None,
    };
    world.store.save_entities(vec![stored]).await.unwrap();
    world.sim.set_esi_down(true);
    let after = world.restarted().await;
    let Known::Partly(partly) = after.alliance(id) else {
        panic!("{:?}", after.alliance(id));
    };
    assert_eq!(partly.name.as_ref(), "Quiet Compact");
    assert_eq!(partly.ticker, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_knows_everybody_without_a_call() {
    let world = World::open().await;
    let killmails: Vec<_> = world.killmails().take(30).collect();
    for killmail in &killmails {
        let wanted = everybody(killmail);
        let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
        fetched.unwrap();
    }
    let after = world.restarted().await;
    let requests = world.esi_requests();
    for killmail in &killmails {
        let wanted = everybody(killmail);
        assert!(after.is_known(&wanted), "warm from the start");
        assert_named(&world, &after, &wanted);
        after.fetch_entities(&wanted, Priority::Live).await.unwrap();
    }
    assert_eq!(world.esi_requests(), requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_store_knows_is_found_also_where_the_cache_is_cold() {
    let world = World::open().await;
    let killmails: Vec<_> = world.killmails().take(10).collect();
    // Warm with nothing: it was opened before anything was stored.
    let after = world.restarted().await;
    for killmail in &killmails {
        let wanted = everybody(killmail);
        let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
        fetched.unwrap();
    }
    world.lookup.flush().await;
    let requests = world.esi_requests();
    for killmail in &killmails {
        let wanted = everybody(killmail);
        after.fetch_entities(&wanted, Priority::Live).await.unwrap();
        assert_named(&world, &after, &wanted);
    }
    assert_eq!(world.esi_requests(), requests);
    assert!(pipeline(&after, "names").from_store > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_esi_does_not_know_are_missing_and_the_rest_is_named() {
    let world = World::with(|sim| sim.unknown_ids = 0.02).await;
    let mut missing = BTreeSet::new();
    for killmail in world.killmails().take(40) {
        let wanted = everybody(&killmail);
        // Where ESI's errors are spent, Killwire pauses and comes back.
        while world
            .lookup
            .fetch_entities(&wanted, Priority::Live)
            .await
            .is_err()
        {
            world.lookup.until_open().await;
            world.clock.sleep(Duration::from_secs(20)).await;
        }
        assert_named(&world, &world.lookup, &wanted);
        missing.extend(
            wanted
                .keys()
                .filter(|key| world.lookup.entity(*key) == Known::Missing),
        );
    }
    assert!(!missing.is_empty(), "the seed has some");
    let bad = pipeline(&world.lookup, "names");
    assert!(bad.missing >= missing.len() as u64);
    let requests = world.esi_requests();
    for key in missing {
        assert_eq!(world.lookup.entity(key), Known::Missing);
    }
    assert_eq!(world.esi_requests(), requests);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_cannot_be_anybody_cost_nothing() {
    let world = World::open().await;
    let wanted = Wanted {
        characters: vec![CharacterId::new(587).unwrap()],
        corporations: vec![CorporationId::new(1_035_466_617_946).unwrap()],
        alliances: Vec::new(),
    };
    let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
    fetched.unwrap();
    for key in wanted.keys() {
        assert_eq!(world.lookup.entity(key), Known::Missing);
    }
    assert_eq!(world.esi_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_esi_is_down_a_fetch_fails_soon_and_later_succeeds() {
    let world = World::open().await;
    let wanted = everybody(&world.killmails().next().unwrap());
    world.sim.set_esi_down(true);
    let error = world
        .lookup
        .fetch_entities(&wanted, Priority::Live)
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(!world.lookup.is_known(&wanted));
    world.sim.set_esi_down(false);
    while world
        .lookup
        .fetch_entities(&wanted, Priority::Live)
        .await
        .is_err()
    {
        world.lookup.until_open().await;
        world.clock.sleep(Duration::from_secs(5)).await;
    }
    assert_named(&world, &world.lookup, &wanted);
    assert!(!world.lookup.is_paused());
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_another_version_are_forgotten() {
    let world = World::open().await;
    let wanted = everybody(&world.killmails().next().unwrap());
    let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
    fetched.unwrap();
    world.lookup.flush().await;
    assert!(!world.store.recent_entities(10).await.unwrap().is_empty());
    let version = world.store.remember("lookup.cache_version", "0");
    version.await.unwrap();
    let after = world.restarted().await;
    assert!(!after.is_known(&wanted));
    assert!(world.store.recent_entities(10).await.unwrap().is_empty());
    let version = world.store.recall("lookup.cache_version").await.unwrap();
    assert_eq!(version, Some(killwire_lookup::CACHE_VERSION.to_string()));
}
