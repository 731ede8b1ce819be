//! Names in conditions: found whatever their case, and where not, the nearest one that is known.

use std::collections::HashMap;

use killwire_surveillance::ground::Ground;
use killwire_surveillance::resolve::{by_answers, by_static_data, open};
use killwire_surveillance::text;
use killwire_surveillance::tree::{Expr, TreeLimits};

use crate::world::GROUND;

fn read(condition: &str) -> Expr {
    let parsed = text::parse(condition, &TreeLimits::default());
    parsed.unwrap().expr
}

/// What is said of a condition whose names nobody but static data knows.
fn said(condition: &str) -> Vec<String> {
    let mut expr = read(condition);
    by_static_data(&mut expr, &GROUND);
    let left = by_answers(&mut expr, &HashMap::new(), &GROUND);
    left.iter().map(ToString::to_string).collect()
}

#[test]
fn names_and_ids_of_static_data_get_each_other() {
    let mut expr = read("victim.ship = \"rifter\" and system = 30000142");
    by_static_data(&mut expr, &GROUND);
    assert_eq!(open(&mut expr), []);
    assert_eq!(
        text::print(&expr),
        "victim.ship = \"Rifter\"#587 and system = \"Jita\"#30000142"
    );
}

#[test]
fn an_unknown_name_is_answered_with_the_one_that_was_meant() {
    let table = [
        (
            "victim.ship.group = \"Frigates\"",
            "no group is called \"Frigates\"; perhaps \"Frigate\" (25)",
        ),
        (
            "victim.ship.category = \"Ships\"",
            "no category is called \"Ships\"; perhaps \"Ship\" (6)",
        ),
        (
            "victim.ship.category = \"Shpi\"",
            "no category is called \"Shpi\"; perhaps \"Ship\" (6)",
        ),
        (
            "victim.ship = \"Riftr\"",
            "no type is called \"Riftr\"; perhaps \"Rifter\" (587)",
        ),
        (
            "system = \"Jitta\"",
            "no solar system is called \"Jitta\"; perhaps \"Jita\" (30000142)",
        ),
        (
            "victim.ship.category = \"Qqq\"",
            "no category is called \"Qqq\"",
        ),
        (
            "victim.alliance = \"Nobody\"",
            "no alliance is called \"Nobody\"",
        ),
    ];
    for (condition, expected) in table {
        assert_eq!(said(condition), [expected], "{condition}");
    }
}

#[test]
fn without_static_data_that_is_said_and_not_that_there_is_no_such_name() {
    let bare = Ground::default();
    let mut expr =
        read("system = \"Jita\" and victim.ship = \"Rifter\" and victim.character = \"Ada\"");
    by_static_data(&mut expr, &bare);
    let left = by_answers(&mut expr, &HashMap::new(), &bare);
    let said: Vec<String> = left.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "the solar system \"Jita\" cannot be looked up without static data",
            "the type \"Rifter\" cannot be looked up without static data",
            // Pilots are no affair of static data.
            "no character is called \"Ada\"",
        ]
    );
}
