//! What happens to a key: asked once, remembered, refreshed, held after a failure.

use std::time::Duration;

use killwire_lookup::{LookupError, Priority};
use killwire_upstream::{Refusal, Upstream, UpstreamError};

use crate::pipeline_fake::{
    BACKFILL_WINDOW, HOLD, LIVE_SPACING, LIVE_WINDOW, MAX_WAITING, MISSING, STALE, TTL, desk,
    settle, shown, status, word, words,
};

#[tokio::test]
async fn a_key_is_asked_once_and_then_known_without_waiting() {
    let desk = desk::<10, false>();
    assert!(desk.words.get(&1).is_none());
    assert_eq!(desk.get([1]).await, words([1]));
    assert_eq!(desk.words.get(&1).unwrap().value, Some(word(1)));
    assert!(desk.words.want(&[1], Priority::Live).all().await.is_ok());
    assert_eq!(desk.script.asked(), [[1]]);
    let report = desk.words.report();
    assert_eq!(
        (report.looked_up, report.from_memory, report.asked),
        (2, 1, 1)
    );
    assert_eq!(report.waiting, 0);
}

#[tokio::test]
async fn whoever_asks_for_a_key_under_way_waits_for_the_same_answer() {
    let desk = desk::<10, false>().slow();
    let first = desk.start([1, 2], Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    let second = desk.start([2, 3, 3], Priority::Live);
    desk.pass(LIVE_SPACING).await;
    desk.answer(2).await;
    assert_eq!(first.await.unwrap().len(), 2);
    assert_eq!(second.await.unwrap().len(), 3);
    assert_eq!(desk.script.asked(), [vec![1, 2], vec![3]]);
}

#[tokio::test]
async fn a_key_that_is_wanted_several_times_is_counted_as_often_and_asked_once() {
    let desk = desk::<10, false>();
    let coming = desk.words.want(&[1, 1, 2, 2, 2], Priority::Live);
    let coming = tokio::spawn(coming.all());
    desk.pass(LIVE_WINDOW).await;
    coming.await.unwrap().unwrap();
    let report = desk.words.report();
    assert_eq!((report.looked_up, report.asked), (5, 2));
}

#[tokio::test]
async fn a_caller_who_gives_up_finds_the_answer_next_time() {
    let desk = desk::<10, false>().slow();
    let asked = desk.start([1], Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    asked.abort();
    desk.answer(1).await;
    assert_eq!(desk.words.get(&1).unwrap().value, Some(word(1)));
}

#[tokio::test]
async fn a_stale_value_is_served_while_it_is_refreshed_without_hurry() {
    let desk = desk::<10, false>();
    desk.get([1]).await;
    desk.clock.advance(TTL);
    let served = desk.words.fetch(&1, Priority::Live).await;
    assert_eq!(served.unwrap(), Some(word(1)), "at once");
    desk.pass(LIVE_WINDOW).await;
    assert_eq!(desk.script.calls().len(), 1);
    desk.pass(BACKFILL_WINDOW).await;
    let calls = desk.script.calls();
    assert_eq!(calls.len(), 2);
    assert!(!calls[1].live);
    assert_eq!(
        calls[1].known, 1,
        "the upstream may be asked whether it is still so"
    );
}

#[tokio::test]
async fn a_refresh_that_fails_leaves_the_stale_value_and_is_not_repeated_at_once() {
    let desk = desk::<10, false>();
    desk.get([1]).await;
    desk.clock.advance(TTL);
    desk.script.change(|s| s.fault = Some(status(502)));
    for _ in 0..3 {
        assert_eq!(desk.get([1]).await, words([1]));
        desk.pass(BACKFILL_WINDOW).await;
    }
    assert_eq!(desk.script.calls().len(), 2);
    desk.clock.advance(HOLD);
    assert_eq!(desk.get([1]).await, words([1]));
    desk.pass(BACKFILL_WINDOW).await;
    assert_eq!(desk.script.calls().len(), 3);
    desk.clock.advance(STALE);
    assert!(desk.get([1]).await[0].contains("502"));
}

#[tokio::test]
async fn an_id_that_does_not_exist_is_not_asked_for_again_until_that_expires() {
    let desk = desk::<10, false>();
    desk.script.change(|s| s.bad.insert(1));
    assert_eq!(desk.get([1]).await, ["-"]);
    desk.clock.advance(MISSING / 2);
    assert_eq!(desk.get([1]).await, ["-"]);
    assert_eq!(desk.script.calls().len(), 1);
    desk.clock.advance(MISSING);
    desk.script.change(|s| s.bad.clear());
    assert_eq!(desk.get([1]).await, words([1]), "it was founded since");
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_the_key_held_for_a_while() {
    let desk = desk::<10, false>().slow();
    desk.script.change(|s| s.fault = Some(status(500)));
    let (a, b) = (
        desk.start([1], Priority::Live),
        desk.start([1], Priority::Live),
    );
    desk.pass(LIVE_WINDOW).await;
    desk.answer(1).await;
    for asked in [a, b] {
        let (_, answer) = asked.await.unwrap().remove(0);
        let error = answer.unwrap_err();
        assert!(error.is_retryable());
        assert_eq!(error.of(), Some(Upstream::Esi));
        assert_eq!(error.operation(), "words");
    }
    assert!(desk.get([1]).await[0].contains("500"));
    assert_eq!(desk.script.calls().len(), 1, "held");
    desk.script.change(|s| s.fault = None);
    desk.clock.advance(HOLD);
    desk.gate.add_permits(1);
    assert_eq!(desk.get([1]).await, words([1]));
    let report = desk.words.report();
    assert_eq!((report.failed, report.waiting), (1, 0));
}

#[tokio::test]
async fn a_pause_of_the_upstream_holds_no_key_back() {
    let desk = desk::<10, false>();
    let until = desk.clock.now() + Duration::from_secs(60);
    desk.script.change(|s| {
        s.fault = Some(UpstreamError::Refused {
            upstream: Upstream::Esi,
            until,
            why: Refusal::Throttled,
        });
    });
    let asked = desk.start([1], Priority::Live);
    desk.pass(LIVE_WINDOW).await;
    let error = asked.await.unwrap().remove(0).1.unwrap_err();
    assert_eq!(error.retry_at(), Some(until));
    desk.script.change(|s| s.fault = None);
    assert_eq!(desk.get([1]).await, words([1]));
}

#[tokio::test]
async fn a_key_that_the_answer_leaves_out_is_an_error_and_not_a_missing_one() {
    let desk = desk::<10, false>();
    desk.script.change(|s| s.left_out.insert(2));
    let answers = desk.get([1, 2]).await;
    assert_eq!(answers[0], word(1));
    assert!(answers[1].contains("left out 2"), "{}", answers[1]);
    assert!(desk.words.get(&2).is_none());
}

#[tokio::test]
async fn what_comes_along_unasked_is_kept() {
    let desk = desk::<10, false>();
    desk.script.change(|s| s.unasked.insert(7));
    desk.get([1]).await;
    assert_eq!(desk.get([7]).await, words([7]));
    assert_eq!(desk.script.calls().len(), 1);
}

#[tokio::test]
async fn a_defect_in_a_kind_fails_its_batch_and_nothing_else() {
    let desk = desk::<1, false>();
    desk.script.change(|s| s.panics = true);
    let asked = desk.start([1], Priority::Live);
    settle().await;
    let error = asked.await.unwrap().remove(0).1.unwrap_err();
    assert!(matches!(error, LookupError::Abandoned { .. }));
    desk.script.change(|s| s.panics = false);
    assert_eq!(desk.get([1, 2]).await, words([1, 2]));
    assert_eq!(desk.words.report().waiting, 0);
}

#[tokio::test]
async fn only_so_many_keys_may_wait_and_backfill_may_take_half() {
    let desk = desk::<10, false>().slow();
    let most = u32::try_from(MAX_WAITING).unwrap();
    let backfill = desk.start(0..most, Priority::Backfill);
    settle().await;
    let live = desk.start(most..most * 2, Priority::Live);
    settle().await;
    assert_eq!(desk.words.report().waiting, u64::from(most));
    let late = desk.start([most * 3], Priority::Live);
    desk.pass(BACKFILL_WINDOW).await;
    let refused = late.await.unwrap().remove(0).1;
    assert!(shown(refused).contains("2000 ids are waiting already"));
    desk.answer(1_000).await;
    for _ in 0..100 {
        settle().await;
    }
    let served = |answers: Vec<(u32, Result<_, _>)>| {
        answers.iter().filter(|(_, answer)| answer.is_ok()).count()
    };
    assert_eq!(served(live.await.unwrap()), MAX_WAITING / 2);
    assert_eq!(served(backfill.await.unwrap()), MAX_WAITING / 2);
    assert_eq!(desk.words.report().waiting, 0);
}

#[tokio::test]
async fn what_is_invalidated_is_asked_for_again() {
    let desk = desk::<10, false>();
    desk.get([1, 2]).await;
    desk.words.invalidate(&1);
    desk.get([1, 2]).await;
    desk.words.invalidate_all();
    desk.get([2]).await;
    assert_eq!(desk.script.asked(), [vec![1, 2], vec![1], vec![2]]);
}
