//! The text form by examples: what a text means, and how it is written in the canonical form.

use killwire_surveillance::text::{Span, parse, print};
use killwire_surveillance::tree::{
    Check, Comparison, Count, Expr, Field, Has, Name, Ref, TreeLimits,
};

fn read(text: &str) -> Expr {
    match parse(text, &TreeLimits::default()) {
        Ok(parsed) => parsed.expr,
        Err(error) => panic!("{}", error.pretty()),
    }
}

fn test(field: Field, check: Check) -> Expr {
    Expr::test(field, check)
}

fn name(name: &str) -> Ref {
    Ref::Name(name.into())
}

fn victim(of: Expr) -> Expr {
    Expr::Victim(Box::new(of))
}

fn attackers(count: Count, of: Expr) -> Expr {
    Expr::Attackers(count, Box::new(of))
}

fn items(count: Count, of: Expr) -> Expr {
    Expr::Items(count, Box::new(of))
}

/// What texts mean that are canonical already.
#[test]
fn a_text_means_its_tree_and_is_written_as_it_stands() {
    use Comparison::{AtLeast, Equal, Less};
    let solo = || test(Field::Solo, Check::Yes);
    let npc = || test(Field::Npc, Check::Yes);
    let awox = || test(Field::Awox, Check::Yes);
    let titan = || test(Field::ShipGroup, Check::In(vec![name("Titan")]));
    let friends = || test(Field::Corporation, Check::In(vec![name("Friends Inc")]));
    let jita = || Ref::Both(30_000_142, "Jita".into());
    let table = [
        ("true", Expr::Const(true)),
        ("not false", Expr::Const(false).negated()),
        (
            "solo and npc and awox",
            Expr::And(vec![solo(), npc(), awox()]),
        ),
        (
            "solo and (npc and awox)",
            Expr::And(vec![solo(), Expr::And(vec![npc(), awox()])]),
        ),
        (
            "solo or (npc and awox)",
            Expr::Or(vec![solo(), Expr::And(vec![npc(), awox()])]),
        ),
        ("not (solo or npc)", Expr::Or(vec![solo(), npc()]).negated()),
        ("not solo and npc", Expr::And(vec![solo().negated(), npc()])),
        ("not not solo", solo().negated().negated()),
        (
            "value >= 5b",
            test(Field::Value, Check::Compare(AtLeast, 500_000_000_000)),
        ),
        (
            "value != 0",
            test(Field::Value, Check::Compare(Equal, 0)).negated(),
        ),
        (
            "not value < 1.25m",
            test(Field::Value, Check::Compare(Less, 125_000_000)).negated(),
        ),
        (
            "security < 0.5",
            test(Field::Security, Check::Compare(Less, 5)),
        ),
        ("age < 2h", test(Field::Age, Check::Compare(Less, 7_200))),
        (
            "time >= 2026-11-25",
            test(Field::Time, Check::Compare(AtLeast, 1_795_564_800)),
        ),
        ("war exists", test(Field::War, Check::Exists)),
        (
            "not points exists",
            test(Field::Points, Check::Exists).negated(),
        ),
        (
            "system = 30000142",
            test(Field::System, Check::In(vec![Ref::Id(30_000_142)])),
        ),
        (
            "system != \"Jita\"#30000142",
            test(Field::System, Check::In(vec![jita()])).negated(),
        ),
        (
            "system in [\"Amarr\", \"Jita\"#30000142, 30002187]",
            test(
                Field::System,
                Check::In(vec![name("Amarr"), jita(), Ref::Id(30_002_187)]),
            ),
        ),
        (
            "system not in chain \"home\"",
            test(Field::System, Check::Chain(Name::new("home").unwrap())).negated(),
        ),
        (
            "region in list \"our space\"",
            test(Field::Region, Check::List(Name::new("our space").unwrap())),
        ),
        (
            "system contains \"J1\"",
            test(Field::System, Check::Contains("J1".into())),
        ),
        (
            "system within 7 jumps of \"J123456\"",
            test(Field::System, Check::Jumps(7, vec![name("J123456")])),
        ),
        (
            "system within 5.5 ly of [\"Jita\"#30000142, \"Amarr\"]",
            test(
                Field::System,
                Check::LightYears(5_500, vec![jita(), name("Amarr")]),
            ),
        ),
        ("class = C5", test(Field::Class, Check::Choice(vec![4]))),
        (
            "class not in [C5, C6]",
            test(Field::Class, Check::Choice(vec![4, 5])).negated(),
        ),
        (
            "class in [C1..C3, Thera]",
            test(Field::Class, Check::Choice(vec![0, 1, 2, 6])),
        ),
        (
            "labels none [\"ganked\", \"pvp\"]",
            test(
                Field::Labels,
                Check::Words(Has::Any, vec!["ganked".into(), "pvp".into()]),
            )
            .negated(),
        ),
        (
            "tags all [\"T2\"]",
            test(Field::Tags, Check::Words(Has::All, vec!["T2".into()])),
        ),
        ("victim.ship.group = \"Titan\"", victim(titan())),
        (
            "victim.corporation != \"Friends Inc\"",
            victim(friends()).negated(),
        ),
        (
            "victim {corporation != \"Friends Inc\"}",
            victim(friends().negated()),
        ),
        (
            "not victim.final_blow",
            victim(test(Field::FinalBlow, Check::Yes)).negated(),
        ),
        (
            "anyone.alliance in list \"blues\"",
            Expr::Anyone(Box::new(test(
                Field::Alliance,
                Check::List(Name::new("blues").unwrap()),
            ))),
        ),
        ("anyone {true}", Expr::Anyone(Box::new(Expr::Const(true)))),
        (
            "attacker.ship.group = \"Titan\"",
            attackers(Count::Any, titan()),
        ),
        (
            "attacker.corporation != \"Friends Inc\"",
            attackers(Count::Any, friends()).negated(),
        ),
        (
            "attackers any {ship.group = \"Titan\" and final_blow}",
            attackers(
                Count::Any,
                Expr::And(vec![titan(), test(Field::FinalBlow, Check::Yes)]),
            ),
        ),
        (
            "attackers none {ship.group = \"Titan\" or final_blow}",
            attackers(
                Count::Any,
                Expr::Or(vec![titan(), test(Field::FinalBlow, Check::Yes)]),
            )
            .negated(),
        ),
        (
            "attackers all {final_blow}",
            attackers(Count::All, test(Field::FinalBlow, Check::Yes)),
        ),
        (
            "attackers count >= 3 {ship.group = \"Titan\"}",
            attackers(Count::Number(AtLeast, 3), titan()),
        ),
        (
            "attackers count != 3 {ship.group = \"Titan\"}",
            attackers(Count::Number(Equal, 3), titan()).negated(),
        ),
        (
            "attackers share >= 12.5% {ship.group = \"Titan\"}",
            attackers(Count::Share(AtLeast, 1_250), titan()),
        ),
        (
            "item.fitted",
            items(Count::Any, test(Field::Fitted, Check::Yes)),
        ),
        (
            "items quantity >= 10k {dropped >= 1}",
            items(
                Count::Quantity(AtLeast, 10_000),
                test(Field::Dropped, Check::Compare(AtLeast, 1)),
            ),
        ),
        (
            "item.tags none [\"Cynosural\"]",
            items(
                Count::Any,
                test(
                    Field::ItemTags,
                    Check::Words(Has::Any, vec!["Cynosural".into()]),
                ),
            )
            .negated(),
        ),
    ];
    for (text, expr) in table {
        assert_eq!(read(text), expr, "{text}");
        assert_eq!(print(&expr), text);
        assert!(expr.is_well_formed(), "{text}");
    }
}

/// Other ways of writing, and the canonical one.
#[test]
fn what_can_be_written_in_several_ways_is_written_in_one() {
    let table = [
        ("  SOLO\tAnd\n\nNOT npc # and so on", "solo and not npc"),
        ("# first\nsolo #second\n# third", "solo"),
        ("((solo))", "solo"),
        ("(solo and npc) or awox", "(solo and npc) or awox"),
        ("solo and npc or awox", "(solo and npc) or awox"),
        ("not (solo)", "not solo"),
        ("system=\"Jita\"", "system = \"Jita\""),
        ("system in [\"Jita\",]", "system = \"Jita\""),
        ("system = \"Jita\" # 30000142", "system = \"Jita\""),
        ("system = \"Jita\"#home", "system = \"Jita\""),
        ("not system = \"Jita\"", "system != \"Jita\""),
        ("not system not in [1, 2]", "not system not in [1, 2]"),
        ("value>=1_500_000_000", "value >= 1.5b"),
        ("value >= 0.5b", "value >= 500m"),
        ("value.hull < 1000000.50", "value.hull < 1000000.5"),
        ("attackers.count > 1000", "attackers.count > 1k"),
        ("age <= 48h and age > 120s", "age <= 2d and age > 2m"),
        ("time < 2026-11-25T00:00:00Z", "time < 2026-11-25"),
        ("time < 2026-11-25t18:30", "time < 2026-11-25T18:30:00Z"),
        ("security >= 1", "security >= 1.0"),
        (
            "attacker.security_status <= -5",
            "attacker.security_status <= -5.0",
        ),
        ("class in [c6, C5, C5]", "class in [C5, C6]"),
        ("class in [\"C5\"]", "class = C5"),
        ("hour in [22..4]", "hour in [0..4, 22, 23]"),
        ("hour in [9 .. 11, 10..17]", "hour in [9..17]"),
        ("hour = 03", "hour = 3"),
        ("weekday in [sat..mon]", "weekday in [mon, sat, sun]"),
        ("band in [wspace]", "band = wspace"),
        ("tags any [\"high slot\"]", "tags any [\"High Slot\"]"),
        ("not labels any [\"pvp\"]", "labels none [\"pvp\"]"),
        ("not labels none [\"pvp\"]", "not labels none [\"pvp\"]"),
        ("not labels all [\"pvp\"]", "not labels all [\"pvp\"]"),
        ("system within 1 jump of 5", "system within 1 jumps of 5"),
        ("system within 5.50ly of [5]", "system within 5.5 ly of 5"),
        ("victim {ship = \"Rifter\"}", "victim.ship = \"Rifter\""),
        ("victim { not ship = 587 }", "victim {ship != 587}"),
        ("not victim { ship = 587 }", "victim.ship != 587"),
        ("ANYONE.Ship.Group = 25", "anyone.ship.group = 25"),
        ("attackers any {final_blow}", "attacker.final_blow"),
        ("attackers none {final_blow}", "not attacker.final_blow"),
        ("attackers none {ship = 587}", "attacker.ship != 587"),
        (
            "not attackers any {ship = 587 and final_blow}",
            "attackers none {ship = 587 and final_blow}",
        ),
        (
            "not attackers none {final_blow}",
            "not not attacker.final_blow",
        ),
        (
            "attackers share = 50.00% {final_blow}",
            "attackers share = 50% {final_blow}",
        ),
        (
            "items none {fitted and type = 11578}",
            "items none {fitted and type = 11578}",
        ),
        (
            "items quantity != 1000 {fitted}",
            "items quantity != 1k {fitted}",
        ),
        (
            "system = \"\\u{4a}ita\\t\\\"\\\\\"",
            "system = \"Jita\\t\\\"\\\\\"",
        ),
        ("labels any [\"\\u{7}\\n\"]", "labels any [\"\\u{7}\\n\"]"),
    ];
    for (text, canonical) in table {
        assert_eq!(print(&read(text)), canonical, "{text}");
        assert_eq!(print(&read(canonical)), canonical);
    }
}

#[test]
fn what_is_long_is_broken_at_connectives_braces_and_lists() {
    let short = "system within 7 jumps of \"J123456\" and attackers all {ship.group = \"Titan\"}";
    assert_eq!(print(&read(short)), short);
    let long = r#"
        (attackers any {ship.group in ["Dreadnought", "Titan"] and not corporation = "Friends Inc"}
        and system within 7 jumps of "J123456") or (value >= 5b and system in chain "home") or
        attackers any {(alliance in list "a list with a long name" and final_blow) or (character in list
        "another list with a long name" and damage >= 100k)} or not victim.ship in [587, 588, 589, 590,
        591, 592, 593, 594, 595, 596, 597, 598, 599, 600, 601, 602, 603, 604, 605, 606, 607, 608, 609]"#;
    let printed = print(&read(long));
    insta::assert_snapshot!(printed, @r#"
    (
      attackers any {ship.group in ["Dreadnought", "Titan"] and corporation != "Friends Inc"}
      and system within 7 jumps of "J123456"
    )
    or (value >= 5b and system in chain "home")
    or attackers any {
      (alliance in list "a list with a long name" and final_blow)
      or (character in list "another list with a long name" and damage >= 100k)
    }
    or victim.ship not in [
      587, 588, 589, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599, 600, 601, 602, 603, 604, 605,
      606, 607, 608, 609
    ]
    "#);
    assert!(printed.lines().all(|line| line.len() <= 100), "{printed}");
    assert_eq!(read(&printed), read(long));
}

#[test]
fn the_place_of_everything_referred_to_is_known() {
    let text = "system in [\"Jita\", 5]\nand anyone.alliance in list \"größte\" and\tsystem in chain \"home\" \
                and attacker.ship = \"Å\"#7";
    let parsed = parse(text, &TreeLimits::default()).unwrap();
    let span = |(line, column, length)| Span {
        line,
        column,
        length,
    };
    assert_eq!(parsed.refs, [(1, 12, 6), (1, 20, 1), (2, 85, 5)].map(span));
    assert_eq!(parsed.names, [(2, 29, 8), (2, 58, 6)].map(span));
}
