//! What a condition looked at, in words.

use std::fmt::Write;

use killwire_killmail::{Isk, Slot};

use super::on::{Known, On, Thing};
use super::{Truth, holds};
use crate::compile::Leaf;
use crate::ground::Ground;
use crate::subject::{Party, is_fitted, quantity};
use crate::tree::{Check, Comparison, Field, Ref, RefKind, Test, Unit, ValueKind};
use crate::vocabulary::{read_number, write_number};

/// How many seconds make a day, an hour, a minute and a second.
const DURATIONS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];

/// What a test looked at.
pub(super) fn saw<O: On>(test: &Test, on: &O, ground: &Ground) -> String {
    let field = test.field;
    match field.kind() {
        ValueKind::Flag if on.flag(field) => field.name().to_owned(),
        // Not "no": behind `not npc` that could mean either.
        ValueKind::Flag => format!("not {}", field.name()),
        ValueKind::Number(unit) => {
            known(on.number(field), |value| number(unit, value, &test.check))
        }
        ValueKind::Ref(RefKind::Who) => who(on.who(), ground),
        ValueKind::Ref(kind) => known(on.id(field), |id| reference(test, kind, id, on, ground)),
        ValueKind::Choice(names) => known(on.choice(field), |choice| {
            let name = names.get(usize::from(choice)).copied();
            name.unwrap_or("?").to_owned()
        }),
        ValueKind::Words if field == Field::Labels => {
            list(on.labels().iter().map(String::as_str), "none")
        }
        ValueKind::Words => tags(test, on),
    }
}

/// Somebody involved: by pilot, corporation or faction, and hull.
pub(super) fn member(party: Party<'_>, ground: &Ground) -> String {
    let who = (party.character().map(|id| (RefKind::Character, id)))
        .or_else(|| party.corporation().map(|id| (RefKind::Corporation, id)))
        .or_else(|| party.faction().map(|id| (RefKind::Faction, id)));
    let who = who.map_or_else(
        || "nobody named".to_owned(),
        |(kind, id)| labelled(kind, id, ground),
    );
    match party.ship() {
        Some(ship) => format!("{who} in {}", named(RefKind::Type, ship.get(), ground)),
        None => who,
    }
}

/// An item: what and how many, where it was, and what became of it.
pub(super) fn thing(thing: &Thing<'_>, ground: &Ground) -> String {
    let item = thing.item;
    let mut what = named(RefKind::Type, item.type_id.get(), ground);
    if quantity(item) != 1 {
        // Writing to a String cannot fail.
        let _ = write!(what, " × {}", quantity(item));
    }
    let place = if is_fitted(item) {
        "fitted"
    } else if item.depth > 0 {
        "in a container or ship"
    } else {
        match Slot::from_flag(item.flag) {
            Slot::Implant | Slot::Booster => "in the pilot's head",
            _ => "carried",
        }
    };
    let fate = match (item.dropped > 0, item.destroyed > 0) {
        (true, true) => "dropped and destroyed",
        (true, false) => "dropped",
        _ => "destroyed",
    };
    format!("{what}, {place}, {fate}")
}

/// An id with the name that static data has for it.
pub(super) fn named(kind: RefKind, id: i64, ground: &Ground) -> String {
    match ground.name(kind, id) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_string(),
    }
}

/// The same with what it is: of those whose names static data does not have, the id alone says little.
fn labelled(kind: RefKind, id: i64, ground: &Ground) -> String {
    format!("{} {}", kind.noun(), named(kind, id, ground))
}

fn known<T>(value: Known<T>, words: impl FnOnce(T) -> String) -> String {
    match value {
        Known::Unknown => "not known yet".to_owned(),
        Known::Absent => "none".to_owned(),
        Known::Is(value) => words(value),
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>, nothing: &str) -> String {
    let all: Vec<&str> = words.collect();
    if all.is_empty() {
        nothing.to_owned()
    } else {
        all.join(", ")
    }
}

fn number(unit: Unit, value: i64, check: &Check) -> String {
    match unit {
        Unit::Isk => isk(value, check),
        Unit::Seconds => duration(value),
        unit => write_number(unit, value),
    }
}

/// Rounded, unless what it is compared with lies between it and the rounded one.
fn isk(hundredths: i64, check: &Check) -> String {
    let short = Isk::from_hundredths(hundredths).short();
    let says_the_same = match (check, read_number(Unit::Isk, &short)) {
        (Check::Compare(comparison, wanted), Some(rounded)) => {
            let holds = |value: i64| comparison.holds(&value, wanted);
            let equal = |value: i64| Comparison::Equal.holds(&value, wanted);
            holds(rounded) == holds(hundredths) && equal(rounded) == equal(hundredths)
        }
        _ => true,
    };
    if says_the_same {
        short
    } else {
        write_number(Unit::Isk, hundredths)
    }
}

/// In days, hours, minutes and seconds.
fn duration(seconds: i64) -> String {
    let mut rest = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (measure, name) in DURATIONS {
        if rest >= measure {
            parts.push(format!("{}{name}", rest / measure));
            rest %= measure;
        }
    }
    let sign = if seconds < 0 { "-" } else { "" };
    match parts.as_slice() {
        [] => "0s".to_owned(),
        parts => format!("{sign}{}", parts.join(" ")),
    }
}

/// Everything that somebody is, each with what it is.
fn who(ids: [Option<i64>; 4], ground: &Ground) -> String {
    const KINDS: [RefKind; 4] = [
        RefKind::Character,
        RefKind::Corporation,
        RefKind::Alliance,
        RefKind::Faction,
    ];
    let ids = KINDS.into_iter().zip(ids);
    let ids = ids.filter_map(|(kind, id)| Some(labelled(kind, id?, ground)));
    let all: Vec<String> = ids.collect();
    list(all.iter().map(String::as_str), "nobody named")
}

/// Of many tags, those that are asked for.
fn tags<O: On>(test: &Test, on: &O) -> String {
    let (carried, all_known) = on.tags();
    let carried: Vec<&str> = carried.iter().map(killwire_universe::Tag::name).collect();
    let mut words = match &test.check {
        Check::Words(_, wanted) if test.field == Field::Tags => {
            let is_carried = |word: &str| carried.iter().any(|tag| tag.eq_ignore_ascii_case(word));
            let (there, missing): (Vec<&str>, Vec<&str>) = wanted
                .iter()
                .map(|word| &**word)
                .partition(|word| is_carried(word));
            match (there.as_slice(), missing.as_slice()) {
                ([], _) => "none of them".to_owned(),
                (there, []) => there.join(", "),
                (there, missing) => format!("{}; not {}", there.join(", "), missing.join(", ")),
            }
        }
        _ => list(carried.into_iter(), "none"),
    };
    if !all_known {
        words.push_str("; static data does not know every type of it");
    }
    words
}

/// An id, with what the check makes of it.
fn reference<O: On>(test: &Test, kind: RefKind, id: i64, on: &O, ground: &Ground) -> String {
    let mut words = if kind.is_static() {
        named(kind, id, ground)
    } else {
        labelled(kind, id, ground)
    };
    let more = match &test.check {
        Check::Contains(_) | Check::Jumps(..) | Check::LightYears(..)
            if !on.is_in_static_data(test.field, id) =>
        {
            Some("static data does not know it".to_owned())
        }
        Check::Jumps(_, of) => Some(jumps(of, id, ground)),
        Check::LightYears(_, of) => Some(light_years(of, id, ground)),
        Check::Chain(map) => {
            let truth = holds(&Leaf::Chain(map.clone()), on);
            (truth == Truth::Unknown).then(|| "the map is not known".to_owned())
        }
        _ => None,
    };
    if let Some(more) = more {
        // Writing to a String cannot fail.
        let _ = write!(words, ", {more}");
    }
    words
}

fn jumps(of: &[Ref], to: i64, ground: &Ground) -> String {
    let origins = of.iter().filter_map(Ref::id);
    let nearest = origins
        .filter_map(|from| Some((ground.jumps(from, to)?, from)))
        .min();
    match nearest {
        Some((jumps, from)) => {
            let from = named(RefKind::System, from, ground);
            let noun = if jumps == 1 { "jump" } else { "jumps" };
            format!("{jumps} {noun} from {from}")
        }
        None => "no way there through stargates".to_owned(),
    }
}

fn light_years(of: &[Ref], to: i64, ground: &Ground) -> String {
    let origins = of.iter().filter_map(Ref::id);
    let nearest = origins
        .filter_map(|from| Some((ground.light_years(from, to)?, from)))
        .min_by(|(left, _), (right, _)| left.total_cmp(right));
    match nearest {
        Some((distance, from)) => {
            let from = named(RefKind::System, from, ground);
            format!("{distance:.3} light-years from {from}")
        }
        None => "outside known space".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, isk};
    use crate::tree::{Check, Comparison};

    #[test]
    fn durations_are_told_in_days_hours_minutes_and_seconds() {
        let table = [
            (0, "0s"),
            (50, "50s"),
            (3_600, "1h"),
            (-90, "-1m 30s"),
            (10_162_593, "117d 14h 56m 33s"),
        ];
        for (seconds, words) in table {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn a_value_is_rounded_only_where_that_does_not_lie() {
        let billion = 100_000_000_000;
        let at_least = Check::Compare(Comparison::AtLeast, billion);
        assert_eq!(isk(billion - 1, &at_least), "999999999.99");
        assert_eq!(isk(billion, &at_least), "1b");
        assert_eq!(isk(2 * billion + 1, &at_least), "2b");
        let equal = Check::Compare(Comparison::Equal, billion);
        assert_eq!(isk(billion + 1, &equal), "1000000000.01");
        assert_eq!(isk(billion - 1, &Check::Exists), "1b");
    }
}
