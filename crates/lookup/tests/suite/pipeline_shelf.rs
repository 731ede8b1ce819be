//! Between RAM and the upstream lies the store.

use std::time::Duration;

use killwire_cache::Validity;
use killwire_lookup::Priority;
use killwire_lookup::limits::SAVE_WINDOW;

use crate::pipeline_fake::{
    BACKFILL_WINDOW, Desk, LIVE_WINDOW, STALE, TTL, desk, settle, word, words,
};

fn shelved(desk: &Desk<10, true>, key: u32, word: Option<&str>, ago: Duration) {
    let at = desk.clock.now() - ago;
    desk.script.change(|s| {
        let row = (word.map(str::to_owned), Validity::since(at));
        s.shelf.insert(key, row);
    });
}

#[tokio::test]
async fn what_the_store_knows_is_answered_without_a_window_or_a_call() {
    let desk = desk::<10, true>();
    shelved(&desk, 1, Some("from disk"), TTL / 2);
    shelved(&desk, 2, None, TTL / 2);
    let asked = desk.start([1, 2], Priority::Live);
    settle().await;
    let answers = asked.await.unwrap();
    assert_eq!(answers[0].1.as_ref().unwrap().as_deref(), Some("from disk"));
    assert_eq!(answers[1].1.as_ref().unwrap(), &None);
    assert!(desk.script.calls().is_empty());
    let report = desk.words.report();
    assert_eq!(
        (report.looked_up, report.from_store, report.asked),
        (2, 2, 0)
    );
    assert_eq!(report.waiting, 0);
}

#[tokio::test]
async fn what_the_store_knows_from_before_is_served_and_refreshed() {
    let desk = desk::<10, true>();
    shelved(&desk, 1, Some("before"), TTL * 2);
    let asked = desk.start([1], Priority::Live);
    settle().await;
    let answer = asked.await.unwrap().remove(0).1;
    assert_eq!(answer.unwrap().as_deref(), Some("before"));
    desk.pass(BACKFILL_WINDOW).await;
    assert_eq!(desk.get([1]).await, words([1]));
    assert_eq!(desk.script.calls()[0].known, 1);
}

#[tokio::test]
async fn what_the_store_knows_from_long_ago_is_fetched() {
    let desk = desk::<10, true>();
    shelved(&desk, 1, Some("long ago"), TTL + STALE);
    assert_eq!(desk.get([1]).await, words([1]));
}

#[tokio::test]
async fn what_was_fetched_goes_to_the_store_in_one_batch_and_a_restart_is_warm() {
    let desk = desk::<10, true>();
    desk.script.change(|s| s.bad.insert(3));
    desk.get([1, 2, 3]).await;
    desk.get([4]).await;
    assert!(desk.script.change(|s| s.saves.is_empty()));
    desk.pass(SAVE_WINDOW).await;
    let saves = desk.script.change(|s| s.saves.clone());
    assert_eq!(saves.len(), 1);
    assert_eq!(saves[0].len(), 4);
    desk.words.invalidate_all();
    let calls = desk.script.calls().len();
    let again = desk.get([1, 2, 3, 4]).await;
    assert_eq!(again, [word(1), word(2), "-".to_owned(), word(4)]);
    assert_eq!(desk.script.calls().len(), calls);
}

#[tokio::test]
async fn a_flush_does_not_wait_for_the_window() {
    let desk = desk::<10, true>();
    desk.get([1]).await;
    desk.words.flush().await;
    assert_eq!(desk.words.report().saved, 1);
    desk.pass(SAVE_WINDOW).await;
    assert_eq!(desk.script.change(|s| s.saves.len()), 1);
}

#[tokio::test]
async fn a_store_that_fails_costs_a_call_and_nothing_else() {
    let desk = desk::<10, true>();
    desk.script.change(|s| s.shelf_fails = true);
    assert_eq!(desk.get([1]).await, words([1]));
    desk.pass(SAVE_WINDOW).await;
    assert_eq!(desk.words.report().unsaved, 1);
    assert_eq!(desk.get([1]).await, words([1]));
    assert_eq!(desk.script.calls().len(), 1);
}

#[tokio::test]
async fn the_store_is_asked_once_for_the_keys_of_one_question() {
    let desk = desk::<10, true>();
    desk.get([1, 2, 3]).await;
    assert_eq!(desk.script.change(|s| s.recalls.clone()), [[1, 2, 3]]);
    desk.pass(LIVE_WINDOW).await;
}
