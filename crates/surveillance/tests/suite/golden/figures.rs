//! Values, points, labels, wars.

use super::case::{Case, these};

pub(super) const CASES: &[Case] = &[
    these(
        "expensive_outside_nullsec",
        r#"value >= 50b and band != nullsec"#,
        "four titans in lowsec; 33 that died outside nullsec have no value",
        &[71_821_003, 71_888_117, 72_902_466, 72_908_937],
    )
    .unknown(33),
    these(
        "the_most_expensive",
        r#"value >= 100_000_000_000"#,
        "five titans of X47L-Q and the Keepstar; 53 have no value",
        &[
            71_597_946,
            71_599_618,
            71_602_166,
            71_604_677,
            71_605_015,
            131_126_432,
        ],
    )
    .unknown(53),
    these(
        "to_the_hundredth",
        r#"value = 191585667614.45"#,
        "the Keepstar's value to the hundredth of an ISK",
        &[131_126_432],
    )
    .unknown(53),
    these(
        "between_two_values",
        r#"value >= 1b and value < 1.2b"#,
        "ten, freighters mostly",
        &[
            71_586_947, 71_586_953, 71_589_788, 71_590_151, 71_597_466, 71_604_199, 71_608_403,
            71_623_680, 71_781_002, 72_859_335,
        ],
    )
    .unknown(53),
    these(
        "what_dropped",
        r#"value.dropped >= 500m"#,
        "three dreadnoughts and a Nidhoggur; killmails of 2018 do not say what dropped",
        &[115_769_073, 119_689_329, 132_249_213, 132_302_304],
    )
    .unknown(505),
    these(
        "nothing_dropped",
        r#"value.dropped = 0"#,
        "the Keepstar and the pod: 0 is known, not absent",
        &[131_126_432, 134_435_757],
    )
    .unknown(505),
    these(
        "destroyed_but_not_fitted",
        r#"value.destroyed >= 600m and value.fitted <= 10k"#,
        "a pod of 10,000 ISK with implants of 628 million",
        &[134_435_757],
    )
    .unknown(101),
    these(
        "a_hull",
        r#"value.hull >= 150b"#,
        "zKillboard says nothing of hulls: only the Keepstar's was put beside",
        &[131_126_432],
    )
    .unknown(515),
    these(
        "points",
        r#"points >= 100"#,
        "a Moros, a Thanatos, an Apostle, a Nidhoggur: one to three attackers each",
        &[71_588_033, 71_593_344, 71_716_486, 119_689_329],
    ),
    these(
        "with_points_in_a_war",
        r#"points exists and war exists"#,
        "of six in wars, two came with zKillboard's block",
        &[74_647_898, 131_126_432],
    ),
    these(
        "every_label",
        r#"labels all ["capital", "loc:lowsec"] and labels none ["solo", "fw:amarr"]"#,
        "two Phoenixes; the Nidhoggur was solo, the Naglfar in faction warfare",
        &[115_769_073, 132_302_304],
    ),
    these(
        "one_of_the_labels",
        r#"labels any ["tz:au", "tz:usw"]"#,
        "two of tz:au, three of tz:usw",
        &[
            131_126_432,
            132_253_134,
            132_302_304,
            132_462_203,
            134_435_757,
        ],
    ),
    these(
        "wars",
        r#"war in [753622, 408042]"#,
        "the Keepstar's, and that of a warp scrambling battery",
        &[44_785_876, 131_126_432],
    ),
    these(
        "structures_without_a_war",
        r#"victim.ship.category = "Structure" and not war exists and attackers.count > 20"#,
        "a Fortizar in Otosela",
        &[72_477_760],
    ),
    these(
        "the_keepstar",
        r#"id = 131126432 and attackers.count = 3753 and attackers.npcs = 0"#,
        "3,753 attackers, every one a pilot",
        &[131_126_432],
    ),
    these(
        "nearly_all_of_the_keepstars_attackers",
        r#"attackers.count > 1000 and attackers share >= 99% {alliance exists} and attackers none {ship.category = "Structure"}"#,
        "18 of 3,753 are in no alliance: 99.5 % are in one",
        &[131_126_432],
    ),
];
