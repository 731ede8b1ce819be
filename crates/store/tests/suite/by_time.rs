//! Finding events by time: the position of a moment, and a system's newest kills.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_killmail::Progress;
use killwire_store::{Kinds, LogEvent, Seq, Store};

use crate::arena::Arena;
use crate::fixture::{AMARR, JITA, appending, id, ids, kill, log_after, naming, system, whole_log};

on_both_backends! {
    a_moment_is_a_position_whether_in_the_window_or_on_disk,
    a_moment_in_an_empty_log_is_its_end,
    what_retention_removed_lies_before_every_position,
    the_newest_kills_of_a_system_come_newest_kill_first,
    newest_kills_leave_out_what_is_too_old_too_new_or_elsewhere,
    newest_kills_leave_out_tombstones_and_updates,
    newest_kills_are_found_by_an_index,
}

const WINDOWS: [usize; 3] = [1, 7, 10_000];

fn pass(arena: &Arena, seconds: u64) {
    arena.clock.advance(Duration::from_secs(seconds));
}

fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time + jiff::SignedDuration::from_secs(seconds)
}

async fn a_moment_is_a_position_whether_in_the_window_or_on_disk(arena: &Arena) {
    let store = arena.open().await;
    let start = arena.clock.now();
    // Two every ten seconds: 1 and 2 at the start, 3 and 4 after ten seconds, ….
    for number in (1..=39).step_by(2) {
        let two = [kill(number), kill(number + 1)];
        store.append(appending(&two)).await.unwrap();
        pass(arena, 10);
    }
    store.close().await;
    for window in WINDOWS {
        let store = arena.open_with_window(window).await;
        for seconds in -15_i64..=215 {
            let time = after(start, seconds);
            let log = whole_log(&store).await;
            let younger = log.iter().find(|event| event.appended_at >= time);
            let expected = younger.map_or(store.head().0, |event| event.seq.0 - 1);
            let found = store.seq_at(time).await.unwrap();
            assert_eq!(found, Seq(expected), "{seconds} s, window {window}");
        }
        store.close().await;
    }
}

async fn a_moment_in_an_empty_log_is_its_end(arena: &Arena) {
    let store = arena.open().await;
    let now = arena.clock.now();
    assert_eq!(store.seq_at(now).await.unwrap(), Seq::START);
    store.insert_event(kill(1).offer()).await.unwrap();
    arena.days_pass(31);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.oldest(), Seq(2));
    for time in [now, arena.clock.now()] {
        assert_eq!(store.seq_at(time).await.unwrap(), Seq(1));
    }
}

async fn what_retention_removed_lies_before_every_position(arena: &Arena) {
    let store = arena.open_with_window(1).await;
    let start = arena.clock.now();
    let old: Vec<_> = (1..=20).map(kill).collect();
    store.append(appending(&old)).await.unwrap();
    arena.days_pass(31);
    let young: Vec<_> = (21..=25).map(kill).collect();
    store.append(appending(&young)).await.unwrap();
    store.collect_garbage().await.unwrap();
    for time in [start, after(start, 3_600)] {
        let position = store.seq_at(time).await.unwrap();
        assert_eq!(position, Seq(20));
        let log = log_after(&store, position, Kinds::ALL).await;
        assert_eq!(log.len(), 5, "it can be read from");
    }
}

/// Kills in Jita and Amarr, the later ones of older kills; and one more in Jita that has two events.
async fn late_kills(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=20)
        .map(|number| {
            let time = format!("2026-10-31T23:{:02}:00Z", 40 - number);
            let place = if number % 2 == 0 { JITA } else { AMARR };
            kill(number).in_system(place).at(&time)
        })
        .collect();
    store.append(appending(&kills)).await.unwrap();
    let newest = kill(21).at("2026-10-31T23:59:00Z");
    let partial = newest.clone().knowing(naming(Progress::Partial, "?"));
    store.insert_event(partial.offer()).await.unwrap();
    let found = vec![(id(21), naming(Progress::Complete, "Vera"))];
    store.enrich(found).await.unwrap();
    store.close().await;
}

async fn newest(store: &Store, place: i64, since: &str, up_to: i64, limit: usize) -> Vec<i64> {
    let since = since.parse().unwrap();
    let found = store
        .newest_in_system(system(place), since, Seq(up_to), limit)
        .await
        .unwrap();
    assert!(found.iter().all(|event| event.killmail.is_some()));
    ids(&found)
}

const LONG_AGO: &str = "2026-10-01T00:00:00Z";

async fn the_newest_kills_of_a_system_come_newest_kill_first(arena: &Arena) {
    late_kills(arena).await;
    for window in WINDOWS {
        let store = arena.open_with_window(window).await;
        let all = newest(&store, JITA, LONG_AGO, 100, 100).await;
        assert_eq!(all, [21, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
        assert_eq!(newest(&store, JITA, LONG_AGO, 100, 3).await, [21, 2, 4]);
        assert!(newest(&store, JITA, LONG_AGO, 100, 0).await.is_empty());
        store.close().await;
    }
}

async fn newest_kills_leave_out_what_is_too_old_too_new_or_elsewhere(arena: &Arena) {
    late_kills(arena).await;
    for window in WINDOWS {
        let store = arena.open_with_window(window).await;
        let since = "2026-10-31T23:30:00Z";
        assert_eq!(
            newest(&store, AMARR, since, 100, 100).await,
            [1, 3, 5, 7, 9]
        );
        let half = "2026-10-31T23:30:00.5Z";
        assert_eq!(newest(&store, JITA, half, 100, 100).await, [21, 2, 4, 6, 8]);
        assert_eq!(newest(&store, JITA, since, 7, 100).await, [2, 4, 6]);
        assert!(newest(&store, 30_000_001, since, 100, 9).await.is_empty());
        store.close().await;
    }
}

async fn newest_kills_leave_out_tombstones_and_updates(arena: &Arena) {
    late_kills(arena).await;
    let store = arena.open().await;
    store.delete(id(2)).await.unwrap();
    store.delete(id(6)).await.unwrap();
    store.close().await;
    for window in WINDOWS {
        let store = arena.open_with_window(window).await;
        let found: Vec<Arc<LogEvent>> = store
            .newest_in_system(system(JITA), LONG_AGO.parse().unwrap(), Seq(100), 3)
            .await
            .unwrap();
        let seqs: Vec<i64> = found.iter().map(|event| event.seq.0).collect();
        assert_eq!(seqs, [21, 4, 8], "as many as asked, each once");
        store.close().await;
    }
}

async fn newest_kills_are_found_by_an_index(arena: &Arena) {
    arena.open().await.close().await;
    let plan = arena
        .plan_of(
            "SELECT e.seq FROM event e \
             WHERE e.system_id = 30000142 AND e.kind = 0 AND e.time >= 5 AND e.seq <= 9 \
             AND EXISTS (SELECT 1 FROM killmail k WHERE k.killmail_id = e.killmail_id) \
             ORDER BY e.time DESC, e.seq DESC LIMIT 3",
        )
        .await;
    assert!(plan.contains("event_by_kill"), "{plan}");
}
