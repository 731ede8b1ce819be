//! The real universe, where the shared data is at hand (`KILLWIRE_SHARED`).

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::OnceLock;

use killwire_killmail::{Document, SystemId, TypeId};
use killwire_universe::{Tag, Tags, Universe, WormholeClass, group_rules, read_export_file};
use serde_json::Value;

use crate::jumps::plain_distances;
use crate::search::found;
use crate::small::id;
use crate::tag_table;

/// The folder with shared data, or `None` with a visible word.
fn shared(test: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("KILLWIRE_SHARED").unwrap_or_else(|| "../shared".into());
    let data = root.join(shared).join("data");
    if data.join("sde").is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED {test}: no shared data at {} (set KILLWIRE_SHARED)",
        data.display()
    );
    None
}

fn archive(data: &std::path::Path) -> PathBuf {
    let mut files = data.join("sde").read_dir().unwrap();
    let is_zip = |path: &PathBuf| path.extension().is_some_and(|end| end == "zip");
    files
        .find_map(|file| Some(file.unwrap().path()).filter(is_zip))
        .unwrap()
}

/// The snapshot, read once for all tests.
fn universe(test: &str) -> Option<&'static Universe> {
    static UNIVERSE: OnceLock<Universe> = OnceLock::new();
    let data = shared(test)?;
    Some(UNIVERSE.get_or_init(|| read_export_file(&archive(&data), &mut |_| ()).unwrap()))
}

/// The rows of one of the export's files.
fn rows(data: &std::path::Path, name: &str) -> Vec<Value> {
    let mut export = zip::ZipArchive::new(File::open(archive(data)).unwrap()).unwrap();
    BufReader::new(export.by_name(name).unwrap())
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect()
}

#[test]
fn the_whole_export_is_read() {
    let Some(universe) = universe("the_whole_export_is_read") else {
        return;
    };
    let counts = universe.counts();
    assert_eq!((counts.systems, counts.types), (8_490, 51_717));
    assert_eq!((counts.groups, counts.categories), (1_590, 48));
    assert_eq!(
        (counts.regions, counts.constellations, counts.jumps),
        (114, 1_184, 13_970)
    );
    assert_eq!(counts.meta_groups, 13);
    let build = universe.build().unwrap();
    assert_eq!(build.number, 3_171_578);
    assert_eq!(build.released.unwrap().to_string(), "2026-01-25T11:00:00Z");
    // 42 types whose group is not in the export, 7 without a name.
    assert_eq!(counts.incomplete, 49);
}

#[test]
fn a_snapshot_takes_little_memory_and_comes_back_from_bytes() {
    let Some(universe) = universe("a_snapshot_takes_little_memory_and_comes_back_from_bytes")
    else {
        return;
    };
    assert!(universe.memory() < 12_000_000, "{}", universe.memory());
    let bytes = universe.encode();
    assert!(bytes.len() < 6_000_000, "{}", bytes.len());
    assert_eq!(&Universe::decode(&bytes).unwrap(), universe);
}

#[test]
fn every_system_of_the_export_is_answered_with_what_the_export_says() {
    let test = "every_system_of_the_export_is_answered_with_what_the_export_says";
    let (Some(data), Some(universe)) = (shared(test), universe(test)) else {
        return;
    };
    let names = |file| -> HashMap<i64, String> {
        let rows = rows(&data, file).into_iter();
        rows.map(|row| {
            let name = row["name"]["en"].as_str().unwrap().to_owned();
            (row["_key"].as_i64().unwrap(), name)
        })
        .collect()
    };
    let (regions, constellations) = (names("mapRegions.jsonl"), names("mapConstellations.jsonl"));
    for row in rows(&data, "mapSolarSystems.jsonl") {
        let system = universe.system(id(row["_key"].as_i64().unwrap())).unwrap();
        assert_eq!(row["name"]["en"], system.name);
        assert_eq!(row["securityStatus"].as_f64(), Some(system.security));
        assert_eq!(system.region, regions[&row["regionID"].as_i64().unwrap()]);
        assert_eq!(
            system.constellation,
            constellations[&row["constellationID"].as_i64().unwrap()]
        );
        assert!(system.position.is_some());
    }
}

#[test]
fn classes_of_systems_are_as_players_know_them() {
    let Some(universe) = universe("classes_of_systems_are_as_players_know_them") else {
        return;
    };
    let mut classes: HashMap<&str, usize> = HashMap::new();
    for system in universe.systems() {
        if let Some(class) = system.wormhole_class() {
            *classes.entry(class).or_default() += 1;
        }
        let w_space = (31_000_000..32_000_000).contains(&system.id.get());
        assert_eq!(
            system.wormhole_class().is_some(),
            w_space,
            "{}",
            system.name
        );
    }
    let mut classes: Vec<(&str, usize)> = classes.into_iter().collect();
    classes.sort_unstable();
    assert_eq!(
        classes,
        [
            ("C1", 358),
            ("C13", 25),
            ("C2", 537),
            ("C3", 506),
            ("C4", 523),
            ("C5", 531),
            ("C6", 118),
            ("Drifter", 5),
            ("Thera", 1)
        ]
    );
    let named = |name: &str| universe.systems().find(|system| system.name == name);
    for (name, class) in [
        ("Thera", WormholeClass::Thera),
        ("J105443", WormholeClass::C1),
        ("Niarja", WormholeClass::Pochven),
    ] {
        assert_eq!(named(name).unwrap().class, Some(class), "{name}");
    }
    let pochven =
        |system: &killwire_universe::System<'_>| system.class == Some(WormholeClass::Pochven);
    assert_eq!(universe.systems().filter(pochven).count(), 27);
}

#[test]
fn every_system_and_type_of_the_captured_killmails_is_known() {
    let test = "every_system_and_type_of_the_captured_killmails_is_known";
    let (Some(data), Some(universe)) = (shared(test), universe(test)) else {
        return;
    };
    let mut systems: BTreeSet<SystemId> = BTreeSet::new();
    let mut types: BTreeSet<TypeId> = BTreeSet::new();
    for file in ["esi-full.jsonl", "zkb-2018-items-stripped.jsonl"] {
        let text = std::fs::read_to_string(data.join("killmails").join(file)).unwrap();
        for line in text.lines() {
            let Ok(Document::Killmail(parsed)) = killwire_killmail::parse(line.as_bytes()) else {
                panic!("no killmail in {file}");
            };
            let facts = killwire_killmail::Facts::of(&parsed, None);
            systems.insert(facts.system_id);
            types.insert(facts.victim.ship_type_id);
            types.extend(facts.items.iter().map(|item| item.type_id));
            for attacker in facts.attackers {
                types.extend(attacker.ship_type_id);
                types.extend(attacker.weapon_type_id);
            }
        }
    }
    assert!(systems.len() > 100 && types.len() > 1_000);
    let unknown_systems = systems.iter().filter(|id| universe.system(**id).is_none());
    assert_eq!(unknown_systems.collect::<Vec<_>>(), Vec::<&SystemId>::new());
    let unknown_types = types.iter().filter(|id| universe.item_type(**id).is_none());
    assert_eq!(unknown_types.collect::<Vec<_>>(), Vec::<&TypeId>::new());
}

#[test]
fn jumps_from_many_systems_to_all_others_are_those_of_a_plain_search() {
    let test = "jumps_from_many_systems_to_all_others_are_those_of_a_plain_search";
    let (Some(data), Some(universe)) = (shared(test), universe(test)) else {
        return;
    };
    let mut links: HashMap<i64, Vec<i64>> = HashMap::new();
    for gate in rows(&data, "mapStargates.jsonl") {
        let from = gate["solarSystemID"].as_i64().unwrap();
        let to = gate["destination"]["solarSystemID"].as_i64().unwrap();
        links.entry(from).or_default().push(to);
    }
    let all: Vec<SystemId> = universe.systems().map(|system| system.id).collect();
    // A prime, so that the sample is of every part of the map.
    for from in all.iter().step_by(401) {
        let plain = plain_distances(&links, from.get());
        let within = universe.within(*from, u32::MAX);
        let ours: HashMap<i64, u32> = (within.iter())
            .map(|(system, jumps)| (system.get(), *jumps))
            .collect();
        assert_eq!(ours, plain, "from {from}");
        for to in all.iter().step_by(97) {
            let jumps = universe.jumps(*from, *to);
            assert_eq!(jumps, plain.get(&to.get()).copied(), "{from} to {to}");
        }
    }
    let named = |name: &str| universe.search(name, 1)[0].id;
    let jumps = |from, to| universe.jumps(id(named(from)), id(named(to)));
    assert_eq!(jumps("Jita", "Perimeter"), Some(1));
    assert_eq!(jumps("Jita", "J105443"), None);
}

#[test]
fn every_group_that_the_table_of_tags_names_is_called_so() {
    let test = "every_group_that_the_table_of_tags_names_is_called_so";
    let Some(universe) = universe(test) else {
        return;
    };
    for rule in group_rules() {
        let group = universe.group(rule.group_id().unwrap()).unwrap();
        assert_eq!(group.name, rule.name);
    }
    for (tag, cell) in tag_table::rows() {
        for (group_id, name) in tag_table::groups(&cell) {
            assert_eq!(universe.group(id(group_id)).unwrap().name, name, "{tag}");
        }
    }
    for (meta_group, name, tag) in [
        (1, "Tech I", Tag::T1),
        (54, "Structure Tech I", Tag::T1),
        (2, "Tech II", Tag::T2),
        (53, "Structure Tech II", Tag::T2),
        (14, "Tech III", Tag::T3),
        (3, "Storyline", Tag::Storyline),
        (4, "Faction", Tag::Faction),
        (52, "Structure Faction", Tag::Faction),
        (5, "Officer", Tag::Officer),
        (6, "Deadspace", Tag::Deadspace),
        (15, "Abyssal", Tag::Abyssal),
    ] {
        assert_eq!(universe.meta_group(id(meta_group)), Some(name));
        let mut of_it = (universe.item_types())
            .filter(|item| item.meta_group.is_some_and(|id| id.get() == meta_group));
        assert!(of_it.all(|item| universe.tags(item.id, None).contains(tag)));
    }
    for (category, name) in [
        (8, "Charge"),
        (18, "Drone"),
        (20, "Implant"),
        (32, "Subsystem"),
        (66, "Structure Module"),
        (87, "Fighter"),
    ] {
        assert_eq!(universe.category(id(category)).unwrap().name, name);
    }
}

#[test]
fn market_groups_tell_modules_apart_as_their_names_do() {
    let Some(universe) = universe("market_groups_tell_modules_apart_as_their_names_do") else {
        return;
    };
    let kinds = [
        (46, Tag::Afterburner, "Afterburner"),
        (46, Tag::Microwarpdrive, "Microwarpdrive"),
        (52, Tag::WarpDisruptor, "Disruptor"),
        (52, Tag::WarpScrambler, "Scrambler"),
    ];
    let mut tagged = 0;
    for item in universe.item_types().filter(|item| item.published) {
        let tags = universe.tags(item.id, None);
        // The export has no dogma and no mutaplasmids: what abyssal modules are, it does not say.
        let says = !tags.contains(Tag::Abyssal);
        for (group, tag, word) in kinds {
            let named = item.group_id.get() == group && item.name.contains(word);
            assert_eq!(tags.contains(tag), named && says, "{}", item.name);
            tagged += u32::from(named && says);
        }
    }
    assert_eq!(tagged, 192);
}

#[test]
fn modules_of_a_real_fit_have_the_tags_that_a_player_would_give_them() {
    let test = "modules_of_a_real_fit_have_the_tags_that_a_player_would_give_them";
    let Some(universe) = universe(test) else {
        return;
    };
    let tags = |name: &str, flag| {
        let found = universe.search(name, 1)[0];
        assert_eq!(found.name, name);
        universe.tags(id(found.id), Some(flag)).to_string()
    };
    assert_eq!(
        tags("Damage Control II", 11),
        "T2, Low Slot, Damage Control"
    );
    assert_eq!(
        tags("Large Shield Extender II", 19),
        "T2, Mid Slot, Shield Extender"
    );
    assert_eq!(
        tags("720mm Howitzer Artillery II", 27),
        "T2, High Slot, Projectile"
    );
    assert_eq!(
        tags("Core X-Type 500MN Microwarpdrive", 20),
        "Deadspace, Mid Slot, Propulsion, Microwarpdrive"
    );
    assert_eq!(tags("Medium Core Defense Field Extender I", 92), "T1, Rig");
    assert_eq!(tags("Warrior II", 87), "T2, Drone Bay, Drone");
    assert_eq!(tags("Loki Core - Immobility Drivers", 126), "T3, Subsystem");
    assert_eq!(tags("Hail M", 27), "T2, Charge");
}

#[test]
fn most_published_modules_have_a_tag_that_says_what_for() {
    let Some(universe) = universe("most_published_modules_have_a_tag_that_says_what_for") else {
        return;
    };
    let advanced = Tags::of(&[
        Tag::T1,
        Tag::T2,
        Tag::T3,
        Tag::Storyline,
        Tag::Faction,
        Tag::Officer,
        Tag::Deadspace,
        Tag::Abyssal,
    ]);
    let modules = || {
        let types = universe.item_types();
        types.filter(|item| item.published && item.category == "Module")
    };
    let untagged = modules()
        .filter(|item| universe.tags(item.id, None).without(advanced).is_empty())
        .count();
    assert!(untagged * 20 < modules().count(), "{untagged} have none");
}

#[test]
fn names_are_found_as_people_write_them() {
    let Some(universe) = universe("names_are_found_as_people_write_them") else {
        return;
    };
    for (text, first) in [
        ("jita", "Jita (system, exact)"),
        ("tama", "Tama (system, exact)"),
        ("riftre", "Rifter (type, typo)"),
        ("J105443", "J105443 (system, exact)"),
        ("1dq", "1DQ1-A (system, prefix)"),
        ("1dq1a", "1DQ1-A (system, word)"),
        ("forge", "The Forge (region, exact)"),
        (
            "Covert Ops Cloaking",
            "Covert Ops Cloaking Device II (type, prefix)",
        ),
        (
            "cloaking covert",
            "Covert Ops Cloaking Device II (type, word)",
        ),
        ("hurricaen fleet", "Hurricane Fleet Issue (type, typo)"),
        ("damge contol ii", "Damage Control II (type, typo)"),
        ("veldsapr", "Veldspar (type, typo)"),
        ("frigate", "Frigate (group, exact)"),
    ] {
        assert_eq!(found(universe, text, 5).first().unwrap(), first, "{text}");
    }
}

#[test]
fn every_name_is_found_by_itself() {
    let Some(universe) = universe("every_name_is_found_by_itself") else {
        return;
    };
    // A hundred and one types with the same name are not asked for: the limit is above that.
    for item in universe.item_types().step_by(487) {
        let found = universe.search(item.name, 200);
        let itself = |found: &killwire_universe::Found<'_>| found.id == item.id.get();
        assert!(found.iter().any(itself), "{}", item.name);
    }
}
