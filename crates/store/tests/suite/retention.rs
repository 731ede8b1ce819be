//! What is kept and what goes: the log by prefix, killmails by age, ids for ever.

use std::time::Duration;

use killwire_store::{
    EventKind, EventQuery, Kinds, Outcome, ReadError, Seq, Store, StoreConfig, TimeRange,
};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, JITA, appending, client, gist, id, ids, kill, log_after, manual_poll, poll, system,
    whole_log,
};

on_both_backends! {
    nothing_younger_than_the_minimum_age_is_removed,
    events_that_every_client_has_passed_go_after_the_minimum_age,
    a_slow_client_keeps_its_events_until_the_maximum_age,
    a_client_that_has_only_looked_keeps_its_events_too,
    a_client_that_only_looked_keeps_its_events_across_a_restart,
    a_client_of_a_quiet_system_does_not_hold_the_log,
    at_the_maximum_age_events_go_whether_passed_or_not,
    above_the_size_cap_events_go_whether_passed_or_not,
    a_client_that_fell_off_is_told_and_goes_on,
    a_position_that_fell_off_is_answered_with_the_oldest,
    numbers_go_on_after_the_whole_log_has_gone,
    an_expired_killmail_leaves_its_event_as_a_tombstone,
    an_expired_killmail_never_comes_back_as_new,
    a_client_that_has_not_asked_for_long_is_forgotten,
    a_client_that_asks_is_not_forgotten_even_when_nothing_comes,
    collecting_garbage_works_beside_appends,
}

/// Long killmail and client retention, so that only the log's is at work.
fn only_the_log(config: &mut StoreConfig) {
    let years = Duration::from_secs(86_400 * 3_650);
    config.retention.killmail_age = years;
    config.retention.client_age = years;
}

async fn oldest_after_gc(store: &Store) -> i64 {
    store.collect_garbage().await.unwrap();
    store.oldest().0
}

async fn nothing_younger_than_the_minimum_age_is_removed(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    arena.days_pass(6);
    store.append(appending(&[kill(3)])).await.unwrap();
    assert_eq!(oldest_after_gc(&store).await, 1);
    arena.days_pass(2);
    assert_eq!(oldest_after_gc(&store).await, 3, "only the prefix is old");
    assert_eq!(ids(&whole_log(&store).await), [3]);
    assert!(
        store.get(id(1)).await.unwrap().is_some(),
        "killmails have their own retention"
    );
}

async fn events_that_every_client_has_passed_go_after_the_minimum_age(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    let bot = poll("bot", &[JITA]);
    store.fetch_for_client(&bot).await.unwrap();
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 3);
    drop(store);
    let store = arena.open_with(only_the_log).await;
    assert_eq!((store.oldest(), store.head()), (Seq(3), Seq(2)));
}

async fn a_slow_client_keeps_its_events_until_the_maximum_age(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store
        .append(appending(&[kill(1), kill(2), kill(3)]))
        .await
        .unwrap();
    for name in ["fast", "slow"] {
        store
            .acknowledge(&client(name), Seq(1), &[system(JITA)])
            .await
            .unwrap();
    }
    store
        .fetch_for_client(&poll("fast", &[JITA]))
        .await
        .unwrap();
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 2);
    let slow = store
        .fetch_for_client(&poll("slow", &[JITA]))
        .await
        .unwrap();
    assert_eq!((ids(&slow.events), slow.missed_before), (vec![2, 3], None));
    assert_eq!(oldest_after_gc(&store).await, 4);
}

async fn a_client_that_has_only_looked_keeps_its_events_too(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    let careful = manual_poll("careful", &[JITA]);
    store.fetch_for_client(&careful).await.unwrap();
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 1);
    let again = store.fetch_for_client(&careful).await.unwrap();
    assert_eq!(ids(&again.events), [1, 2], "none was acknowledged");
}

async fn a_client_that_only_looked_keeps_its_events_across_a_restart(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    let careful = manual_poll("careful", &[JITA]);
    store.fetch_for_client(&careful).await.unwrap();
    store.close().await;
    let store = arena.open_with(only_the_log).await;
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 1);
}

async fn a_client_of_a_quiet_system_does_not_hold_the_log(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    let quiet = poll("quiet", &[AMARR]);
    store
        .append(appending(&[kill(1).in_system(AMARR)]))
        .await
        .unwrap();
    store.fetch_for_client(&quiet).await.unwrap();
    store.append(appending(&[kill(2), kill(3)])).await.unwrap();
    let fetched = store.fetch_for_client(&quiet).await.unwrap();
    assert!(fetched.events.is_empty());
    arena.days_pass(8);
    assert_eq!(
        oldest_after_gc(&store).await,
        4,
        "it has looked to the head"
    );
}

async fn at_the_maximum_age_events_go_whether_passed_or_not(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    store
        .acknowledge(&client("slow"), Seq(1), &[system(JITA)])
        .await
        .unwrap();
    arena.days_pass(20);
    store.append(appending(&[kill(3)])).await.unwrap();
    arena.days_pass(11);
    assert_eq!(oldest_after_gc(&store).await, 3);
}

async fn above_the_size_cap_events_go_whether_passed_or_not(arena: &Arena) {
    let store = arena
        .open_with(|config| {
            only_the_log(config);
            config.retention.log_max_bytes = 1;
        })
        .await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    store
        .acknowledge(&client("slow"), Seq(1), &[system(JITA)])
        .await
        .unwrap();
    assert_eq!(oldest_after_gc(&store).await, 1, "but not the youngest");
    arena.days_pass(8);
    store.append(appending(&[kill(3)])).await.unwrap();
    assert_eq!(oldest_after_gc(&store).await, 3);
}

async fn a_client_that_fell_off_is_told_and_goes_on(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    let kills: Vec<_> = (1..=4).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    store
        .acknowledge(&client("slow"), Seq(2), &[system(JITA)])
        .await
        .unwrap();
    arena.days_pass(31);
    store
        .append(appending(&[kill(5), kill(6).in_system(AMARR)]))
        .await
        .unwrap();
    assert_eq!(oldest_after_gc(&store).await, 5);
    let slow = poll("slow", &[JITA]);
    let fetched = store.fetch_for_client(&slow).await.unwrap();
    assert_eq!(ids(&fetched.events), [5]);
    assert_eq!(fetched.missed_before, Some(Seq(5)));
    let fetched = store.fetch_for_client(&slow).await.unwrap();
    assert!(fetched.events.is_empty() && fetched.missed_before.is_none());
}

async fn a_position_that_fell_off_is_answered_with_the_oldest(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store
        .append(appending(&[kill(1), kill(2), kill(3)]))
        .await
        .unwrap();
    arena.days_pass(31);
    store.append(appending(&[kill(4)])).await.unwrap();
    store.collect_garbage().await.unwrap();
    let mut query = EventQuery {
        after: Seq(2),
        limit: 10,
        kinds: Kinds::NEW,
        systems: Vec::new(),
        characters: Vec::new(),
    };
    let gone = store.read_events(&query).await;
    let Err(ReadError::Gone { after, oldest }) = gone else {
        panic!("{gone:?}");
    };
    assert_eq!((after, oldest), (Seq(2), Seq(4)));
    query.after = Seq(3);
    let page = store.read_events(&query).await.unwrap();
    assert_eq!(ids(&page.events), [4], "the last that went may be passed");
}

async fn numbers_go_on_after_the_whole_log_has_gone(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    arena.days_pass(31);
    assert_eq!(oldest_after_gc(&store).await, 3);
    drop(store);
    let store = arena.open_with(only_the_log).await;
    assert_eq!((store.oldest(), store.head()), (Seq(3), Seq(2)));
    let next = store.insert_event(kill(3).offer()).await.unwrap();
    assert_eq!(next, Outcome::New(Seq(3)));
    assert_eq!(ids(&log_after(&store, Seq(2), Kinds::ALL).await), [3]);
}

/// Killmails go after ten days; the log stays.
fn only_killmails(config: &mut StoreConfig) {
    only_the_log(config);
    config.retention.log_min_age = Duration::from_secs(86_400 * 300);
    config.retention.log_max_age = Duration::from_secs(86_400 * 365);
    config.retention.killmail_age = Duration::from_secs(86_400 * 10);
}

async fn an_expired_killmail_leaves_its_event_as_a_tombstone(arena: &Arena) {
    let store = arena.open_with(only_killmails).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    store.put(kill(3).parsed()).await.unwrap();
    arena.days_pass(9);
    store.append(appending(&[kill(4)])).await.unwrap();
    assert_eq!(oldest_after_gc(&store).await, 1);
    assert!(store.get(id(1)).await.unwrap().is_some());
    arena.days_pass(2);
    assert_eq!(
        oldest_after_gc(&store).await,
        1,
        "the log keeps its entries"
    );
    for gone in 1..=3 {
        assert_eq!(store.get(id(gone)).await.unwrap(), None);
    }
    let listed = store
        .list_by_system(
            system(JITA),
            TimeRange {
                since: None,
                until: None,
                limit: 10,
            },
        )
        .await
        .unwrap();
    assert_eq!(listed.len(), 1, "the one stored later is still there");
    store.close().await;

    let store = arena.open_with(only_killmails).await;
    let log = whole_log(&store).await;
    let shown: Vec<_> = log
        .iter()
        .map(|event| (gist(event), event.killmail.is_some()))
        .collect();
    assert_eq!(
        shown,
        [
            ((1, EventKind::New, 1), false),
            ((2, EventKind::New, 2), false),
            ((3, EventKind::New, 4), true),
        ]
    );
}

async fn an_expired_killmail_never_comes_back_as_new(arena: &Arena) {
    let store = arena.open_with(only_killmails).await;
    store.insert_event(kill(1).offer()).await.unwrap();
    arena.days_pass(11);
    store.collect_garbage().await.unwrap();
    for again in [kill(1), kill(1).worth(2)] {
        let outcome = store.insert_event(again.offer()).await.unwrap();
        assert!(!matches!(outcome, Outcome::New(_)), "{outcome:?}");
    }
    assert!(store.announced(&[id(1)]).await.unwrap().contains(&id(1)));
}

/// Clients go after 30 days; all else stays.
fn only_clients(config: &mut StoreConfig) {
    only_killmails(config);
    config.retention.killmail_age = Duration::from_secs(86_400 * 3_650);
    config.retention.client_age = Duration::from_secs(86_400 * 30);
}

async fn a_client_that_has_not_asked_for_long_is_forgotten(arena: &Arena) {
    let store = arena.open_with(only_clients).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    let bot = poll("bot", &[JITA]);
    store.fetch_for_client(&bot).await.unwrap();
    arena.days_pass(29);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.stats().await.unwrap().clients, 1);
    arena.days_pass(2);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.stats().await.unwrap().clients, 0);
    let fetched = store.fetch_for_client(&bot).await.unwrap();
    assert_eq!(ids(&fetched.events), [1, 2], "it begins as a new client");
}

async fn a_client_that_asks_is_not_forgotten_even_when_nothing_comes(arena: &Arena) {
    let store = arena.open_with(only_clients).await;
    store.append(appending(&[kill(1)])).await.unwrap();
    let (bot, careful) = (poll("bot", &[JITA]), manual_poll("careful", &[JITA]));
    store.fetch_for_client(&bot).await.unwrap();
    store.fetch_for_client(&careful).await.unwrap();
    for _ in 0..5 {
        arena.days_pass(20);
        let fetched = store.fetch_for_client(&bot).await.unwrap();
        assert!(fetched.events.is_empty());
        store.fetch_for_client(&careful).await.unwrap();
        store.collect_garbage().await.unwrap();
    }
    assert_eq!(store.stats().await.unwrap().clients, 2);
}

async fn collecting_garbage_works_beside_appends(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    let old: Vec<_> = (1..=500).map(kill).collect();
    store.append(appending(&old)).await.unwrap();
    arena.days_pass(8);
    let appender = tokio::spawn({
        let store = store.clone();
        async move {
            for number in 1_001..=1_050 {
                store.insert_event(kill(number).offer()).await.unwrap();
            }
        }
    });
    store.collect_garbage().await.unwrap();
    appender.await.unwrap();
    store.collect_garbage().await.unwrap();
    assert_eq!((store.oldest(), store.head()), (Seq(501), Seq(550)));
    assert_eq!(whole_log(&store).await.len(), 50);
}
