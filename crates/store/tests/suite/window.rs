//! The recent window is a shortcut: what readers get does not depend on its size.

use killwire_killmail::Progress;
use killwire_store::{EventQuery, Kinds, LogEvent, Seq, Store};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, J_SPACE, JITA, appending, character, id, ids, kill, log_after, manual_poll, naming,
    system,
};

on_both_backends! {
    readers_get_the_same_whatever_the_windows_size,
    a_window_of_one_event_serves_appends_as_they_come,
    the_window_stays_within_its_limits,
    the_window_is_filled_when_the_store_opens,
}

/// All that a reader sees of an event.
fn shown(event: &LogEvent) -> String {
    let killmail = event.killmail.as_deref().map(String::from_utf8_lossy);
    format!(
        "{} {:?} {:?} {:?} {:?} {} {} {} {killmail:?} {:?} {:?} {:?}",
        event.seq,
        event.kind,
        event.origin,
        event.killmail_id,
        event.system_id,
        event.time,
        event.appended_at,
        event.imported,
        event.facts,
        event.earlier,
        event.trace,
    )
}

/// What readers of several kinds get of the store.
async fn readings(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for after in 0..=store.head().0 {
        for (kinds, limit) in [(Kinds::ALL, 2), (Kinds::NEW, 1_000)] {
            let plain = EventQuery {
                after: Seq(after),
                limit,
                kinds,
                systems: Vec::new(),
                characters: Vec::new(),
            };
            let in_systems = EventQuery {
                systems: vec![system(JITA), system(J_SPACE)],
                ..plain.clone()
            };
            let of_pilot = EventQuery {
                characters: vec![character(91_000_001)],
                ..plain.clone()
            };
            for mut query in [plain, in_systems, of_pilot] {
                loop {
                    let page = store.read_events(&query).await.unwrap();
                    all.extend(page.events.iter().map(|event| shown(event)));
                    query.after = page.next;
                    if page.at_head {
                        break;
                    }
                }
                all.push(format!("after {after}: at {}", query.after));
            }
        }
    }
    let watcher = manual_poll("watcher", &[JITA, AMARR]);
    let fetched = store.fetch_for_client(&watcher).await.unwrap();
    all.extend(fetched.events.iter().map(|event| shown(event)));
    all
}

fn same(found: &[String], live: &[String], window: &str) {
    for (found, live) in found.iter().zip(live) {
        assert_eq!(found, live, "with a window of {window}");
    }
    assert_eq!(found.len(), live.len(), "with a window of {window}");
}

async fn readers_get_the_same_whatever_the_windows_size(arena: &Arena) {
    let store = arena
        .open_with(|config| config.window.events = 10_000)
        .await;
    let pilot = [91_000_001, 98_000_009, 99_000_009];
    store
        .append(appending(&[
            kill(1),
            kill(2).in_system(AMARR).attacker(pilot),
            kill(3)
                .in_system(J_SPACE)
                .knowing(naming(Progress::Partial, "?")),
            kill(4).victim(pilot),
        ]))
        .await
        .unwrap();
    store
        .insert_event(kill(1).worth(2).labelled("ganked").offer())
        .await
        .unwrap();
    store.import(vec![kill(50).parsed()]).await.unwrap();
    let found = [1, 3].map(|number| (id(number), naming(Progress::Complete, "Vera")));
    store.enrich(found.to_vec()).await.unwrap();
    store.insert_event(kill(5).offer()).await.unwrap();
    store.delete(id(4)).await.unwrap();
    let live = readings(&store).await;
    store.close().await;

    for events in [1, 3, 10_000] {
        let store = arena
            .open_with(|config| config.window.events = events)
            .await;
        same(&readings(&store).await, &live, &format!("{events} events"));
        store.close().await;
    }
    let store = arena.open_with(|config| config.window.bytes = 1).await;
    same(&readings(&store).await, &live, "one byte");
}

async fn a_window_of_one_event_serves_appends_as_they_come(arena: &Arena) {
    let store = arena.open_with(|config| config.window.events = 1).await;
    for number in 1..=20 {
        store.insert_event(kill(number).offer()).await.unwrap();
        let log = log_after(&store, Seq::START, Kinds::ALL).await;
        assert_eq!(ids(&log), (1..=number).collect::<Vec<i64>>());
    }
}

async fn the_window_stays_within_its_limits(arena: &Arena) {
    let store = arena
        .open_with(|config| {
            config.window.events = 10;
            config.window.bytes = 20_000;
        })
        .await;
    for number in 1..=40 {
        store.insert_event(kill(number).offer()).await.unwrap();
        let stats = store.stats().await.unwrap();
        assert!(stats.window_events <= 10, "{stats:?}");
        assert!(stats.window_bytes <= 20_000, "{stats:?}");
    }
    assert!(store.stats().await.unwrap().window_events > 0);
}

async fn the_window_is_filled_when_the_store_opens(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=30).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let before = store.stats().await.unwrap();
    store.close().await;
    let store = arena.open_with(|config| config.window.events = 20).await;
    let after = store.stats().await.unwrap();
    assert_eq!((before.window_events, after.window_events), (30, 20));
}
