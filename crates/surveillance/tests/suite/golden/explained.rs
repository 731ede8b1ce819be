//! Why golden profiles fit a killmail or do not, as people are told.

use std::fmt::Write;

use insta::assert_snapshot;
use killwire_surveillance::compile::Compiler;
use killwire_surveillance::matcher::{Explanation, Truth, explain};

use super::all;
use super::data::{KEEPSTAR, Real, real};

/// A golden profile's name, a killmail, and what becomes of it.
const EXPLAINED: &[(&str, i64, Truth)] = &[
    ("the_example_of_the_documents", 71_588_033, Truth::True),
    ("the_example_of_the_documents", 19_123_869, Truth::Unknown),
    ("the_example_of_the_documents", KEEPSTAR, Truth::False),
    ("not_our_blues", 72_317_726, Truth::True),
    ("outlaws_on_freighters", 71_657_415, Truth::False),
    ("hunters_of_explorers", 132_462_203, Truth::False),
    (
        "nearly_all_of_the_keepstars_attackers",
        KEEPSTAR,
        Truth::True,
    ),
    ("not_the_same_attacker", 71_599_972, Truth::True),
    ("the_same_attacker", 71_599_972, Truth::False),
    ("none_of_several_attackers", 71_603_021, Truth::False),
    ("a_few_of_them", 71_603_021, Truth::True),
    ("outlaws_only", 71_586_614, Truth::False),
    ("jumps_from_several", 71_586_699, Truth::True),
    ("jumps_from_a_wormhole_system", 93_963_688, Truth::False),
    ("light_years_but_not_jumps", 71_586_643, Truth::True),
    ("a_map_that_nobody_reads", KEEPSTAR, Truth::Unknown),
    ("destroyed_but_not_fitted", 134_435_757, Truth::True),
    ("destroyed_but_not_fitted", 71_586_637, Truth::Unknown),
    ("to_the_hundredth", 71_605_015, Truth::False),
    ("every_label", 119_689_329, Truth::False),
    ("every_tag", 119_689_329, Truth::True),
    ("every_tag", 52_844_772, Truth::False),
    ("nested_is_not_fitted", 75_760_038, Truth::True),
    ("pieces_in_a_container", 52_844_772, Truth::True),
    ("all_destroyed", 93_963_688, Truth::False),
    ("whoever_it_is", 16_447_268, Truth::True),
    ("pilots_and_their_own_kills", 71_163_507, Truth::True),
    ("rare_hulls_on_either_side", 71_163_507, Truth::False),
    ("fresh", 134_435_757, Truth::True),
    ("fresh", 137_259_365, Truth::False),
    ("hours_past_midnight", 132_302_304, Truth::False),
    ("supers_without_an_alliance", 65_914_118, Truth::True),
];

fn explained(real: &Real, name: &str, killmail: i64) -> Explanation {
    let case = all().find(|case| case.name == name).unwrap();
    let expr = case.resolved(real);
    let mut compiler = Compiler::new(&real.ground, &real.lists);
    explain(&expr, &real.subject(killmail), &mut compiler).unwrap()
}

/// A line for each part, indented below what it is a part of.
fn lines(of: &Explanation, depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth);
    write!(out, "{indent}{}: {}", of.truth.name(), of.condition).unwrap();
    if let Some(saw) = &of.saw {
        write!(out, "\n{indent}    → {saw}").unwrap();
    }
    out.push('\n');
    for part in &of.parts {
        lines(part, depth + 1, out);
    }
}

#[test]
fn each_part_says_what_it_saw() {
    let Some(real) = real("each_part_says_what_it_saw") else {
        return;
    };
    for (name, killmail, truth) in EXPLAINED {
        let explained = explained(real, name, *killmail);
        assert_eq!(explained.truth, *truth, "{name} on {killmail}");
        let mut text = String::new();
        lines(&explained, 0, &mut text);
        for reason in explained.reasons() {
            writeln!(text, "because {reason}").unwrap();
        }
        assert_snapshot!(format!("{name}_on_{killmail}"), text);
    }
}
