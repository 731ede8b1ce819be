use std::sync::LazyLock;

use jiff::Timestamp;
use killwire_killmail::{
    Attacker, Isk, Item, Killmail, KillmailId, PriceSource, SystemId, TypeId, Victim,
};
use killwire_universe::{Universe, read_unpacked};

use super::{Counted, Line, Valuation, types_to_price};
use crate::price::Price;

#[path = "property_tests.rs"]
mod property;
#[path = "rule_tests.rs"]
mod rule;

const RIFTER: i64 = 587;
const GUN: i64 = 484;
const AMMO: i64 = 178;
const BOX: i64 = 3467;
const BLUEPRINT: i64 = 691;
const SKIN: i64 = 34_599;
const OTHER_CAPSULE: i64 = 900_029;
/// A type that the test's market does not know.
const RARE: i64 = 900_013;

const HIGH: i32 = 27;
const CARGO: i32 = 5;
const FRIGATE_BAY: i32 = 179;

fn kill_time() -> Timestamp {
    "2026-05-01T12:00:00Z".parse().unwrap()
}

fn day(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

fn id(type_id: i64) -> TypeId {
    TypeId::new(type_id).unwrap()
}

fn isk(text: &str) -> Isk {
    text.parse().unwrap()
}

/// A stack of none, to be filled.
fn item(type_id: i64, flag: i32) -> Item {
    Item {
        type_id: id(type_id),
        flag,
        singleton: 0,
        dropped: 0,
        destroyed: 0,
        items: Vec::new(),
    }
}

fn dropped(type_id: i64, flag: i32, dropped: i64) -> Item {
    Item {
        dropped,
        ..item(type_id, flag)
    }
}

fn destroyed(type_id: i64, flag: i32, destroyed: i64) -> Item {
    Item {
        destroyed,
        ..item(type_id, flag)
    }
}

fn holding(mut container: Item, items: Vec<Item>) -> Item {
    container.items = items;
    container
}

fn copy(blueprint: Item) -> Item {
    Item {
        singleton: 2,
        ..blueprint
    }
}

fn killmail(hull: i64, items: Vec<Item>) -> Killmail {
    Killmail {
        id: KillmailId::new(130_000_000).unwrap(),
        time: kill_time(),
        system_id: SystemId::new(30_000_142).unwrap(),
        moon_id: None,
        war_id: None,
        victim: Victim {
            character_id: None,
            corporation_id: None,
            alliance_id: None,
            faction_id: None,
            ship_type_id: id(hull),
            damage_taken: 1,
            position: None,
            items,
        },
        attackers: vec![Attacker {
            character_id: None,
            corporation_id: None,
            alliance_id: None,
            faction_id: None,
            ship_type_id: None,
            weapon_type_id: None,
            damage_done: 1,
            security_status: None,
            final_blow: true,
        }],
    }
}

/// Static data of the test: a few types, their groups and categories.
fn universe() -> &'static Universe {
    static UNIVERSE: LazyLock<Universe> = LazyLock::new(|| {
        let categories = [6, 7, 9, 20, 91];
        let groups = [(25, 6), (29, 6), (55, 7), (105, 9), (300, 20), (1950, 91)];
        let types = [
            (RIFTER, 25),
            (670, 29),
            (OTHER_CAPSULE, 29),
            (GUN, 55),
            (BLUEPRINT, 105),
            (33_329, 300),
            (SKIN, 1950),
        ];
        let name = r#""name":{"en":"Name"},"published":true"#;
        let categories = lines(categories, |key| format!(r#"{{"_key":{key},{name}}}"#));
        let groups = lines(groups, |(key, category)| {
            format!(r#"{{"_key":{key},"categoryID":{category},{name}}}"#)
        });
        let types = lines(types, |(key, group)| {
            format!(r#"{{"_key":{key},"groupID":{group},{name}}}"#)
        });
        read_unpacked(&[
            ("_sde.jsonl", r#"{"_key":"sde","buildNumber":1}"#),
            ("categories.jsonl", &categories),
            ("groups.jsonl", &groups),
            ("types.jsonl", &types),
            ("mapRegions.jsonl", ""),
            ("mapConstellations.jsonl", ""),
            ("mapSolarSystems.jsonl", ""),
            ("mapStargates.jsonl", ""),
        ])
        .unwrap()
    });
    &UNIVERSE
}

fn lines<T, const N: usize>(rows: [T; N], line: impl Fn(T) -> String) -> String {
    rows.map(line).join("\n")
}

fn janice(amount: &str) -> Price {
    Price {
        isk: isk(amount),
        source: PriceSource::Janice,
        market: 2,
        date: day("2026-05-02"),
    }
}

/// Prices of the test: a Rifter 500,000, a gun 1,000, a round 2.50, a box 10, anything else of a
/// known kind 1,000,000.
fn price(type_id: TypeId) -> Option<Price> {
    Some(janice(match type_id.get() {
        RIFTER => "500000",
        GUN => "1000",
        AMMO => "2.5",
        BOX => "10",
        RARE => return None,
        _ => "1000000",
    }))
}

fn value(killmail: &Killmail) -> Valuation {
    super::value(killmail, universe(), &price)
}

/// Hull, fitted, dropped, destroyed, total and the number of unpriced lines, in few words.
fn figures(killmail: &Killmail) -> String {
    let valuation = value(killmail);
    let short = |figure: Option<killwire_killmail::Figure>| {
        figure.map_or_else(|| "unknown".to_owned(), |figure| figure.isk.to_string())
    };
    format!(
        "hull {} fitted {} dropped {} destroyed {} total {} unpriced {}",
        short(valuation.hull),
        short(valuation.fitted),
        short(valuation.dropped),
        short(valuation.destroyed),
        short(valuation.total),
        valuation.unpriced,
    )
}

#[test]
fn the_hull_is_fitted_and_destroyed_and_nothing_dropped_is_worth_zero() {
    assert_eq!(
        figures(&killmail(RIFTER, vec![])),
        "hull 500000 fitted 500000 dropped 0 destroyed 500000 total 500000 unpriced 0"
    );
}

#[test]
fn modules_and_their_charges_are_fitted_whether_they_dropped_or_not() {
    let items = vec![
        destroyed(GUN, HIGH, 1),
        dropped(AMMO, HIGH, 100),
        destroyed(AMMO, CARGO, 40),
    ];
    assert_eq!(
        figures(&killmail(RIFTER, items)),
        "hull 500000 fitted 501250 dropped 250 destroyed 501100 total 501350 unpriced 0"
    );
}

#[test]
fn every_slot_that_counts_as_fitted_does_and_no_other() {
    let is_fitted = |flag: i32| {
        let valuation = value(&killmail(RIFTER, vec![dropped(GUN, flag, 1)]));
        valuation.lines[1].counted.fitted
    };
    let fitted: Vec<i32> = (-1..300).filter(|flag| is_fitted(*flag)).collect();
    let expected: Vec<i32> = (11..=34)
        .chain(92..=99)
        .chain(125..=132)
        .chain(159..=163)
        .collect();
    assert_eq!(
        fitted, expected,
        "drones (87), implants (89), cargo and service modules (164 to 171) are not fitted"
    );
}

#[test]
fn contents_follow_their_container_whatever_became_of_them() {
    let contents = || vec![dropped(GUN, 0, 2), destroyed(AMMO, 0, 4)];
    assert_eq!(
        figures(&killmail(
            RIFTER,
            vec![holding(dropped(BOX, CARGO, 1), contents())]
        )),
        "hull 500000 fitted 500000 dropped 2020 destroyed 500000 total 502020 unpriced 0"
    );
    assert_eq!(
        figures(&killmail(
            RIFTER,
            vec![holding(destroyed(BOX, CARGO, 1), contents())]
        )),
        "hull 500000 fitted 500000 dropped 0 destroyed 502020 total 502020 unpriced 0"
    );
}

#[test]
fn the_outermost_container_decides_for_everything_in_it() {
    let inner = holding(dropped(BOX, 0, 1), vec![dropped(GUN, 0, 1)]);
    let outer = holding(destroyed(BOX, CARGO, 1), vec![inner]);
    let valuation = value(&killmail(RIFTER, vec![outer]));
    let counted: Vec<_> = valuation
        .lines
        .iter()
        .map(|line| (line.depth, line.counted))
        .collect();
    assert!(counted.iter().all(|(_, counted)| counted.dropped == 0));
    assert_eq!(
        counted.iter().map(|(depth, _)| *depth).collect::<Vec<_>>(),
        [0, 0, 1, 2]
    );
}

#[test]
fn a_module_slot_inside_a_carried_ship_is_not_fitted_to_the_one_that_died() {
    let carried = holding(destroyed(RIFTER, 90, 1), vec![destroyed(GUN, HIGH, 1)]);
    assert_eq!(
        figures(&killmail(RIFTER, vec![carried])),
        "hull 500000 fitted 500000 dropped 0 destroyed 1001000 total 1001000 unpriced 0"
    );
}

#[test]
fn a_stack_that_partly_dropped_is_counted_once_in_parts() {
    let stack = Item {
        dropped: 3,
        destroyed: 1,
        ..item(GUN, CARGO)
    };
    assert_eq!(
        figures(&killmail(RIFTER, vec![stack])),
        "hull 500000 fitted 500000 dropped 3000 destroyed 501000 total 504000 unpriced 0"
    );
}

#[test]
fn contents_go_their_own_way_where_the_container_did_both_or_neither() {
    for (box_dropped, box_destroyed) in [(0, 0), (1, 1)] {
        let container = Item {
            dropped: box_dropped,
            destroyed: box_destroyed,
            ..item(BOX, CARGO)
        };
        let contents = vec![dropped(GUN, 0, 1), destroyed(AMMO, 0, 2)];
        let valuation = value(&killmail(RIFTER, vec![holding(container, contents)]));
        assert_eq!(valuation.lines[2].counted.dropped, 1);
        assert_eq!(valuation.lines[3].counted.destroyed, 2);
    }
}

#[test]
fn what_has_no_price_is_counted_and_left_out_of_the_sums() {
    let items = vec![
        dropped(RARE, CARGO, 5),
        dropped(GUN, CARGO, 1),
        destroyed(RARE, HIGH, 1),
    ];
    assert_eq!(
        figures(&killmail(RIFTER, items)),
        "hull 500000 fitted 500000 dropped 1000 destroyed 500000 total 501000 unpriced 2"
    );
}

#[test]
fn a_figure_without_any_priced_item_is_unknown_and_not_zero() {
    assert_eq!(
        figures(&killmail(RIFTER, vec![dropped(RARE, CARGO, 5)])),
        "hull 500000 fitted 500000 dropped unknown destroyed 500000 total 500000 unpriced 1"
    );
    assert_eq!(
        figures(&killmail(RARE, vec![])),
        "hull unknown fitted unknown dropped 0 destroyed unknown total unknown unpriced 1"
    );
}

#[test]
fn a_hull_without_a_price_leaves_the_figures_of_its_items() {
    let items = vec![destroyed(GUN, HIGH, 1), dropped(AMMO, CARGO, 2)];
    assert_eq!(
        figures(&killmail(RARE, items)),
        "hull unknown fitted 1000 dropped 5 destroyed 1000 total 1005 unpriced 1"
    );
}

#[test]
fn a_price_of_zero_or_below_is_no_price() {
    for amount in ["0", "-1"] {
        let valuation = super::value(&killmail(RIFTER, vec![]), universe(), &|_| {
            Some(janice(amount))
        });
        assert_eq!((valuation.hull, valuation.unpriced), (None, 1), "{amount}");
    }
}

#[test]
fn a_stack_of_none_is_neither_counted_nor_missed() {
    let valuation = value(&killmail(RIFTER, vec![item(RARE, HIGH), item(GUN, HIGH)]));
    assert_eq!(valuation.unpriced, 0);
    assert_eq!(valuation.fitted.unwrap().isk, isk("500000"));
    assert_eq!(valuation.lines[2].total, Some(Isk::ZERO));
}

#[test]
fn a_figure_names_who_gave_most_of_it_and_its_oldest_market_price() {
    let price = |type_id: TypeId| {
        let (amount, source, date) = match type_id.get() {
            RIFTER => ("500000", PriceSource::EsiAverage, "2026-05-03"),
            GUN => ("300000", PriceSource::Janice, "2026-05-02"),
            _ => ("1", PriceSource::EsiAdjusted, "2026-05-04"),
        };
        Some(Price {
            isk: isk(amount),
            source,
            market: 0,
            date: day(date),
        })
    };
    let items = vec![
        destroyed(GUN, HIGH, 2),
        dropped(AMMO, CARGO, 1),
        copy(dropped(BLUEPRINT, CARGO, 1)),
    ];
    let valuation = super::value(&killmail(RIFTER, items), universe(), &price);
    let of = |figure: Option<killwire_killmail::Figure>| {
        let figure = figure.unwrap();
        (figure.source, figure.priced_at)
    };
    assert_eq!(
        of(valuation.hull),
        (PriceSource::EsiAverage, day("2026-05-03"))
    );
    assert_eq!(
        of(valuation.total),
        (PriceSource::Janice, day("2026-05-02"))
    );
    assert_eq!(
        of(valuation.dropped),
        (PriceSource::EsiAdjusted, day("2026-05-04")),
        "a rule's price is as old as the kill, but no market's"
    );
}

#[test]
fn absurd_quantities_stop_at_the_largest_amount() {
    let items = vec![
        Item {
            dropped: i64::MAX,
            destroyed: i64::MAX,
            ..item(GUN, HIGH)
        },
        dropped(RIFTER, CARGO, i64::MAX),
        dropped(GUN, CARGO, i64::MIN),
    ];
    let valuation = value(&killmail(RIFTER, items));
    let most = Isk::from_hundredths(i64::MAX);
    for figure in [valuation.fitted, valuation.dropped, valuation.total] {
        assert_eq!(figure.unwrap().isk, most);
    }
}

#[test]
fn a_line_says_what_it_is_where_it_was_and_what_it_adds() {
    let stack = Item {
        dropped: 3,
        destroyed: 1,
        ..item(GUN, HIGH)
    };
    let valuation = value(&killmail(RIFTER, vec![stack]));
    let line = Line {
        type_id: id(GUN),
        flag: Some(HIGH),
        depth: 0,
        singleton: 0,
        quantity_dropped: 3,
        quantity_destroyed: 1,
        unit: Some(janice("1000")),
        total: Some(isk("4000")),
        counted: Counted {
            fitted: true,
            dropped: 3,
            destroyed: 1,
        },
    };
    assert_eq!(valuation.lines[1], line);
    assert_eq!(line.quantity(), 4);
}

#[test]
fn only_types_that_no_rule_prices_are_asked_for_each_once() {
    let items = vec![
        destroyed(GUN, HIGH, 1),
        dropped(GUN, CARGO, 1),
        copy(dropped(BLUEPRINT, CARGO, 1)),
        dropped(SKIN, CARGO, 1),
        item(BOX, CARGO),
        holding(destroyed(670, 90, 1), vec![dropped(AMMO, 0, 1)]),
    ];
    let types = types_to_price(&killmail(RIFTER, items), universe());
    assert_eq!(types, [id(AMMO), id(GUN), id(RIFTER)]);
}

#[test]
fn nothing_is_stored_where_nothing_has_a_price() {
    assert_eq!(
        value(&killmail(RARE, vec![destroyed(RARE, HIGH, 1)])).valued(),
        None
    );
    let valued = value(&killmail(RARE, vec![destroyed(GUN, HIGH, 1)]))
        .valued()
        .unwrap();
    assert_eq!((valued.hull, valued.unpriced), (None, 1));
    assert_eq!(valued.total.unwrap().isk, isk("1000"));
}
