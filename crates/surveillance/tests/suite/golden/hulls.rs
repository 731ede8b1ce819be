//! What was lost and flown.

use super::case::{Case, many, these};

pub(super) const CASES: &[Case] = &[
    these(
        "pods_that_many_shot",
        r#"victim.ship = "Capsule" and attackers.players >= 10"#,
        "one, in B-3QPD",
        &[71_065_830],
    ),
    these(
        "golden_pods",
        r#"victim.ship.group = "Capsule" and victim.ship != "Capsule""#,
        "the Genolution capsules: of the same group, but another type",
        &[55_678_613, 71_179_641, 71_956_039, 72_483_577, 73_780_832],
    ),
    these(
        "navy_battlecruisers",
        r#"victim.ship contains "navy issue" and victim.ship.group contains "battle""#,
        "three Brutix; Vexors and Exequrors of the navy are cruisers",
        &[71_586_632, 71_586_665, 72_435_316],
    ),
    these(
        "structures_that_many_shot",
        r#"victim.ship.category in ["Structure", "Starbase"] and attackers.count >= 100"#,
        "the Sotiyo with 581 attackers, the Keepstar with 3,753",
        &[107_220_741, 131_126_432],
    ),
    many(
        "drones",
        r#"victim.ship.category = "Drone" and victim.ship.group = "Mining Drone""#,
        "seventeen Excavators",
        (17, 71_588_674, 72_859_335),
    ),
    many(
        "a_list_of_groups",
        r#"victim.ship.group in list "capitals" and band = lowsec"#,
        "counted by hull group and security",
        (30, 65_914_118, 132_302_304),
    ),
    these(
        "rare_hulls_on_either_side",
        r#"anyone.ship in ["Molok", "Vanquisher", "Vendetta"]"#,
        "three died in X47L-Q; on the others they were flown",
        &[
            71_212_288,
            71_332_562,
            71_597_656,
            71_597_753,
            71_597_946,
            71_597_965,
            71_598_380,
            71_599_618,
            71_600_788,
            71_602_166,
            71_604_081,
            71_605_015,
            71_605_683,
            131_126_432,
        ],
    ),
];
