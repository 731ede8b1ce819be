//! What holds for every killmail.

use killwire_killmail::{Isk, Item, Killmail};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{AMMO, BLUEPRINT, BOX, GUN, RARE, RIFTER, SKIN, id, killmail, value};
use crate::valuation::Valuation;

/// A stack, of absurd size now and then, without contents.
fn stack() -> impl Strategy<Value = Item> {
    let types = prop::sample::select(vec![RIFTER, GUN, AMMO, BOX, BLUEPRINT, SKIN, RARE, 33_329]);
    let flags = prop::sample::select(vec![0, 5, 11, 27, 87, 89, 92, 125, 159, 164, 179]);
    let quantity = || prop_oneof![6 => 0_i64..2_000, 1 => 0..=i64::MAX];
    (types, flags, 0..3_i32, quantity(), quantity()).prop_map(
        |(type_id, flag, singleton, dropped, destroyed)| Item {
            type_id: id(type_id),
            flag,
            singleton,
            dropped,
            destroyed,
            items: Vec::new(),
        },
    )
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let nested = stack().prop_recursive(3, 24, 5, |inner| {
        (stack(), vec(inner, 0..5)).prop_map(|(container, items)| Item { items, ..container })
    });
    vec(nested, 0..8)
}

fn any_killmail() -> impl Strategy<Value = Killmail> {
    let hulls = prop::sample::select(vec![RIFTER, RARE, 670]);
    (hulls, items()).prop_map(|(hull, items)| killmail(hull, items))
}

/// The amounts of the five figures; an unknown one is no amount.
fn amounts(valuation: &Valuation) -> [Option<Isk>; 5] {
    [
        valuation.hull,
        valuation.fitted,
        valuation.dropped,
        valuation.destroyed,
        valuation.total,
    ]
    .map(|figure| figure.map(|figure| figure.isk))
}

fn shuffled(mut killmail: Killmail, seed: u64) -> Killmail {
    fn shuffle(items: &mut [Item], seed: u64) {
        items.sort_by_key(|item| {
            let number = item.type_id.get().unsigned_abs() ^ item.dropped.unsigned_abs();
            number.wrapping_mul(seed | 1).rotate_left(17)
        });
        for item in items {
            shuffle(&mut item.items, seed.rotate_left(7));
        }
    }
    shuffle(&mut killmail.victim.items, seed);
    killmail
}

proptest! {
    #[test]
    fn total_is_destroyed_and_dropped(killmail in any_killmail()) {
        let [_, _, dropped, destroyed, total] = amounts(&value(&killmail));
        let known = [dropped, destroyed].into_iter().flatten().sum();
        prop_assert_eq!(total.unwrap_or_default(), known);
    }

    #[test]
    fn fitted_is_never_less_than_the_hull_nor_total_less_than_fitted(killmail in any_killmail()) {
        let [hull, fitted, _, _, total] = amounts(&value(&killmail));
        prop_assert!(fitted >= hull);
        prop_assert!(total >= fitted);
    }

    #[test]
    fn the_order_of_items_does_not_matter(killmail in any_killmail(), seed in any::<u64>()) {
        let (one, other) = (value(&killmail), value(&shuffled(killmail.clone(), seed)));
        prop_assert_eq!(amounts(&one), amounts(&other));
        prop_assert_eq!(one.unpriced, other.unpriced);
    }

    #[test]
    fn everything_in_a_destroyed_container_is_destroyed(contents in items()) {
        let container = Item { destroyed: 1, items: contents, ..super::item(BOX, 5) };
        let valuation = value(&killmail(RIFTER, vec![container]));
        prop_assert!(valuation.lines.iter().all(|line| line.counted.dropped == 0));
    }

    #[test]
    fn everything_in_a_dropped_container_drops(contents in items()) {
        let container = Item { dropped: 1, items: contents, ..super::item(BOX, 5) };
        let valuation = value(&killmail(RIFTER, vec![container]));
        prop_assert!(valuation.lines[1..].iter().all(|line| line.counted.destroyed == 0));
    }

    #[test]
    fn figures_are_the_sums_of_their_lines(killmail in any_killmail()) {
        let valuation = value(&killmail);
        let [_, fitted, .., total] = amounts(&valuation);
        let sum = |only_fitted: bool| -> Isk {
            let lines = valuation.lines.iter();
            let wanted = lines.filter(|line| line.counted.fitted || !only_fitted);
            wanted.filter_map(|line| line.total).sum()
        };
        prop_assert_eq!(total.unwrap_or_default(), sum(false));
        prop_assert_eq!(fitted.unwrap_or_default(), sum(true));
        let missing = valuation.lines.iter().filter(|line| line.unit.is_none());
        let missing = missing.filter(|line| line.quantity() > 0).count();
        prop_assert_eq!(usize::try_from(valuation.unpriced).unwrap(), missing);
    }
}
