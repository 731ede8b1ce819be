//! Scanning what is stored: every killmail of a stretch of time, once, in order.

use std::time::Duration;

use futures::FutureExt as _;
use killwire_killmail::Facts;
use killwire_store::{Origin, Outcome, ScanBy, ScanQuery, ScannedFacts, Store, StoreError};

use crate::arena::Arena;
use crate::fixture::{appending, id, kill};

on_both_backends! {
    a_scan_brings_what_is_stored_of_each_killmail,
    killmails_come_by_the_time_of_the_kill_in_chunks,
    the_first_moment_belongs_to_a_stretch_and_the_last_does_not,
    killmails_come_by_the_time_they_were_stored,
    an_empty_stretch_is_at_its_end_at_once,
    a_scan_that_nobody_looks_at_any_more_ends,
    a_damaged_record_ends_the_scan_with_a_word,
    a_closed_store_is_not_scanned,
    a_scan_searches_by_time,
}

/// All that a scan brings.
pub(crate) async fn scanned(store: &Store, query: ScanQuery) -> Vec<ScannedFacts> {
    let mut scan = store.scan_facts(query).unwrap();
    let mut found = Vec::new();
    while let Some(chunk) = scan.next().await {
        let chunk = chunk.unwrap();
        assert!(!chunk.is_empty());
        found.extend(chunk);
    }
    let counted = store.count_scan(query).await.unwrap();
    assert_eq!(counted, found.len() as u64);
    found
}

fn killed(since: &str, until: &str) -> ScanQuery {
    ScanQuery {
        by: ScanBy::Killed,
        since: since.parse().unwrap(),
        until: until.parse().unwrap(),
    }
}

fn ids(found: &[ScannedFacts]) -> Vec<i64> {
    found.iter().map(|row| row.killmail_id.get()).collect()
}

/// Everything that the fixture makes.
pub(crate) fn ever() -> ScanQuery {
    killed("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")
}

async fn a_scan_brings_what_is_stored_of_each_killmail(arena: &Arena) {
    let store = arena.open().await;
    store.append(appending(&[kill(1)])).await.unwrap();
    store.import(vec![kill(2).parsed()]).await.unwrap();
    let patched = store.insert_event(kill(1).worth(7).offer()).await;
    assert!(matches!(patched, Ok(Outcome::Updated(_))));
    let expected = |row: i64, origin, facts| ScannedFacts {
        killmail_id: id(row),
        stored_at: arena.clock.now(),
        origin,
        facts,
    };
    let now = Facts::of(&kill(1).worth(7).parsed(), None);
    let archived = Facts::of(&kill(2).parsed(), None);
    assert_eq!(
        scanned(&store, ever()).await,
        [
            expected(1, Origin::Live, now),
            expected(2, Origin::Archive, archived)
        ]
    );
}

async fn killmails_come_by_the_time_of_the_kill_in_chunks(arena: &Arena) {
    let store = arena.open().await;
    // Times that are not in the order of the ids, with many at the same second.
    let at = |number: i64| format!("2026-10-31T23:{:02}:00Z", number * 7 % 60);
    let kills: Vec<_> = (1..=2_500)
        .map(|number| kill(number).at(&at(number)))
        .collect();
    store.append(appending(&kills)).await.unwrap();
    let found = scanned(&store, ever()).await;
    let order = |row: &ScannedFacts| (row.facts.time, row.killmail_id);
    assert!(found.is_sorted_by_key(order));
    let mut all: Vec<i64> = ids(&found);
    all.sort_unstable();
    assert_eq!(all, (1..=2_500).collect::<Vec<i64>>());
    let mut scan = store.scan_facts(ever()).unwrap();
    let first = scan.next().await.unwrap().unwrap();
    assert_eq!(first.len(), 1_000);
}

async fn the_first_moment_belongs_to_a_stretch_and_the_last_does_not(arena: &Arena) {
    let store = arena.open().await;
    let kills = ["10:00:00", "10:00:01", "10:00:02", "10:00:03"];
    let kills: Vec<_> = (1..)
        .zip(kills)
        .map(|(number, time)| kill(number).at(&format!("2026-10-31T{time}Z")))
        .collect();
    store.append(appending(&kills)).await.unwrap();
    for (since, until, expected) in [
        ("10:00:01", "10:00:03", vec![2, 3]),
        ("10:00:00.5", "10:00:02.5", vec![2, 3]),
        ("10:00:03", "10:00:03", vec![]),
        ("10:00:03", "10:00:01", vec![]),
    ] {
        let query = killed(
            &format!("2026-10-31T{since}Z"),
            &format!("2026-10-31T{until}Z"),
        );
        assert_eq!(ids(&scanned(&store, query).await), expected, "{since}");
    }
}

async fn killmails_come_by_the_time_they_were_stored(arena: &Arena) {
    let store = arena.open().await;
    let begin = arena.clock.now();
    // The later killmail is stored first.
    for number in [9, 8, 7] {
        store.append(appending(&[kill(number)])).await.unwrap();
        arena.clock.advance(Duration::from_secs(1));
    }
    let query = |from: i64, to: i64| ScanQuery {
        by: ScanBy::Stored,
        since: begin + jiff::SignedDuration::from_secs(from),
        until: begin + jiff::SignedDuration::from_secs(to),
    };
    assert_eq!(ids(&scanned(&store, query(0, 3)).await), [9, 8, 7]);
    assert_eq!(ids(&scanned(&store, query(1, 2)).await), [8]);
}

async fn an_empty_stretch_is_at_its_end_at_once(arena: &Arena) {
    let store = arena.open().await;
    assert!(scanned(&store, ever()).await.is_empty());
}

async fn a_scan_that_nobody_looks_at_any_more_ends(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=9_000).map(kill).collect();
    for kills in kills.chunks(1_000) {
        store.append(appending(kills)).await.unwrap();
    }
    let mut first = store.scan_facts(ever()).unwrap();
    let mut second = store.scan_facts(ever()).unwrap();
    assert_eq!(first.next().await.unwrap().unwrap().len(), 1_000);
    assert_eq!(second.next().await.unwrap().unwrap().len(), 1_000);
    // Two run, and go on as far as somebody looks at them. A third one would have something to show
    // by the time that each has read three more chunks.
    let mut third = store.scan_facts(ever()).unwrap();
    for _ in 0..3 {
        assert!(third.next().now_or_never().is_none(), "a third one waits");
        for scan in [&mut first, &mut second] {
            assert_eq!(scan.next().await.unwrap().unwrap().len(), 1_000);
        }
    }
    assert!(third.next().now_or_never().is_none(), "a third one waits");
    drop(first);
    let next = tokio::time::timeout(Duration::from_secs(20), third.next()).await;
    assert_eq!(next.unwrap().unwrap().unwrap().len(), 1_000);
    drop((second, third));
    assert_eq!(scanned(&store, ever()).await.len(), 9_000);
}

async fn a_damaged_record_ends_the_scan_with_a_word(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=3_000).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let bytes = arena.bytes(&[99]);
    arena
        .sql(&format!(
            "UPDATE killmail SET facts = {bytes} WHERE killmail_id = 1500"
        ))
        .await;
    let mut scan = store.scan_facts(ever()).unwrap();
    assert_eq!(scan.next().await.unwrap().unwrap().len(), 1_000);
    let damaged = scan.next().await.unwrap();
    assert!(
        matches!(damaged, Err(StoreError::Damaged { .. })),
        "{damaged:?}"
    );
    assert!(scan.next().await.is_none());
}

async fn a_closed_store_is_not_scanned(arena: &Arena) {
    let store = arena.open().await;
    store.close().await;
    let scan = store.scan_facts(ever());
    assert!(matches!(scan, Err(StoreError::Closed)), "{scan:?}");
}

async fn a_scan_searches_by_time(arena: &Arena) {
    arena.open().await.close().await;
    for (time, index) in [
        ("time", "killmail_by_time"),
        ("stored_at", "killmail_by_age"),
    ] {
        let plan = arena
            .plan_of(&format!(
                "SELECT killmail_id, facts FROM killmail \
                 WHERE ({time}, killmail_id) > (5, 7) AND {time} < 9 \
                 ORDER BY {time}, killmail_id LIMIT 1000"
            ))
            .await;
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
