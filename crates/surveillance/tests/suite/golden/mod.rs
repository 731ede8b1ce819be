//! Profiles on the shared real killmails (`KILLWIRE_SHARED`), with results that were found by hand.

mod case;
mod data;
mod documents;
mod explained;
mod figures;
mod fleets;
mod hulls;
mod items;
mod places;
mod sides;
mod times;
mod together;

use std::collections::BTreeSet;
use std::sync::Arc;

use killwire_surveillance::index::{Heat, Matcher, Snapshot, Watcher};
use killwire_surveillance::tree::{Check, Count, Expr, Field, Has};

use case::{Case, check};

/// All golden profiles.
fn all() -> impl Iterator<Item = &'static Case> {
    [
        places::CASES,
        sides::CASES,
        hulls::CASES,
        fleets::CASES,
        figures::CASES,
        times::CASES,
        items::CASES,
        together::CASES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn places_are_found() {
    check("places_are_found", places::CASES);
}

#[test]
fn those_involved_are_found_on_their_side() {
    check("those_involved_are_found_on_their_side", sides::CASES);
}

#[test]
fn hulls_are_found_by_type_group_category_and_name() {
    check(
        "hulls_are_found_by_type_group_category_and_name",
        hulls::CASES,
    );
}

#[test]
fn fleets_are_counted_and_their_members_seen_one_by_one() {
    check(
        "fleets_are_counted_and_their_members_seen_one_by_one",
        fleets::CASES,
    );
}

#[test]
fn figures_are_compared_exactly() {
    check("figures_are_compared_exactly", figures::CASES);
}

#[test]
fn times_are_those_of_utc() {
    check("times_are_those_of_utc", times::CASES);
}

#[test]
fn items_are_found_by_what_they_are_where_they_were_and_their_fate() {
    let name = "items_are_found_by_what_they_are_where_they_were_and_their_fate";
    check(name, items::CASES);
}

#[test]
fn what_people_ask_for_is_found() {
    check("what_people_ask_for_is_found", together::CASES);
}

#[test]
fn the_index_finds_what_each_golden_profile_finds() {
    let Some(real) = data::real("the_index_finds_what_each_golden_profile_finds") else {
        return;
    };
    let watchers = all().zip(0..).map(|(case, id)| {
        let (expr, plan) = case.compiled(real);
        Watcher::new(id, 1, Arc::new(expr), plan)
    });
    let heat = Heat::sampled(real.subjects());
    let snapshot = Snapshot::new(watchers.collect(), &real.ground, &heat);
    let mut matcher = Matcher::default();
    for subject in real.subjects() {
        let (mut found, mut by_force) = (BTreeSet::new(), BTreeSet::new());
        matcher.find(&snapshot, &subject, |watcher| {
            assert!(found.insert(watcher.id), "once each");
        });
        Matcher::find_by_force(&snapshot, &subject, |watcher| {
            by_force.insert(watcher.id);
        });
        assert_eq!(found, by_force, "{subject:?}");
    }
}

#[test]
fn golden_profiles_are_many_and_each_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = all().map(|case| case.name).collect();
    assert_eq!(names.len(), all().count());
    assert!(names.len() >= 100);
}

#[test]
fn every_field_is_in_a_golden_profile() {
    let mut seen = BTreeSet::new();
    for case in all() {
        case.read().for_each_test(&mut |test| {
            seen.insert(test.field);
        });
    }
    let missing: Vec<&Field> = Field::ALL
        .iter()
        .filter(|field| !seen.contains(field))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_way_to_ask_is_in_a_golden_profile() {
    let mut seen = BTreeSet::new();
    for case in all() {
        ways(&case.read(), &mut seen);
    }
    let wanted = [
        "all attackers",
        "all items",
        "any attacker",
        "any item",
        "anyone",
        "attackers by number",
        "attackers by share",
        "chain",
        "choice",
        "compare",
        "contains",
        "every word",
        "exists",
        "in",
        "items by number",
        "items by pieces",
        "jumps",
        "light-years",
        "list",
        "not",
        "one word",
        "or",
        "victim",
        "yes",
    ];
    assert_eq!(seen, wanted.into());
}

fn ways(expr: &Expr, seen: &mut BTreeSet<&'static str>) {
    seen.extend(match expr {
        Expr::Const(_) | Expr::And(_) => None,
        Expr::Or(_) => Some("or"),
        Expr::Not(_) => Some("not"),
        Expr::Victim(_) => Some("victim"),
        Expr::Anyone(_) => Some("anyone"),
        Expr::Attackers(count, _) => Some(match count {
            Count::Any => "any attacker",
            Count::All => "all attackers",
            Count::Number(..) => "attackers by number",
            Count::Share(..) | Count::Quantity(..) => "attackers by share",
        }),
        Expr::Items(count, _) => Some(match count {
            Count::Any => "any item",
            Count::All => "all items",
            Count::Number(..) => "items by number",
            Count::Quantity(..) | Count::Share(..) => "items by pieces",
        }),
        Expr::Test(test) => Some(match &test.check {
            Check::Yes => "yes",
            Check::Exists => "exists",
            Check::Compare(..) => "compare",
            Check::In(_) => "in",
            Check::List(_) => "list",
            Check::Chain(_) => "chain",
            Check::Contains(_) => "contains",
            Check::Jumps(..) => "jumps",
            Check::LightYears(..) => "light-years",
            Check::Choice(_) => "choice",
            Check::Words(Has::Any, _) => "one word",
            Check::Words(Has::All, _) => "every word",
        }),
    });
    for child in expr.children() {
        ways(child, seen);
    }
}
