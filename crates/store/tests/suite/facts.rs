//! The fact record of an event is the one that the killmail had then, however it is read and
//! whatever was learned since.

use std::sync::Arc;

use killwire_killmail::{Enrichment, Facts, Progress};
use killwire_store::{LogEvent, Outcome, Seq, Store};

use crate::arena::Arena;
use crate::fixture::{Kill, appending, id, kill, naming, of_version_1, valued, whole_log};

on_both_backends! {
    an_event_keeps_the_facts_that_it_had,
    an_update_that_changes_no_facts_names_those_before_it_only_where_some_changed,
    several_patches_in_one_append_replace_the_record_before_the_first,
    patches_that_take_each_other_back_replace_nothing,
    a_killmail_announced_and_patched_in_one_append_has_two_records,
    what_changes_without_an_event_is_in_the_facts_of_the_next_one,
    what_an_archive_adds_is_in_the_facts_of_the_next_event,
    a_deleted_killmail_leaves_no_facts_behind,
    an_expired_killmail_leaves_no_facts_behind,
    what_retention_removed_is_not_among_the_earlier_facts,
    a_new_event_never_names_earlier_facts,
    a_record_that_knew_no_hull_value_is_no_change,
}

/// What a record says of the value: "-" where it says nothing.
fn worth(facts: &Facts) -> String {
    facts
        .total_value
        .map_or("-".to_owned(), |isk| isk.to_string())
}

/// Number, value in the facts, values in the earlier facts.
type Told = (i64, String, Vec<String>);

fn told(log: &[Arc<LogEvent>]) -> Vec<Told> {
    log.iter()
        .map(|event| {
            let facts = event.facts.as_deref();
            let earlier = event.earlier.iter().map(|facts| worth(facts));
            let now = facts.map_or("gone".to_owned(), worth);
            (event.seq.0, now, earlier.collect())
        })
        .collect()
}

fn expected(events: &[(i64, &str, &[&str])]) -> Vec<Told> {
    let text = |text: &&str| (*text).to_owned();
    events
        .iter()
        .map(|(seq, now, earlier)| (*seq, text(now), earlier.iter().map(text).collect()))
        .collect()
}

/// Reads the log from the window, from disk and after opening again: each time the same.
async fn is_told(arena: &Arena, store: Store, events: &[(i64, &str, &[&str])]) {
    let expected = expected(events);
    assert_eq!(told(&whole_log(&store).await), expected, "live");
    store.close().await;
    for window in [1, 2, 10_000] {
        let store = arena.open_with_window(window).await;
        let log = whole_log(&store).await;
        assert_eq!(told(&log), expected, "with a window of {window} events");
        store.close().await;
    }
}

async fn offer(store: &Store, kill: Kill) -> Outcome {
    store.insert_event(kill.offer()).await.unwrap()
}

async fn enrich(store: &Store, found: Enrichment) -> Outcome {
    store.enrich(vec![(id(1), found)]).await.unwrap()[0]
}

async fn replaced(arena: &Arena) -> i64 {
    let count = "SELECT COUNT(*) FROM event WHERE facts_before IS NOT NULL";
    arena.number(count).await
}

async fn an_event_keeps_the_facts_that_it_had(arena: &Arena) {
    let store = arena.open().await;
    for worth in [1, 2, 3] {
        offer(&store, kill(1).worth(worth)).await;
    }
    offer(&store, kill(2).worth(9)).await;
    assert_eq!(replaced(arena).await, 2);
    let events = [
        (1, "1", &[][..]),
        (2, "2", &["1"]),
        (3, "3", &["1", "2"]),
        (4, "9", &[]),
    ];
    is_told(arena, store, &events).await;
}

async fn an_update_that_changes_no_facts_names_those_before_it_only_where_some_changed(
    arena: &Arena,
) {
    let store = arena.open().await;
    let partial = |number| kill(number).knowing(naming(Progress::Partial, "?"));
    let complete = |number| (id(number), naming(Progress::Complete, "Vera"));
    store
        .append(appending(&[partial(1).worth(1), partial(2).worth(5)]))
        .await
        .unwrap();
    offer(&store, kill(1).worth(2)).await;
    store.enrich(vec![complete(1), complete(2)]).await.unwrap();
    let events = [
        (1, "1", &[][..]),
        (2, "5", &[]),
        (3, "2", &["1"]),
        (4, "2", &["1", "2"]),
        (5, "5", &[]),
    ];
    is_told(arena, store, &events).await;
}

async fn several_patches_in_one_append_replace_the_record_before_the_first(arena: &Arena) {
    let store = arena.open().await;
    offer(&store, kill(1).worth(1)).await;
    store
        .append(appending(&[
            kill(1).worth(2),
            kill(2).worth(9),
            kill(1).worth(3),
        ]))
        .await
        .unwrap();
    let events = [(1, "1", &[][..]), (2, "3", &["1"]), (3, "9", &[])];
    is_told(arena, store, &events).await;
}

async fn patches_that_take_each_other_back_replace_nothing(arena: &Arena) {
    let store = arena.open().await;
    offer(&store, kill(1).worth(1)).await;
    store
        .append(appending(&[kill(1).worth(2), kill(1).worth(1)]))
        .await
        .unwrap();
    assert_eq!(replaced(arena).await, 0);
    offer(&store, kill(1).worth(2)).await;
    let events = [(1, "1", &[][..]), (2, "1", &[]), (3, "2", &["1"])];
    is_told(arena, store, &events).await;
}

async fn a_killmail_announced_and_patched_in_one_append_has_two_records(arena: &Arena) {
    let store = arena.open().await;
    // What an archive knew of it is not what its first event shows.
    store.put(kill(1).without_zkb().parsed()).await.unwrap();
    store
        .append(appending(&[kill(1).worth(1), kill(1).worth(2)]))
        .await
        .unwrap();
    let events = [(1, "1", &[][..]), (2, "2", &["1"])];
    is_told(arena, store, &events).await;
}

async fn what_changes_without_an_event_is_in_the_facts_of_the_next_one(arena: &Arena) {
    let mut store = arena.open().await;
    offer(&store, kill(1).without_zkb()).await;
    for isk in [7, 8] {
        let silent = enrich(&store, valued(Progress::Partial, isk)).await;
        assert_eq!(silent, Outcome::Duplicate, "it is not complete");
        let stored = store.get(id(1)).await.unwrap().unwrap();
        assert_eq!(worth(&stored.facts), isk.to_string());
        is_told(arena, store, &[(1, "-", &[])]).await;
        store = arena.open().await;
    }
    enrich(&store, valued(Progress::Complete, 8)).await;
    offer(&store, kill(1).worth(9)).await;
    let events = [(1, "-", &[][..]), (2, "8", &["-"]), (3, "9", &["-", "8"])];
    is_told(arena, store, &events).await;
}

async fn what_an_archive_adds_is_in_the_facts_of_the_next_event(arena: &Arena) {
    let store = arena.open().await;
    let bare = kill(1).without_zkb();
    offer(&store, bare.knowing(naming(Progress::Partial, "?"))).await;
    store.import(vec![kill(1).worth(5).parsed()]).await.unwrap();
    assert_eq!(
        told(&whole_log(&store).await)[0],
        expected(&[(1, "-", &[])])[0]
    );
    enrich(&store, naming(Progress::Complete, "Vera")).await;
    offer(&store, kill(1).worth(5).labelled("ganked")).await;
    let events = [
        (1, "-", &[][..]),
        (2, "gone", &[]),
        (3, "5", &["-"]),
        (4, "5", &["-", "5"]),
    ];
    is_told(arena, store, &events).await;
}

async fn a_deleted_killmail_leaves_no_facts_behind(arena: &Arena) {
    let store = arena.open().await;
    for number in [1, 2] {
        offer(&store, kill(number).worth(1)).await;
        offer(&store, kill(number).worth(2)).await;
    }
    store.delete(id(1)).await.unwrap();
    assert_eq!(replaced(arena).await, 1, "the other's stays");
    let events = [
        (1, "gone", &[][..]),
        (2, "gone", &[]),
        (3, "1", &[]),
        (4, "2", &["1"]),
    ];
    is_told(arena, store, &events).await;
}

async fn an_expired_killmail_leaves_no_facts_behind(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.log_min_age = std::time::Duration::MAX)
        .await;
    offer(&store, kill(1).worth(1)).await;
    offer(&store, kill(1).worth(2)).await;
    arena.days_pass(91);
    store.collect_garbage().await.unwrap();
    assert_eq!(replaced(arena).await, 0);
    is_told(arena, store, &[(1, "gone", &[]), (2, "gone", &[])]).await;
}

async fn what_retention_removed_is_not_among_the_earlier_facts(arena: &Arena) {
    let store = arena.open().await;
    for worth in [1, 2] {
        offer(&store, kill(1).worth(worth)).await;
    }
    arena.days_pass(31);
    for worth in [3, 4] {
        offer(&store, kill(1).worth(worth)).await;
    }
    store.collect_garbage().await.unwrap();
    assert_eq!(store.oldest(), Seq(3));
    offer(&store, kill(1).worth(5)).await;
    store.close().await;
    let store = arena.open().await;
    let events = [
        (3, "3", &["2"][..]),
        (4, "4", &["2", "3"]),
        (5, "5", &["2", "3", "4"]),
    ];
    assert_eq!(told(&whole_log(&store).await), expected(&events));
}

async fn a_new_event_never_names_earlier_facts(arena: &Arena) {
    let store = arena.open().await;
    store.put(kill(1).worth(1).parsed()).await.unwrap();
    store
        .enrich(vec![(id(1), valued(Progress::Complete, 3))])
        .await
        .unwrap();
    offer(&store, kill(1).worth(2)).await;
    is_told(arena, store, &[(1, "2", &[])]).await;
}

/// Complete, with a value of the hull beside the total.
fn knowing_the_hull() -> Enrichment {
    let mut known = valued(Progress::Complete, 7);
    let ours = known.valued.as_mut().unwrap();
    ours.hull = ours.total;
    known
}

async fn a_record_that_knew_no_hull_value_is_no_change(arena: &Arena) {
    let store = arena.open().await;
    let known = kill(1).knowing(knowing_the_hull());
    store.append(appending([&known])).await.unwrap();
    store.close().await;
    let now = Facts::of(&known.parsed(), Some(&knowing_the_hull()));
    assert!(now.hull_value.is_some());
    let before = of_version_1(&now);
    arena
        .sql(&format!(
            "UPDATE killmail SET facts = {}",
            arena.bytes(&before)
        ))
        .await;
    let before = Facts::decode(&before).unwrap();

    let store = arena.open().await;
    let again = store.insert_event(known.offer()).await.unwrap();
    assert_eq!(again, Outcome::Duplicate);
    let again = store.enrich(vec![(id(1), knowing_the_hull())]).await;
    assert_eq!(again.unwrap(), [Outcome::Duplicate]);
    assert_eq!(store.head(), Seq(1));

    let patched = store.insert_event(known.worth(9).offer()).await.unwrap();
    assert_eq!(patched, Outcome::Updated(Seq(2)));
    let live = whole_log(&store).await;
    store.close().await;
    let store = arena.open().await;
    for log in [live, whole_log(&store).await] {
        assert_eq!(log[0].facts.as_deref(), Some(&before), "as it was then");
        assert_eq!(log[1].earlier, [Arc::new(before.clone())]);
        let hull = log[1].facts.as_deref().unwrap().hull_value;
        assert_eq!(hull, now.hull_value);
    }
}
