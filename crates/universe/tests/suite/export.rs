//! What a whole export becomes.

use std::io::Cursor;

use insta::{assert_debug_snapshot, assert_json_snapshot};
use killwire_killmail::Slot;
use killwire_universe::{Build, Universe, WormholeClass, read_export, read_unpacked};

use crate::small::{self, files, files_without, id, pack, universe};

#[test]
fn a_system_has_its_place_security_and_class() {
    let universe = universe();
    let jita = universe.system(id(30_000_142)).unwrap();
    assert_eq!((jita.name, jita.constellation), ("Jita", "Kimotoro"));
    assert_eq!(
        (jita.region_id.get(), jita.region),
        (10_000_002, "The Forge")
    );
    assert_eq!(jita.security, 0.945_913);
    assert_eq!(jita.class, Some(WormholeClass::HighSec));
    assert_eq!(jita.wormhole_class(), None);
    assert_eq!(universe.system(id(30_009_999)), None);
}

#[test]
fn a_class_is_the_systems_own_or_else_the_constellations_or_else_the_regions() {
    let universe = universe();
    let class = |system| universe.system(id(system)).unwrap().class;
    assert_eq!(class(30_000_140), Some(WormholeClass::LowSec), "its own");
    assert_eq!(class(31_000_007), Some(WormholeClass::C1), "constellation");
    assert_eq!(class(30_000_142), Some(WormholeClass::HighSec), "region");
    let otela = universe.system(id(30_000_157)).unwrap();
    assert_eq!(otela.class, Some(WormholeClass::Pochven));
    assert_eq!(otela.wormhole_class(), None);
    let thera = universe.system(id(31_000_005)).unwrap();
    assert_eq!(thera.wormhole_class(), Some("Thera"));
}

#[test]
fn a_system_without_region_is_in_that_of_its_constellation() {
    let universe = universe();
    let maurasi = universe.system(id(30_000_140)).unwrap();
    assert_eq!(maurasi.region, "The Forge");
    assert_eq!(maurasi.position, None);
}

#[test]
fn a_type_has_its_group_and_category_and_what_the_export_says_of_it() {
    let universe = universe();
    let rifter = universe.item_type(id(587)).unwrap();
    assert_eq!((rifter.group_id.get(), rifter.group), (25, "Frigate"));
    assert_eq!((rifter.category_id.get(), rifter.category), (6, "Ship"));
    assert_eq!(rifter.meta_group.map(i64::from), Some(1));
    assert_eq!((rifter.published, rifter.slot), (true, None));
    let scrambler = universe.item_type(id(448)).unwrap();
    assert_eq!(scrambler.slot, Some(Slot::Mid));
}

#[test]
fn what_has_no_name_or_no_place_is_counted_but_not_answered() {
    let universe = universe();
    for type_id in 90_002..=90_006 {
        assert_eq!(universe.item_type(id(type_id)), None, "{type_id}");
    }
    assert!(universe.item_type(id(90_001)).is_some(), "unpublished");
    assert_eq!(universe.group(id(4_000)), None);
    assert_json_snapshot!(universe.counts(), @r#"
    {
      "systems": 6,
      "constellations": 4,
      "regions": 4,
      "jumps": 4,
      "types": 17,
      "groups": 10,
      "categories": 5,
      "meta_groups": 3,
      "factions": 1,
      "npc_corporations": 2,
      "incomplete": 6
    }
    "#);
}

#[test]
fn groups_categories_constellations_regions_and_owners_are_known_too() {
    let universe = universe();
    assert_eq!(universe.group(id(25)).unwrap().category, "Ship");
    assert_eq!(universe.category(id(6)).unwrap().name, "Ship");
    assert_eq!(universe.meta_group(id(2)), Some("Tech II"));
    assert_eq!(universe.region(id(10_000_002)).unwrap().name, "The Forge");
    let constellation = universe.constellation(id(20_000_020)).unwrap();
    assert_eq!(
        (constellation.name, constellation.region),
        ("Kimotoro", "The Forge")
    );
    assert_eq!(universe.faction(id(500_002)), Some("Minmatar Republic"));
    assert_eq!(universe.faction(id(500_001)), None);
    let concord = universe.npc_corporation(id(1_000_125)).unwrap();
    assert_eq!((concord.name, concord.ticker), ("CONCORD", Some("CONCO")));
    assert_eq!(concord.faction_id, None);
    let brutor = universe.npc_corporation(id(1_000_049)).unwrap();
    assert_eq!(brutor.faction_id.map(i64::from), Some(500_002));
    assert_eq!(brutor.ticker, None);
    assert_eq!(universe.npc_corporation(id(98_000_001)), None);
}

#[test]
fn all_systems_and_types_that_have_a_look_up_can_be_walked_through() {
    let universe = universe();
    let systems: Vec<&str> = universe.systems().map(|system| system.name).collect();
    assert_eq!(
        systems,
        ["Maurasi", "Jita", "Perimeter", "Otela", "Thera", "J105443"]
    );
    assert_eq!(universe.item_types().count(), 11);
}

#[test]
fn the_build_is_read() {
    let build = Build {
        number: 3_171_578,
        released: Some("2026-01-25T11:00:00Z".parse().unwrap()),
    };
    assert_eq!(universe().build(), Some(&build));
}

#[test]
fn files_that_are_not_needed_may_be_absent() {
    let few = files_without(&[
        "metaGroups.jsonl",
        "typeDogma.jsonl",
        "dynamicItemAttributes.jsonl",
        "factions.jsonl",
        "npcCorporations.jsonl",
    ]);
    let universe = small::read(&few).unwrap();
    assert_eq!(universe.item_type(id(448)).unwrap().slot, None);
    assert_eq!(universe.faction(id(500_002)), None);
}

#[test]
fn an_unpacked_export_becomes_the_same_universe() {
    let files = files();
    let unpacked: Vec<(&str, &str)> = (files.iter())
        .map(|(name, lines)| (*name, lines.as_str()))
        .collect();
    assert_eq!(&read_unpacked(&unpacked).unwrap(), universe());
}

#[test]
fn progress_names_each_file_and_ends_with_everything_read() {
    let archive = pack(&files());
    let mut told = Vec::new();
    read_export(Cursor::new(archive), &mut |progress| told.push(progress)).unwrap();
    let files: Vec<&str> = told.iter().map(|progress| progress.file).collect();
    assert_debug_snapshot!(files, @r#"
    [
        "_sde.jsonl",
        "categories.jsonl",
        "groups.jsonl",
        "metaGroups.jsonl",
        "types.jsonl",
        "typeDogma.jsonl",
        "dynamicItemAttributes.jsonl",
        "mapRegions.jsonl",
        "mapConstellations.jsonl",
        "mapSolarSystems.jsonl",
        "mapStargates.jsonl",
        "factions.jsonl",
        "npcCorporations.jsonl",
        "npcCorporations.jsonl",
    ]
    "#);
    let last = told.last().unwrap();
    assert_eq!(last.bytes, last.total_bytes);
    assert_eq!(last.rows, 64);
    assert!(told.is_sorted_by_key(|progress| (progress.rows, progress.bytes)));
}

#[test]
fn before_an_import_nothing_is_known() {
    let universe = Universe::empty();
    assert_eq!(universe.build(), None);
    assert_eq!(universe.system(id(30_000_142)), None);
    assert_eq!(universe.item_type(id(587)), None);
    assert_eq!(universe.jumps(id(30_000_142), id(30_000_144)), None);
    assert!(universe.within(id(30_000_142), 5).is_empty());
    assert!(universe.search("jita", 10).is_empty());
    assert_eq!(universe.tags(id(587), Some(27)).to_string(), "High Slot");
    assert_eq!(universe.counts(), killwire_universe::Counts::default());
}
