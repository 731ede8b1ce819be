//! Reading the log by position: kinds, filters, pages, and positions that are not of this log.

use std::sync::Arc;

use killwire_store::{EventPage, EventQuery, Kinds, LogEvent, ReadError, Seq, Store};

use crate::arena::Arena;
use crate::fixture::{AMARR, J_SPACE, JITA, appending, character, ids, kill, system};

on_both_backends! {
    a_reader_gets_what_comes_after_its_position,
    a_page_holds_as_much_as_asked_and_the_next_goes_on_from_it,
    only_the_asked_kinds_are_shown,
    only_the_asked_systems_are_shown,
    only_the_asked_pilots_are_shown_on_either_side,
    a_filter_that_matches_nothing_still_brings_the_reader_to_the_head,
    a_position_beyond_the_head_is_refused,
    all_readers_of_the_head_share_one_event,
}

fn query(after: i64, limit: usize) -> EventQuery {
    EventQuery {
        after: Seq(after),
        limit,
        kinds: Kinds::ALL,
        systems: Vec::new(),
        characters: Vec::new(),
    }
}

async fn read(store: &Store, query: &EventQuery) -> EventPage {
    store.read_events(query).await.unwrap()
}

/// Follows `next` to the head.
async fn read_all(store: &Store, mut query: EventQuery) -> Vec<Arc<LogEvent>> {
    let mut events = Vec::new();
    loop {
        let page = read(store, &query).await;
        assert!(page.events.len() <= query.limit);
        events.extend(page.events);
        query.after = page.next;
        if page.at_head {
            assert_eq!(page.next, store.head());
            return events;
        }
    }
}

async fn small_log(arena: &Arena) -> Store {
    let store = arena.open().await;
    let pilot = [91_000_001, 98_000_009, 99_000_009];
    store
        .append(appending(&[
            kill(1),
            kill(2).in_system(AMARR),
            kill(3).in_system(J_SPACE).victim(pilot),
            kill(4).attacker(pilot),
        ]))
        .await
        .unwrap();
    store
        .insert_event(kill(2).in_system(AMARR).worth(2).offer())
        .await
        .unwrap();
    store.import(vec![kill(100).parsed()]).await.unwrap();
    store
}

async fn a_reader_gets_what_comes_after_its_position(arena: &Arena) {
    let store = small_log(arena).await;
    let page = read(&store, &query(2, 100)).await;
    assert_eq!(ids(&page.events), [3, 4, 2, 0]);
    assert_eq!((page.next, page.at_head), (Seq(6), true));
    let nothing = read(&store, &query(6, 100)).await;
    assert!(nothing.events.is_empty());
    assert_eq!((nothing.next, nothing.at_head), (Seq(6), true));
}

async fn a_page_holds_as_much_as_asked_and_the_next_goes_on_from_it(arena: &Arena) {
    let store = small_log(arena).await;
    let page = read(&store, &query(0, 2)).await;
    assert_eq!(ids(&page.events), [1, 2]);
    assert_eq!((page.next, page.at_head), (Seq(2), false));
    for limit in 1..=7 {
        assert_eq!(
            ids(&read_all(&store, query(0, limit)).await),
            [1, 2, 3, 4, 2, 0]
        );
    }
}

async fn only_the_asked_kinds_are_shown(arena: &Arena) {
    let store = small_log(arena).await;
    let none = Kinds {
        new: false,
        updated: false,
        imported: false,
    };
    for (kinds, expected) in [
        (Kinds::NEW, vec![1, 2, 3, 4]),
        (
            Kinds {
                updated: true,
                ..none
            },
            vec![2],
        ),
        (
            Kinds {
                imported: true,
                ..none
            },
            vec![0],
        ),
    ] {
        let asked = EventQuery {
            kinds,
            ..query(0, 100)
        };
        assert_eq!(ids(&read_all(&store, asked).await), expected, "{kinds:?}");
    }
}

async fn only_the_asked_systems_are_shown(arena: &Arena) {
    let store = small_log(arena).await;
    let asked = EventQuery {
        systems: vec![system(JITA), system(J_SPACE)],
        kinds: Kinds::NEW,
        ..query(0, 2)
    };
    assert_eq!(ids(&read_all(&store, asked).await), [1, 3, 4]);
}

async fn only_the_asked_pilots_are_shown_on_either_side(arena: &Arena) {
    let store = small_log(arena).await;
    let asked = EventQuery {
        characters: vec![character(91_000_001)],
        kinds: Kinds::NEW,
        ..query(0, 100)
    };
    assert_eq!(ids(&read_all(&store, asked.clone()).await), [3, 4]);
    let in_jita = EventQuery {
        systems: vec![system(JITA)],
        ..asked
    };
    assert_eq!(ids(&read_all(&store, in_jita).await), [4], "both must hold");
}

async fn a_filter_that_matches_nothing_still_brings_the_reader_to_the_head(arena: &Arena) {
    let store = small_log(arena).await;
    let asked = EventQuery {
        systems: vec![system(30_000_001)],
        ..query(0, 100)
    };
    assert!(read_all(&store, asked).await.is_empty());
}

async fn a_position_beyond_the_head_is_refused(arena: &Arena) {
    let store = small_log(arena).await;
    let refused = store.read_events(&query(7, 100)).await;
    let Err(ReadError::Ahead { after, head }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((after, head), (Seq(7), Seq(6)));
}

async fn all_readers_of_the_head_share_one_event(arena: &Arena) {
    let store = small_log(arena).await;
    let (one, two) = (
        read(&store, &query(3, 1)).await,
        read(&store, &query(3, 1)).await,
    );
    assert!(Arc::ptr_eq(&one.events[0], &two.events[0]));
}
