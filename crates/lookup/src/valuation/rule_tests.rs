//! What has a fixed price, and where.

use killwire_killmail::{Killmail, KillmailId, PriceSource};
use killwire_universe::Universe;

use super::{
    AMMO, BLUEPRINT, BOX, CARGO, FRIGATE_BAY, GUN, HIGH, OTHER_CAPSULE, RIFTER, SKIN, copy,
    destroyed, dropped, figures, holding, isk, kill_time, killmail, value,
};

#[test]
fn a_blueprint_copy_is_worth_a_hundredth_and_an_original_its_price() {
    let items = vec![
        copy(dropped(BLUEPRINT, CARGO, 3)),
        dropped(BLUEPRINT, CARGO, 1),
        holding(
            dropped(BOX, CARGO, 1),
            vec![copy(dropped(BLUEPRINT, 0, 1)), dropped(BLUEPRINT, 0, 1)],
        ),
    ];
    assert_eq!(
        figures(&killmail(RIFTER, items)),
        "hull 500000 fitted 500000 dropped 2000010.04 destroyed 500000 total 2500010.04 unpriced 0"
    );
}

#[test]
fn before_the_game_told_copies_apart_a_blueprint_in_a_container_counts_as_one() {
    let items = || {
        vec![
            dropped(BLUEPRINT, CARGO, 1),
            holding(dropped(BOX, CARGO, 1), vec![dropped(BLUEPRINT, 0, 1)]),
        ]
    };
    let of = |killmail_id: i64| Killmail {
        id: KillmailId::new(killmail_id).unwrap(),
        ..killmail(RIFTER, items())
    };
    assert_eq!(
        value(&of(21_112_471)).dropped.unwrap().isk,
        isk("1000010.01")
    );
    assert_eq!(value(&of(21_112_472)).dropped.unwrap().isk, isk("2000010"));
}

#[test]
fn skins_are_worth_a_hundredth() {
    assert_eq!(
        figures(&killmail(RIFTER, vec![dropped(SKIN, CARGO, 2)])),
        "hull 500000 fitted 500000 dropped 0.02 destroyed 500000 total 500000.02 unpriced 0"
    );
}

#[test]
fn the_golden_implant_is_worth_a_hundredth_in_the_head_only() {
    let in_head = killmail(RIFTER, vec![destroyed(33_329, 89, 1)]);
    let in_cargo = killmail(RIFTER, vec![destroyed(33_329, CARGO, 1)]);
    assert_eq!(value(&in_head).destroyed.unwrap().isk, isk("500000.01"));
    assert_eq!(value(&in_cargo).destroyed.unwrap().isk, isk("1500000"));
}

#[test]
fn a_frigate_in_the_escape_bay_is_worth_a_hundredth_with_everything_in_it() {
    let frigate = holding(
        destroyed(RIFTER, FRIGATE_BAY, 1),
        vec![destroyed(GUN, HIGH, 2), destroyed(AMMO, CARGO, 10)],
    );
    assert_eq!(
        figures(&killmail(RIFTER, vec![frigate])),
        "hull 500000 fitted 500000 dropped 0 destroyed 500000.13 total 500000.13 unpriced 0"
    );
}

#[test]
fn a_capsule_costs_ten_thousand_also_before_static_data_is_there() {
    for capsule in [670, 33_328] {
        let valuation =
            crate::valuation::value(&killmail(capsule, vec![]), &Universe::empty(), &|_| None);
        let hull = valuation.hull.unwrap();
        assert_eq!((hull.isk, hull.source), (isk("10000"), PriceSource::Rule));
        assert_eq!(hull.priced_at, kill_time());
    }
    let hull = value(&killmail(OTHER_CAPSULE, vec![])).hull.unwrap();
    assert_eq!(hull.isk, isk("10000"), "and any other of the group");
}
