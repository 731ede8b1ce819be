//! Text and JSON say the same as the tree, for every tree.

use proptest::prelude::*;

use crate::arbitrary::{Pools, arbitrary_expr, check};
use crate::trial::{keeps, play_json, play_text};
use killwire_surveillance::tree::{Check, Count, Expr, Field, Scope, TreeLimits};
use killwire_surveillance::{json, text};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

proptest! {
    #![proptest_config(Config::with_cases(400))]

    #[test]
    fn every_tree_is_the_same_after_text_and_after_json(expr in arbitrary_expr(&Pools::wide())) {
        keeps(&expr);
    }

    #[test]
    fn text_reads_the_same_in_other_case_and_with_other_blanks(
        expr in arbitrary_expr(&Pools::wide()), blank in "[ \t\r\n]{1,3}", comment in "[^\n]{0,10}"
    ) {
        let written = respaced(&text::print(&expr), &format!("{blank}# {comment}\n"));
        let limits = TreeLimits { bytes: usize::MAX, ..TreeLimits::default() };
        let again = text::parse(&written, &limits);
        prop_assert_eq!(again.map(|again| again.expr), Ok(expr), "{}", written);
    }

    #[test]
    fn no_text_upsets_the_reader(text in any::<String>()) {
        play_text(text.as_bytes());
    }

    #[test]
    fn no_row_of_words_of_the_language_upsets_the_reader(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..12)
    ) {
        play_text(words.join(" ").as_bytes());
    }

    #[test]
    fn no_damage_to_a_text_upsets_the_reader(
        expr in arbitrary_expr(&Pools::wide()), at in any::<prop::sample::Index>(), put in any::<u8>()
    ) {
        let mut text = text::print(&expr).into_bytes();
        let at = at.index(text.len());
        text[at] = put;
        play_text(&text);
        let mut document = json::write(&expr).to_string().into_bytes();
        let at = at.min(document.len() - 1);
        document[at] = put;
        play_json(&document);
    }
}

/// Pieces that texts are made of.
const WORDS: &[&str] = &[
    "not",
    "and",
    "or",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    "..",
    "=",
    "!=",
    ">=",
    "%",
    "in",
    "list",
    "chain",
    "\"home\"",
    "\"Jita\"#30000142",
    "30000142",
    "5b",
    "7",
    "jumps",
    "ly",
    "of",
    "within",
    "victim",
    "anyone",
    "attackers",
    "items",
    "any",
    "all",
    "none",
    "count",
    "share",
    "quantity",
    "value",
    "system",
    "class",
    "hour",
    "labels",
    "solo",
    "war",
    "exists",
    "victim.ship",
    "item.type",
    "corporation",
    "quantity",
    "contains",
    "true",
    "C5",
    "# x\n",
    "50",
];

/// The text with `blank` for every blank between words, and in upper case, outside quotes.
fn respaced(text: &str, blank: &str) -> String {
    let mut respaced = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for char in text.chars() {
        match char {
            ' ' | '\n' if !quoted => respaced.push_str(blank),
            char if quoted => respaced.push(char),
            char => respaced.extend(char.to_uppercase()),
        }
        quoted ^= char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
    }
    respaced
}

#[test]
fn every_field_is_written_and_read_with_every_check_that_it_takes() {
    let mut runner = TestRunner::deterministic();
    for field in Field::ALL.iter().copied() {
        let checks = check(&Pools::wide(), field);
        for _ in 0..20 {
            let check = checks.new_tree(&mut runner).unwrap().current();
            assert!(field.takes(&check), "{field:?} {check:?}");
            let test = Expr::test(field, check);
            for whole in abouts(field.scope(), &test) {
                keeps(&whole.clone().negated().negated());
                keeps(&whole.clone().negated());
                keeps(&whole);
            }
        }
    }
}

/// Every way in which a condition of a scope can stand in one on a killmail.
fn abouts(scope: Scope, of: &Expr) -> Vec<Expr> {
    use killwire_surveillance::tree::Comparison::{AtLeast, Equal};
    let boxed = || Box::new(of.clone());
    match scope {
        Scope::Killmail => vec![of.clone()],
        Scope::Party => [
            Count::Any,
            Count::All,
            Count::Number(AtLeast, 3),
            Count::Number(Equal, 0),
            Count::Share(AtLeast, 1_250),
            Count::Share(Equal, 10_000),
        ]
        .into_iter()
        .map(|count| Expr::Attackers(count, boxed()))
        .chain([Expr::Victim(boxed()), Expr::Anyone(boxed())])
        .chain([Expr::Victim(Box::new(of.clone().negated()))])
        .collect(),
        Scope::Item => [
            Count::Any,
            Count::All,
            Count::Number(AtLeast, 3),
            Count::Quantity(AtLeast, 1_000),
            Count::Quantity(Equal, 0),
        ]
        .into_iter()
        .map(|count| Expr::Items(count, boxed()))
        .collect(),
    }
}

#[test]
fn the_generator_makes_well_formed_trees_of_every_field() {
    let mut runner = TestRunner::deterministic();
    let exprs = arbitrary_expr(&Pools::wide());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let expr = exprs.new_tree(&mut runner).unwrap().current();
        assert!(expr.is_well_formed(), "{expr:?}");
        expr.for_each_test(&mut |test| {
            seen.insert(test.field);
        });
    }
    assert_eq!(seen.len(), Field::ALL.len());
}

#[test]
fn trees_whose_parts_do_not_fit_are_told_from_those_that_do() {
    use killwire_surveillance::tree::{Comparison, Ref};
    let solo = Expr::test(Field::Solo, Check::Yes);
    let ship = Expr::test(Field::Ship, Check::In(vec![Ref::Id(587)]));
    let wrong = [
        Expr::And(vec![solo.clone()]),
        Expr::Or(Vec::new()),
        ship.clone(),
        Expr::Victim(Box::new(solo.clone())),
        Expr::Victim(Box::new(Expr::Victim(Box::new(ship.clone())))),
        Expr::Attackers(
            Count::Quantity(Comparison::Equal, 1),
            Box::new(ship.clone()),
        ),
        Expr::Attackers(Count::Share(Comparison::Equal, 10_001), Box::new(ship)),
        Expr::test(Field::Solo, Check::Exists),
        Expr::test(Field::Value, Check::Yes),
        Expr::test(Field::Time, Check::Compare(Comparison::Less, -1)),
        Expr::test(Field::System, Check::In(Vec::new())),
        Expr::test(Field::System, Check::In(vec![Ref::Id(0)])),
        Expr::test(Field::System, Check::In(vec![Ref::Name(" ".into())])),
        Expr::test(Field::War, Check::In(vec![Ref::Name("x".into())])),
        Expr::test(Field::Region, Check::Jumps(1, vec![Ref::Id(1)])),
        Expr::test(Field::Class, Check::Choice(vec![14])),
        Expr::test(Field::Class, Check::Choice(vec![2, 1])),
        Expr::test(Field::Class, Check::Choice(Vec::new())),
    ];
    assert!(solo.is_well_formed());
    for expr in wrong {
        assert!(!expr.is_well_formed(), "{expr:?}");
        // Nothing is promised of what is written of them, but that it is written.
        let _ = (text::print(&expr), json::write(&expr));
    }
}
