//! Appending: numbers without gaps, one `new` per killmail, all of an append or nothing.

use killwire_killmail::KillmailId;
use killwire_store::{
    Append, EventKind, Kinds, NewGap, NewQuarantine, Offer, Origin, Outcome, Seq, StoreError,
    TraceContext,
};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, J_SPACE, appending, gist, id, ids, kill, log_after, position, r2z2, system, whole_log,
};

on_both_backends! {
    seqs_are_dense_and_start_at_one,
    a_killmail_is_new_once_and_afterwards_a_duplicate,
    a_changed_zkb_block_makes_an_updated_event,
    a_repeat_that_lost_its_zkb_block_changes_nothing,
    updates_of_one_killmail_in_one_append_are_coalesced,
    the_same_killmail_twice_in_one_append_is_new_once,
    appends_made_at_once_share_out_the_numbers_without_gaps,
    an_empty_append_writes_nothing,
    an_import_is_one_event_for_the_whole_batch,
    importing_a_batch_twice_adds_nothing,
    an_import_that_knows_more_is_counted_as_updated,
    an_imported_killmail_becomes_new_when_the_feed_offers_it,
    a_killmail_the_feed_announced_is_a_duplicate_to_an_import,
    the_feeds_position_moves_with_the_killmails,
    a_failed_append_leaves_nothing_behind,
    a_reopened_log_goes_on_where_it_ended,
    what_was_appended_survives_a_drop_without_close,
    a_closed_store_says_so,
    readers_are_woken_only_for_what_is_committed,
    an_event_keeps_its_origin_and_its_trace,
}

async fn seqs_are_dense_and_start_at_one(arena: &Arena) {
    let store = arena.open().await;
    assert_eq!((store.head(), store.oldest()), (Seq::START, Seq(1)));
    let outcomes = store
        .append(appending(&[kill(30), kill(10), kill(20)]))
        .await
        .unwrap();
    assert_eq!(
        outcomes,
        [1, 2, 3].map(|seq| Outcome::New(Seq(seq))),
        "in the order of the feed, not of the ids"
    );
    let fourth = store.insert_event(kill(5).offer()).await.unwrap();
    assert_eq!(fourth, Outcome::New(Seq(4)));
    assert_eq!(store.head(), Seq(4));
    assert_eq!(ids(&whole_log(&store).await), [30, 10, 20, 5]);
}

async fn a_killmail_is_new_once_and_afterwards_a_duplicate(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let again = store.insert_event(kill(1).offer()).await.unwrap();
    assert_eq!(again, Outcome::Duplicate);
    assert_eq!(store.head(), Seq(1));
    let next = store.insert_event(kill(2).offer()).await.unwrap();
    assert_eq!(next, Outcome::New(Seq(2)), "a duplicate takes no number");
}

async fn a_changed_zkb_block_makes_an_updated_event(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let ganked = kill(1).labelled("ganked");
    let outcome = store.insert_event(ganked.offer()).await.unwrap();
    assert_eq!(outcome, Outcome::Updated(Seq(2)));
    let again = store.insert_event(ganked.offer()).await.unwrap();
    assert_eq!(again, Outcome::Duplicate, "the same patch twice");

    let log = whole_log(&store).await;
    let gists: Vec<_> = log.iter().map(|event| gist(event)).collect();
    assert_eq!(gists, [(1, EventKind::New, 1), (2, EventKind::Updated, 1)]);
    let patch = log[1].killmail.as_deref().unwrap();
    assert!(
        String::from_utf8_lossy(patch).contains("ganked"),
        "the event shows the patched killmail"
    );
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert!(stored.zkb.unwrap().labels.contains(&"ganked".to_owned()));
    assert!(stored.facts.labels.contains(&"ganked".to_owned()));
    let new_only = log_after(&store, Seq::START, Kinds::NEW).await;
    assert_eq!(
        ids(&new_only),
        [1],
        "updates come only to who asks for them"
    );
}

async fn a_repeat_that_lost_its_zkb_block_changes_nothing(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).worth(5).offer()).await.unwrap();
    let bare = store.insert_event(kill(1).without_zkb().offer()).await;
    assert_eq!(bare.unwrap(), Outcome::Duplicate);
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert!(stored.zkb.is_some(), "what is known is not forgotten");
}

async fn updates_of_one_killmail_in_one_append_are_coalesced(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).worth(1).offer()).await.unwrap();
    let outcomes = store
        .append(appending(&[kill(1).worth(2), kill(2), kill(1).worth(3)]))
        .await
        .unwrap();
    assert_eq!(outcomes.len(), 3, "one outcome per offer");
    let log = whole_log(&store).await;
    let updated: Vec<_> = log
        .iter()
        .filter(|event| event.kind == EventKind::Updated)
        .collect();
    assert_eq!(updated.len(), 1, "one event for both patches: {log:?}");
    let shown = String::from_utf8_lossy(updated[0].killmail.as_deref().unwrap()).into_owned();
    assert!(shown.contains("\"totalValue\":3"), "the last word: {shown}");
    let seqs: Vec<i64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, [1, 2, 3], "and no number is left out");
}

async fn the_same_killmail_twice_in_one_append_is_new_once(arena: &Arena) {
    let store = arena.open().await;
    let outcomes = store
        .append(appending(&[kill(1), kill(1), kill(2)]))
        .await
        .unwrap();
    assert_eq!(outcomes[0], Outcome::New(Seq(1)));
    assert_eq!(outcomes[1], Outcome::Duplicate);
    assert_eq!(outcomes[2], Outcome::New(Seq(2)));
}

async fn appends_made_at_once_share_out_the_numbers_without_gaps(arena: &Arena) {
    let store = arena.open().await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..25 {
                    // Two tasks offer each killmail.
                    let offered = kill(1 + (task / 2) * 100 + number);
                    store.insert_event(offered.offer()).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let log = whole_log(&store).await;
    let seqs: Vec<i64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=100).collect::<Vec<i64>>());
    let mut offered = ids(&log);
    offered.sort_unstable();
    offered.dedup();
    assert_eq!(offered.len(), 100, "each killmail is new once");
}

async fn an_empty_append_writes_nothing(arena: &Arena) {
    let store = arena.open().await;
    assert!(store.append(Append::default()).await.unwrap().is_empty());
    assert_eq!(store.head(), Seq::START);
}

async fn an_import_is_one_event_for_the_whole_batch(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let batch = (10..15).map(|id| kill(id).without_zkb().parsed()).collect();
    let report = store.import(batch).await.unwrap();
    assert_eq!((report.new, report.updated, report.duplicate), (5, 0, 0));

    let log = whole_log(&store).await;
    assert_eq!(gist(&log[1]), (2, EventKind::Imported, 0));
    assert_eq!(log[1].imported, 5);
    assert_eq!(log[1].origin, Origin::Archive);
    assert!(log[1].killmail.is_none() && log[1].system_id.is_none());
    assert_eq!(log.len(), 2, "and nothing else");
    assert!(store.get(id(12)).await.unwrap().is_some());
    assert!(
        store.announced(&[id(12)]).await.unwrap().is_empty(),
        "an archive announces nothing"
    );
}

async fn importing_a_batch_twice_adds_nothing(arena: &Arena) {
    let store = arena.open().await;
    let batch = || (10..15).map(|id| kill(id).parsed()).collect::<Vec<_>>();
    store.import(batch()).await.unwrap();
    let second = store.import(batch()).await.unwrap();
    assert_eq!((second.new, second.updated, second.duplicate), (0, 0, 5));
    assert_eq!(store.head(), Seq(1), "no second event");
    let twice_in_one = store
        .import(vec![kill(20).parsed(), kill(20).parsed()])
        .await
        .unwrap();
    assert_eq!((twice_in_one.new, twice_in_one.duplicate), (1, 1));
}

async fn an_import_that_knows_more_is_counted_as_updated(arena: &Arena) {
    let store = arena.open().await;
    store
        .import(vec![kill(1).without_zkb().parsed()])
        .await
        .unwrap();
    let report = store.import(vec![kill(1).worth(7).parsed()]).await.unwrap();
    assert_eq!((report.new, report.updated, report.duplicate), (0, 1, 0));
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert!(stored.zkb.is_some() && stored.hash.is_some());
    let poorer = store.import(vec![kill(1).without_zkb().parsed()]).await;
    assert_eq!(poorer.unwrap().duplicate, 1, "knowing less is no news");
}

async fn an_imported_killmail_becomes_new_when_the_feed_offers_it(arena: &Arena) {
    let store = arena.open().await;
    store
        .import(vec![kill(1).without_zkb().parsed()])
        .await
        .unwrap();
    store.put(kill(2).parsed()).await.unwrap();
    let outcomes = store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    assert_eq!(outcomes, [2, 3].map(|seq| Outcome::New(Seq(seq))));
    let again = store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    assert_eq!(again, [Outcome::Duplicate, Outcome::Duplicate]);
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert!(stored.zkb.is_some(), "what the feed adds is kept");
    let announced = store.announced(&[id(1), id(2), id(3)]).await.unwrap();
    assert_eq!(announced, [id(1), id(2)].into_iter().collect());
}

async fn a_killmail_the_feed_announced_is_a_duplicate_to_an_import(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let report = store.import(vec![kill(1).parsed()]).await.unwrap();
    assert_eq!((report.new, report.updated, report.duplicate), (0, 0, 1));
    assert_eq!(store.head(), Seq(1));
}

async fn the_feeds_position_moves_with_the_killmails(arena: &Arena) {
    let store = arena.open().await;
    assert_eq!(store.position(&r2z2()).await.unwrap(), None);
    let mut append = appending(&[kill(1)]);
    append.position = Some(position(101));
    store.append(append).await.unwrap();
    assert_eq!(store.position(&r2z2()).await.unwrap(), Some(position(101)));

    let only_position = Append {
        position: Some(position(102)),
        ..Append::default()
    };
    store.append(only_position).await.unwrap();
    drop(store);
    let store = arena.open().await;
    assert_eq!(store.position(&r2z2()).await.unwrap(), Some(position(102)));
}

async fn a_failed_append_leaves_nothing_behind(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let good = Append {
        offers: vec![kill(2).offer(), kill(3).offer()],
        position: Some(position(500)),
        gaps: vec![NewGap {
            source: r2z2(),
            from: 1,
            to: 2,
            reason: killwire_store::GapReason::Hole,
            published_after: None,
        }],
        quarantined: vec![NewQuarantine {
            source: r2z2(),
            place: "499".into(),
            reason: "not a killmail".into(),
            bytes: b"<html>".to_vec(),
        }],
    };
    arena.make_writes_fail("quarantine").await;
    let failed = store.append(good.clone()).await;
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(store.head(), Seq(1));
    assert_eq!(ids(&whole_log(&store).await), [1]);
    assert_eq!(store.position(&r2z2()).await.unwrap(), None);
    assert!(store.get(id(2)).await.unwrap().is_none());
    assert!(store.gaps(None).await.unwrap().is_empty());

    arena.let_writes_succeed("quarantine").await;
    let outcomes = store.append(good).await.unwrap();
    assert_eq!(
        outcomes,
        [2, 3].map(|seq| Outcome::New(Seq(seq))),
        "the failure took no number, and the killmails are still new"
    );
}

async fn a_reopened_log_goes_on_where_it_ended(arena: &Arena) {
    let store = arena.open().await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    store.close().await;
    drop(store);
    let store = arena.open().await;
    assert_eq!((store.head(), store.oldest()), (Seq(2), Seq(1)));
    let outcomes = store.append(appending(&[kill(2), kill(3)])).await.unwrap();
    assert_eq!(outcomes, [Outcome::Duplicate, Outcome::New(Seq(3))]);
}

async fn what_was_appended_survives_a_drop_without_close(arena: &Arena) {
    for round in 0..5 {
        let store = arena.open().await;
        assert_eq!(store.head(), Seq(round));
        store.insert_event(kill(round + 1).offer()).await.unwrap();
        drop(store);
    }
}

async fn a_closed_store_says_so(arena: &Arena) {
    let store = arena.open().await;
    let other_handle = store.clone();
    store.close().await;
    let refused = other_handle.insert_event(kill(1).offer()).await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
}

async fn readers_are_woken_only_for_what_is_committed(arena: &Arena) {
    let store = arena.open().await;
    let mut changes = store.head_changes();
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for id in 1..=40 {
                store.insert_event(kill(id).offer()).await.unwrap();
            }
        }
    });
    let mut told = Seq::START;
    while told < Seq(40) {
        changes.changed().await.unwrap();
        told = *changes.borrow_and_update();
        let committed = arena.number("SELECT seq FROM log_head").await;
        assert!(committed >= told.0, "{committed} committed, {told} told");
        let seen = log_after(&store, Seq::START, Kinds::ALL).await;
        assert!(seen.len() as i64 >= told.0, "what is told can be read");
    }
    writer.await.unwrap();
}

async fn an_event_keeps_its_origin_and_its_trace(arena: &Arena) {
    let trace = TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
    let late = Offer {
        origin: Origin::Late,
        trace: Some(trace.clone()),
        ..kill(1).in_system(J_SPACE).offer()
    };
    let store = arena.open().await;
    store.insert_event(late).await.unwrap();
    store
        .insert_event(kill(2).in_system(AMARR).offer())
        .await
        .unwrap();
    drop(store);
    let store = arena.open().await;
    let log = whole_log(&store).await;
    assert_eq!((log[0].origin, log[1].origin), (Origin::Late, Origin::Live));
    assert_eq!(log[0].trace.as_ref(), Some(&trace));
    assert_eq!(log[0].system_id, Some(system(J_SPACE)));
    assert_eq!(log[0].appended_at, arena.clock.now());
    assert_eq!(log[0].killmail_id.map(KillmailId::get), Some(1));
    assert_eq!(
        store.get(id(1)).await.unwrap().unwrap().origin,
        Origin::Late
    );
}
