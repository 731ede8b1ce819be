//! Stages that follow the log: what they have not passed stays for them, and when it cannot stay they
//! find what they missed among the killmails.

use std::time::Duration;

use killwire_store::{Origin, ReaderMark, ReaderName, ScanBy, ScanQuery, Seq, Store, StoreConfig};

use crate::arena::Arena;
use crate::fixture::JITA;
use crate::fixture::{appending, client, id, ids, kill, system, whole_log};
use crate::scan::scanned;

on_both_backends! {
    a_stage_that_lags_keeps_its_events_until_the_maximum_age,
    the_slowest_of_stages_and_clients_counts,
    a_forgotten_stage_holds_nothing,
    a_mark_has_the_time_of_its_event,
    a_stage_that_begins_behind_the_log_has_a_time_before_what_it_has_not_read,
    an_overtaken_stage_finds_what_it_missed_among_the_killmails,
}

fn stage() -> ReaderName {
    ReaderName("surveillance".to_owned())
}

/// Long killmail and client retention, so that only the log's is at work.
fn only_the_log(config: &mut StoreConfig) {
    let years = Duration::from_secs(86_400 * 3_650);
    config.retention.killmail_age = years;
    config.retention.client_age = years;
}

async fn pass(store: &Store, through: i64) {
    store
        .record_matches(&stage(), Seq(through), Vec::new())
        .await
        .unwrap();
}

async fn mark(store: &Store) -> Option<ReaderMark> {
    store.reader_mark(&stage()).await.unwrap()
}

async fn oldest_after_gc(store: &Store) -> i64 {
    store.collect_garbage().await.unwrap();
    store.oldest().0
}

async fn a_stage_that_lags_keeps_its_events_until_the_maximum_age(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    let kills: Vec<_> = (1..=4).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    pass(&store, 2).await;
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 3);
    store.close().await;
    let store = arena.open_with(only_the_log).await;
    pass(&store, 3).await;
    assert_eq!(oldest_after_gc(&store).await, 4);
    arena.days_pass(23);
    assert_eq!(oldest_after_gc(&store).await, 5, "not for ever");
}

async fn the_slowest_of_stages_and_clients_counts(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    let kills: Vec<_> = (1..=4).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    pass(&store, 3).await;
    store
        .acknowledge(&client("bot"), Seq(1), &[system(JITA)])
        .await
        .unwrap();
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 2);
    store
        .acknowledge(&client("bot"), Seq(4), &[system(JITA)])
        .await
        .unwrap();
    assert_eq!(oldest_after_gc(&store).await, 4);
}

async fn a_forgotten_stage_holds_nothing(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    pass(&store, 1).await;
    arena.days_pass(8);
    assert_eq!(oldest_after_gc(&store).await, 2);
    store.forget_reader(&stage()).await.unwrap();
    assert_eq!(oldest_after_gc(&store).await, 3);
}

async fn a_mark_has_the_time_of_its_event(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    assert_eq!(mark(&store).await, None);
    let mut times = Vec::new();
    for number in 1..=3 {
        times.push(arena.clock.now());
        store.append(appending(&[kill(number)])).await.unwrap();
        arena.days_pass(1);
    }
    for (seq, reached) in (1..).zip(times) {
        pass(&store, seq).await;
        let expected = ReaderMark {
            position: Seq(seq),
            reached,
        };
        assert_eq!(mark(&store).await, Some(expected));
    }
}

async fn a_stage_that_begins_behind_the_log_has_a_time_before_what_it_has_not_read(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    pass(&store, 0).await;
    let empty = mark(&store).await.unwrap();
    assert_eq!((empty.position, empty.reached), (Seq(0), arena.clock.now()));
    store.forget_reader(&stage()).await.unwrap();

    let appended = arena.clock.now();
    store.append(appending(&[kill(1)])).await.unwrap();
    arena.days_pass(3);
    store.append(appending(&[kill(2)])).await.unwrap();
    pass(&store, 0).await;
    assert_eq!(mark(&store).await.unwrap().reached, appended);
}

async fn an_overtaken_stage_finds_what_it_missed_among_the_killmails(arena: &Arena) {
    let store = arena.open_with(only_the_log).await;
    store.append(appending(&[kill(1)])).await.unwrap();
    arena.days_pass(1);
    store.append(appending(&[kill(2)])).await.unwrap();
    pass(&store, 2).await;
    let left = mark(&store).await.unwrap().reached;
    arena.days_pass(1);
    store.append(appending(&[kill(3)])).await.unwrap();
    arena.days_pass(1);
    store.append(appending(&[kill(4)])).await.unwrap();
    store.import(vec![kill(50).parsed()]).await.unwrap();
    arena.days_pass(31);
    store.append(appending(&[kill(6)])).await.unwrap();
    let oldest = oldest_after_gc(&store).await;
    assert_eq!(ids(&whole_log(&store).await), [6]);

    let missed = ScanQuery {
        by: ScanBy::Stored,
        since: left,
        until: arena.clock.now(),
    };
    let found = scanned(&store, missed).await;
    let announced = found.iter().filter(|row| row.origin != Origin::Archive);
    let announced: Vec<_> = announced.map(|row| row.killmail_id).collect();
    assert_eq!(announced, [id(2), id(3), id(4)], "the one it left at again");

    // Moving on over what is gone leaves the time where it was: what is cut off is done again.
    pass(&store, 3).await;
    let halfway = mark(&store).await.unwrap();
    assert_eq!((halfway.position, halfway.reached), (Seq(3), left));
    pass(&store, oldest - 1).await;
    assert_eq!(mark(&store).await.unwrap().reached, left);
    pass(&store, oldest).await;
    assert_eq!(mark(&store).await.unwrap().reached, arena.clock.now());
}
