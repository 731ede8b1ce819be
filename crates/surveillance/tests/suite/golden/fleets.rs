//! How many of the attackers, and what they did.

use super::case::{Case, many, these};

pub(super) const CASES: &[Case] = &[
    many(
        "the_same_attacker",
        r#"attackers any {ship.group = "Titan" and final_blow} and victim.ship.group = "Titan""#,
        "17 titans fell to another titan's shot",
        (17, 71_597_654, 71_821_003),
    ),
    many(
        "not_the_same_attacker",
        r#"attacker.ship.group = "Titan" and attacker.final_blow and victim.ship.group = "Titan""#,
        "two more: titans shot along, the final blow came from smaller ships",
        (19, 71_597_654, 71_821_003),
    ),
    these(
        "all_of_them",
        r##"attackers all {alliance = "Northern Coalition."#1727758877} and attackers.count >= 3"##,
        "four fighters in Delve, and a Genolution pod",
        &[71_811_091, 71_811_133, 71_811_134, 71_811_161, 72_483_577],
    ),
    these(
        "nobody_of_them",
        r#"victim.ship.group = "Titan" and attackers none {ship.group in ["Titan", "Supercarrier"]}"#,
        "four titans that dreadnoughts and smaller ships killed",
        &[71_603_265, 71_604_677, 71_605_015, 72_908_937],
    ),
    these(
        "at_least_so_many",
        r#"attackers count >= 100 {ship.group = "Titan"}"#,
        "seven titans of X47L-Q, and the Keepstar with 188 titans",
        &[
            71_597_946,
            71_597_965,
            71_598_380,
            71_599_972,
            71_603_021,
            71_604_462,
            71_605_683,
            131_126_432,
        ],
    ),
    these(
        "exactly_so_many",
        r#"attackers count = 3 {ship.group = "Interdictor"} and victim.ship.category = "Ship""#,
        "two Nyxes in the bubbles of three",
        &[72_890_272, 73_362_072],
    ),
    these(
        "fewer_than",
        r#"attackers count < 2 {weapon.group = "Super Weapon"} and attackers any {weapon.group = "Super Weapon"} and not victim.ship.group = "Titan""#,
        "one doomsday each, on what is no titan",
        &[
            71_599_364, 71_716_486, 71_862_731, 71_895_804, 71_895_839, 71_928_240, 71_977_446,
            72_314_152, 72_314_248, 72_471_696,
        ],
    ),
    these(
        "half_of_the_fleet",
        r#"attackers share >= 50% {ship = "Jackdaw"}"#,
        "a fleet of Jackdaws in Delve, and small gangs",
        &[
            71_586_614, 71_604_989, 71_811_091, 71_811_133, 71_811_134, 71_811_161, 71_811_618,
            71_811_633, 71_811_671, 71_811_716, 72_333_538, 72_712_320,
        ],
    ),
    these(
        "a_share_is_exact",
        r#"attackers share > 33.33% {ship.group = "Interceptor"} and attackers share < 33.34% {ship.group = "Interceptor"}"#,
        "one in three is neither 33.33 % nor 33.34 %: nine killmails",
        &[
            71_586_650, 71_586_654, 72_022_315, 72_204_424, 72_401_753, 72_483_577, 72_509_800,
            72_530_993, 74_647_898,
        ],
    ),
    these(
        "a_few_of_them",
        r#"victim.ship.group = "Titan" and attackers share > 0% {alliance = 1727758877} and attackers share < 10% {alliance = 1727758877}"#,
        "three titans, with one to nine per cent of Northern Coalition.",
        &[71_597_656, 71_600_788, 71_603_021],
    ),
    these(
        "players_and_npcs",
        r#"attackers.players >= 1 and attackers.npcs >= 2"#,
        "a Loki in Tama, a Claw, a Worm and a tractor unit; Drifters are NPCs",
        &[36_092_010, 72_524_392, 74_212_881, 74_233_396],
    ),
    these(
        "drifters_are_no_players",
        r#"band = abyssal and attackers.players = 0 and attackers any {character exists}"#,
        "Drifters have character ids, of a range that is CCP's; zKillboard says npc",
        &[
            71_586_711, 71_587_146, 71_587_370, 71_587_404, 71_587_808, 71_589_762, 71_590_244,
            71_590_999, 72_363_941,
        ],
    ),
    these(
        "solo_beside_npcs",
        r#"solo and attackers.count > 1"#,
        "NPCs shot along: zKillboard counts pilots",
        &[
            71_163_507,
            71_260_573,
            71_586_699,
            73_780_827,
            74_212_881,
            132_461_133,
        ],
    ),
    these(
        "own_people",
        r#"awox and victim.ship.category = "Ship""#,
        "seven of nine: two were tractor units",
        &[
            71_163_507, 71_590_151, 71_593_101, 71_731_860, 72_232_165, 72_907_726, 74_212_881,
        ],
    ),
    these(
        "expensive_losses_to_npcs",
        r#"npc and value >= 10b"#,
        "a Tengu to CONCORD, a Rorqual to Blood Raiders",
        &[71_883_404, 72_603_452],
    ),
    many(
        "doomsdays",
        r#"attackers any {weapon.group = "Super Weapon" and final_blow} and victim.ship.category = "Ship""#,
        "25 of 26: one hit a starbase's gun",
        (25, 71_597_654, 72_314_248),
    ),
    these(
        "a_weapon",
        r#"attacker.weapon = "Bosonic Field Generator""#,
        "a Ragnarok's, on a pod and on a starbase's gun",
        &[71_928_240, 72_471_696],
    ),
    many(
        "a_fragment_of_a_weapon",
        r#"attackers any {weapon contains "bomb" and weapon.group contains "bomb"}"#,
        "bombs and bomb launchers, Smart Bombs among them",
        (26, 30_150_266, 131_126_432),
    ),
    these(
        "a_final_blow_without_damage",
        r#"attackers any {final_blow and damage = 0}"#,
        "six in the abyss, seven drones, a pod: 0 is a number",
        &[
            71_586_691, 71_587_068, 71_588_674, 71_594_838, 71_595_727, 71_595_778, 71_596_085,
            71_605_674, 71_612_198, 72_059_749, 72_096_518, 72_130_490, 72_186_778, 72_289_853,
        ],
    ),
    these(
        "most_of_the_damage",
        r#"victim.damage >= 10m and attackers any {damage >= 5m and character exists}"#,
        "three pirate Sotiyos, a control tower, a moon drill; at the Keepstar nobody did as much",
        &[70_589_094, 70_899_859, 70_948_996, 71_981_933, 132_253_134],
    ),
    these(
        "outlaws_only",
        r#"attackers all {security_status <= -5} and attackers.count >= 2 and band = lowsec"#,
        "gangs in which everybody is at -5.0 or below",
        &[
            435_341,
            15_758_127,
            71_586_650,
            71_586_654,
            71_586_717,
            72_007_976,
            72_428_467,
            132_253_134,
        ],
    ),
    these(
        "a_security_status_exactly",
        r#"attackers any {security_status = -1.8 and final_blow}"#,
        "compared to the last digit",
        &[
            71_586_691,
            71_586_692,
            71_586_707,
            72_015_422,
            72_902_466,
            119_689_329,
        ],
    ),
    these(
        "gankers",
        r#"band = highsec and victim.ship.group in ["Freighter", "Jump Freighter"] and attackers share >= 50% {ship.group = "Stealth Bomber" or ship = "Talos"}"#,
        "bombers and Taloses, half of the fleet at least",
        &[
            71_622_281, 71_657_415, 71_661_326, 71_681_451, 72_869_797, 72_899_075, 73_360_059,
        ],
    ),
];
