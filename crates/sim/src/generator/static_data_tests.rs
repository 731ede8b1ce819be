//! The generator's tables against CCP's static data export, where it is at hand.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use serde_json::Value;

use super::catalogue::kinds;
use super::goods;
use super::groups::{CATEGORIES, GROUPS, META_GROUPS};
use super::hulls::{HULLS, Hull, TITAN, UNPILOTED};
use super::npc::{CONCORD, PIRATES, SLEEPERS};
use super::regions::{CONSTELLATIONS, REGIONS};
use super::universe::{KNOWN_SPACE, WORMHOLE_SPACE};

/// The export, from the folder that `KILLWIRE_SHARED` names (taken from the workspace's root).
fn export() -> Option<zip::ZipArchive<File>> {
    let shared = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join(shared).join("data/sde");
    let path = folder.read_dir().ok().and_then(|files| {
        let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
        paths.find(|path| path.extension().is_some_and(|end| end == "zip"))
    });
    let Some(path) = path else {
        eprintln!("SKIPPED: no static data export in {}", folder.display());
        return None;
    };
    Some(zip::ZipArchive::new(File::open(path).unwrap()).unwrap())
}

/// The rows of one of the export's files, by key.
fn rows(export: &mut zip::ZipArchive<File>, name: &str) -> HashMap<i64, Value> {
    BufReader::new(export.by_name(name).unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
        .map(|row| (row["_key"].as_i64().unwrap(), row))
        .collect()
}

#[test]
fn systems_are_where_ccp_has_them() {
    let Some(mut export) = export() else {
        return;
    };
    let systems = rows(&mut export, "mapSolarSystems.jsonl");
    for system in KNOWN_SPACE.iter().chain(&WORMHOLE_SPACE) {
        let row = &systems[&system.id];
        assert_eq!(row["name"]["en"], system.name, "{row}");
        assert_eq!(row["constellationID"], system.constellation_id, "{row}");
        assert_eq!(row["regionID"], system.region_id, "{row}");
        assert_eq!(class(row), system.own_class, "{row}");
        let security = row["securityStatus"].as_f64().unwrap();
        assert!((security - system.security).abs() < 0.001, "{row}");
    }
}

/// A row's own wormhole class; 0 where it has none.
fn class(row: &Value) -> i64 {
    row["wormholeClassID"].as_i64().unwrap_or(0)
}

#[test]
fn constellations_and_regions_are_ccps() {
    let Some(mut export) = export() else {
        return;
    };
    let constellations = rows(&mut export, "mapConstellations.jsonl");
    for (id, name, region, wormhole_class) in CONSTELLATIONS {
        let row = &constellations[&id];
        assert_eq!(row["name"]["en"], name, "{row}");
        assert_eq!(row["regionID"], region, "{row}");
        assert_eq!(class(row), wormhole_class, "{row}");
    }
    let regions = rows(&mut export, "mapRegions.jsonl");
    for (id, name, wormhole_class) in REGIONS {
        let row = &regions[&id];
        assert_eq!(row["name"]["en"], name, "{row}");
        assert_eq!(class(row), wormhole_class, "{row}");
    }
}

#[test]
fn names_groups_and_meta_groups_of_types_are_ccps() {
    let Some(mut export) = export() else {
        return;
    };
    let types = rows(&mut export, "types.jsonl");
    for kind in kinds().values() {
        let row = &types[&kind.id];
        assert_eq!(row["name"]["en"], kind.name, "{row}");
        assert_eq!(row["groupID"], kind.group_id, "{row}");
        let meta_group = row["metaGroupID"].as_i64().unwrap_or(0);
        if kind.price.is_some() {
            assert_eq!(meta_group, kind.meta_group, "{row}");
        }
    }
    let groups = rows(&mut export, "groups.jsonl");
    for (id, name, category) in GROUPS {
        let row = &groups[&id];
        assert_eq!(row["name"]["en"], name, "{row}");
        assert_eq!(row["categoryID"], category, "{row}");
    }
    for (file, table) in [
        ("categories.jsonl", &CATEGORIES[..]),
        ("metaGroups.jsonl", &META_GROUPS[..]),
    ] {
        let known = rows(&mut export, file);
        for (id, name) in table {
            assert_eq!(known[id]["name"]["en"], *name, "{file} {id}");
        }
    }
}

#[test]
fn hulls_are_in_the_groups_that_ccp_puts_them_in() {
    let Some(mut export) = export() else {
        return;
    };
    let types = rows(&mut export, "types.jsonl");
    let groups = rows(&mut export, "groups.jsonl");
    let hulls: Vec<&Hull> = HULLS.iter().chain(&UNPILOTED).chain([&TITAN]).collect();
    for hull in hulls {
        let row = &types[&hull.type_id];
        assert_eq!(row["groupID"], hull.group_id, "{row}");
        assert_eq!(
            groups[&hull.group_id]["categoryID"],
            hull.category_id(),
            "{row}"
        );
    }
}

#[test]
fn everything_fitted_and_carried_and_every_npc_exists() {
    let Some(mut export) = export() else {
        return;
    };
    let types = rows(&mut export, "types.jsonl");
    let groups = rows(&mut export, "groups.jsonl");
    let category = |type_id: i64| {
        let row = types
            .get(&type_id)
            .unwrap_or_else(|| panic!("no type {type_id}"));
        groups[&row["groupID"].as_i64().unwrap()]["categoryID"]
            .as_i64()
            .unwrap()
    };
    let expect = |list: &[goods::Good], expected: i64| {
        for good in list {
            assert_eq!(category(good.type_id), expected, "type {}", good.type_id);
        }
    };
    expect(&goods::LOW, 7);
    expect(&goods::MID, 7);
    expect(&goods::HIGH, 7);
    expect(&goods::ABYSSAL_LOW, 7);
    expect(&goods::ABYSSAL_MID, 7);
    expect(&goods::MINING, 7);
    expect(&goods::RIGS, 7);
    expect(&goods::SUBSYSTEMS, 32);
    expect(&goods::DRONES, 18);
    expect(&goods::FIGHTERS, 87);
    expect(&goods::IMPLANTS, 20);
    expect(&goods::CONTAINERS, 2);
    expect(&goods::STRUCTURE_MODULES, 66);
    expect(&goods::STRUCTURE_SERVICES, 66);
    expect(&[goods::BLUEPRINT], 9);
    for (gun, charge) in goods::GUNS {
        expect(&[gun], 7);
        expect(&[charge], 8);
    }
    for (good, _) in goods::CARGO {
        category(good.type_id);
    }
    for npc in PIRATES.iter().chain(&SLEEPERS).chain([&CONCORD]) {
        assert_eq!(category(npc.type_id), 11, "type {}", npc.type_id);
    }
}
