//! A small New Eden with killmails, and pools from which conditions meet them.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use killwire_killmail::{Document, FactItem, Facts, Isk, TypeId, parse};
use killwire_sim::{Generator, STATIC_BUILD, static_export};
use killwire_surveillance::compile::{List, Lists};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::subject::{Chains, Subject};
use killwire_surveillance::tree::{Field, Name, RefKind};
use killwire_universe::{Universe, read_export};
use proptest::prelude::*;

use crate::arbitrary::Pools;

/// How many different killmails there are.
const KILLMAILS: usize = 240;

/// The simulator's static data.
pub(crate) static GROUND: LazyLock<Ground> = LazyLock::new(|| Ground::new(Arc::new(universe())));

/// Killmails of the simulator, some with what real ones lack now and then.
pub(crate) static KILLMAILS_SEEN: LazyLock<Vec<Facts>> = LazyLock::new(killmails);

pub(crate) fn universe() -> Universe {
    let export = static_export(STATIC_BUILD).unwrap();
    read_export(Cursor::new(export), &mut |_| {}).unwrap()
}

/// When everything was published, for ages from minutes to days.
pub(crate) fn published() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn killmails() -> Vec<Facts> {
    let mut generator = Generator::new(7);
    let parsed = (0..KILLMAILS).map(|place| {
        let back = SignedDuration::from_mins(37 * i64::try_from(place).unwrap());
        let made = generator.killmail(published() - back);
        match parse(&made.r2z2_entry(1, made.time)).unwrap() {
            Document::Killmail(parsed) => parsed,
            other => panic!("the simulator made {other:?}"),
        }
    });
    let facts = parsed.map(|parsed| Facts::of(&parsed, None));
    facts
        .enumerate()
        .map(|(place, facts)| damaged(place, facts))
        .collect()
}

/// Every fifth killmail lacks something: a value that nobody has found, types newer than static
/// data, a system that is not on the map, no attackers.
fn damaged(place: usize, mut facts: Facts) -> Facts {
    match place % 25 {
        5 => {
            facts.total_value = None;
            facts.fitted_value = None;
            facts.points = None;
        }
        10 => {
            let new = TypeId::new(900_001).unwrap();
            facts.victim.ship_type_id = new;
            facts.items.push(FactItem {
                type_id: new,
                flag: 27,
                singleton: 0,
                dropped: 1,
                destroyed: 0,
                depth: 0,
            });
        }
        15 => facts.system_id = 30_999_999.try_into().unwrap(),
        20 => facts.attackers.clear(),
        24 => {
            for attacker in facts.attackers.iter_mut().step_by(2) {
                attacker.ship_type_id = None;
                attacker.character_id = None;
                attacker.security_status = None;
            }
        }
        _ => {
            let half = |value: Isk| Isk::from_hundredths(value.hundredths() / 2);
            facts.hull_value = facts.total_value.map(half);
        }
    }
    facts
}

/// A map that has every third system, and another that nobody knows.
pub(crate) struct Home;

impl Chains for Home {
    fn contains(&self, map: &Name, system: killwire_killmail::SystemId) -> Option<bool> {
        (map.as_str() == "home").then(|| system.get() % 3 == 0)
    }

    fn of(&self, system: killwire_killmail::SystemId, each: &mut dyn FnMut(&Name)) {
        if system.get() % 3 == 0 {
            each(&Name::new("home").unwrap());
        }
    }
}

pub(crate) fn subject(facts: &Facts) -> Subject<'_> {
    Subject::new(facts, published(), &GROUND).with_chains(&Home)
}

/// The lists that conditions name.
pub(crate) fn lists() -> Lists {
    let mut entries = Vec::new();
    for facts in KILLMAILS_SEEN.iter().step_by(4) {
        entries.push((RefKind::System, facts.system_id.get()));
        entries.push((RefKind::Type, facts.victim.ship_type_id.get()));
        entries.extend(
            facts
                .victim
                .corporation_id
                .map(|id| (RefKind::Corporation, id.get())),
        );
        entries.extend(
            facts
                .victim
                .character_id
                .map(|id| (RefKind::Character, id.get())),
        );
    }
    let name = |name| Name::new(name).unwrap();
    [
        (name("home"), List::new(entries)),
        (name("empty"), List::default()),
    ]
    .into()
}

/// Conditions on what these killmails have.
pub(crate) fn pools() -> Pools {
    Pools::small(
        ids,
        numbers,
        ["a", "Rifter", "solo", "ganked", "loc:highsec", "pvp", "an"]
            .map(ToOwned::to_owned)
            .into(),
        ["home", "empty"].map(ToOwned::to_owned).into(),
    )
}

/// Ids of a kind that some killmails carry, and one that none does.
fn ids(kind: RefKind) -> Vec<i64> {
    let sample = || KILLMAILS_SEEN.iter().step_by(11);
    let mut ids: Vec<i64> = vec![999_999_999];
    for facts in sample() {
        let place = GROUND.place(facts.system_id);
        let hull = |id: TypeId| GROUND.kind(id);
        let attackers = facts.attackers.iter().take(2);
        match kind {
            RefKind::System => ids.push(facts.system_id.get()),
            RefKind::Constellation => ids.extend(place.map(|of| i64::from(of.constellation))),
            RefKind::Region => ids.extend(place.map(|of| i64::from(of.region))),
            RefKind::Location => ids.extend(facts.location_id.map(i64::from)),
            RefKind::War => ids.extend(facts.war_id.map(i64::from)),
            RefKind::Type => {
                ids.push(facts.victim.ship_type_id.get());
                ids.extend(attackers.filter_map(|of| of.ship_type_id).map(i64::from));
                ids.extend(facts.items.iter().take(2).map(|item| item.type_id.get()));
            }
            RefKind::Group => {
                ids.extend(hull(facts.victim.ship_type_id).map(|kind| i64::from(kind.group)));
                let items = facts
                    .items
                    .iter()
                    .take(2)
                    .filter_map(|item| hull(item.type_id));
                ids.extend(items.map(|kind| i64::from(kind.group)));
            }
            RefKind::Category => {
                ids.extend(hull(facts.victim.ship_type_id).map(|kind| i64::from(kind.category)));
            }
            RefKind::Character => {
                ids.extend(attackers.filter_map(|of| of.character_id).map(i64::from));
            }
            RefKind::Corporation => {
                ids.extend(facts.victim.corporation_id.map(i64::from));
                ids.extend(attackers.filter_map(|of| of.corporation_id).map(i64::from));
            }
            RefKind::Alliance => {
                ids.extend(attackers.filter_map(|of| of.alliance_id).map(i64::from));
            }
            RefKind::Faction => ids.extend(facts.victim.faction_id.map(i64::from)),
            RefKind::Who => {
                ids.extend(facts.victim.character_id.map(i64::from));
                ids.extend(attackers.filter_map(|of| of.corporation_id).map(i64::from));
            }
        }
    }
    ids
}

/// Numbers around those that killmails have.
fn numbers(field: Field) -> Vec<i64> {
    let sample = || KILLMAILS_SEEN.iter().step_by(13);
    match field {
        Field::Id => sample().map(|facts| facts.killmail_id.get()).collect(),
        Field::Time => sample().map(|facts| facts.time).collect(),
        Field::Age => vec![0, 60, 3_600, 86_400, 300_000],
        Field::Security => vec![-10, -5, 0, 1, 4, 5, 9],
        Field::Value
        | Field::HullValue
        | Field::FittedValue
        | Field::DroppedValue
        | Field::DestroyedValue => {
            let values = sample().filter_map(|facts| facts.total_value);
            values.map(Isk::hundredths).chain([0]).collect()
        }
        Field::SecurityStatus => vec![-5_000_000, 0, 1_500_000],
        Field::Damage => vec![0, 100, 5_000],
        _ => vec![0, 1, 2, 3, 5, 10],
    }
}

/// One of the killmails.
pub(crate) fn killmail() -> impl Strategy<Value = &'static Facts> {
    (0..KILLMAILS).prop_map(|place| &KILLMAILS_SEEN[place])
}
