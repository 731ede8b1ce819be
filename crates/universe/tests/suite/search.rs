//! Finding by name.

use killwire_universe::{Kind, MAX_QUERY_CHARS, Universe};
use proptest::prelude::*;

use crate::small::universe;

/// What is found, as `name (kind, how)`.
pub(crate) fn found(universe: &Universe, text: &str, limit: usize) -> Vec<String> {
    let found = universe.search(text, limit);
    let words = |found: &killwire_universe::Found<'_>| {
        format!(
            "{} ({}, {})",
            found.name,
            found.kind.name(),
            found.how.name()
        )
    };
    found.iter().map(words).collect()
}

#[test]
fn a_whole_name_is_found_in_any_case() {
    let universe = universe();
    for text in ["Jita", "jita", " JITA "] {
        assert_eq!(found(universe, text, 10), ["Jita (system, exact)"]);
    }
    let jita = universe.search("jita", 1)[0];
    assert_eq!((jita.kind, jita.id), (Kind::System, 30_000_142));
    assert_eq!(found(universe, "j105443", 1), ["J105443 (system, exact)"]);
}

#[test]
fn a_beginning_finds_the_shortest_published_name_first() {
    assert_eq!(
        found(universe(), "rif", 10),
        ["Rifter (type, prefix)", "Rifter Prototype (type, prefix)"]
    );
}

#[test]
fn a_whole_name_comes_before_names_that_begin_with_it() {
    assert_eq!(
        found(universe(), "rifter", 10),
        ["Rifter (type, exact)", "Rifter Prototype (type, prefix)"]
    );
}

#[test]
fn words_are_found_in_any_order_and_by_their_beginnings() {
    let universe = universe();
    let cloak = ["Covert Ops Cloaking Device II (type, word)"];
    for text in ["cloaking covert", "ops cloak", "device ii cov"] {
        assert_eq!(found(universe, text, 1), cloak, "{text}");
    }
    assert_eq!(
        found(universe, "Covert Ops Cloaking", 10),
        ["Covert Ops Cloaking Device II (type, prefix)"]
    );
}

#[test]
fn a_name_needs_each_word_asked_for() {
    assert_eq!(found(universe(), "covert rifter", 10), [""; 0]);
}

#[test]
fn typing_errors_are_forgiven_and_fewer_errors_come_first() {
    let universe = universe();
    for text in ["Riftre", "rfiter", "rifer", "riffter", "eifter", "rifdrr"] {
        assert_eq!(
            found(universe, text, 10),
            ["Rifter (type, typo)", "Rifter Prototype (type, typo)"],
            "{text}"
        );
    }
    assert_eq!(
        found(universe, "covret ops claoking", 10),
        ["Covert Ops Cloaking Device II (type, typo)"]
    );
    assert_eq!(found(universe, "jota", 10), ["Jita (system, typo)"]);
}

#[test]
fn short_words_and_codes_are_not_guessed() {
    let universe = universe();
    assert_eq!(found(universe, "jx", 10), [""; 0]);
    assert_eq!(found(universe, "j105434", 9), ["J105443 (system, typo)"]);
    assert_eq!(found(universe, "j105499", 9), [""; 0]);
}

#[test]
fn a_name_with_a_hyphen_is_found_with_and_without_it() {
    let universe = universe();
    for (text, how) in [
        ("g-c00324", "exact"),
        ("gc00324", "word"),
        ("c00324", "word"),
        ("g-c00342", "typo"),
    ] {
        let expected = format!("G-C00324 (constellation, {how})");
        assert_eq!(found(universe, text, 1), [expected], "{text}");
    }
}

#[test]
fn everything_with_a_name_and_a_look_up_is_searched() {
    let universe = universe();
    for (text, expected) in [
        ("the forge", "The Forge (region, exact)"),
        ("forge", "The Forge (region, exact)"),
        ("cita", "The Citadel (region, prefix)"),
        ("kimotoro", "Kimotoro (constellation, exact)"),
        ("frigate", "Frigate (group, exact)"),
        ("minmatar republic", "Minmatar Republic (faction, exact)"),
        ("concord", "CONCORD (npc_corporation, exact)"),
    ] {
        assert_eq!(found(universe, text, 1), [expected]);
    }
    for hidden in ["without group", "#system", "in a group"] {
        assert_eq!(found(universe, hidden, 5), [""; 0], "{hidden}");
    }
}

#[test]
fn nothing_is_found_for_nothing() {
    let universe = universe();
    for text in ["", "   ", "!?", "zzzzzzzz"] {
        assert_eq!(found(universe, text, 10), [""; 0], "{text:?}");
    }
    assert!(universe.search("jita", 0).is_empty());
}

#[test]
fn a_question_longer_than_any_name_is_not_looked_at() {
    let universe = universe();
    let padded = |chars: usize| format!("jita{}", " ".repeat(chars - 4));
    assert_eq!(universe.search(&padded(MAX_QUERY_CHARS), 5).len(), 1);
    assert!(universe.search(&padded(MAX_QUERY_CHARS + 1), 5).is_empty());
}

proptest! {
    #[test]
    fn any_text_is_a_question_and_the_limit_holds(text in ".{0,40}", limit in 0_usize..6) {
        let universe = universe();
        let found = universe.search(&text, limit);
        prop_assert!(found.len() <= limit);
        prop_assert!(found.is_sorted_by_key(|found| found.how));
    }
}
