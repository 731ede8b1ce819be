//! Random sequences of operations, played on a cache and on a naive model side by side.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use killwire_cache::{Asked, Loaded, State, Validity};
use proptest::prelude::*;

use crate::fixture::{MISSING, STALE, TTL, fixture, policy};

#[derive(Clone, Debug)]
enum Op {
    /// Puts a value that was fetched so many seconds ago and expires in so many.
    Put(u32, String, u64, Option<u64>),
    PutMissing(u32),
    Get(u32),
    /// Asks, and where there is something to fetch, brings it or fails.
    Load(u32, Result<Option<String>, ()>),
    Invalidate(u32),
    InvalidateAll,
    Pass(u64),
}

fn any_op() -> impl Strategy<Value = Op> {
    let key = 0..5_u32;
    let word = "[a-z]{1,3}";
    let result = prop_oneof![
        3 => word.prop_map(|word| Ok(Some(word))),
        1 => Just(Ok(None)),
        1 => Just(Err(())),
    ];
    prop_oneof![
        4 => (key.clone(), word, 0..120_u64, proptest::option::of(0..200_u64))
            .prop_map(|(key, word, ago, expires)| Op::Put(key, word, ago, expires)),
        1 => key.clone().prop_map(Op::PutMissing),
        6 => key.clone().prop_map(Op::Get),
        4 => (key.clone(), result).prop_map(|(key, result)| Op::Load(key, result)),
        1 => key.prop_map(Op::Invalidate),
        1 => Just(Op::InvalidateAll),
        4 => (0..70_u64).prop_map(Op::Pass),
    ]
}

/// What the model holds: the value, until when it is fresh, and when it is gone.
#[derive(Default)]
struct Model(HashMap<u32, (Option<String>, Timestamp, Timestamp)>);

impl Model {
    fn put(&mut self, now: Timestamp, key: u32, value: Option<String>, validity: Validity) {
        let (ttl, stale) = match value {
            Some(_) => (TTL, STALE),
            None => (MISSING, Duration::ZERO),
        };
        let fresh = (validity.at + ttl).max(validity.expires.unwrap_or(Timestamp::MIN));
        let gone = fresh + stale;
        if gone > now {
            self.0.insert(key, (value, fresh, gone));
        }
    }

    fn get(&self, now: Timestamp, key: u32) -> Option<(Option<String>, State)> {
        let (value, fresh, gone) = self.0.get(&key)?;
        if now >= *gone {
            return None;
        }
        let state = if now < *fresh {
            State::Fresh
        } else {
            State::Stale
        };
        Some((value.clone(), state))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_cache_answers_like_a_map_that_looks_at_the_clock(
        ops in prop::collection::vec(any_op(), 1..120)
    ) {
        let f = fixture(policy());
        let mut model = Model::default();
        let mut reads = 0;
        for op in ops {
            let now = f.clock.now();
            match op {
                Op::Put(key, word, ago, expires) => {
                    let at = now - Duration::from_secs(ago);
                    let expires = expires.map(|secs| at + Duration::from_secs(secs));
                    let validity = Validity::since(at).until(expires);
                    f.words.put(&key, word.clone(), validity);
                    model.put(now, key, Some(word), validity);
                }
                Op::PutMissing(key) => {
                    f.words.put_missing(&key, f.now());
                    model.put(now, key, None, f.now());
                }
                Op::Get(key) => {
                    reads += 1;
                    let got = f.words.get(&key).map(|hit| (hit.value, hit.state));
                    prop_assert_eq!(got, model.get(now, key));
                }
                Op::Load(key, result) => {
                    reads += 1;
                    let lease = match (f.words.ask(&key), model.get(now, key)) {
                        (Asked::Fresh(hit), Some((value, State::Fresh))) => {
                            prop_assert_eq!(hit.value, value);
                            None
                        }
                        (Asked::Stale(hit, Some(lease)), Some((value, State::Stale))) => {
                            prop_assert_eq!(hit.value, value);
                            Some(lease)
                        }
                        (Asked::Lead(lease, _), None) => Some(lease),
                        (asked, expected) => {
                            return Err(TestCaseError::fail(format!("{asked:?}, not {expected:?}")));
                        }
                    };
                    let Some(lease) = lease else { continue };
                    let validity = f.now();
                    if let Ok(value) = &result {
                        model.put(now, key, value.clone(), validity);
                    }
                    let loaded = result.map(|value| Loaded { value, validity });
                    lease.finish(loaded.map_err(|()| "down".to_owned()));
                }
                Op::Invalidate(key) => {
                    f.words.invalidate(&key);
                    model.0.remove(&key);
                }
                Op::InvalidateAll => {
                    f.words.invalidate_all();
                    model.0.clear();
                }
                Op::Pass(secs) => f.clock.advance(Duration::from_secs(secs)),
            }
        }
        let stats = f.words.stats();
        prop_assert_eq!(stats.hits + stats.stale_hits + stats.misses, reads);
    }
}
