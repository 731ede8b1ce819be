//! A New Eden of the size of CCP's, made up: 8,000 solar systems of which 2,600 are w-space, 480
//! hulls in 40 groups, 3,000 modules in 150.

use std::fmt::Write as _;
use std::sync::Arc;

use killwire_surveillance::ground::Ground;
use killwire_universe::read_unpacked;

use crate::Outcome;

/// Solar systems of known space, by place: 60 regions of 10 constellations of 9.
pub(super) const KNOWN_SYSTEMS: i64 = 5_400;
/// All of them: w-space follows in 26 regions of 10 constellations of 10.
pub(super) const SYSTEMS: u32 = 8_000;
/// Regions of known space.
pub(super) const REGIONS: i64 = 60;
/// Groups of hulls, and hulls in each.
pub(super) const SHIP_GROUPS: i64 = 40;
const HULLS: i64 = 12;
/// All hulls.
pub(super) const SHIPS: u32 = 480;
/// Groups of modules, and modules in each.
pub(super) const MODULE_GROUPS: i64 = 150;
const MODULES_EACH: i64 = 20;
/// All modules.
pub(super) const MODULES: u32 = 3_000;

/// The nth solar system.
pub(super) const fn system(place: i64) -> i64 {
    if place < KNOWN_SYSTEMS {
        30_000_001 + place
    } else {
        31_000_001 + place - KNOWN_SYSTEMS
    }
}

/// The region of the nth solar system.
pub(super) const fn region(place: i64) -> i64 {
    if place < KNOWN_SYSTEMS {
        10_000_001 + place / 90
    } else {
        11_000_001 + (place - KNOWN_SYSTEMS) / 100
    }
}

const fn constellation(place: i64) -> i64 {
    if place < KNOWN_SYSTEMS {
        20_000_001 + place / 9
    } else {
        21_000_001 + (place - KNOWN_SYSTEMS) / 10
    }
}

/// The nth hull.
pub(super) const fn ship(place: i64) -> i64 {
    1_000 + place
}

/// The nth group of hulls.
pub(super) const fn ship_group(place: i64) -> i64 {
    1 + place
}

/// The nth module.
pub(super) const fn module(place: i64) -> i64 {
    10_000 + place
}

/// Static data of it.
pub(super) fn ground() -> Outcome<Ground> {
    let (mut regions, mut constellations, mut systems) =
        (String::new(), String::new(), String::new());
    let (mut gates, mut types, mut groups) = (String::new(), String::new(), String::new());
    let mut gate = 0;
    for place in 0..i64::from(SYSTEMS) {
        let (id, inside, around) = (system(place), constellation(place), region(place));
        let known = place < KNOWN_SYSTEMS;
        let (width, wide) = if known { (9, 90) } else { (10, 100) };
        let place_of_its_own = if known { place } else { place - KNOWN_SYSTEMS };
        if place_of_its_own % wide == 0 {
            let class = if known {
                7 + around % 3
            } else {
                1 + around % 6
            };
            writeln!(
                regions,
                r#"{{"_key":{around},"name":{{"en":"Region {around}"}},"wormholeClassID":{class}}}"#
            )?;
        }
        if place_of_its_own % width == 0 {
            writeln!(
                constellations,
                r#"{{"_key":{inside},"name":{{"en":"Constellation {inside}"}},"regionID":{around}}}"#
            )?;
        }
        let security = match around % 3 {
            _ if !known => "-0.99",
            0 => "0.87",
            1 => "0.31",
            _ => "-0.42",
        };
        writeln!(
            systems,
            r#"{{"_key":{id},"name":{{"en":"System {id}"}},"constellationID":{inside},"regionID":{around},"securityStatus":{security},"position":{{"x":{place}e15,"y":0,"z":0}}}}"#
        )?;
        if known {
            // To the next of the constellation, of the region, and across it.
            for (from, to) in [(place, place + 1), (place, place + 9), (place, place + 90)] {
                let drawn =
                    (to - from == 1) || place % 9 == 0 && (to - from == 9 || place % 90 == 0);
                if drawn && to < KNOWN_SYSTEMS {
                    let (from, to) = (system(from), system(to));
                    for (from, to) in [(from, to), (to, from)] {
                        gate += 1;
                        writeln!(
                            gates,
                            r#"{{"_key":{gate},"solarSystemID":{from},"destination":{{"solarSystemID":{to}}}}}"#
                        )?;
                    }
                }
            }
        }
    }
    let mut group = |id: i64, category: i64| {
        writeln!(
            groups,
            r#"{{"_key":{id},"categoryID":{category},"name":{{"en":"Group {id}"}}}}"#
        )
    };
    let mut item = |id: i64, group: i64| {
        writeln!(
            types,
            r#"{{"_key":{id},"groupID":{group},"name":{{"en":"Type {id}"}},"published":true,"metaGroupID":{}}}"#,
            1 + id % 5
        )
    };
    for place in 0..SHIP_GROUPS {
        group(ship_group(place), 6)?;
        (0..HULLS).try_for_each(|hull| item(ship(place * HULLS + hull), ship_group(place)))?;
    }
    for place in 0..MODULE_GROUPS {
        group(100 + place, 7)?;
        (0..MODULES_EACH)
            .try_for_each(|of| item(module(place * MODULES_EACH + of), 100 + place))?;
    }
    let named = |id: i64, name: &str| format!(r#"{{"_key":{id},"name":{{"en":"{name}"}}}}"#);
    let universe = read_unpacked(&[
        ("_sde.jsonl", r#"{"_key":"sde","buildNumber":1}"#),
        (
            "categories.jsonl",
            &[named(6, "Ship"), named(7, "Module")].join("\n"),
        ),
        ("groups.jsonl", &groups),
        ("metaGroups.jsonl", &named(1, "Tech I")),
        ("types.jsonl", &types),
        ("mapRegions.jsonl", &regions),
        ("mapConstellations.jsonl", &constellations),
        ("mapSolarSystems.jsonl", &systems),
        ("mapStargates.jsonl", &gates),
        ("factions.jsonl", &named(500_001, "Faction")),
        ("npcCorporations.jsonl", &named(1_000_001, "Corporation")),
    ])?;
    Ok(Ground::new(Arc::new(universe)))
}
