//! A small universe in which few ids meet often.

use std::sync::{Arc, LazyLock};

use killwire_surveillance::compile::{List, Lists};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::tree::{Name, RefKind};
use killwire_universe::{Universe, read_unpacked};

const CATEGORIES: &str = r#"
{"_key":6,"name":{"en":"Ship"}}
{"_key":7,"name":{"en":"Module"}}
{"_key":65,"name":{"en":"Structure"}}
"#;

const GROUPS: &str = r#"
{"_key":25,"categoryID":6,"name":{"en":"Frigate"}}
{"_key":27,"categoryID":6,"name":{"en":"Battleship"}}
{"_key":29,"categoryID":6,"name":{"en":"Capsule"}}
{"_key":30,"categoryID":6,"name":{"en":"Titan"}}
{"_key":420,"categoryID":6,"name":{"en":"Destroyer"}}
{"_key":513,"categoryID":6,"name":{"en":"Freighter"}}
{"_key":1657,"categoryID":65,"name":{"en":"Citadel"}}
{"_key":38,"categoryID":7,"name":{"en":"Shield Extender"}}
{"_key":55,"categoryID":7,"name":{"en":"Projectile Weapon"}}
{"_key":74,"categoryID":7,"name":{"en":"Hybrid Weapon"}}
"#;

const TYPES: &str = r#"
{"_key":587,"groupID":25,"name":{"en":"Rifter"},"metaGroupID":1}
{"_key":638,"groupID":27,"name":{"en":"Raven"},"metaGroupID":1}
{"_key":670,"groupID":29,"name":{"en":"Capsule"}}
{"_key":671,"groupID":30,"name":{"en":"Erebus"}}
{"_key":16236,"groupID":420,"name":{"en":"Coercer"},"metaGroupID":1}
{"_key":20183,"groupID":513,"name":{"en":"Providence"}}
{"_key":35832,"groupID":1657,"name":{"en":"Astrahus"}}
{"_key":2488,"groupID":55,"name":{"en":"200mm AutoCannon II"},"metaGroupID":2}
{"_key":484,"groupID":55,"name":{"en":"125mm Gatling AutoCannon I"},"metaGroupID":1}
{"_key":3146,"groupID":74,"name":{"en":"Light Neutron Blaster II"},"metaGroupID":2}
{"_key":3831,"groupID":38,"name":{"en":"Medium Shield Extender II"},"metaGroupID":2}
"#;

const REGIONS: &str = r#"
{"_key":10000002,"name":{"en":"The Forge"},"wormholeClassID":7}
{"_key":10000030,"name":{"en":"Heimatar"},"wormholeClassID":8}
{"_key":10000070,"name":{"en":"Pochven"},"wormholeClassID":25}
{"_key":11000004,"name":{"en":"D-R00004"},"wormholeClassID":5}
{"_key":11000031,"name":{"en":"G-R00031"},"wormholeClassID":12}
{"_key":11000033,"name":{"en":"K-R00033"}}
{"_key":12000001,"name":{"en":"ADR01"},"wormholeClassID":19}
"#;

const CONSTELLATIONS: &str = r#"
{"_key":20000020,"name":{"en":"Kimotoro"},"regionID":10000002}
{"_key":20000372,"name":{"en":"Hed"},"regionID":10000030}
{"_key":20000788,"name":{"en":"Krai Svarog"},"regionID":10000070}
{"_key":21000030,"name":{"en":"D-C00030"},"regionID":11000004}
{"_key":21000324,"name":{"en":"G-C00324"},"regionID":11000031}
{"_key":21000333,"name":{"en":"K-C00333"},"regionID":11000033}
{"_key":22000001,"name":{"en":"ADC01"},"regionID":12000001}
"#;

/// In a row, a light-year apart and a jump: Jita, Perimeter, Amamake, Vard, Siseide.
const SYSTEMS: &str = r#"
{"_key":30000142,"name":{"en":"Jita"},"constellationID":20000020,"securityStatus":0.945913,"position":{"x":0,"y":0,"z":0}}
{"_key":30000144,"name":{"en":"Perimeter"},"constellationID":20000020,"securityStatus":0.45,"position":{"x":9.46e15,"y":0,"z":0}}
{"_key":30002537,"name":{"en":"Amamake"},"constellationID":20000372,"securityStatus":0.44,"position":{"x":1.892e16,"y":0,"z":0}}
{"_key":30002538,"name":{"en":"Vard"},"constellationID":20000372,"securityStatus":0.03,"position":{"x":2.838e16,"y":0,"z":0}}
{"_key":30002539,"name":{"en":"Siseide"},"constellationID":20000372,"securityStatus":-0.2,"position":{"x":3.784e16,"y":0,"z":0}}
{"_key":30003504,"name":{"en":"Niarja"},"constellationID":20000788,"securityStatus":-1.0,"position":{"x":0,"y":9.46e16,"z":0}}
{"_key":31000454,"name":{"en":"J171518"},"constellationID":21000030,"securityStatus":-0.99}
{"_key":31000005,"name":{"en":"Thera"},"constellationID":21000324,"securityStatus":-0.99}
{"_key":31000001,"name":{"en":"J055520"},"constellationID":21000333,"securityStatus":-0.99,"wormholeClassID":14}
{"_key":32000001,"name":{"en":"AD001"},"constellationID":22000001,"securityStatus":-0.99}
"#;

const STARGATES: &str = r#"
{"_key":1,"solarSystemID":30000142,"destination":{"solarSystemID":30000144}}
{"_key":2,"solarSystemID":30000144,"destination":{"solarSystemID":30000142}}
{"_key":3,"solarSystemID":30000144,"destination":{"solarSystemID":30002537}}
{"_key":4,"solarSystemID":30002537,"destination":{"solarSystemID":30000144}}
{"_key":5,"solarSystemID":30002537,"destination":{"solarSystemID":30002538}}
{"_key":6,"solarSystemID":30002538,"destination":{"solarSystemID":30002537}}
{"_key":7,"solarSystemID":30002538,"destination":{"solarSystemID":30002539}}
{"_key":8,"solarSystemID":30002539,"destination":{"solarSystemID":30002538}}
"#;

pub(super) const SYSTEM_IDS: [i64; 10] = [
    30_000_142, 30_000_144, 30_002_537, 30_002_538, 30_002_539, 30_003_504, 31_000_454, 31_000_005,
    31_000_001, 32_000_001,
];
pub(super) const CONSTELLATION_IDS: [i64; 4] = [20_000_020, 20_000_372, 20_000_788, 21_000_324];
pub(super) const REGION_IDS: [i64; 4] = [10_000_002, 10_000_030, 10_000_070, 11_000_004];
pub(super) const HULLS: [i64; 7] = [587, 638, 670, 671, 16_236, 20_183, 35_832];
pub(super) const HULL_GROUPS: [i64; 7] = [25, 27, 29, 30, 420, 513, 1657];
pub(super) const MODULES: [i64; 4] = [484, 2488, 3146, 3831];
pub(super) const MODULE_GROUPS: [i64; 3] = [38, 55, 74];
pub(super) const CHARACTERS: [i64; 4] = [90_000_001, 90_000_002, 90_000_003, 90_000_004];
pub(super) const CORPORATIONS: [i64; 3] = [98_000_001, 98_000_002, 1_000_125];
pub(super) const ALLIANCES: [i64; 3] = [99_000_001, 99_000_002, 99_000_003];
pub(super) const FACTIONS: [i64; 2] = [500_001, 500_002];
pub(super) const WARS: [i64; 2] = [700_000, 700_001];
pub(super) const LOCATIONS: [i64; 2] = [40_009_077, 40_009_078];
pub(super) const LABELS: [&str; 5] = ["solo", "npc", "ganked", "isk:1b+", "#:2+"];

/// Named lists and whom they hold.
pub(super) const LISTS: [(&str, RefKind, &[i64]); 3] = [
    ("blues", RefKind::Alliance, &[99_000_001]),
    ("Member", RefKind::Character, &[90_000_001, 90_000_002]),
    ("Guest", RefKind::Character, &[90_000_003]),
];

pub(super) fn universe() -> &'static Arc<Universe> {
    static UNIVERSE: LazyLock<Arc<Universe>> = LazyLock::new(|| {
        let files = [
            ("_sde.jsonl", r#"{"_key":"sde","buildNumber":1}"#),
            ("categories.jsonl", CATEGORIES),
            ("groups.jsonl", GROUPS),
            ("types.jsonl", TYPES),
            ("mapRegions.jsonl", REGIONS),
            ("mapConstellations.jsonl", CONSTELLATIONS),
            ("mapSolarSystems.jsonl", SYSTEMS),
            ("mapStargates.jsonl", STARGATES),
        ];
        Arc::new(read_unpacked(&files).unwrap())
    });
    &UNIVERSE
}

pub(super) fn ground() -> &'static Ground {
    static GROUND: LazyLock<Ground> = LazyLock::new(|| Ground::new(Arc::clone(universe())));
    &GROUND
}

pub(super) fn lists() -> Lists {
    let lists = LISTS.iter().map(|(name, kind, ids)| {
        let entries = ids.iter().map(|id| (*kind, *id));
        (Name::new(name).unwrap(), List::new(entries))
    });
    lists.collect()
}

/// Where a system is: constellation and region.
pub(super) fn place(system: i64) -> (i64, i64) {
    let system = universe().system(system.try_into().unwrap()).unwrap();
    (system.constellation_id.get(), system.region_id.get())
}

/// Its true security.
pub(super) fn security(system: i64) -> f64 {
    universe()
        .system(system.try_into().unwrap())
        .unwrap()
        .security
}

/// The group of a type.
pub(super) fn group(of: i64) -> i64 {
    universe()
        .item_type(of.try_into().unwrap())
        .unwrap()
        .group_id
        .get()
}
