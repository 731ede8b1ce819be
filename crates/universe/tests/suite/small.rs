//! A small export of the tests' own making, with everything that a real one has.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use killwire_universe::{ExportError, Universe, read_export};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The export's files: name and lines.
pub(crate) type Files = Vec<(&'static str, String)>;

const SDE: &str =
    r#"{"_key":"sde","buildNumber":3171578,"releaseDate":"2026-01-25T11:00:00Z","later":[1]}"#;

const CATEGORIES: &str = r##"
{"_key":0,"name":{"en":"#System"},"published":false}
{"_key":6,"name":{"de":"Schiff","en":"Ship"},"published":true}
{"_key":7,"name":{"en":"Module"},"published":true}
{"_key":8,"name":{"en":"Charge"},"published":true}
{"_key":32,"name":{"en":"Subsystem"},"published":true}
"##;

const GROUPS: &str = r##"
{"_key":0,"categoryID":0,"name":{"en":"#System"}}
{"_key":25,"categoryID":6,"name":{"en":"Frigate"},"iconID":null}
{"_key":38,"categoryID":7,"name":{"en":"Shield Extender"}}
{"_key":46,"categoryID":7,"name":{"en":"Propulsion Module"}}
{"_key":52,"categoryID":7,"name":{"en":"Warp Scrambler"}}
{"_key":330,"categoryID":7,"name":{"en":"Cloaking Device"}}
{"_key":774,"categoryID":7,"name":{"en":"Rig Shield"}}
{"_key":83,"categoryID":8,"name":{"en":"Projectile Ammo"}}
{"_key":958,"categoryID":32,"name":{"en":"Core Subsystem"}}
{"_key":4000,"name":{"en":"Group without category"}}
"##;

const META_GROUPS: &str = r#"
{"_key":1,"name":{"en":"Tech I"}}
{"_key":2,"name":{"en":"Tech II"}}
{"_key":15,"name":{"en":"Abyssal"}}
"#;

// 587 comes last: a reader must not count on the order.
const TYPES: &str = r##"
{"_key":0,"groupID":0,"name":{"en":"#System"},"published":false}
{"_key":438,"groupID":46,"name":{"en":"1MN Afterburner II"},"published":true,"metaGroupID":2,"marketGroupID":542}
{"_key":440,"groupID":46,"name":{"en":"5MN Microwarpdrive II"},"published":true,"metaGroupID":2,"marketGroupID":131}
{"_key":47740,"groupID":46,"name":{"en":"5MN Abyssal Microwarpdrive"},"published":true,"metaGroupID":15}
{"_key":448,"groupID":52,"name":{"en":"Warp Scrambler II"},"published":true,"metaGroupID":2,"marketGroupID":1936}
{"_key":3831,"groupID":38,"name":{"en":"Medium Shield Extender II"},"published":true,"metaGroupID":2}
{"_key":11578,"groupID":330,"name":{"en":"Covert Ops Cloaking Device II"},"published":true,"metaGroupID":2}
{"_key":178,"groupID":83,"name":{"en":"Carbonized Lead S"},"published":true,"metaGroupID":1}
{"_key":31790,"groupID":774,"name":{"en":"Medium Core Defense Field Extender I"},"published":true,"metaGroupID":1}
{"_key":30143,"groupID":958,"name":{"en":"Loki Core - Dissolution Sequencer"},"published":true}
{"_key":90001,"groupID":25,"name":{"en":"Rifter Prototype"},"published":false}
{"_key":90002,"groupID":4000,"name":{"en":"In a group without category"}}
{"_key":90003,"groupID":99999,"name":{"en":"In a group that is not there"}}
{"_key":90004,"name":{"en":"Without group"}}
{"_key":90005,"groupID":25,"name":{"de":"Ohne englischen Namen"}}
{"_key":90006,"groupID":25}
{"_key":587,"groupID":25,"name":{"de":"Rifter","en":"Rifter"},"published":true,"metaGroupID":1,"description":{"en":"A very powerful combat frigate."}}
"##;

const TYPE_DOGMA: &str = r#"
{"_key":448,"dogmaAttributes":[{"attributeID":105,"value":2.0}],"dogmaEffects":[{"effectID":16,"isDefault":false},{"effectID":13,"isDefault":false}]}
{"_key":440,"dogmaEffects":[{"effectID":6730,"isDefault":true},{"effectID":13}]}
{"_key":31790,"dogmaEffects":[{"effectID":2663}]}
{"_key":178}
"#;

const MUTAPLASMIDS: &str =
    r#"{"_key":47297,"inputOutputMapping":[{"applicableTypes":[1,440],"resultingType":47740}]}"#;

const REGIONS: &str = r#"
{"_key":10000002,"name":{"en":"The Forge"},"wormholeClassID":7}
{"_key":10000033,"name":{"en":"The Citadel"},"wormholeClassID":7}
{"_key":11000031,"name":{"en":"G-R00031"},"wormholeClassID":12}
{"_key":11000001,"name":{"en":"A-R00001"}}
"#;

const CONSTELLATIONS: &str = r#"
{"_key":20000020,"name":{"en":"Kimotoro"},"regionID":10000002}
{"_key":20000789,"name":{"en":"Krai Veles"},"regionID":10000033,"wormholeClassID":25}
{"_key":21000324,"name":{"en":"G-C00324"},"regionID":11000031}
{"_key":21000001,"name":{"en":"A-C00001"},"regionID":11000001,"wormholeClassID":1}
"#;

// Positions are whole light-years apart.
const SYSTEMS: &str = r#"
{"_key":30000142,"name":{"en":"Jita"},"constellationID":20000020,"regionID":10000002,"securityStatus":0.945913,"position":{"x":0,"y":0,"z":0}}
{"_key":30000144,"name":{"en":"Perimeter"},"constellationID":20000020,"regionID":10000002,"securityStatus":0.953123,"position":{"x":2.838e16,"y":3.784e16,"z":0.0}}
{"_key":30000140,"name":{"en":"Maurasi"},"constellationID":20000020,"securityStatus":0.3,"wormholeClassID":8}
{"_key":30000157,"name":{"en":"Otela"},"constellationID":20000789,"regionID":10000033,"securityStatus":-1.0}
{"_key":31000005,"name":{"en":"Thera"},"constellationID":21000324,"regionID":11000031,"securityStatus":-0.99}
{"_key":31000007,"name":{"en":"J105443"},"constellationID":21000001,"regionID":11000001,"securityStatus":-0.99}
"#;

const STARGATES: &str = r#"
{"_key":50001248,"solarSystemID":30000142,"destination":{"solarSystemID":30000144,"stargateID":50001249}}
{"_key":50001249,"solarSystemID":30000144,"destination":{"solarSystemID":30000142,"stargateID":50001248}}
{"_key":50001250,"solarSystemID":30000144,"destination":{"solarSystemID":30000140,"stargateID":50001251}}
{"_key":50001251,"solarSystemID":30000140,"destination":{"solarSystemID":30000144,"stargateID":50001250}}
{"_key":50001252,"solarSystemID":30000140,"destination":{"solarSystemID":39999999}}
{"_key":50001253,"solarSystemID":30000140}
"#;

const FACTIONS: &str = r#"{"_key":500002,"name":{"en":"Minmatar Republic"}}"#;

const NPC_CORPORATIONS: &str = r#"
{"_key":1000125,"name":{"en":"CONCORD"},"tickerName":"CONCO","deleted":false}
{"_key":1000049,"name":{"en":"Brutor Tribe"},"factionID":500002}
"#;

/// All files.
pub(crate) fn files() -> Files {
    [
        ("_sde.jsonl", SDE),
        ("categories.jsonl", CATEGORIES),
        ("groups.jsonl", GROUPS),
        ("metaGroups.jsonl", META_GROUPS),
        ("types.jsonl", TYPES),
        ("typeDogma.jsonl", TYPE_DOGMA),
        ("dynamicItemAttributes.jsonl", MUTAPLASMIDS),
        ("mapRegions.jsonl", REGIONS),
        ("mapConstellations.jsonl", CONSTELLATIONS),
        ("mapSolarSystems.jsonl", SYSTEMS),
        ("mapStargates.jsonl", STARGATES),
        ("factions.jsonl", FACTIONS),
        ("npcCorporations.jsonl", NPC_CORPORATIONS),
        (
            "skins.jsonl",
            "this file is not read, so it need not be JSON",
        ),
    ]
    .into_iter()
    .map(|(name, lines)| (name, lines.to_owned()))
    .collect()
}

/// All files, one of them with other lines.
pub(crate) fn files_with(name: &str, lines: impl Into<String>) -> Files {
    let lines = lines.into();
    let replace = |(file, old)| (file, if file == name { lines.clone() } else { old });
    files().into_iter().map(replace).collect()
}

/// All files but these.
pub(crate) fn files_without(names: &[&str]) -> Files {
    let mut files = files();
    files.retain(|(name, _)| !names.contains(name));
    files
}

/// The files as an archive, as CCP packs them.
pub(crate) fn pack(files: &Files) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, lines) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(lines.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// What a reader makes of the files.
pub(crate) fn read(files: &Files) -> Result<Universe, ExportError> {
    read_export(Cursor::new(pack(files)), &mut |_| ())
}

/// The universe that the export describes.
pub(crate) fn universe() -> &'static Universe {
    static UNIVERSE: LazyLock<Universe> = LazyLock::new(|| read(&files()).unwrap());
    &UNIVERSE
}

/// An id of any kind.
pub(crate) fn id<I: TryFrom<i64, Error: std::fmt::Debug>>(number: i64) -> I {
    I::try_from(number).unwrap()
}
