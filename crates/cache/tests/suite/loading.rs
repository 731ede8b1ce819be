//! One loader at a time for each key.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures::future::join_all;
use killwire_cache::{Asked, Loaded};
use tokio::sync::Notify;

use crate::fixture::{STALE, TTL, Words, fixture, fresh, policy, stale};

/// A loader that counts itself, and ends when it is let.
#[derive(Clone, Default)]
struct Gate {
    calls: Arc<AtomicUsize>,
    open: Arc<Notify>,
}

impl Gate {
    fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    async fn load<T>(self, result: T) -> T {
        self.calls.fetch_add(1, SeqCst);
        self.open.notified().await;
        result
    }
}

/// Lets all other tasks run until they wait.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn concurrent_callers_of_one_key_make_exactly_one_call_and_all_get_its_value() {
    let f = fixture(policy());
    let gate = Gate::default();
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (words, gate, loaded) = (f.words.clone(), gate.clone(), f.loaded("rifter"));
            tokio::spawn(async move { words.fetch(&1, gate.load(Ok(loaded))).await })
        })
        .collect();
    settle().await;
    assert!(f.words.is_fetching(&1));
    gate.open.notify_one();
    for caller in join_all(callers).await {
        assert_eq!(caller.unwrap(), Ok(Some("rifter".to_owned())));
    }
    assert_eq!(gate.calls(), 1);
    assert_eq!(f.words.stats().loads, 1);
    assert!(!f.words.is_fetching(&1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads_too_each_key_is_loaded_once() {
    let f = fixture(policy());
    let calls = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..2_000_u32)
        .map(|caller| {
            let (words, calls) = (f.words.clone(), Arc::clone(&calls));
            let loaded = f.loaded("word");
            tokio::spawn(async move {
                let load = async move {
                    calls.fetch_add(1, SeqCst);
                    tokio::task::yield_now().await;
                    Ok(loaded)
                };
                words.fetch(&(caller % 20), load).await.unwrap()
            })
        })
        .collect();
    for caller in join_all(callers).await {
        assert_eq!(caller.unwrap().as_deref(), Some("word"));
    }
    assert_eq!(calls.load(SeqCst), 20);
}

#[tokio::test]
async fn a_failing_loader_is_reported_to_all_who_wait_and_nothing_is_kept() {
    let f = fixture(policy());
    let gate = Gate::default();
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (words, gate) = (f.words.clone(), gate.clone());
            tokio::spawn(async move { words.fetch(&1, gate.load(Err("down".to_owned()))).await })
        })
        .collect();
    settle().await;
    gate.open.notify_one();
    for caller in join_all(callers).await {
        assert_eq!(caller.unwrap(), Err("down".to_owned()));
    }
    assert_eq!(f.seen(1), None);
    let loaded = f.loaded("up");
    let again = f.words.fetch(&1, async { Ok(loaded) }).await;
    assert_eq!(again, Ok(Some("up".to_owned())));
    let stats = f.words.stats();
    assert_eq!((stats.loads, stats.load_failures), (2, 1));
}

#[tokio::test]
async fn there_is_no_such_thing_is_kept_and_not_asked_again() {
    let f = fixture(policy());
    let missing = Loaded::missing(f.now());
    let first = f.words.fetch(&1, async { Ok(missing) }).await;
    assert_eq!(first, Ok(None));
    let second = f.words.fetch(&1, async { Err("asked again".to_owned()) });
    assert_eq!(second.await, Ok(None));
}

#[tokio::test]
async fn a_caller_who_gives_up_strands_nobody_and_the_value_is_kept() {
    let f = fixture(policy());
    let gate = Gate::default();
    let loaded = f.loaded("rifter");
    let leader = tokio::spawn({
        let (words, gate) = (f.words.clone(), gate.clone());
        async move { words.fetch(&1, gate.load(Ok(loaded))).await }
    });
    settle().await;
    let follower = tokio::spawn({
        let words = f.words.clone();
        async move { words.fetch(&1, async { Err("second".to_owned()) }).await }
    });
    settle().await;
    leader.abort();
    settle().await;
    gate.open.notify_one();
    assert_eq!(follower.await.unwrap(), Ok(Some("rifter".to_owned())));
    assert_eq!(f.seen(1), fresh("rifter"));
    assert_eq!(gate.calls(), 1);
}

#[tokio::test]
async fn a_stale_value_is_served_at_once_while_one_caller_fetches_a_fresh_one() {
    let f = fixture(policy());
    f.put(1, "old");
    f.clock.advance(TTL);
    let gate = Gate::default();
    for _ in 0..3 {
        let loaded = f.loaded("new");
        let served = f.words.fetch(&1, gate.clone().load(Ok(loaded))).await;
        assert_eq!(served, Ok(Some("old".to_owned())));
    }
    settle().await;
    assert_eq!(gate.calls(), 1);
    gate.open.notify_one();
    settle().await;
    assert_eq!(f.seen(1), fresh("new"));
    assert_eq!(f.words.stats().stale_hits, 3);
}

#[tokio::test]
async fn a_refresh_that_fails_leaves_the_stale_value_until_it_is_gone() {
    let f = fixture(policy());
    f.put(1, "old");
    f.clock.advance(TTL);
    let served = f.words.fetch(&1, async { Err("down".to_owned()) }).await;
    assert_eq!(served, Ok(Some("old".to_owned())));
    settle().await;
    assert_eq!(f.seen(1), stale("old"));
    f.clock.advance(STALE);
    let gone = f.words.fetch(&1, async { Err("down".to_owned()) }).await;
    assert_eq!(gone, Err("down".to_owned()));
}

#[tokio::test]
async fn a_loader_that_panics_panics_in_its_caller_and_the_others_bring_their_own() {
    let f = fixture(policy());
    let gate = Gate::default();
    let leader = tokio::spawn({
        let (words, gate) = (f.words.clone(), gate.clone());
        async move {
            let load = async move {
                gate.load(()).await;
                panic!("a defect")
            };
            words.fetch(&1, load).await
        }
    });
    settle().await;
    let loaded = f.loaded("rifter");
    let follower = tokio::spawn({
        let words = f.words.clone();
        async move { words.fetch(&1, async { Ok(loaded) }).await }
    });
    settle().await;
    gate.open.notify_one();
    assert!(leader.await.unwrap_err().is_panic());
    assert_eq!(follower.await.unwrap(), Ok(Some("rifter".to_owned())));
}

#[tokio::test]
async fn what_is_invalidated_while_it_is_fetched_is_told_but_not_kept() {
    for all in [false, true] {
        let f = fixture(policy());
        let gate = Gate::default();
        let loaded = f.loaded("before");
        let first = tokio::spawn({
            let (words, gate) = (f.words.clone(), gate.clone());
            async move { words.fetch(&1, gate.load(Ok(loaded))).await }
        });
        settle().await;
        if all {
            f.words.invalidate_all();
        } else {
            f.words.invalidate(&1);
        }
        let loaded = f.loaded("after");
        let second = f.words.fetch(&1, async { Ok(loaded) }).await;
        assert_eq!(second, Ok(Some("after".to_owned())));
        gate.open.notify_one();
        assert_eq!(first.await.unwrap(), Ok(Some("before".to_owned())));
        assert_eq!(f.seen(1), fresh("after"));
    }
}

#[tokio::test]
async fn a_lease_that_is_dropped_tells_those_who_wait_that_nothing_comes() {
    let f = fixture(policy());
    let Asked::Lead(lease, waiter) = f.words.ask(&1) else {
        panic!("nobody fetches yet");
    };
    assert!(matches!(f.words.ask(&1), Asked::Wait(_)));
    drop(lease);
    assert_eq!(waiter.landed().await, None);
    assert!(matches!(f.words.ask(&1), Asked::Lead(..)));
}

#[tokio::test]
async fn a_lease_that_is_refused_says_why_and_counts_as_no_fetch() {
    let f = fixture(policy());
    let Asked::Lead(lease, waiter) = f.words.ask(&1) else {
        panic!("nobody fetches yet");
    };
    lease.refuse("busy".to_owned());
    assert_eq!(waiter.landed().await, Some(Err("busy".to_owned())));
    assert_eq!(f.words.stats().loads, 0);
    assert!(!f.words.is_fetching(&1));
}

#[tokio::test]
async fn a_batch_of_leases_is_finished_key_by_key() {
    let f = fixture(policy());
    f.put(3, "three");
    let mut leases = Vec::new();
    let mut waiters = Vec::new();
    for key in 1..=3 {
        match f.words.ask(&key) {
            Asked::Lead(lease, waiter) => {
                leases.push(lease);
                waiters.push(waiter);
            }
            other => assert!(matches!(other, Asked::Fresh(_))),
        }
    }
    assert_eq!(leases.len(), 2);
    for lease in leases {
        let word = format!("word {}", lease.key());
        lease.finish(Ok(f.loaded(&word)));
    }
    let landed = join_all(waiters.into_iter().map(|waiter| waiter.landed())).await;
    let words: Vec<_> = landed
        .into_iter()
        .map(|l| l.unwrap().unwrap().unwrap())
        .collect();
    assert_eq!(words, ["word 1", "word 2"]);
}

#[test]
fn handles_and_leases_can_move_between_tasks() {
    fn moves<T: Send + Sync + 'static>() {}
    moves::<Words>();
    moves::<Asked<u32, String, String>>();
}
