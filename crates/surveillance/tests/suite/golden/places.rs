//! Where it happened.

use super::case::{Case, many, these};

pub(super) const CASES: &[Case] = &[
    these(
        "one_system",
        r#"system = "Jita""#,
        "ten of August 2018, and a Sunesis of 2021",
        &[
            71_586_618, 71_586_619, 71_586_637, 71_586_724, 71_587_216, 71_587_303, 71_589_788,
            71_623_680, 71_657_415, 71_681_451, 93_963_688,
        ],
    ),
    these(
        "systems_by_name_id_and_both",
        r##"system in ["Amarr"#30002187, 30002813, "1DQ1-A"]"##,
        "six in Amarr, three in Tama (30002813), two in 1DQ1-A",
        &[
            19_123_869, 36_092_010, 67_422_512, 71_586_688, 71_586_761, 71_587_196, 71_587_378,
            71_593_101, 71_597_466, 71_847_699, 72_745_563,
        ],
    ),
    many(
        "a_constellation",
        r#"constellation in ["Kimotoro", "XPJ1-6"]"#,
        "11 in Jita's, 59 in one of Delve",
        (70, 71_586_618, 93_963_688),
    ),
    many(
        "several_regions",
        r#"region in ["Delve", "Querious", "Period Basis"]"#,
        "71 in Delve, 6 in Querious, 3 in Period Basis",
        (80, 67_422_512, 94_077_875),
    ),
    many(
        "none_of_several_regions",
        r#"band = highsec and region not in ["The Forge", "The Citadel", "Domain"]"#,
        "highsec without the three regions around Jita and Amarr",
        (24, 24_209_201, 126_740_298),
    ),
    these(
        "security_is_what_the_game_shows",
        r#"security = 0.5"#,
        "Gamis is 0.474 and Netsalakka 0.484: shown as 0.5, as is Saatuban's 0.549",
        &[
            36_592_035,
            48_825_514,
            71_082_697,
            71_586_628,
            71_586_702,
            71_586_713,
            71_586_898,
            72_244_664,
            72_563_340,
            72_864_372,
            72_912_166,
            107_220_741,
            120_741_699,
            126_740_298,
        ],
    ),
    these(
        "lowsec_begins_below_what_is_shown_as_half",
        r#"band = lowsec and security >= 0.4 and system in ["Enderailen", "Ebodold", "Maila", "Amamake"]"#,
        "Enderailen is 0.449 and Ebodold 0.445: lowsec, shown as 0.4; five in Maila, one in Amamake",
        &[
            71_586_614,
            72_317_726,
            72_422_539,
            72_425_903,
            72_425_908,
            72_587_497,
            72_906_409,
            132_249_213,
        ],
    ),
    these(
        "deep_nullsec",
        r#"band = nullsec and security <= -0.9 and value >= 2b"#,
        "a Thanatos, two Rorquals and a Marshal; the Orca in Angymonne has no value",
        &[71_593_344, 71_593_362, 71_774_925, 72_359_224],
    )
    .unknown(1),
    these(
        "wormhole_classes",
        r#"class in [C2..C4]"#,
        "four in C2, one in C3, one in C4, by their regions B, C and D",
        &[
            30_150_266, 48_372_697, 71_092_180, 71_132_078, 72_493_242, 73_596_260,
        ],
    ),
    these(
        "a_class_excluded",
        r#"band = wspace and class != C5 and victim.ship.category = "Ship""#,
        "of the six outside C5, one is a shield array of a starbase",
        &[30_150_266, 71_092_180, 71_132_078, 72_493_242, 73_596_260],
    ),
    these(
        "pochven",
        r#"class = Pochven"#,
        "both died before Pochven was: static data of today says so",
        &[52_844_772, 72_359_224],
    ),
    these(
        "the_abyss",
        r#"band = abyssal and victim.ship.group not in ["Capsule", "Cruiser"]"#,
        "an Ishtar, a Sacrilege, a Muninn, a Worm and a tractor unit",
        &[71_590_244, 73_781_300, 73_781_443, 74_212_881, 74_233_396],
    ),
    these(
        "locations",
        r#"location in [50013452, 40200490]"#,
        "a gate in Oijanen once, a celestial in Esoteria three times",
        &[70_899_859, 71_642_351, 72_595_098, 134_435_757],
    ),
    these(
        "without_a_location",
        r#"not location exists and attackers.count >= 50"#,
        "six large fights that came without zKillboard's block",
        &[
            34_391_375,
            41_245_293,
            44_785_876,
            67_076_760,
            75_760_038,
            107_220_741,
        ],
    ),
    these(
        "jumps",
        r#"system within 3 jumps of "Tama""#,
        "three in Tama; Nisuwa, Hirri, Eranakko, Onatoh at two; Oto, Okkamon, Isanamo at three",
        &[
            19_123_869,
            36_092_010,
            70_591_378,
            71_586_643,
            71_586_693,
            71_867_432,
            71_986_531,
            72_745_563,
            72_869_797,
            72_899_075,
            137_202_920,
        ],
    ),
    these(
        "no_jumps_is_here_alone",
        r#"system within 0 jumps of "Tama""#,
        "0 is a number like any other",
        &[19_123_869, 36_092_010, 72_745_563],
    ),
    many(
        "jumps_from_several",
        r#"system within 2 jumps of ["Amamake", "Tama", "1DQ1-A"]"#,
        "seven around Tama, four around Amamake, six around 1DQ1-A",
        (17, 16_447_268, 137_202_920),
    ),
    these(
        "jumps_from_a_wormhole_system",
        r#"system within 10 jumps of "J135705""#,
        "no stargate leads out: only itself",
        &[
            71_586_611, 71_586_613, 71_586_625, 71_586_632, 71_586_648, 71_586_665, 71_586_691,
        ],
    ),
    these(
        "light_years",
        r#"system within 3.5 ly of "1DQ1-A""#,
        "up to 5-6QW7 at 2.9 light-years; the next is beyond 4",
        &[
            67_422_512, 71_586_633, 71_586_638, 71_587_019, 71_593_101, 71_596_597, 71_601_893,
            71_631_835, 71_774_925, 72_411_418,
        ],
    ),
    these(
        "light_years_but_not_jumps",
        r#"system within 2 ly of ["Amamake", "Tama"] and not system within 2 jumps of ["Amamake", "Tama"]"#,
        "Oto is 1.4 light-years from Tama, but three jumps",
        &[71_586_643],
    ),
    these(
        "the_chain_of_a_map",
        r#"system in chain "home""#,
        "the map has J135705, J154152 and Tama",
        &[
            19_123_869, 36_092_010, 71_586_611, 71_586_613, 71_586_625, 71_586_632, 71_586_634,
            71_586_648, 71_586_665, 71_586_685, 71_586_691, 71_595_132, 72_745_563,
        ],
    ),
    these(
        "a_map_that_nobody_reads",
        r#"system in chain "scouts" and attackers.count > 500"#,
        "of the Sotiyo and the Keepstar nobody can tell",
        &[],
    )
    .unknown(2),
    many(
        "a_fragment_of_a_name",
        r#"system contains "ad1" and region contains "ADR""#,
        "abyssal systems AD100 to AD199, upper and lower case alike",
        (20, 71_586_808, 128_831_032),
    ),
    these(
        "a_fragment_of_a_constellation",
        r#"constellation contains "EIMK" and region = "Delve""#,
        "three in O-EIMK",
        &[67_422_512, 71_593_101, 71_631_835],
    ),
    these(
        "not_in_a_list_of_systems",
        r#"region = "The Forge" and band = highsec and system not in list "trade hubs""#,
        "sixteen less the eleven in Jita: the list has Jita and Amarr",
        &[48_825_514, 50_129_059, 67_717_976, 72_864_372, 82_322_455],
    ),
];
