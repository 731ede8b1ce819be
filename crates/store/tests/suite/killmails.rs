//! Killmails by id, by place and by who was involved; and deleting them for good.

use killwire_killmail::{KillmailId, SystemId};
use killwire_store::{EventKind, Outcome, Participant, Seq, Store, StoredKillmail, TimeRange};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, JITA, Kill, alliance, appending, character, corporation, gist, id, kill, poll, system,
    whole_log,
};

on_both_backends! {
    a_killmail_comes_back_as_it_was_given,
    a_killmail_that_was_never_stored_is_none,
    a_systems_killmails_come_newest_first_within_the_asked_time,
    a_page_of_a_system_is_as_long_as_asked,
    everyone_involved_is_found_victim_and_attackers_alike,
    a_killmail_is_listed_once_for_who_is_on_it_twice,
    a_systems_killmails_are_counted_from_a_moment_on,
    put_stores_without_an_event,
    a_deleted_killmail_leaves_tombstones_in_the_log,
    deleting_what_is_not_there_says_so,
    a_deleted_killmail_stays_deleted_when_the_feed_offers_it_again,
    a_deleted_killmail_is_not_offered_to_killfeed_clients,
}

const ANY_TIME: TimeRange = TimeRange {
    since: None,
    until: None,
    limit: 100,
};

fn numbers(found: &[StoredKillmail]) -> Vec<i64> {
    found.iter().map(|killmail| killmail.id.get()).collect()
}

async fn with(arena: &Arena, kills: &[Kill]) -> Store {
    let store = arena.open().await;
    store.append(appending(kills)).await.unwrap();
    store
}

async fn a_killmail_comes_back_as_it_was_given(arena: &Arena) {
    let given = kill(7).worth(627_868_229).in_system(AMARR);
    let store = with(arena, std::slice::from_ref(&given)).await;
    let parsed = given.parsed();
    let stored = store.get(id(7)).await.unwrap().unwrap();
    assert_eq!(stored.esi, parsed.esi, "byte for byte");
    assert_eq!((stored.hash, &stored.zkb), (parsed.hash, &parsed.zkb));
    assert_eq!(stored.facts, killwire_killmail::Facts::of(&parsed, None));
    assert_eq!(stored.time, parsed.killmail.time);
    assert_eq!(stored.system_id, system(AMARR));
    assert_eq!(stored.stored_at, arena.clock.now());

    let shown = killwire_killmail::killmail_json(
        &parsed.killmail,
        parsed.hash.as_ref(),
        parsed.zkb.as_ref(),
        None,
    );
    assert_eq!(
        String::from_utf8_lossy(&stored.json(|_| None)),
        String::from_utf8_lossy(&shown)
    );
    let event = &whole_log(&store).await[0];
    assert_eq!(event.killmail.as_deref(), Some(shown.as_slice()));
    assert_eq!(event.facts.as_deref(), Some(&stored.facts));
}

async fn a_killmail_that_was_never_stored_is_none(arena: &Arena) {
    let store = arena.open().await;
    assert_eq!(store.get(id(7)).await.unwrap(), None);
}

async fn a_systems_killmails_come_newest_first_within_the_asked_time(arena: &Arena) {
    let store = with(
        arena,
        &[
            kill(1).at("2026-10-31T10:00:00Z"),
            kill(2).at("2026-10-31T12:00:00Z"),
            kill(3).at("2026-10-31T11:00:00Z"),
            kill(4).at("2026-10-31T11:30:00Z").in_system(AMARR),
        ],
    )
    .await;
    let found = store.list_by_system(system(JITA), ANY_TIME).await.unwrap();
    assert_eq!(numbers(&found), [2, 3, 1]);
    let from_eleven_to_before_twelve = TimeRange {
        since: Some("2026-10-31T11:00:00Z".parse().unwrap()),
        until: Some("2026-10-31T12:00:00Z".parse().unwrap()),
        limit: 100,
    };
    let found = store
        .list_by_system(system(JITA), from_eleven_to_before_twelve)
        .await
        .unwrap();
    assert_eq!(numbers(&found), [3]);
}

async fn a_page_of_a_system_is_as_long_as_asked(arena: &Arena) {
    let kills: Vec<Kill> = (1..=9)
        .map(|id| kill(id).at(&format!("2026-10-31T10:0{id}:00Z")))
        .collect();
    let store = with(arena, &kills).await;
    let two = TimeRange {
        limit: 2,
        ..ANY_TIME
    };
    let found = store.list_by_system(system(JITA), two).await.unwrap();
    assert_eq!(numbers(&found), [9, 8]);
}

async fn everyone_involved_is_found_victim_and_attackers_alike(arena: &Arena) {
    let pilot = [91_000_001, 98_100_001, 99_100_001];
    let store = with(
        arena,
        &[
            kill(1).at("2026-10-31T10:00:00Z").victim(pilot),
            kill(2).at("2026-10-31T11:00:00Z").attacker(pilot),
            kill(3).at("2026-10-31T12:00:00Z"),
        ],
    )
    .await;
    for who in [
        Participant::Character(character(pilot[0])),
        Participant::Corporation(corporation(pilot[1])),
        Participant::Alliance(alliance(pilot[2])),
    ] {
        let found = store.list_by_participant(who, ANY_TIME).await.unwrap();
        assert_eq!(numbers(&found), [2, 1], "{who:?}");
    }
    let before_eleven = TimeRange {
        until: Some("2026-10-31T11:00:00Z".parse().unwrap()),
        ..ANY_TIME
    };
    let who = Participant::Character(character(pilot[0]));
    let found = store.list_by_participant(who, before_eleven).await.unwrap();
    assert_eq!(numbers(&found), [1]);
    let as_corporation = Participant::Corporation(corporation(pilot[0]));
    let found = store.list_by_participant(as_corporation, ANY_TIME).await;
    assert!(found.unwrap().is_empty(), "a pilot's id is no corporation");
}

async fn a_killmail_is_listed_once_for_who_is_on_it_twice(arena: &Arena) {
    let (one, two) = (
        [91_000_001, 98_100_001, 99_100_001],
        [91_000_002, 98_100_001, 99_100_001],
    );
    let store = with(arena, &[kill(1).victim(one).attacker(one).attacker(two)]).await;
    for who in [
        Participant::Character(character(one[0])),
        Participant::Corporation(corporation(one[1])),
        Participant::Alliance(alliance(one[2])),
    ] {
        let found = store.list_by_participant(who, ANY_TIME).await.unwrap();
        assert_eq!(numbers(&found), [1], "{who:?}");
    }
}

async fn a_systems_killmails_are_counted_from_a_moment_on(arena: &Arena) {
    let store = with(
        arena,
        &[
            kill(1).at("2026-10-31T10:00:00Z"),
            kill(2).at("2026-10-31T12:00:00Z"),
            kill(3).at("2026-10-31T12:00:00Z").in_system(AMARR),
        ],
    )
    .await;
    assert_eq!(store.count_by_system(system(JITA), None).await.unwrap(), 2);
    let noon = Some("2026-10-31T12:00:00Z".parse().unwrap());
    assert_eq!(store.count_by_system(system(JITA), noon).await.unwrap(), 1);
}

async fn put_stores_without_an_event(arena: &Arena) {
    let store = arena.open().await;
    store.put(kill(1).parsed()).await.unwrap();
    assert_eq!(store.head(), Seq::START);
    assert!(store.get(id(1)).await.unwrap().is_some());
    let listed = store.list_by_system(system(JITA), ANY_TIME).await.unwrap();
    assert_eq!(numbers(&listed), [1]);
}

async fn a_deleted_killmail_leaves_tombstones_in_the_log(arena: &Arena) {
    let store = with(arena, &[kill(1), kill(2), kill(1).worth(9), kill(3)]).await;
    store.insert_event(kill(1).worth(10).offer()).await.unwrap();
    let before: Vec<_> = whole_log(&store).await.iter().map(|e| gist(e)).collect();
    assert!(store.delete(id(1)).await.unwrap());

    for reopened in [false, true] {
        let store = if reopened {
            store.close().await;
            arena.open().await
        } else {
            store.clone()
        };
        let log = whole_log(&store).await;
        let after: Vec<_> = log.iter().map(|event| gist(event)).collect();
        assert_eq!(after, before, "the entries keep their places");
        for event in &log {
            let deleted = event.killmail_id.map(KillmailId::get) == Some(1);
            assert_eq!(event.killmail.is_none(), deleted, "{event:?}");
            assert_eq!(event.facts.is_none(), deleted, "{event:?}");
        }
        assert_eq!(store.get(id(1)).await.unwrap(), None);
        let listed = store.list_by_system(system(JITA), ANY_TIME).await.unwrap();
        assert!(!numbers(&listed).contains(&1));
        let victim = Participant::Character(character(90_000_001));
        let listed = store.list_by_participant(victim, ANY_TIME).await.unwrap();
        assert!(!numbers(&listed).contains(&1));
    }
}

async fn deleting_what_is_not_there_says_so(arena: &Arena) {
    let store = with(arena, &[kill(1)]).await;
    assert!(!store.delete(id(2)).await.unwrap());
    assert!(store.delete(id(1)).await.unwrap());
    assert!(!store.delete(id(1)).await.unwrap());
}

async fn a_deleted_killmail_stays_deleted_when_the_feed_offers_it_again(arena: &Arena) {
    let store = with(arena, &[kill(1)]).await;
    store.put(kill(2).parsed()).await.unwrap();
    store.delete(id(1)).await.unwrap();
    store.delete(id(2)).await.unwrap();
    let head = store.head();
    let again = store
        .append(appending(&[kill(1).worth(2), kill(2).worth(2)]))
        .await;
    assert_eq!(again.unwrap(), [Outcome::Duplicate, Outcome::Duplicate]);
    let report = store
        .import(vec![kill(1).parsed(), kill(2).parsed()])
        .await
        .unwrap();
    assert_eq!((report.new, report.updated, report.duplicate), (0, 0, 2));
    store.put(kill(1).parsed()).await.unwrap();
    assert_eq!(store.get(id(1)).await.unwrap(), None);
    assert_eq!(store.head(), head);
    let announced = store.announced(&[id(1), id(2)]).await.unwrap();
    assert_eq!(announced.len(), 2, "nothing needs to be fetched for them");
}

async fn a_deleted_killmail_is_not_offered_to_killfeed_clients(arena: &Arena) {
    let store = with(arena, &[kill(1), kill(2)]).await;
    store.delete(id(1)).await.unwrap();
    let fetched = store.fetch_for_client(&poll("bot", &[JITA])).await.unwrap();
    let events: Vec<_> = fetched.events.iter().map(|event| gist(event)).collect();
    assert_eq!(events, [(2, EventKind::New, 2)]);
    assert_eq!(fetched.events[0].system_id.map(SystemId::get), Some(JITA));
}
