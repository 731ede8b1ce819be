//! The site of the static data export, and what is in the simulator's own.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io::{Cursor, Read as _};

use killwire_sim::{Generator, STATIC_BUILD};
use serde_json::Value;

use crate::client::{World, header, json, send, status, world, world_with};

fn get(world: &World, path: &str) -> reqwest::RequestBuilder {
    let base = world.sim.static_data_url();
    world.http.get(format!("{base}/{path}"))
}

fn zip_of(build: u32) -> String {
    format!("tranquility/eve-online-static-data-{build}-jsonl.zip")
}

/// Rows of every file, by key.
async fn export(world: &World, build: u32) -> BTreeMap<String, BTreeMap<String, Value>> {
    let bytes = send(get(world, &zip_of(build)))
        .await
        .bytes()
        .await
        .unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..zip.len() {
        let mut member = zip.by_index(place).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        let rows = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|row| (row["_key"].to_string(), row))
            .collect();
        files.insert(name, rows);
    }
    files
}

#[tokio::test]
async fn the_newest_build_is_named_and_the_older_ones_stay() {
    let world = world(Vec::new()).await;
    let latest = || json(get(&world, "tranquility/latest.jsonl"));
    assert_eq!(latest().await["buildNumber"], STATIC_BUILD);
    let newer = STATIC_BUILD + 7;
    assert_eq!(status(get(&world, &zip_of(newer))).await, 404);
    world.advance(60);
    world.sim.set_static_build(newer);
    insta::assert_json_snapshot!(latest().await, @r#"
    {
      "_key": "sde",
      "buildNumber": 3400007,
      "releaseDate": "2026-11-20T12:01:00Z"
    }
    "#);
    // The redirect is followed.
    let zip = send(get(&world, "eve-online-static-data-latest-jsonl.zip")).await;
    assert!(zip.url().path().ends_with(&zip_of(newer)));
    assert_eq!(header(&zip, "x-sde-build-number"), newer.to_string());
    let etag = header(&zip, "etag");
    let known = get(&world, &zip_of(newer)).header("If-None-Match", etag);
    assert_eq!(status(known).await, 304);
    let old = export(&world, STATIC_BUILD).await;
    assert_eq!(old["_sde.jsonl"]["\"sde\""]["buildNumber"], STATIC_BUILD);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn everything_on_generated_killmails_is_in_the_export() {
    let world = world(Vec::new()).await;
    let files = export(&world, STATIC_BUILD).await;
    let has = |file: &str, id: &Value| files[file].contains_key(&id.to_string());
    let mut generator = Generator::new(5);
    for _ in 0..3_000 {
        let made = generator.killmail(world.clock.now());
        let body: Value = serde_json::from_slice(&made.esi_json).unwrap();
        assert!(has("mapSolarSystems.jsonl", &body["solar_system_id"]));
        let victim = &body["victim"];
        let mut types = vec![victim["ship_type_id"].clone()];
        let mut stacks: VecDeque<&Value> = victim["items"].as_array().unwrap().iter().collect();
        while let Some(stack) = stacks.pop_front() {
            types.push(stack["item_type_id"].clone());
            stacks.extend(stack["items"].as_array().into_iter().flatten());
        }
        for attacker in body["attackers"].as_array().unwrap() {
            types.push(attacker["ship_type_id"].clone());
            types.push(attacker["weapon_type_id"].clone());
            if attacker["character_id"].is_null() {
                assert!(has("factions.jsonl", &attacker["faction_id"]));
                let corporation = &attacker["corporation_id"];
                assert!(corporation.is_null() || has("npcCorporations.jsonl", corporation));
            }
        }
        for id in types.iter().filter(|id| !id.is_null()) {
            assert!(has("types.jsonl", id), "type {id}");
        }
    }
    let count = |file: &str| files[file].len();
    assert_eq!(count("mapSolarSystems.jsonl"), 99);
    assert!(count("types.jsonl") > 250);
}

#[tokio::test]
async fn what_rows_refer_to_is_in_the_export_too() {
    let world = world(Vec::new()).await;
    let files = export(&world, STATIC_BUILD).await;
    for (file, member, other) in [
        ("types.jsonl", "groupID", "groups.jsonl"),
        ("types.jsonl", "metaGroupID", "metaGroups.jsonl"),
        ("groups.jsonl", "categoryID", "categories.jsonl"),
        (
            "mapSolarSystems.jsonl",
            "constellationID",
            "mapConstellations.jsonl",
        ),
        ("mapSolarSystems.jsonl", "regionID", "mapRegions.jsonl"),
        ("mapConstellations.jsonl", "regionID", "mapRegions.jsonl"),
        (
            "mapStargates.jsonl",
            "solarSystemID",
            "mapSolarSystems.jsonl",
        ),
        ("npcCorporations.jsonl", "factionID", "factions.jsonl"),
        ("typeDogma.jsonl", "_key", "types.jsonl"),
    ] {
        for row in files[file].values() {
            let id = &row[member];
            assert!(
                id.is_null() || files[other].contains_key(&id.to_string()),
                "{file}: {row}"
            );
            assert!(
                file == "mapStargates.jsonl"
                    || file == "typeDogma.jsonl"
                    || row["name"]["en"].is_string()
            );
        }
    }
}

#[tokio::test]
async fn stargates_link_all_of_known_space_and_lead_back() {
    let world = world(Vec::new()).await;
    let files = export(&world, STATIC_BUILD).await;
    let gates = &files["mapStargates.jsonl"];
    for gate in gates.values() {
        let back = &gates[&gate["destination"]["stargateID"].to_string()];
        assert_eq!(back["destination"]["stargateID"], gate["_key"]);
        assert_eq!(back["solarSystemID"], gate["destination"]["solarSystemID"]);
    }
    let mut seen = HashSet::from([30_000_142]);
    let mut edge = VecDeque::from([30_000_142]);
    while let Some(system) = edge.pop_front() {
        for gate in gates
            .values()
            .filter(|gate| gate["solarSystemID"] == system)
        {
            let next = gate["destination"]["solarSystemID"].as_i64().unwrap();
            if seen.insert(next) {
                edge.push_back(next);
            }
        }
    }
    assert_eq!(seen.len(), 62);
}

#[tokio::test]
async fn an_export_from_outside_can_be_served_and_released_anew() {
    let world = world(Vec::new()).await;
    let bytes = send(get(&world, &zip_of(STATIC_BUILD)))
        .await
        .bytes()
        .await
        .unwrap();
    let path = std::env::temp_dir().join(format!("killwire-sim-{}.zip", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let served = path.clone();
    let world = world_with(move |config| {
        config.static_build = 1;
        config.static_data = Some(served);
    })
    .await;
    let latest = json(get(&world, "tranquility/latest.jsonl")).await;
    assert_eq!(latest["buildNumber"], STATIC_BUILD);
    world.sim.set_static_build(STATIC_BUILD + 1);
    let newer = export(&world, STATIC_BUILD + 1).await;
    assert_eq!(
        newer["_sde.jsonl"]["\"sde\""]["buildNumber"],
        STATIC_BUILD + 1
    );
    assert_eq!(newer["mapSolarSystems.jsonl"].len(), 99);
    std::fs::remove_file(&path).unwrap();
}
