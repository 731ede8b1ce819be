//! Affiliations, histories, pilots, killmails, recent killmails of systems, search.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use killwire_killmail::{CorporationId, SystemId};
use killwire_lookup::kinds::{Belongs, KillmailKey};
use killwire_lookup::{LookupError, MatchKind, Priority};
use killwire_sim::Service;

use crate::world::{World, everybody, meanwhile, pipeline};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn affiliations_come_in_one_batch_and_hold() {
    let world = World::open().await;
    let pilots: Vec<_> = world
        .killmails()
        .take(20)
        .filter_map(|killmail| killmail.victim.character_id)
        .collect();
    for (_, known) in world.lookup.affiliations(&pilots, Priority::Live).await {
        assert!(known.unwrap().is_some());
    }
    assert_eq!(world.esi_requests(), 1);
    world
        .lookup
        .affiliation(pilots[0], Priority::Live)
        .await
        .unwrap();
    assert_eq!(world.esi_requests(), 1);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killmail_says_where_a_pilot_belongs_unless_something_newer_is_known() {
    let world = World::open().await;
    let killmail = world.killmails().find(|k| k.victim.character_id.is_some());
    let pilot = killmail.unwrap().victim.character_id.unwrap();
    let belongs = |corporation: i64| Belongs {
        corporation: CorporationId::new(corporation).unwrap(),
        alliance: None,
        faction: None,
    };
    let now = world.clock.now();
    world
        .lookup
        .note_affiliation(pilot, belongs(98_000_001), now);
    let earlier = now - SignedDuration::from_mins(2);
    world
        .lookup
        .note_affiliation(pilot, belongs(98_000_002), earlier);
    let known = world.lookup.affiliation(pilot, Priority::Live).await;
    assert_eq!(known.unwrap(), Some(belongs(98_000_001)));
    assert_eq!(world.esi_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killmail_of_long_ago_says_nothing_of_now() {
    let world = World::open().await;
    let killmail = world.killmails().find(|k| k.victim.character_id.is_some());
    let victim = killmail.unwrap().victim;
    let pilot = victim.character_id.unwrap();
    let belongs = Belongs {
        corporation: CorporationId::new(98_000_001).unwrap(),
        alliance: None,
        faction: None,
    };
    let year_ago = world.clock.now() - SignedDuration::from_hours(24 * 365);
    world.lookup.note_affiliation(pilot, belongs, year_ago);
    let known = world.lookup.affiliation(pilot, Priority::Live).await;
    assert_ne!(known.unwrap(), Some(belongs));
    assert_eq!(world.esi_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pilot_and_his_history_are_fetched_once() {
    let world = World::open().await;
    let killmail = world.killmails().find(|k| k.victim.character_id.is_some());
    let pilot = killmail.unwrap().victim.character_id.unwrap();
    for _ in 0..3 {
        let info = world.lookup.character_info(pilot, Priority::Live).await;
        let name = info.unwrap().unwrap().info.name.clone();
        assert_eq!(Some(name), world.sim.name_of(pilot.get()));
        let stays = world.lookup.corporation_history(pilot, Priority::Live);
        assert!(!stays.await.unwrap().unwrap().is_empty());
    }
    assert_eq!(world.esi_requests(), 2);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_systems_recent_killmails_are_fetched_once_an_hour() {
    let world = World::with(|sim| sim.backlog = 300).await;
    let system = world.killmails().next().unwrap().system_id;
    assert_eq!(world.lookup.systems().fetch_timestamp(system), None);
    let kills = world.lookup.system_kills(system, Priority::Live).await;
    kills.unwrap();
    let fetched = world.lookup.systems().fetch_timestamp(system);
    assert!(fetched.is_some());
    world
        .lookup
        .system_kills(system, Priority::Live)
        .await
        .unwrap();
    // Where the list had to go, zKillboard is left alone all the same.
    world.lookup.forget_system_kills(system);
    let error = world.lookup.system_kills(system, Priority::Live).await;
    let error = error.unwrap_err();
    assert!(matches!(error, LookupError::TooSoon { .. }), "{error}");
    let requests = || world.sim.status().requests[&Service::Zkillboard];
    assert_eq!(requests(), 1);
    world.clock.sleep(Duration::from_secs(3_700)).await;
    world
        .lookup
        .system_kills(system, Priority::Live)
        .await
        .unwrap();
    assert_eq!(requests(), 2);
    assert_ne!(world.lookup.systems().fetch_timestamp(system), fetched);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hour_between_two_fetches_of_a_system_holds_over_a_restart() {
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(noon);
    let world = World::on(clock.clone(), |sim| sim.backlog = 300).await;
    let system = world.killmails().next().unwrap().system_id;
    let kills = world.lookup.system_kills(system, Priority::Live);
    meanwhile(&clock, kills).await.unwrap();
    clock.advance(Duration::from_secs(1_800));
    let after = world.restarted_whole().await;
    assert!(after.systems().fetch_timestamp(system).is_some());
    let error = meanwhile(&clock, after.system_kills(system, Priority::Live)).await;
    let error = error.unwrap_err();
    assert!(matches!(error, LookupError::TooSoon { .. }), "{error}");
    clock.advance(Duration::from_secs(1_801));
    assert_eq!(after.systems().fetch_timestamp(system), None);
    let kills = meanwhile(&clock, after.system_kills(system, Priority::Live)).await;
    kills.unwrap();
    assert_eq!(world.sim.status().requests[&Service::Zkillboard], 2);
    world.assert_polite();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn systems_that_somebody_watches_are_active_for_ten_minutes() {
    let world = World::open().await;
    let systems = world.lookup.systems();
    let [jita, amarr] = [30_000_142, 30_002_187].map(|id| SystemId::new(id).unwrap());
    systems.mark_active(amarr);
    systems.mark_active(jita);
    let active = |systems: &killwire_lookup::Systems| -> Vec<SystemId> {
        systems
            .list_active()
            .into_iter()
            .map(|(id, _)| id)
            .collect()
    };
    assert_eq!(active(systems), [jita, amarr]);
    assert!(systems.is_active(jita));
    world.clock.sleep(Duration::from_secs(601)).await;
    systems.mark_active(amarr);
    assert_eq!(active(systems), [amarr]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killmail_is_found_by_id_and_hash() {
    let world = World::with(|sim| sim.backlog = 50).await;
    let offered = world.sim.offered().remove(0);
    let key = KillmailKey {
        id: offered.killmail_id.try_into().unwrap(),
        hash: offered.hash.parse().unwrap(),
    };
    for _ in 0..2 {
        let found = world.lookup.killmail(key, Priority::Live).await.unwrap();
        assert_eq!(found.unwrap().killmail.id, key.id);
    }
    assert_eq!(world.esi_requests(), 1);
    assert_eq!(pipeline(&world.lookup, "killmails").asked, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_is_found_by_the_beginning_of_his_name_and_by_his_id() {
    let world = World::open().await;
    let killmail = world
        .killmails()
        .find(|k| k.victim.character_id.is_some() && k.victim.alliance_id.is_some())
        .unwrap();
    let wanted = everybody(&killmail);
    let fetched = world.lookup.fetch_entities(&wanted, Priority::Live).await;
    fetched.unwrap();
    world.lookup.flush().await;
    let alliance = killmail.victim.alliance_id.unwrap().get();
    let name = world.sim.name_of(alliance).unwrap();
    let found = world.lookup.find(&name[..4].to_lowercase(), 20).await;
    let found = found.unwrap();
    let one = found.iter().find(|of| of.id == alliance).unwrap();
    assert_eq!((one.kind, &one.name), (MatchKind::Alliance, &name));
    assert_eq!(one.ticker, world.sim.ticker_of(alliance));
    let requests = world.esi_requests();
    let found = world.lookup.find(&alliance.to_string(), 20).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, name);
    assert_eq!(world.esi_requests(), requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_nobody_knows_yet_is_asked_of_esi_once_whatever_it_is() {
    let world = World::open().await;
    let victim = world
        .killmails()
        .find_map(|killmail| killmail.victim.alliance_id)
        .unwrap();
    let found = world.lookup.find(&victim.to_string(), 5).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, MatchKind::Alliance);
    assert_eq!(found[0].ticker, world.sim.ticker_of(victim.get()));
    assert_eq!(world.esi_requests(), 2, "its name, and its ticker");
    let nobody = world.lookup.find("99999998", 5).await.unwrap();
    assert_eq!(nobody, []);
    assert_eq!(world.esi_requests(), 3);
    world.assert_polite();
}
