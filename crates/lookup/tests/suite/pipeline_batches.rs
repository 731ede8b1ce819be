//! How keys go out together: windows, lanes, concurrency, and what happens to a batch with an id
//! that does not exist.

use killwire_lookup::Priority;

use crate::pipeline_fake::{
    BACKFILL_WINDOW, LIVE_SPACING, LIVE_WINDOW, desk, not_found, settle, shown, status, word, words,
};

#[tokio::test]
async fn keys_gather_for_a_window_and_go_out_together() {
    let desk = desk::<10, false>();
    let first = desk.start([1, 2], Priority::Live);
    desk.pass(LIVE_WINDOW / 2).await;
    let second = desk.start([3], Priority::Live);
    desk.pass(LIVE_WINDOW / 4).await;
    assert!(desk.script.calls().is_empty());
    desk.pass(LIVE_WINDOW / 4).await;
    assert_eq!(desk.script.asked(), [[1, 2, 3]]);
    first.await.unwrap();
    second.await.unwrap();
}

#[tokio::test]
async fn after_a_call_live_keys_gather_longer_but_a_single_one_does_not_wait() {
    let desk = desk::<10, false>();
    let mut asked = Vec::new();
    for key in 1..=9 {
        asked.push(desk.start([key], Priority::Live));
        desk.pass(LIVE_WINDOW).await;
    }
    assert_eq!(
        desk.script.asked(),
        [vec![1], vec![2, 3, 4, 5], vec![6, 7, 8, 9]]
    );
    desk.pass(LIVE_SPACING).await;
    asked.push(desk.start([10], Priority::Live));
    desk.pass(LIVE_WINDOW).await;
    assert_eq!(desk.script.asked()[3], [10]);
    for one in asked {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn a_full_batch_goes_out_before_its_window_is_over_and_none_is_larger() {
    let desk = desk::<4, false>();
    let asked = desk.start(1..=9, Priority::Live);
    settle().await;
    assert_eq!(desk.script.asked(), [[1, 2, 3, 4], [5, 6, 7, 8]]);
    desk.pass(LIVE_SPACING).await;
    assert_eq!(desk.script.asked().last().unwrap(), &[9]);
    assert_eq!(asked.await.unwrap().len(), 9);
}

#[tokio::test]
async fn backfill_waits_longer_and_goes_out_as_backfill() {
    let desk = desk::<10, false>();
    let asked = desk.start([1], Priority::Backfill);
    desk.pass(LIVE_WINDOW).await;
    assert!(desk.script.calls().is_empty());
    desk.pass(BACKFILL_WINDOW).await;
    assert!(!desk.script.calls()[0].live);
    assert_eq!(shown(asked.await.unwrap().remove(0).1), word(1));
}

#[tokio::test]
async fn live_keys_pass_waiting_backfill_and_take_some_of_it_along() {
    let desk = desk::<4, false>().slow();
    let backfill = desk.start(101..=112, Priority::Backfill);
    settle().await;
    assert_eq!(desk.script.asked(), [[101, 102, 103, 104]], "one at once");
    let live = desk.start([1, 2], Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    let calls = desk.script.calls();
    assert_eq!(calls[1].keys, [1, 2, 105, 106]);
    assert!(calls[1].live);
    desk.answer(10).await;
    desk.pass(BACKFILL_WINDOW).await;
    live.await.unwrap();
    backfill.await.unwrap();
    assert_eq!(desk.script.calls().len(), 4);
}

#[tokio::test]
async fn a_key_that_waits_as_backfill_hurries_when_it_is_needed_now() {
    let desk = desk::<10, false>();
    let backfill = desk.start([1, 2], Priority::Backfill);
    settle().await;
    let live = desk.start([2], Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    let calls = desk.script.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].keys, [2, 1]);
    assert!(calls[0].live);
    live.await.unwrap();
    backfill.await.unwrap();
}

#[tokio::test]
async fn only_so_many_calls_are_under_way_and_the_next_batch_fills_meanwhile() {
    let desk = desk::<4, false>().slow();
    let first = desk.start(1..=8, Priority::Live);
    settle().await;
    let second = desk.start([9], Priority::Live);
    desk.pass(LIVE_SPACING).await;
    let third = desk.start([10, 11], Priority::Live);
    desk.pass(LIVE_SPACING).await;
    assert_eq!(desk.script.calls().len(), 2, "two live calls at once");
    desk.answer(1).await;
    assert_eq!(desk.script.asked()[2], [9, 10, 11]);
    desk.answer(2).await;
    for asked in [first, second, third] {
        asked.await.unwrap();
    }
}

#[tokio::test]
async fn a_bad_id_is_found_and_all_others_of_its_batch_are_answered() {
    let desk = desk::<1_000, false>();
    desk.script.change(|s| s.bad.insert(700));
    let asked = desk.start(1..=1_000, Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    for (key, answer) in asked.await.unwrap() {
        let expected = if key == 700 {
            "-".to_owned()
        } else {
            word(key)
        };
        assert_eq!(shown(answer), expected);
    }
    let calls = desk.script.asked();
    let errors = calls.iter().filter(|keys| keys.contains(&700)).count();
    assert!(errors <= 6, "{errors} errors");
    assert!(calls.len() <= 21, "{} calls", calls.len());
}

#[tokio::test]
async fn several_bad_ids_in_a_small_batch_are_found() {
    let desk = desk::<10, false>();
    desk.script.change(|s| s.bad.extend([1, 5, 10]));
    let got = desk.get(1..=10).await;
    let mut expected = words(1..=10);
    for bad in [1, 5, 10] {
        expected[bad - 1] = "-".to_owned();
    }
    assert_eq!(got, expected);
}

#[tokio::test]
async fn an_id_is_declared_missing_only_after_it_was_asked_for_alone() {
    for bad in 1..=16 {
        let desk = desk::<100, false>();
        desk.script.change(|s| s.bad.insert(bad));
        desk.get(1..=16).await;
        assert!(desk.script.asked().contains(&vec![bad]));
    }
}

#[tokio::test]
async fn an_upstream_that_knows_nothing_is_not_asked_for_each_id_of_a_batch() {
    let desk = desk::<1_000, false>();
    desk.script.change(|s| s.fault = Some(not_found()));
    let asked = desk.start(1..=1_000, Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    let answers = asked.await.unwrap();
    let calls = desk.script.calls().len();
    assert!(calls <= 20, "{calls} calls");
    let failed: Vec<_> = answers
        .iter()
        .filter_map(|(_, a)| a.as_ref().err())
        .collect();
    assert!(failed.len() > 950, "{}", failed.len());
    assert!(failed.iter().all(|error| error.is_retryable()));
}

#[tokio::test]
async fn a_fault_while_a_batch_is_taken_apart_fails_the_rest_without_asking_on() {
    let desk = desk::<100, false>().slow();
    desk.script.change(|s| s.bad.insert(40));
    let asked = desk.start(1..=100, Priority::Live);
    settle().await;
    desk.answer(2).await;
    desk.script.change(|s| s.fault = Some(status(503)));
    desk.answer(1).await;
    let answers = asked.await.unwrap();
    let good = answers.iter().filter(|(_, answer)| answer.is_ok()).count();
    assert_eq!(good, 25, "what was answered before stays");
    assert_eq!(desk.script.calls().len(), 3);
}
