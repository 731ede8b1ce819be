//! What does not fit goes, and `moka` frees what is gone by itself.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use killwire_cache::{Cache, Policy, Validity};
use killwire_clock::Clock;

use crate::fixture::{TTL, fixture, fresh};

#[test]
fn above_its_weight_a_cache_lets_go_of_what_was_used_least_recently() {
    let f = fixture(Policy::new("words", TTL, 3));
    for key in 1..=3 {
        f.put(key, "word");
    }
    // `moka` orders its entries a little later; asking for the figures makes it do so now.
    assert_eq!(f.words.stats().evictions, 0);
    assert!(f.seen(1).is_some());
    f.put(4, "new");
    let stats = f.words.stats();
    assert_eq!((stats.entries, stats.weight, stats.evictions), (3, 3, 1));
    assert_eq!(f.seen(4), fresh("new"), "what came last is there");
    assert_eq!(f.seen(1), fresh("word"), "what was used is there");
    assert_eq!(f.seen(2), None);
}

#[test]
fn weights_are_the_domains_own() {
    let clock = Clock::manual(Timestamp::UNIX_EPOCH);
    let cache: Cache<u32, String> = Cache::new(
        Policy::new("w", TTL, 10),
        clock,
        |_, word: Option<&String>| word.map_or(1, |word| u32::try_from(word.len()).unwrap()),
    );
    let now = Validity::since(Timestamp::UNIX_EPOCH);
    cache.put(&1, "aaaa".to_owned(), now);
    cache.put(&2, "bbbb".to_owned(), now);
    cache.put_missing(&3, now);
    assert_eq!(cache.stats().weight, 9);
    cache.put(&4, "cccc".to_owned(), now);
    let stats = cache.stats();
    assert!(stats.weight <= 10, "{stats:?}");
    assert!(cache.get(&1).is_none());
    cache.put(&5, "far too much for it".to_owned(), now);
    assert!(cache.stats().weight <= 10);
}

#[test]
fn what_is_gone_is_freed_without_anybody_asking_for_it() {
    let clock = Clock::scaled(Timestamp::now(), 1_000);
    let cache: Cache<u32, u32> = Cache::new(
        Policy::new("short", Duration::from_millis(50), 100),
        clock.clone(),
        |_, _| 1,
    );
    cache.put(&1, 1, Validity::since(clock.now()));
    assert_eq!(cache.stats().entries, 1);
    let start = Instant::now();
    while cache.stats().entries > 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "never freed");
        std::thread::yield_now();
    }
    assert_eq!(cache.stats().evictions, 0, "that was no eviction");
}
