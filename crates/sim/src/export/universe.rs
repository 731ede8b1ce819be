//! A small universe of the simulator's own making: all that can stand on a generated killmail, as
//! CCP's export would have it.
//!
//! Ids, names and what belongs to what are CCP's. Where systems lie and which stargates link them
//! is made up: in each region of known space a chain, and a chain of the regions' first systems.

use serde_json::{Value, json};

use super::rows::{lines, name, with};
use crate::generator::catalogue::{ABYSSAL, Slot, kinds};
use crate::generator::factions::{FACTIONS, NPC_CORPORATIONS};
use crate::generator::groups::{CATEGORIES, GROUPS, META_GROUPS};
use crate::generator::regions::{CONSTELLATIONS, REGIONS};
use crate::generator::{System, systems};

/// Where wormhole space begins.
const FIRST_WORMHOLE_REGION: i64 = 11_000_000;

/// A stargate's id follows from its place in the list of links.
const FIRST_STARGATE: i64 = 50_000_000;

/// Every file but `_sde`, with its name.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("mapRegions", lines(regions())),
        ("mapConstellations", lines(constellations())),
        ("mapSolarSystems", lines(solar_systems())),
        ("mapStargates", lines(stargates())),
        ("types", lines(types())),
        ("groups", lines(groups())),
        ("categories", lines(categories())),
        ("metaGroups", lines(meta_groups())),
        ("factions", lines(factions())),
        ("npcCorporations", lines(npc_corporations())),
        ("typeDogma", lines(dogma())),
    ]
}

fn regions() -> impl Iterator<Item = Value> {
    REGIONS.iter().map(|(id, text, class)| {
        let inside = CONSTELLATIONS
            .iter()
            .filter(|(_, _, region, _)| region == id);
        let inside: Vec<i64> = inside.map(|(constellation, ..)| *constellation).collect();
        let row = json!({"_key": id, "name": name(text), "constellationIDs": inside});
        with(row, "wormholeClassID", class_id(*class))
    })
}

fn constellations() -> impl Iterator<Item = Value> {
    CONSTELLATIONS.iter().map(|(id, text, region, class)| {
        let inside = systems().filter(|system| system.constellation_id == *id);
        let inside: Vec<i64> = inside.map(|system| system.id).collect();
        let row = json!({
            "_key": id, "name": name(text), "regionID": region, "solarSystemIDs": inside,
        });
        with(row, "wormholeClassID", class_id(*class))
    })
}

fn solar_systems() -> impl Iterator<Item = Value> {
    let gates = gates();
    systems().map(move |system| {
        let own: Vec<i64> = gates
            .iter()
            .filter(|gate| gate.from == system.id)
            .map(|gate| gate.id)
            .collect();
        let [x, y, z] = position(system);
        let row = json!({
            "_key": system.id,
            "name": name(system.name),
            "regionID": system.region_id,
            "constellationID": system.constellation_id,
            "securityStatus": system.security,
            "position": {"x": x, "y": y, "z": z},
            "stargateIDs": own,
        });
        with(row, "wormholeClassID", class_id(system.own_class))
    })
}

/// Where a system lies, in metres: the same for ever, and as far from the others as real ones are.
fn position(system: &System) -> [f64; 3] {
    // Within 100 light-years for known space; wormhole space lies elsewhere.
    let along = |salt: i64| ((system.id * 48_271 + salt * 69_621) % 2_001 - 1_000) as f64 * 4.7e14;
    let away = if system.region_id >= FIRST_WORMHOLE_REGION {
        7.0e18
    } else {
        0.0
    };
    [along(1) + away, along(2) / 4.0, along(3) - away]
}

/// A stargate, one end of a link.
struct Gate {
    id: i64,
    from: i64,
    to: i64,
    to_gate: i64,
}

/// Both ends of every link.
fn gates() -> Vec<Gate> {
    let mut firsts: Vec<&System> = Vec::new();
    let mut links = Vec::new();
    for (region, ..) in REGIONS
        .iter()
        .filter(|(id, ..)| *id < FIRST_WORMHOLE_REGION)
    {
        let inside: Vec<&System> = systems()
            .filter(|system| system.region_id == *region)
            .collect();
        links.extend(inside.windows(2).map(|pair| (pair[0].id, pair[1].id)));
        firsts.extend(inside.first());
    }
    links.extend(firsts.windows(2).map(|pair| (pair[0].id, pair[1].id)));
    (FIRST_STARGATE..)
        .step_by(2)
        .zip(links)
        .flat_map(|(id, (one, other))| {
            let gate = |id, to_gate, from, to| Gate {
                id,
                from,
                to,
                to_gate,
            };
            [gate(id, id + 1, one, other), gate(id + 1, id, other, one)]
        })
        .collect()
}

fn stargates() -> impl Iterator<Item = Value> {
    gates().into_iter().map(|gate| {
        json!({
            "_key": gate.id,
            "solarSystemID": gate.from,
            "destination": {"solarSystemID": gate.to, "stargateID": gate.to_gate},
        })
    })
}

fn class_id(class: i64) -> Option<Value> {
    (class != 0).then(|| class.into())
}

fn types() -> impl Iterator<Item = Value> {
    kinds().values().map(|kind| {
        let row = json!({
            "_key": kind.id,
            "groupID": kind.group_id,
            "name": name(kind.name),
            "portionSize": 1,
            "published": kind.price.is_some(),
        });
        // The market lists what is traded; CCP's base price is no market price, about a half.
        let traded = kind.price.filter(|_| kind.meta_group != ABYSSAL);
        let row = with(row, "basePrice", traded.map(|price| (price / 2).into()));
        let meta_group = (kind.meta_group != 0).then(|| kind.meta_group.into());
        with(row, "metaGroupID", meta_group)
    })
}

fn groups() -> impl Iterator<Item = Value> {
    GROUPS.iter().map(|(id, text, category)| {
        json!({"_key": id, "categoryID": category, "name": name(text), "published": *category != 11})
    })
}

fn categories() -> impl Iterator<Item = Value> {
    CATEGORIES
        .iter()
        .map(|(id, text)| json!({"_key": id, "name": name(text), "published": *id != 11}))
}

fn meta_groups() -> impl Iterator<Item = Value> {
    META_GROUPS
        .iter()
        .map(|(id, text)| json!({"_key": id, "name": name(text)}))
}

fn factions() -> impl Iterator<Item = Value> {
    FACTIONS
        .iter()
        .map(|(id, text)| json!({"_key": id, "name": name(text), "uniqueName": true}))
}

fn npc_corporations() -> impl Iterator<Item = Value> {
    NPC_CORPORATIONS.iter().map(|corporation| {
        json!({
            "_key": corporation.id,
            "deleted": false,
            "factionID": corporation.faction_id,
            "name": name(corporation.name),
            "tickerName": corporation.ticker,
            "uniqueName": true,
        })
    })
}

/// The effects by which CCP says into which slot a module goes.
fn dogma() -> impl Iterator<Item = Value> {
    kinds().values().filter_map(|kind| {
        let effect = match kind.slot? {
            Slot::Low => 11,
            Slot::High => 12,
            Slot::Mid => 13,
            Slot::Rig => 2_663,
            Slot::Subsystem => 3_772,
            Slot::Service => 6_306,
        };
        Some(json!({
            "_key": kind.id,
            "dogmaAttributes": [],
            "dogmaEffects": [{"effectID": effect, "isDefault": false}],
        }))
    })
}
