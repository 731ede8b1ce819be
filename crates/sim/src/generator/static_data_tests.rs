//! The generator's tables against CCP's static data export, where it is at hand.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use serde_json::Value;

use super::goods;
use super::hulls::{HULLS, Hull, TITAN, UNPILOTED};
use super::npc::{CONCORD, PIRATES, SLEEPERS};
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
        assert_eq!(row["regionID"], system.region_id, "{row}");
        let security = row["securityStatus"].as_f64().unwrap();
        assert!((security - system.security).abs() < 0.001, "{row}");
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
        for (type_id, _) in list {
            assert_eq!(category(*type_id), expected, "type {type_id}");
        }
    };
    expect(&goods::LOW, 7);
    expect(&goods::MID, 7);
    expect(&goods::HIGH, 7);
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
    for ((type_id, _), _) in goods::CARGO {
        category(type_id);
    }
    for npc in PIRATES.iter().chain(&SLEEPERS).chain([&CONCORD]) {
        assert_eq!(category(npc.type_id), 11, "type {}", npc.type_id);
    }
}
