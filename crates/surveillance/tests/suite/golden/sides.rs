//! Who was involved, on which side.

use super::case::{Case, many, these};

pub(super) const CASES: &[Case] = &[
    many(
        "losses_of_an_alliance",
        r##"victim.alliance = "Goonswarm Federation"#1354830081"##,
        "counted by the victims' alliance id",
        (56, 67_422_512, 74_647_898),
    ),
    these(
        "kills_of_an_alliance",
        r#"attacker.alliance = 1354830081 and victim.alliance != 1354830081 and value >= 50b"#,
        "ten titans and the Keepstar; a Bhaalgorn that it shot has no value",
        &[
            71_597_946,
            71_599_618,
            71_600_788,
            71_603_021,
            71_604_081,
            71_604_462,
            71_604_677,
            71_604_989,
            71_605_683,
            72_908_937,
            131_126_432,
        ],
    )
    .unknown(1),
    many(
        "an_alliance_on_either_side",
        r##"anyone.alliance = "Northern Coalition."#1727758877"##,
        "17 losses and 67 kills; 5 are both",
        (79, 67_076_760, 131_126_432),
    ),
    these(
        "pilots_as_victims",
        r#"victim.character in [91574428, 94726716]"#,
        "one lost five hulls to CONCORD and sentries in an hour, the other four fighters",
        &[
            71_586_761, 71_587_001, 71_587_029, 71_587_196, 71_587_378, 71_811_091, 71_811_133,
            71_811_134, 71_811_161,
        ],
    ),
    these(
        "pilots_and_their_own_kills",
        r#"anyone {character = 2114104992 and ship = "Purifier"}"#,
        "his own bomb: victim and attacker are the same pilot",
        &[71_163_507],
    ),
    these(
        "corporations",
        r#"victim.corporation in [1000169, 1000134]"#,
        "six of an NPC corporation's pilots, and five structures of the Blood Raiders",
        &[
            70_899_859,
            70_948_996,
            71_560_501,
            71_608_403,
            71_879_784,
            71_880_062,
            71_925_586,
            72_897_237,
            120_741_699,
            126_740_298,
            134_554_450,
        ],
    ),
    these(
        "a_list_of_friends",
        r#"victim.ship.group = "Supercarrier" and attacker.who in list "blues" and victim.who not in list "blues""#,
        "a Nyx; the other supercarriers that blues shot were blues' own",
        &[72_905_770],
    ),
    these(
        "a_list_of_corporations",
        r#"victim.corporation in list "blues""#,
        "the list's one corporation; its two alliances are no corporations",
        &[
            71_586_618, 71_586_637, 71_586_724, 71_592_026, 71_862_731, 72_153_515, 72_312_005,
            72_542_774, 72_546_734, 72_700_484, 86_705_168,
        ],
    ),
    many(
        "whoever_it_is",
        r##"victim.who in ["Fraternity."#99003581, 1000169, 500002, 106738423]"##,
        "an alliance, a corporation, a faction and a pilot in one list",
        (27, 16_447_268, 137_259_365),
    ),
    these(
        "nobody_aboard",
        r#"not victim.character exists and victim.ship.category != "Structure""#,
        "starbase parts and mobile disruptors, which name no pilot",
        &[
            44_785_876, 48_372_697, 71_421_607, 71_586_692, 71_586_707, 71_981_933, 72_404_845,
            72_471_696,
        ],
    ),
    these(
        "in_faction_warfare",
        r#"victim.faction exists"#,
        "two for the Minmatar, one for the Caldari, one for the Guristas",
        &[16_447_268, 50_129_059, 132_249_213, 137_202_920],
    ),
    these(
        "militia_pilots",
        r#"attackers any {faction in [500001, 500002] and character exists} and not victim.faction exists"#,
        "pilots of the Caldari or Minmatar militia, four times",
        &[36_092_010, 119_689_329, 131_126_432, 132_302_304],
    ),
    these(
        "rats_of_a_faction",
        r#"attackers any {faction = 500021 and not character exists}"#,
        "Drifters and Sleepers: J141004, J153449 and a Hel in Cobalt Edge",
        &[73_596_260, 75_760_038, 99_989_696],
    ),
    these(
        "supers_without_an_alliance",
        r#"victim {corporation exists and not alliance exists and ship.group in ["Titan", "Supercarrier"]}"#,
        "three Nyxes and a Hel, one of them in an NPC corporation",
        &[65_914_118, 71_977_446, 72_317_726, 72_870_290],
    ),
    these(
        "none_of_several_attackers",
        r#"victim.ship.group = "Titan" and attacker.alliance not in [1354830081, 1727758877]"#,
        "excluding two means neither of them: where only one took part, it is out",
        &[71_821_003, 71_888_117, 72_902_466],
    ),
];
