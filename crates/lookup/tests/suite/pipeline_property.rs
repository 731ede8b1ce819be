//! Whatever is asked in whatever order: every key is answered, none is asked for twice while it is
//! fresh, and no call is too large.

use std::collections::BTreeSet;
use std::time::Duration;

use killwire_lookup::Priority;
use proptest::prelude::*;

use crate::pipeline_fake::{BACKFILL_WINDOW, MISSING, TTL, desk, settle, status, word};

const BATCH: usize = 7;

#[derive(Clone, Debug)]
enum Op {
    Ask(BTreeSet<u32>, bool),
    /// A question whose caller gives up.
    Abandon(BTreeSet<u32>),
    Pass(u64),
    Fault(bool),
}

fn any_op() -> impl Strategy<Value = Op> {
    let keys = || prop::collection::btree_set(0..40_u32, 1..12);
    prop_oneof![
        6 => (keys(), any::<bool>()).prop_map(|(keys, live)| Op::Ask(keys, live)),
        1 => keys().prop_map(Op::Abandon),
        4 => prop_oneof![0..300_u64, 0..100_000_u64].prop_map(Op::Pass),
        1 => any::<bool>().prop_map(Op::Fault),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_key_is_answered_and_none_is_asked_for_twice_while_it_is_fresh(
        ops in prop::collection::vec(any_op(), 1..25),
        bad in prop::collection::btree_set(0..40_u32, 0..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let desk = desk::<BATCH, true>();
            desk.script.change(|s| s.bad.clone_from(&bad));
            let mut asked = Vec::new();
            let mut faulty = false;
            for op in ops {
                match op {
                    Op::Ask(keys, live) => {
                        let priority = if live { Priority::Live } else { Priority::Backfill };
                        asked.push(desk.start(keys, priority));
                        settle().await;
                    }
                    Op::Abandon(keys) => {
                        let abandoned = desk.start(keys, Priority::Live);
                        settle().await;
                        abandoned.abort();
                    }
                    Op::Pass(millis) => desk.pass(Duration::from_millis(millis)).await,
                    Op::Fault(on) => {
                        faulty |= on;
                        desk.script.change(|s| s.fault = on.then(|| status(503)));
                    }
                }
            }
            for _ in 0..5 {
                desk.pass(BACKFILL_WINDOW).await;
            }
            for questions in asked {
                assert!(questions.is_finished(), "a question without an answer");
                for (key, answer) in questions.await.unwrap() {
                    match answer {
                        Ok(Some(found)) => assert_eq!(found, word(key)),
                        Ok(None) => assert!(bad.contains(&key)),
                        Err(error) => assert!(faulty, "{error}"),
                    }
                }
            }
            assert_eq!(desk.words.report().waiting, 0);
            let calls = desk.script.calls();
            assert!(calls.iter().all(|call| (1..=BATCH).contains(&call.keys.len())));
        });
    }

    #[test]
    fn without_faults_each_key_costs_one_question_while_it_is_fresh(
        rounds in prop::collection::vec(prop::collection::btree_set(0..40_u32, 1..12), 1..20),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let desk = desk::<BATCH, false>();
            let step = TTL.min(MISSING) / 40;
            for keys in &rounds {
                desk.start(keys.clone(), Priority::Live);
                desk.pass(step).await;
            }
            let different: BTreeSet<u32> = rounds.into_iter().flatten().collect();
            let mut asked: Vec<u32> = desk.script.asked().concat();
            asked.sort_unstable();
            assert_eq!(asked, different.into_iter().collect::<Vec<_>>());
        });
    }
}
