//! Fresh, stale, missing, gone.

use std::time::Duration;

use killwire_cache::{Caches, Validity};

use crate::fixture::{MISSING, STALE, TTL, fixture, fresh, policy, stale};

const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn what_was_never_put_is_unknown() {
    let f = fixture(policy());
    assert_eq!(f.seen(1), None);
    let stats = f.words.stats();
    assert_eq!((stats.hits, stats.misses, stats.entries), (0, 1, 0));
}

#[test]
fn a_value_is_fresh_for_its_ttl_then_stale_then_gone() {
    let f = fixture(policy());
    f.put(1, "rifter");
    assert_eq!(f.seen(1), fresh("rifter"));
    f.clock.advance(TTL - MOMENT);
    assert_eq!(f.seen(1), fresh("rifter"));
    f.clock.advance(MOMENT);
    assert_eq!(f.seen(1), stale("rifter"));
    f.clock.advance(STALE - MOMENT);
    assert_eq!(f.seen(1), stale("rifter"));
    f.clock.advance(MOMENT);
    assert_eq!(f.seen(1), None);
    let stats = f.words.stats();
    assert_eq!((stats.hits, stats.stale_hits, stats.misses), (2, 2, 1));
}

#[test]
fn an_upstreams_later_expiry_wins_and_an_earlier_one_does_not() {
    let f = fixture(policy());
    let late = f.now().until(Some(f.after(TTL * 3)));
    let early = f.now().until(Some(f.after(TTL / 3)));
    f.words.put(&1, "late".to_owned(), late);
    f.words.put(&2, "early".to_owned(), early);
    f.clock.advance(TTL - MOMENT);
    assert_eq!((f.seen(1), f.seen(2)), (fresh("late"), fresh("early")));
    f.clock.advance(MOMENT);
    assert_eq!((f.seen(1), f.seen(2)), (fresh("late"), stale("early")));
    f.clock.advance(TTL * 2);
    assert_eq!((f.seen(1), f.seen(2)), (stale("late"), None));
}

#[test]
fn there_is_no_such_thing_holds_for_its_own_time_and_is_never_stale() {
    let f = fixture(policy());
    f.words.put_missing(&1, f.now());
    assert_eq!(f.seen(1), fresh("-"));
    f.clock.advance(MISSING);
    assert_eq!(f.seen(1), None);
}

#[test]
fn what_was_fetched_long_ago_comes_in_stale_or_not_at_all() {
    let f = fixture(policy());
    let ago = |span: Duration| Validity::since(f.clock.now().checked_sub(span).unwrap());
    f.words.put(&1, "minute".to_owned(), ago(TTL));
    f.words.put(&2, "hour".to_owned(), ago(TTL * 60));
    assert_eq!((f.seen(1), f.seen(2)), (stale("minute"), None));
    f.put(3, "now");
    f.words.put(&3, "hour".to_owned(), ago(TTL * 60));
    assert_eq!(f.seen(3), fresh("now"), "what is gone replaces nothing");
}

#[test]
fn a_new_value_replaces_an_old_one_and_its_expiry() {
    let f = fixture(policy());
    f.put(1, "old");
    f.clock.advance(TTL);
    f.put(1, "new");
    f.clock.advance(TTL - MOMENT);
    assert_eq!(f.seen(1), fresh("new"));
}

#[test]
fn a_peek_is_not_counted() {
    let f = fixture(policy());
    f.put(1, "rifter");
    assert!(f.words.peek(&1).is_some());
    assert_eq!(f.words.stats().hits, 0);
}

#[test]
fn what_is_invalidated_is_unknown_and_the_rest_stays() {
    let f = fixture(policy());
    f.put(1, "one");
    f.put(2, "two");
    f.words.invalidate(&1);
    assert_eq!((f.seen(1), f.seen(2)), (None, fresh("two")));
}

#[test]
fn entries_lists_what_is_there_and_leaves_out_what_is_gone_or_negative() {
    let f = fixture(policy());
    f.put(1, "gone");
    f.clock.advance(TTL + STALE - MOMENT);
    f.put(2, "there");
    f.words.put_missing(&3, f.now());
    f.clock.advance(MOMENT);
    let keys: Vec<u32> = f.words.entries().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [2]);
}

#[test]
fn a_new_version_makes_every_cache_of_the_list_forget_everything() {
    let (a, b) = (fixture(policy()), fixture(policy()));
    let caches = Caches::default();
    caches.add(a.words.clone());
    caches.add(b.words.clone());
    a.put(1, "one");
    b.put(2, "two");
    assert_eq!(caches.report().iter().map(|c| c.entries).sum::<u64>(), 2);
    caches.invalidate_all();
    assert_eq!((a.seen(1), b.seen(2)), (None, None));
    a.put(1, "again");
    assert_eq!(a.seen(1), fresh("again"));
    assert_eq!(caches.report().iter().map(|c| c.entries).sum::<u64>(), 1);
}
