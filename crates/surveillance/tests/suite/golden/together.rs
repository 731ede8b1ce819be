//! Several things at once, as people ask for them.

use super::case::{Case, many, these};

pub(super) const CASES: &[Case] = &[
    these(
        "the_example_of_the_documents",
        r#"(attackers any {ship.group in ["Dreadnought", "Titan"] and alliance != 1354830081} and system within 7 jumps of "Tama") or (value >= 5b and system in chain "home")"#,
        "capitals around Tama; of two in the chain, in Tama, nobody knows the value",
        &[71_588_033, 71_588_415, 71_588_420, 72_870_290, 72_902_466, 119_689_329],
    )
    .unknown(2),
    many(
        "not_our_blues",
        r#"(attackers count >= 2 {ship.group in list "capitals"} or value >= 5b) and victim.who not in list "blues" and attackers none {who in list "blues"} and band in [lowsec, wspace]"#,
        "dear or with capitals, and blues on neither side",
        (33, 65_914_118, 132_302_304),
    )
    .unknown(18),
    these(
        "hunters_of_explorers",
        r#"victim.ship.group in ["Frigate", "Covert Ops"] and items any {tags any ["Data Analyzer"] and fitted} and attackers.players = 1 and band in [nullsec, wspace]"#,
        "a Heron of 2026; the Asteros met two, or no pilot",
        &[135_403_572],
    ),
    // Written from the document alone.
    these(
        "strangers_in_our_chain",
        r#"system in chain "home" and attackers any {ship.group in ["Strategic Cruiser", "Interdictor"]} and anyone.alliance not in list "blues""#,
        "one fight in J135705; in Tama and J154152 nobody flew such a ship, or a blue was there",
        &[
            71_586_611, 71_586_625, 71_586_632, 71_586_648, 71_586_665, 71_586_691,
        ],
    ),
    these(
        "solo_fights_near_amarr",
        r#"solo and victim.ship.category = "Ship" and victim.ship.group != "Capsule" and system within 10 jumps of "Amarr" and value >= 2m"#,
        "a Bellicose, a Thrasher, a Tristan",
        &[71_237_954, 71_586_699, 132_461_133],
    ),
    these(
        "outlaws_on_freighters",
        r#"band = highsec and victim {ship.group contains "freighter" and corporation not in list "blues"} and attackers count >= 2 {ship = "Talos" and security_status <= -5.0}"#,
        "of many Taloses two were at -10: those of the second Obelisk in Isanamo",
        &[72_899_075],
    ),
];
