//! What matches: by the index as by looking at every profile, simplified as written.

use std::sync::Arc;

use killwire_surveillance::compile::{Compiler, canonical};
use killwire_surveillance::index::{Heat, Matcher, Snapshot, Watcher};
use killwire_surveillance::tree::Expr;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::arbitrary::arbitrary_expr;
use crate::world::{GROUND, KILLMAILS_SEEN, killmail, lists, pools, subject};

fn watchers(exprs: Vec<Expr>, from: i64) -> Vec<Arc<Watcher>> {
    let lists = lists();
    let mut compiler = Compiler::new(&GROUND, &lists);
    let numbered = exprs.into_iter().zip(from..);
    numbered
        .map(|(expr, id)| {
            let plan = compiler.compile(&expr).unwrap();
            Watcher::new(id, 1, Arc::new(expr), plan)
        })
        .collect()
}

fn found(snapshot: &Snapshot, matcher: &mut Matcher, facts: &killwire_killmail::Facts) -> Vec<i64> {
    let mut ids = Vec::new();
    matcher.find(snapshot, &subject(facts), |found| ids.push(found.id));
    ids.sort_unstable();
    ids
}

fn by_force(snapshot: &Snapshot, facts: &killwire_killmail::Facts) -> Vec<i64> {
    let mut ids = Vec::new();
    Matcher::find_by_force(snapshot, &subject(facts), |found| ids.push(found.id));
    ids.sort_unstable();
    ids
}

proptest! {
    // 300 cases of 24 profiles and 40 killmails: 288,000 pairs. PROPTEST_CASES asks for more.
    #![proptest_config(ProptestConfig { cases: cases(300), ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_looking_at_every_profile_finds(
        base in vec(arbitrary_expr(&pools()), 0..16),
        changed in vec(arbitrary_expr(&pools()), 0..8),
        killmails in vec(killmail(), 40),
        sampled in any::<bool>(),
    ) {
        let heat = if sampled {
            Heat::sampled(KILLMAILS_SEEN.iter().map(subject))
        } else {
            Heat::guessed()
        };
        let large = Snapshot::new(watchers(base, 0), &GROUND, &heat);
        // Some take the place of profiles that are there, some are new; one goes.
        let snapshot = large.with(watchers(changed, 12), &[3], &GROUND, &heat);
        let mut matcher = Matcher::default();
        for facts in killmails {
            prop_assert_eq!(found(&snapshot, &mut matcher, facts), by_force(&snapshot, facts));
        }
    }

    #[test]
    fn what_only_excludes_holds_where_nothing_of_it_is_there(
        excluded in vec(arbitrary_expr(&pools()), 1..16),
        killmails in vec(killmail(), 40),
    ) {
        let none_of = excluded.into_iter().map(|expr| Expr::Not(Box::new(expr)));
        let heat = Heat::guessed();
        let snapshot = Snapshot::new(watchers(none_of.collect(), 0), &GROUND, &heat);
        let mut matcher = Matcher::default();
        for facts in killmails {
            prop_assert_eq!(found(&snapshot, &mut matcher, facts), by_force(&snapshot, facts));
        }
    }

    #[test]
    fn simplifying_and_ordering_change_no_truth(
        expr in arbitrary_expr(&pools()),
        killmails in vec(killmail(), 40),
    ) {
        let lists = lists();
        let mut compiler = Compiler::new(&GROUND, &lists);
        let written = compiler.as_written(&expr).unwrap();
        let simple = canonical(expr);
        let short = compiler.as_written(&simple).unwrap();
        for facts in killmails {
            let subject = subject(facts);
            prop_assert_eq!(written.evaluate(&subject), short.evaluate(&subject));
        }
        // Nothing is left to be done.
        prop_assert_eq!(canonical(simple.clone()), simple);
    }

    #[test]
    fn what_is_explained_is_what_is_matched(
        expr in arbitrary_expr(&pools()),
        facts in killmail(),
    ) {
        let lists = lists();
        let mut compiler = Compiler::new(&GROUND, &lists);
        let plan = compiler.compile(&expr).unwrap();
        let subject = subject(facts);
        let explained = killwire_surveillance::matcher::explain(&expr, &subject, &mut compiler);
        prop_assert_eq!(explained.unwrap().truth, plan.node.evaluate(&subject));
    }
}

fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_killmail_is_matched_without_looking_at_what_it_has_nothing_to_do_with() {
    let systems = KILLMAILS_SEEN.iter().map(|facts| facts.system_id.get());
    let exprs = systems.enumerate().map(|(place, system)| {
        let system = system + i64::try_from(place % 2).unwrap() * 1_000_000;
        let text = format!("system = {system} and value >= 1");
        killwire_surveillance::text::parse(&text, &Default::default())
            .unwrap()
            .expr
    });
    let snapshot = Snapshot::new(watchers(exprs.collect(), 0), &GROUND, &Heat::guessed());
    let mut matcher = Matcher::default();
    for facts in KILLMAILS_SEEN.iter() {
        found(&snapshot, &mut matcher, facts);
    }
    let probe = matcher.probe();
    assert_eq!(probe.always, 0);
    assert!(probe.matches > 0);
    assert!(
        probe.evaluations <= probe.matches + probe.killmails / 10,
        "{probe:?}"
    );
}
