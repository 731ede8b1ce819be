//! What is said of a text that is not a profile.

use killwire_surveillance::text::parse;
use killwire_surveillance::tree::TreeLimits;

/// Each text, and what is said of it.
fn said(table: &[(&str, &str)]) {
    for (text, said) in table {
        let error = parse(text, &TreeLimits::default()).expect_err(text);
        assert_eq!(error.to_string(), *said, "\n{}\n", error.pretty());
    }
}

#[test]
fn an_unknown_field_is_named_with_the_nearest_known_one() {
    said(&[
        (
            "sytem = \"Jita\"",
            "line 1, column 1: found `sytem`, expected a field of the killmail, or of somebody as in \
             `victim.ship`; did you mean `system`?",
        ),
        (
            "solo and\n  victm.ship = 587",
            "line 2, column 3: found `victm.ship`, expected a field of the killmail, or of somebody \
             as in `victim.ship`; did you mean `victim.ship`?",
        ),
        (
            "attacker {ship = 587}",
            "line 1, column 1: found `attacker`, expected a field of the killmail, or of somebody as \
             in `victim.ship`; did you mean `attackers`?",
        ),
        (
            "ship_group = 25",
            "line 1, column 1: found `ship_group`, expected a field of the killmail, or of somebody \
             as in `victim.ship`; did you mean `victim.ship.group`?",
        ),
        (
            "attackers any {coporation = 1}",
            "line 1, column 16: found `coporation`, expected a condition on the one in question, \
             such as `ship = \"Rifter\"`; did you mean `corporation`?",
        ),
        (
            "items any {grup = 330}",
            "line 1, column 12: found `grup`, expected a condition on the item in question, such as \
             `group = \"Cloaking Device\"`; did you mean `group`?",
        ),
        (
            "colour = red",
            "line 1, column 1: found `colour`, expected a field of the killmail, or of somebody as \
             in `victim.ship`",
        ),
    ]);
}

#[test]
fn a_field_of_another_scope_is_sent_where_it_belongs() {
    said(&[
        (
            "corporation = 1",
            "line 1, column 1: found `corporation`, expected whose it is: `victim.corporation`, \
             `attacker.corporation` or `anyone.corporation`",
        ),
        (
            "quantity >= 5",
            "line 1, column 1: found `quantity`, expected `item.quantity`, or braces: `items any \
             {quantity …}`",
        ),
        // Of items it is a flag, of the killmail a sum.
        (
            "dropped > 10m",
            "line 1, column 1: found `dropped`, expected `value.dropped` where ISK are meant; else \
             `item.dropped`, or braces: `items any {dropped …}`",
        ),
        (
            "attackers any {ship = 587 and system = 5}",
            "line 1, column 31: found `system`, expected a field of the one in question: what is of \
             the killmail stands outside the braces",
        ),
        (
            "victim {victim.ship = 587}",
            "line 1, column 9: found `victim.ship`, expected `ship` alone: whose it is stands before \
             the braces",
        ),
        (
            "items any {ship = 587}",
            "line 1, column 12: found `ship`, expected a field of the item in question",
        ),
        (
            "victim {fitted}",
            "line 1, column 9: found `fitted`, expected a field of the one in question, not of an item",
        ),
    ]);
}

#[test]
fn a_check_that_the_field_does_not_take_is_told_from_those_that_it_takes() {
    said(&[
        (
            "solo = true",
            "line 1, column 6: found `=`, expected nothing more: write `solo` or `not solo`",
        ),
        (
            "value in [5b]",
            "line 1, column 7: found `in`, expected `=`, `!=`, `<`, `<=`, `>`, `>=` or `exists` \
             behind `value`",
        ),
        (
            "system >= 5",
            "line 1, column 8: found `>=`, expected `=`, `!=`, `in`, `not in`, `contains` or \
             `within` behind `system`",
        ),
        (
            "victim.corporation contains \"Inc\"",
            "line 1, column 20: found `contains`, expected `=`, `!=`, `in`, `not in` or `exists` \
             behind `victim.corporation`",
        ),
        (
            "region within 5 jumps of 6",
            "line 1, column 8: found `within`, expected `=`, `!=`, `in`, `not in` or `contains` \
             behind `region`",
        ),
        (
            "region in chain \"home\"",
            "line 1, column 11: found `chain`, expected `[` or `list` behind `in`",
        ),
        (
            "class >= C5",
            "line 1, column 7: found `>=`, expected `=`, `!=`, `in` or `not in` behind `class`, as \
             in `class in [C1..Pochven]`",
        ),
        (
            "labels = \"ganked\"",
            "line 1, column 8: found `=`, expected `any`, `all` or `none` behind `labels`",
        ),
        (
            "system exists",
            "line 1, column 8: found `exists`, expected `=`, `!=`, `in`, `not in`, `contains` or \
             `within` behind `system`",
        ),
        (
            "system not within 5 jumps of 6",
            "line 1, column 12: found `within`, expected `in` behind `not`; other conditions begin \
             so: `not system`",
        ),
        (
            "value",
            "line 1, column 6: found the end of the text, expected `=`, `!=`, `<`, `<=`, `>`, `>=` \
             or `exists` behind `value`",
        ),
    ]);
}

#[test]
fn a_wrong_value_is_told_from_right_ones() {
    said(&[
        (
            "value >= 5x",
            "line 1, column 10: found `5x`, expected an amount of ISK, such as 500m, 1.2b or \
             1500000.25",
        ),
        (
            "value >= 0.001",
            "line 1, column 10: found `0.001`, expected an amount of ISK, such as 500m, 1.2b or \
             1500000.25",
        ),
        (
            "age <= 5",
            "line 1, column 8: found `5`, expected a duration, such as 90s, 15m, 24h or 7d",
        ),
        (
            "attackers.count >= 2.5",
            "line 1, column 20: found `2.5`, expected a whole number, such as 3, 10k or 1_000_000",
        ),
        (
            "security >= 0.45",
            "line 1, column 13: found `0.45`, expected a security with one decimal, such as 0.5 or \
             -0.2",
        ),
        (
            "time >= 2026",
            "line 1, column 9: found `2026`, expected a moment in UTC, such as 2026-11-25 or \
             2026-11-25T18:30:00Z",
        ),
        (
            "system = Jita",
            "line 1, column 10: found `Jita`, expected the id or, in quotes, the name of a solar \
             system; did you mean `\"Jita\"`?",
        ),
        (
            "victim.alliance = 0",
            "line 1, column 19: found `0`, expected the id or, in quotes, the name of an alliance",
        ),
        (
            "war = \"The War\"",
            "line 1, column 7: found `\"The War\"`, expected the id of a war, a whole number above 0",
        ),
        (
            "system in []",
            "line 1, column 12: found `]`, expected at least one value between the brackets",
        ),
        (
            "system in [1 2]",
            "line 1, column 14: found `2`, expected `,` or `]`",
        ),
        (
            "system in lst \"x\"",
            "line 1, column 11: found `lst`, expected `[`, `list` or `chain` behind `in`; did you \
             mean `list`?",
        ),
        (
            "system in list \" x\"",
            "line 1, column 16: found `\" x\"`, expected the name of a list in quotes: 1 to 64 \
             characters, no blanks at its ends",
        ),
        (
            "band = wspce",
            "line 1, column 8: found `wspce`, expected one of highsec, lowsec, nullsec, wspace, \
             abyssal; did you mean `wspace`?",
        ),
        (
            "weekday in [saturday]",
            "line 1, column 13: found `saturday`, expected one of mon, tue, wed, thu, fri, sat, sun; \
             did you mean `sat`?",
        ),
        (
            "hour in [22..24]",
            "line 1, column 14: found `24`, expected 0 to 23",
        ),
        (
            "tags any [\"Warp Scramble\"]",
            "line 1, column 11: found `Warp Scramble`, expected a module tag in quotes, such as \
             \"T2\" or \"Cynosural\"; did you mean `Warp Scrambler`?",
        ),
        (
            "labels any [ganked]",
            "line 1, column 13: found `ganked`, expected a label in quotes, such as \"ganked\"",
        ),
        (
            "system within Jita",
            "line 1, column 15: found `Jita`, expected a distance, as in `within 7 jumps of` or \
             `within 5.5 ly of`",
        ),
        (
            "system within 7 jmps of 5",
            "line 1, column 17: found `jmps`, expected `jumps` or `ly` behind the distance; did you \
             mean `jumps`?",
        ),
        (
            "system within 1.5 jumps of 5",
            "line 1, column 15: found `1.5`, expected a distance, as in `within 7 jumps of` or \
             `within 5.5 ly of`",
        ),
    ]);
}

#[test]
fn a_broken_structure_is_told_with_the_place_where_it_began() {
    said(&[
        (
            "",
            "line 1, column 1: found the end of the text, expected a condition, such as `value >= \
             1b` or `victim.ship = \"Rifter\"`",
        ),
        (
            "solo and\n",
            "line 2, column 1: found the end of the text, expected a condition, such as `value >= \
             1b` or `victim.ship = \"Rifter\"`",
        ),
        (
            "attackers any {ship = 587",
            "line 1, column 26: found the end of the text, expected `and`, `or`, or `}` for the `{` \
             of line 1, column 15",
        ),
        (
            "(solo\nadn npc)",
            "line 2, column 1: found `adn`, expected `and`, `or`, or `)` for the `(` of line 1, \
             column 1; did you mean `and`?",
        ),
        (
            "solo npc",
            "line 1, column 6: found `npc`, expected `and`, `or` or the end",
        ),
        (
            "solo)",
            "line 1, column 5: found `)`, expected `and`, `or` or the end",
        ),
        (
            "victim solo",
            "line 1, column 8: found `solo`, expected `{` and a condition on those in question",
        ),
        (
            "attackers {ship = 587}",
            "line 1, column 11: found `{`, expected how many of the attackers: `any`, `all`, `none`, \
             `count >= 3` or `share >= 50%`",
        ),
        (
            "attackers count >= 3",
            "line 1, column 21: found the end of the text, expected `{` and a condition on those in \
             question",
        ),
        (
            "attackers share >= 50 {final_blow}",
            "line 1, column 23: found `{`, expected `%` behind the share",
        ),
        (
            "attackers share >= 101% {final_blow}",
            "line 1, column 20: found `101`, expected a share, such as 50% or 12.5%",
        ),
        (
            "items share >= 50% {fitted}",
            "line 1, column 7: found `share`, expected how many of the items: `any`, `all`, `none`, \
             `count >= 3` or `quantity >= 100`",
        ),
    ]);
}

#[test]
fn what_other_languages_write_is_answered_with_what_to_write_here() {
    said(&[
        ("value == 5b", "line 1, column 7: found `==`, expected `=`"),
        ("solo && npc", "line 1, column 6: found `&`, expected `and`"),
        ("!solo", "line 1, column 1: found `!`, expected `not`"),
        (
            "system = 'Jita'",
            "line 1, column 10: found `'`, expected double quotes: \"",
        ),
        (
            "system = “Jita”",
            "line 1, column 10: found `“`, expected straight quotes: \"",
        ),
        (
            "solo ; npc",
            "line 1, column 6: found `;`, expected a word, a number, a text in quotes or a sign of \
             the language",
        ),
        (
            "system = \"Jita\nand solo",
            "line 1, column 10: found a text without an end, expected a quote that closes it on the \
             same line",
        ),
        (
            "system = \"J\\xita\"",
            "line 1, column 12: found a bare `\\`, expected `\\\"`, `\\\\`, `\\n`, `\\t` or `\\u{…}` \
             with a character's number in hexadecimal",
        ),
    ]);
}

#[test]
fn the_line_is_shown_with_a_mark_under_the_place() {
    let pretty = |text: &str| parse(text, &TreeLimits::default()).unwrap_err().pretty();
    insta::assert_snapshot!(pretty("solo\nand\tvalue >= 5x or npc"), @r"
    line 2, column 14: found `5x`, expected an amount of ISK, such as 500m, 1.2b or 1500000.25
      |
    2 | and value >= 5x or npc
      |              ^^
    ");
    insta::assert_snapshot!(pretty("solo and"), @r#"
    line 1, column 9: found the end of the text, expected a condition, such as `value >= 1b` or `victim.ship = "Rifter"`
      |
    1 | solo and
      |         ^
    "#);
    let long = format!(
        "system in [{}] and vaue >= 5b and {}",
        "30000142, ".repeat(20),
        "solo and ".repeat(20)
    );
    insta::assert_snapshot!(pretty(&long), @r"
    line 1, column 218: found `vaue`, expected a field of the killmail, or of somebody as in `victim.ship`; did you mean `value`?
      |
    1 | …42, 30000142, 30000142, 30000142, 30000142, 30000142, ] and vaue >= 5b and solo and solo and solo an…
      |                                                              ^^^^
    ");
    insta::assert_snapshot!(pretty("system = \"\u{1b}[2J\u{7}"), @r#"
    line 1, column 10: found a text without an end, expected a quote that closes it on the same line
      |
    1 | system = "�[2J�
      |          ^^^^^^
    "#);
}

#[test]
fn a_number_that_goes_on_is_told_how_numbers_are_written() {
    said(&[
        (
            "value > 1 billion",
            "line 1, column 11: found `billion`, expected `and`, `or` or the end (a number is one \
             word: an amount of ISK, such as 500m, 1.2b or 1500000.25)",
        ),
        (
            "attackers any {damage > 5,000}",
            "line 1, column 26: found `,`, expected `and`, `or` or the end (a number is one word: a \
             whole number, such as 3, 10k or 1_000_000)",
        ),
        (
            "time > 2026-11-20 18:00",
            "line 1, column 19: found `18:00`, expected `and`, `or` or the end (a number is one \
             word: a moment in UTC, such as 2026-11-25 or 2026-11-25T18:30:00Z)",
        ),
        (
            "hour in [18-23]",
            "line 1, column 10: found `18-23`, expected 0 to 23; a range is written with `..`, as in \
             `18..23`",
        ),
    ]);
}

#[test]
fn a_value_without_its_field_is_told_how_several_are_written() {
    said(&[
        (
            "band = lowsec or nullsec",
            "line 1, column 18: found `nullsec`, expected a field before the value: `band = \
             nullsec`; one of several values is asked for with `band in [nullsec, … ]`",
        ),
        (
            "system = \"Jita\" or \"Amarr\"",
            "line 1, column 20: found `\"Amarr\"`, expected a condition, such as `value >= 1b` or \
             `victim.ship = \"Rifter\"`; one of several values is asked for with `in [ …, … ]`",
        ),
    ]);
}
