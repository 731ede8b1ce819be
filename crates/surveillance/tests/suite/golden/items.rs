//! What the victim had: fitted, carried, in containers and in ships inside.

use super::case::{Case, these};

pub(super) const CASES: &[Case] = &[
    these(
        "anywhere",
        r#"item.type = "Cynosural Field Generator I""#,
        "a Thanatos, a Nyx and two Hels; one of them lay in a Malediction in the hangar",
        &[20_894_766, 65_914_118, 67_076_760, 75_760_038],
    ),
    these(
        "nested_is_not_fitted",
        r#"items any {type = "Prototype Cloaking Device I" and not fitted} and victim.ship = "Hel""#,
        "the Malediction in the hangar had it in a high slot: not the Hel's",
        &[75_760_038],
    ),
    these(
        "fitted",
        r#"items any {group = "Data Miners" and fitted}"#,
        "five explorers",
        &[
            88_676_289,
            93_963_688,
            132_311_142,
            132_462_203,
            135_403_572,
        ],
    ),
    these(
        "pieces_in_a_container",
        r#"items quantity >= 25k {type = "Antimatter Charge S"}"#,
        "25,850 in a Giant Secure Container in an Orca",
        &[52_844_772],
    ),
    these(
        "pieces_of_a_category",
        r#"items quantity >= 10k {category = "Charge" and destroyed >= 1}"#,
        "a Moa with 14,563, an Orca with 40,750, the Sotiyo",
        &[48_825_514, 52_844_772, 107_220_741],
    ),
    these(
        "one_stack",
        r#"items any {quantity >= 1m and dropped = 0}"#,
        "11,680,000 Tritanium of the Sotiyo, all destroyed",
        &[107_220_741],
    ),
    these(
        "dropped_fuel",
        r#"items any {dropped >= 100k and category = "Material"}"#,
        "the Sotiyo's minerals, isotopes of a Phoenix and a Nidhoggur, a moon drill's hydrocarbons",
        &[107_220_741, 115_769_073, 119_689_329, 132_253_134],
    ),
    these(
        "many_stacks",
        r#"items count >= 100 {not fitted}"#,
        "an Orca, a Sunesis, the Sotiyo, contents of containers counted",
        &[52_844_772, 93_963_688, 107_220_741],
    ),
    these(
        "all_destroyed",
        r#"items all {destroyed >= 1}"#,
        "two pods with implants, an Astrahus with one module; of nothing it is not true",
        &[55_678_613, 82_322_455, 134_435_757],
    ),
    these(
        "nothing_aboard",
        r#"items none {true} and labels any ["pvp"]"#,
        "the Keepstar",
        &[131_126_432],
    ),
    these(
        "blueprints",
        r#"items any {category = "Blueprint"}"#,
        "copies in cargo; one Sunesis' in containers, too",
        &[93_963_688, 132_311_142, 132_462_203, 135_403_572],
    ),
    these(
        "ships_inside",
        r#"items count >= 3 {category = "Ship"}"#,
        "four in the Orca, four in a Hel, and those in the Sotiyo",
        &[52_844_772, 65_914_118, 107_220_741],
    ),
    these(
        "containers",
        r#"items any {group contains "container" and type contains "secure"}"#,
        "four with secure containers; the standard ones are another group",
        &[52_844_772, 82_270_857, 88_676_289, 93_963_688],
    ),
    these(
        "how_much_dropped",
        r#"items quantity > 4000 {dropped >= 1 and category != "Charge"}"#,
        "fuel, minerals and loot",
        &[
            65_914_118,
            69_992_048,
            88_676_289,
            107_220_741,
            115_769_073,
            119_689_329,
            132_253_134,
        ],
    ),
    these(
        "one_tag",
        r#"tags any ["Warp Core Stabilizer", "Interdiction Nullifier"]"#,
        "stabilizers; on the killmail of 2008 in no slot that is known",
        &[435_341, 72_094_822, 93_963_688, 132_462_203],
    ),
    these(
        "every_tag",
        r#"tags all ["Cloak", "Probes"] and tags none ["Officer"]"#,
        "five with both, aboard at least",
        &[
            75_111_040,
            88_676_289,
            119_689_329,
            132_462_203,
            135_403_572,
        ],
    ),
    these(
        "tags_of_one_item",
        r#"items any {tags all ["Officer", "Energy Neutralizer"]}"#,
        "Brokara's Modified Heavy Energy Neutralizer on a Thanatos of 2011",
        &[20_894_766],
    ),
    these(
        "deadspace_fitted",
        r#"items count >= 3 {tags any ["Deadspace", "Officer"] and fitted}"#,
        "three to six modules each",
        &[
            65_914_118,
            66_132_550,
            67_076_760,
            115_769_073,
            119_689_329,
            128_831_032,
        ],
    ),
    these(
        "implants_in_the_head",
        r#"items any {tags all ["Implant", "Implanted"]}"#,
        "two pods; implants in cargo are not in the head",
        &[55_678_613, 134_435_757],
    ),
    these(
        "rigs_of_ships_inside",
        r#"items any {tags all ["T2", "Rig"] and not fitted}"#,
        "of ships in the hangars of an Orca, a Nyx, a Hel and a Nidhoggur",
        &[52_844_772, 67_076_760, 75_760_038, 119_689_329],
    ),
];
