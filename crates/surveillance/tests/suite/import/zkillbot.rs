//! zkillbot's subscriptions.

use killwire_surveillance::import::Source;
use killwire_surveillance::tree::{Expr, Field, Has};

use super::trees::{
    all, any, anyone, attacker, choices, compare, exists, flag, ids, item, not, victim, words,
};

fn tree(text: &str) -> Expr {
    super::trees::tree(Source::Zkillbot, text)
}

fn notes(text: &str) -> String {
    super::trees::notes(Source::Zkillbot, text)
}

fn error(text: &str) -> String {
    super::trees::error(Source::Zkillbot, text)
}

fn label(label: &str) -> Expr {
    words(Field::Labels, Has::Any, [label])
}

#[test]
fn every_key_is_the_field_that_it_is_found_at() {
    for (text, expected) in [
        (
            "killmail_id>=134000000",
            compare(Field::Id, ">=", 134_000_000),
        ),
        ("killID=5", compare(Field::Id, "=", 5)),
        (
            "killmail_time>2026-11-25T18:30:00Z",
            compare(Field::Time, ">", 1_795_631_400),
        ),
        (
            "killmail_time<2026-01-01",
            compare(Field::Time, "<", 1_767_225_600),
        ),
        ("solar_system_id=30000142", ids(Field::System, [30_000_142])),
        (
            "solar_system_id!=30000142",
            not(ids(Field::System, [30_000_142])),
        ),
        (
            "constellation_id=20000020",
            ids(Field::Constellation, [20_000_020]),
        ),
        ("region_id=10000002", ids(Field::Region, [10_000_002])),
        ("security<0.5", compare(Field::Security, "<", 5)),
        ("security>=0.45", compare(Field::Security, ">", 4)),
        ("wormhole_class=13", choices(Field::Class, ["C13"])),
        ("locationID=40000001", ids(Field::Location, [40_000_001])),
        ("war_id=700000", ids(Field::War, [700_000])),
        ("war_id>0", exists(Field::War)),
        (
            "war_id!=7",
            all([exists(Field::War), not(ids(Field::War, [7]))]),
        ),
        (
            "totalValue>1000000000",
            compare(Field::Value, ">", 100_000_000_000),
        ),
        ("totalValue>=1.005", compare(Field::Value, ">", 100)),
        (
            "fittedValue<=5e9",
            compare(Field::FittedValue, "<=", 500_000_000_000),
        ),
        ("droppedValue<0.5", compare(Field::DroppedValue, "<", 50)),
        ("destroyedValue=1", compare(Field::DestroyedValue, "=", 100)),
        ("points>=10", compare(Field::Points, ">=", 10)),
        (
            "points!=1",
            all([exists(Field::Points), not(compare(Field::Points, "=", 1))]),
        ),
        ("attackerCount<5", compare(Field::AttackerCount, "<", 5)),
        ("attackers>10", compare(Field::AttackerCount, ">", 10)),
        ("npc=false", not(flag(Field::Npc))),
        ("solo=true", flag(Field::Solo)),
        ("awox!=0", flag(Field::Awox)),
        ("labels=loc:highsec", label("loc:highsec")),
        ("labels=#:5+", label("#:5+")),
        (
            "character_id=90000001",
            anyone(ids(Field::Character, [90_000_001])),
        ),
        (
            "corporation_id=98000001",
            anyone(ids(Field::Corporation, [98_000_001])),
        ),
        ("alliance_id>=1", anyone(exists(Field::Alliance))),
        (
            "faction_id!=500001",
            anyone(all([
                exists(Field::Faction),
                not(ids(Field::Faction, [500_001])),
            ])),
        ),
        ("ship_type_id=670", anyone(ids(Field::Ship, [670]))),
        ("group_id=30", anyone(ids(Field::ShipGroup, [30]))),
        ("weapon_type_id=2488", attacker(ids(Field::Weapon, [2_488]))),
        ("final_blow=true", attacker(flag(Field::FinalBlow))),
        (
            "damage_done>1000",
            attacker(compare(Field::Damage, ">", 1_000)),
        ),
        (
            "security_status<-5.5",
            attacker(compare(Field::SecurityStatus, "<", -5_500_000)),
        ),
        (
            "damage_taken>=1000",
            victim(compare(Field::Damage, ">=", 1_000)),
        ),
        ("item_type_id=34", item(ids(Field::ItemType, [34]))),
        (
            "quantity_dropped>=100",
            item(compare(Field::Dropped, ">=", 100)),
        ),
        (
            "quantity_destroyed<5",
            item(all([
                compare(Field::Destroyed, ">=", 1),
                compare(Field::Destroyed, "<", 5),
            ])),
        ),
    ] {
        assert_eq!(tree(text), expected, "{text}");
        assert_eq!(tree(&format!("advanced: {text}")), expected, "{text}");
    }
}

#[test]
fn or_binds_weaker_than_and_and_parentheses_decide() {
    let [big, solo, low] = [
        compare(Field::Value, ">", 500_000_000_000),
        flag(Field::Solo),
        label("loc:lowsec"),
    ];
    for (text, expected) in [
        (
            "totalValue>5e9;solo=1,labels=loc:lowsec",
            any([all([big.clone(), solo.clone()]), low.clone()]),
        ),
        (
            " ( totalValue > 5e9 , solo = true ) ; labels = loc:lowsec ",
            all([any([big.clone(), solo.clone()]), low.clone()]),
        ),
        ("((solo=true))", solo.clone()),
        (
            "solo=1;(labels=loc:lowsec;totalValue>5e9)",
            all([solo, all([low, big])]),
        ),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn brackets_are_about_one_and_the_same() {
    for (text, expected) in [
        (
            "[group_id=26;final_blow=true]",
            attacker(all([ids(Field::ShipGroup, [26]), flag(Field::FinalBlow)])),
        ),
        (
            "[alliance_id=99000001;is_victim=true]",
            victim(ids(Field::Alliance, [99_000_001])),
        ),
        (
            "[alliance_id=99000001;is_victim=false]",
            attacker(ids(Field::Alliance, [99_000_001])),
        ),
        (
            "[character_id=1,corporation_id=2]",
            anyone(any([
                ids(Field::Character, [1]),
                ids(Field::Corporation, [2]),
            ])),
        ),
        (
            "[(ship_type_id=587,ship_type_id=670);(damage_done>10,damage_taken>10)]",
            anyone(all([
                any([ids(Field::Ship, [587]), ids(Field::Ship, [670])]),
                compare(Field::Damage, ">", 10),
            ])),
        ),
        (
            "[ship_type_id=587;(final_blow=true,damage_taken>10)]",
            any([
                attacker(all([ids(Field::Ship, [587]), flag(Field::FinalBlow)])),
                victim(all([
                    ids(Field::Ship, [587]),
                    compare(Field::Damage, ">", 10),
                ])),
            ]),
        ),
        (
            "[item_type_id=34;quantity_dropped>0]",
            item(all([
                ids(Field::ItemType, [34]),
                compare(Field::Dropped, ">", 0),
            ])),
        ),
        (
            "[character_id=1;item_type_id=34;quantity_dropped>0]",
            all([
                victim(ids(Field::Character, [1])),
                item(all([
                    ids(Field::ItemType, [34]),
                    compare(Field::Dropped, ">", 0),
                ])),
            ]),
        ),
        (
            "[character_id=1,item_type_id=34]",
            any([
                attacker(ids(Field::Character, [1])),
                any([
                    victim(ids(Field::Character, [1])),
                    item(ids(Field::ItemType, [34])),
                ]),
            ]),
        ),
        (
            "[group_id=26];[final_blow=true]",
            all([
                anyone(ids(Field::ShipGroup, [26])),
                attacker(flag(Field::FinalBlow)),
            ]),
        ),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn classes_compare_by_ccps_numbers() {
    let every = choices(
        Field::Class,
        [
            "C5", "C6", "Thera", "C13", "Sentinel", "Barbican", "Vidette", "Conflux", "Redoubt",
            "Pochven",
        ],
    );
    assert_eq!(tree("wormhole_class>=5"), every);
    assert_eq!(tree("wormhole_class<2"), choices(Field::Class, ["C1"]));
    insta::assert_snapshot!(
        notes("wormhole_class>=5"),
        @"wormhole_class>=5: classes of wormhole space and Pochven only: other space has none here"
    );
    insta::assert_snapshot!(
        error("wormhole_class=7"),
        @"wormhole_class=7: no solar system of wormhole space is of such a class; for known space and the abyss use `band` in Killwire's language"
    );
}

#[test]
fn plain_subscriptions_are_either_side_a_value_or_a_label() {
    assert_eq!(tree("group:30"), anyone(ids(Field::ShipGroup, [30])));
    let worth = compare(Field::Value, ">=", 100_000_000_000);
    assert_eq!(tree("isk:1000000000"), worth);
    assert_eq!(tree(" ISK: 1e9 "), worth);
    assert_eq!(tree("label:ganked"), label("ganked"));
    assert_eq!(tree("label:isk:1b+"), label("isk:1b+"));
}

#[test]
fn a_bare_id_is_refused_with_the_way_to_write_it() {
    for (text, instead) in [
        ("30000142", "`system = 30000142`"),
        ("20000020", "`constellation = 20000020`"),
        ("10000002", "`region = 10000002`"),
        ("40009077", "`location = 40009077`"),
        ("500001", "`anyone.faction = 500001`"),
        ("670", "`anyone.ship = 670`"),
        ("434243723", "`anyone.who = 434243723`"),
    ] {
        let error = error(text);
        assert!(error.contains(instead), "{error}");
    }
    insta::assert_snapshot!(
        error("30000142"),
        @"30000142: the id does not say what it is of: write `system = 30000142` in Killwire's language"
    );
    insta::assert_snapshot!(
        error("CCP Stroopwafel"),
        @r#"CCP Stroopwafel: advanced:, group:, isk: or label: is expected; for a name write, for example, `anyone.corporation = "…"` or `system = "…"` in Killwire's language"#
    );
}

#[test]
fn what_is_understood_differently_is_said() {
    for text in [
        "totalValue>1",
        "[character_id!=1]",
        "label:npc",
        "npc=true;awox=false",
    ] {
        assert_eq!(notes(text), "", "{text}");
    }
    insta::assert_snapshot!(
        notes("character_id!=1"),
        @"character_id!=1: holds as soon as anybody or anything involved is another, as in zkillbot; for `none of them is` write `not` before the condition with = in Killwire's language"
    );
    insta::assert_snapshot!(
        notes("security<0.5"),
        @"security<0.5: compared with the security that the game shows, in tenths (0.45 shows as 0.5); zkillbot compares the exact one"
    );
    insta::assert_snapshot!(
        notes("attackers>10"),
        @"attackers>10: the number of attackers, as zkillbot's documentation promises; its program never matches it"
    );
    insta::assert_snapshot!(
        notes("security_status<-5"),
        @"security_status<-5: the attackers' security status; zkillbot also finds that of the solar system, for which write security"
    );
    insta::assert_snapshot!(
        notes("is_victim=true"),
        @r"
    is_victim=true: outside brackets this always holds, as in zkillbot; to say whose side it is, write it into brackets: [alliance_id=99000001;is_victim=true]
    the expression: it always holds: every killmail matches
    "
    );
    insta::assert_snapshot!(
        notes("[item_type_id=34;quantity_dropped>0]"),
        @"[ ]: what is said of items must hold of one and the same item; zkillbot also takes several items of the victim together"
    );
    insta::assert_snapshot!(
        notes("[is_victim=true;final_blow=true]"),
        @"the expression: it can never hold: nothing matches"
    );
}

#[test]
fn what_cannot_be_said_is_refused_with_the_reason() {
    for text in [
        "moon_id=40000001",
        "singleton=2",
        "totalDroppableValue>1",
        "x>0",
    ] {
        let error = error(text);
        assert!(
            error.ends_with("Killwire's language does not look at this"),
            "{error}"
        );
    }
    insta::assert_snapshot!(error("flag=5"), @r#"flag: Killwire cannot ask for inventory flags: use `item.fitted`, or module tags such as "Cargo""#);
    insta::assert_snapshot!(error("name=Jita"), @"name: zkillbot finds nothing, or nothing that Killwire knows, under this key");
    insta::assert_snapshot!(error("labels!=npc"), @r#"labels!=npc: zkillbot takes this for true as soon as there is another label, which is always; for killmails without the label write `not labels any ["…"]` in Killwire's language"#);
    insta::assert_snapshot!(error("labels>=isk:1b+"), @"labels>=isk:1b+: labels are compared with = only; `isk:` labels are bands, so use totalValue instead");
    insta::assert_snapshot!(error("region_id>=11000001"), @"region_id>=11000001: ids are compared with = and != only; list several with `,`");
    insta::assert_snapshot!(error("character_id=CCP Stroopwafel"), @"character_id=CCP Stroopwafel: a number is expected behind the sign");
    insta::assert_snapshot!(error("war_id=0"), @"war_id=0: an id above 0 is expected behind the sign");
    insta::assert_snapshot!(error("totalValue>5b"), @"totalValue>5b: a number is expected behind the sign");
    insta::assert_snapshot!(error("solo>true"), @"solo>true: true and false are compared with = and != only");
    insta::assert_snapshot!(error("solo=yes"), @"solo=yes: true or false is expected behind the sign");
    insta::assert_snapshot!(error("killmail_time>yesterday"), @"killmail_time>yesterday: a time such as 2026-11-25T18:30:00Z is expected behind the sign");
    insta::assert_snapshot!(error("killmail_time>1090-01-01"), @"killmail_time>1090-01-01: a time such as 2026-11-25T18:30:00Z is expected behind the sign");
    insta::assert_snapshot!(error("[totalValue>1;solo=true]"), @"totalValue>1: this is not of an attacker, the victim or an item, so in brackets it never holds: write it outside");
    insta::assert_snapshot!(error("[[character_id=1]]"), @"[ ]: brackets in brackets mean nothing to zkillbot: use ( ) inside");
    insta::assert_snapshot!(error("[(character_id=1,item_type_id=2);quantity_dropped>1]"), @"[ ]: conditions on items are mixed with others at several places: write them into brackets of their own, and combine the brackets");
    insta::assert_snapshot!(error("group:titans"), @"group:titans: the id of a group is expected, such as group:30");
    insta::assert_snapshot!(error("isk:much"), @"isk:much: an amount of ISK is expected, such as isk:1000000000");
    insta::assert_snapshot!(error("label:"), @"label:: a label is expected, such as label:ganked");
}

#[test]
fn mistakes_in_writing_are_told_with_their_place() {
    insta::assert_snapshot!(error("advanced:"), @"column 1: a condition such as totalValue>=1000000000 is expected");
    insta::assert_snapshot!(error("solo=1;;npc=1"), @"column 8: a condition such as totalValue>=1000000000 is expected");
    insta::assert_snapshot!(error("(solo=1"), @"column 8: `,`, `;` or `)` is expected");
    insta::assert_snapshot!(error("[solo=1)"), @"column 8: `,`, `;` or `]` is expected");
    insta::assert_snapshot!(error("(solo=1)]"), @"column 9: `,`, `;` or the end is expected, not `]`");
    insta::assert_snapshot!(error("(solo=1)\u{1c}"), @r"column 9: `,`, `;` or the end is expected, not `\u{1c}`");
    insta::assert_snapshot!(error("solo=1 ; npc"), @"column 13: one of = != < <= > >= is expected behind `npc`");
    insta::assert_snapshot!(error("solo=,npc=1"), @"column 6: a value is expected behind `solo=`");
    insta::assert_snapshot!(error("ü!1,solo=1"), @"column 2: one of = != < <= > >= is expected behind `ü`");
}
