//! eveDMV's words for gangs and hulls.

use crate::import::conditions::{compare, every, hull_groups};
use crate::tree::{Comparison, Expr, Field};

/// A gang by the number of attackers, NPCs included. Why not, where eveDMV's rule never says so.
pub(super) fn gang(word: &str) -> Result<Expr, &'static str> {
    let count = |comparison, number| compare(Field::AttackerCount, comparison, number);
    let from_to = |least, most| {
        every([
            count(Comparison::AtLeast, least),
            count(Comparison::AtMost, most),
        ])
    };
    match word {
        "solo" => Ok(count(Comparison::Equal, 1)),
        "small_gang" => Ok(from_to(2, 5)),
        "medium_gang" => Ok(from_to(6, 20)),
        "fleet" => Ok(count(Comparison::More, 20)),
        "capital" => Err("eveDMV never says so: use victim_ship_category"),
        "expensive" => Err("eveDMV never says so: use total_value gt 1000000000"),
        "standard" => Err("eveDMV never says so"),
        _ => Err("solo, small_gang, medium_gang or fleet is expected"),
    }
}

/// The classes of hulls, each with its groups.
const HULLS: [(&str, &[i64]); 7] = [
    ("frigate", &[25, 237, 324, 830, 831, 834, 893, 1283, 1527]),
    ("destroyer", &[420, 541, 1305, 1534]),
    ("cruiser", &[26, 358, 832, 833, 894, 906, 963, 1972]),
    ("battlecruiser", &[419, 540, 1201]),
    ("battleship", &[27, 381, 898, 900]),
    ("industrial", &[28, 380, 463, 543, 941, 1202, 4902]),
    ("capital", &[30, 485, 513, 547, 659, 883, 902, 1538, 4594]),
];

/// A victim's hull of a class; in the scope of the victim.
pub(super) fn hull(word: &str) -> Option<Expr> {
    if word == "other" {
        let all = HULLS.iter().flat_map(|(_, groups)| groups.iter().copied());
        let all: Vec<i64> = all.collect();
        return Some(hull_groups(&all).negated());
    }
    let (_, groups) = HULLS.iter().find(|(name, _)| *name == word)?;
    Some(hull_groups(groups))
}
