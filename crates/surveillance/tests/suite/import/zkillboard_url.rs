//! Addresses of zKillboard.

use killwire_surveillance::import::Source;
use killwire_surveillance::tree::{Expr, Field, Has};

use super::trees::{all, anyone, attacker, choices, compare, flag, ids, not, victim, words};

fn tree(text: &str) -> Expr {
    super::trees::tree(Source::ZkillboardUrl, text)
}

fn notes(text: &str) -> String {
    super::trees::notes(Source::ZkillboardUrl, text)
}

fn error(text: &str) -> String {
    super::trees::error(Source::ZkillboardUrl, text)
}

fn label(label: &str) -> Expr {
    words(Field::Labels, Has::Any, [label])
}

#[test]
fn pages_of_one_are_either_side_kills_or_losses() {
    let corporation = || ids(Field::Corporation, [98_000_001]);
    for (text, expected) in [
        (
            "https://zkillboard.com/corporation/98000001/",
            anyone(corporation()),
        ),
        (
            "https://zkillboard.com/corporation/98000001/kills/",
            attacker(corporation()),
        ),
        (
            "https://zkillboard.com/corporation/98000001/losses/",
            victim(corporation()),
        ),
        (
            "http://www.zkillboard.com/corporation/98000001",
            anyone(corporation()),
        ),
        (
            "ZKILLBOARD.com/Corporation/98000001/Losses",
            victim(corporation()),
        ),
        ("/corporation/98000001/", anyone(corporation())),
        (
            "/character/90000001/",
            anyone(ids(Field::Character, [90_000_001])),
        ),
        (
            "/alliance/99000001/",
            anyone(ids(Field::Alliance, [99_000_001])),
        ),
        (
            "/faction/500001/losses/",
            victim(ids(Field::Faction, [500_001])),
        ),
        ("/ship/587/losses/", victim(ids(Field::Ship, [587]))),
        ("/group/30/", anyone(ids(Field::ShipGroup, [30]))),
        ("/system/30000142/", ids(Field::System, [30_000_142])),
        ("/system/30000142/kills/", ids(Field::System, [30_000_142])),
        (
            "/constellation/20000020/",
            ids(Field::Constellation, [20_000_020]),
        ),
        ("/region/10000002/losses/", ids(Field::Region, [10_000_002])),
        ("/location/40009077/", ids(Field::Location, [40_009_077])),
        ("/war/700000/", ids(Field::War, [700_000])),
        ("/kill/134500000/", compare(Field::Id, "=", 134_500_000)),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn the_api_combines_entities_and_modifiers() {
    for (text, expected) in [
        (
            "https://zkillboard.com/api/kills/characterID/90000001/shipTypeID/587/solarSystemID/30000142/",
            all([
                attacker(all([
                    ids(Field::Character, [90_000_001]),
                    ids(Field::Ship, [587]),
                ])),
                ids(Field::System, [30_000_142]),
            ]),
        ),
        (
            "/api/allianceID/99000001/finalblow-only/",
            attacker(all([
                ids(Field::Alliance, [99_000_001]),
                flag(Field::FinalBlow),
            ])),
        ),
        (
            "/api/losses/groupID/513/highsec/npc/0/iskValue/1000000000/",
            all([
                victim(ids(Field::ShipGroup, [513])),
                choices(Field::Band, ["highsec"]),
                not(flag(Field::Npc)),
                compare(Field::Value, ">=", 100_000_000_000),
            ]),
        ),
        (
            "/api/solo/w-space/awox/1/",
            all([
                flag(Field::Solo),
                choices(Field::Band, ["wspace"]),
                flag(Field::Awox),
            ]),
        ),
        (
            "/api/abyssal/regionID/12000001/ganked/",
            all([
                choices(Field::Band, ["abyssal"]),
                ids(Field::Region, [12_000_001]),
                label("ganked"),
            ]),
        ),
        (
            "/api/systemID/31000005/pastSeconds/3600/",
            all([
                ids(Field::System, [31_000_005]),
                compare(Field::Age, "<=", 3_600),
            ]),
        ),
        (
            "/api/corporationID/98000001/year/2026/month/12/",
            all([
                anyone(ids(Field::Corporation, [98_000_001])),
                all([
                    compare(Field::Time, ">=", 1_796_083_200),
                    compare(Field::Time, "<", 1_798_761_600),
                ]),
            ]),
        ),
        (
            "/api/corporationID/98000001/year/2025/",
            all([
                anyone(ids(Field::Corporation, [98_000_001])),
                all([
                    compare(Field::Time, ">=", 1_735_689_600),
                    compare(Field::Time, "<", 1_767_225_600),
                ]),
            ]),
        ),
        (
            "/api/kills/allianceID/99000001,99000002/",
            attacker(ids(Field::Alliance, [99_000_001, 99_000_002])),
        ),
        ("/label/loc:w-space/", label("loc:w-space")),
        ("/label/%23:5%2B/", label("#:5+")),
        ("/api/warID/700000/label/all/", ids(Field::War, [700_000])),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn pages_of_all_kills_of_a_sort_are_their_condition() {
    let worth = |billions: i64| compare(Field::Value, ">=", billions * 100_000_000_000);
    for (text, expected) in [
        ("https://zkillboard.com/kills/5b/", worth(5)),
        ("/kills/10b/page/3/", worth(10)),
        ("/kills/solo/", flag(Field::Solo)),
        ("/kills/ganked/", label("ganked")),
        ("/kills/padding/", label("padding")),
        ("/kills/awox/", flag(Field::Awox)),
        ("/kills/awox/page/2/", flag(Field::Awox)),
        ("/kills/highsec/", choices(Field::Band, ["highsec"])),
        ("/kills/w-space/", choices(Field::Band, ["wspace"])),
        (
            "/kills/bigkills/",
            victim(ids(
                Field::ShipGroup,
                [30, 485, 513, 547, 659, 883, 902, 1538],
            )),
        ),
        ("/kills/supers/", victim(ids(Field::ShipGroup, [30, 659]))),
        (
            "/kills/citadels/",
            victim(ids(Field::ShipGroup, [1404, 1406, 1657])),
        ),
        (
            "/kills/abyssalpvp/",
            all([choices(Field::Band, ["abyssal"]), not(flag(Field::Npc))]),
        ),
    ] {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn what_is_left_out_or_read_differently_is_said() {
    assert_eq!(notes("/corporation/98000001/losses/"), "");
    insta::assert_snapshot!(
        notes("/corporation/98000001/top/page/2/?sort=isk"),
        @r"
    ?sort=isk#: what follows ? or # says nothing to zKillboard and was left out
    top: says how zKillboard shows what it finds: it is no condition and was left out
    page: says how zKillboard shows what it finds: it is no condition and was left out
    "
    );
    insta::assert_snapshot!(
        notes("/alliance/99000001/supers/"),
        @"supers: says how zKillboard shows what it finds: it is no condition and was left out"
    );
    insta::assert_snapshot!(
        notes("/api/allianceID/1,2/lowsec/pastSeconds/3600/"),
        @r"
    allianceid: any of these; zKillboard no longer answers to lists of ids
    lowsec: systems whose security lies between 0.0 and 0.05 (13 in 2026) count as low security here, as in the game; zKillboard's addresses count them as null
    pastseconds: read as the age at which a killmail appears here: a profile looks at what comes, not back from now
    "
    );
    for everything in ["https://zkillboard.com", "/kills/", "/api/losses/"] {
        assert_eq!(tree(everything), Expr::Const(true));
        assert_eq!(
            notes(everything),
            "the address: it is about no one and no place: every killmail matches"
        );
    }
}

#[test]
fn what_is_wrong_with_an_address_is_said_in_words() {
    insta::assert_snapshot!(error("https://example.com/kills/"), @"https://example.com/kills/: an address of zKillboard's is expected, such as https://zkillboard.com/corporation/98000001/losses/");
    insta::assert_snapshot!(error("ftp://zkillboard.com/kills/"), @"ftp://zkillboard.com/kills/: an address of zKillboard's is expected, such as https://zkillboard.com/corporation/98000001/losses/");
    insta::assert_snapshot!(error(""), @": an address of zKillboard's is expected, such as https://zkillboard.com/corporation/98000001/losses/");
    insta::assert_snapshot!(error("/asearch/"), @"asearch: what this page shows is not in its address, or long past: export zKillboard's advanced search for zkillbot and import that");
    insta::assert_snapshot!(error("/item/34/"), @"item: this part of the address is not known");
    insta::assert_snapshot!(error("/5b/"), @"5b: this part of the address is not known");
    insta::assert_snapshot!(error("/corporation/ccp/"), @r#"corporation: a number above 0 is expected behind it, not "ccp""#);
    insta::assert_snapshot!(error("/corporation/"), @"corporation: a number above 0 is expected behind it, not nothing");
    insta::assert_snapshot!(error("/corporation/1/corporationID/2/"), @"corporationid: this is said twice; zKillboard would take one of them");
    insta::assert_snapshot!(error("/character/1/kills/losses/"), @"kills, losses: an address is about one or the other: leave both out for either side");
    insta::assert_snapshot!(error("/system/30000142/finalblow-only/"), @"finalblow-only: it needs a pilot, corporation, alliance, faction, ship or group whose final blow it is");
    insta::assert_snapshot!(error("/character/1/losses/finalblow-only/"), @"finalblow-only: a victim has no final blow: nothing matches together with losses");
    insta::assert_snapshot!(error("/api/iskValue/5b/"), @"iskvalue: an amount of ISK is expected behind it");
    insta::assert_snapshot!(error("/character/1/month/11/"), @"month: it needs the year, as in year/2026/month/11/");
    insta::assert_snapshot!(error("/character/1/year/2026/month/13/"), @"month: a month from 1 to 12 is expected behind it");
    insta::assert_snapshot!(error("/character/1/year/99/"), @"year: a year from 2003 is expected behind it");
    insta::assert_snapshot!(error("/character/1/startTime/202601010000/"), @"starttime: zKillboard no longer takes this: say it in Killwire's language, with `time` or `id`, or leave it out");
    insta::assert_snapshot!(error("/label/"), @"label: a label is expected behind it, as in label/ganked/");
    insta::assert_snapshot!(error("/label/%20/"), @"label: a label is expected behind it, as in label/ganked/");
    insta::assert_snapshot!(error("/label/%zz/"), @"%zz: what stands behind % is not text in UTF-8");
}
