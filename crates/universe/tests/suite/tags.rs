//! What tags follow from what.

use killwire_universe::Tag;

use crate::small::{files_without, id, read, universe};

/// The tags of a type as an item with this flag, or as a type.
fn tags(type_id: i64, flag: Option<i32>) -> String {
    universe().tags(id(type_id), flag).to_string()
}

#[test]
fn tags_tell_how_advanced_where_and_what_for() {
    assert_eq!(tags(3_831, Some(19)), "T2, Mid Slot, Shield Extender");
    assert_eq!(tags(11_578, Some(27)), "T2, High Slot, Cloak");
    assert_eq!(tags(587, None), "T1");
}

#[test]
fn where_an_item_was_comes_from_its_flag_and_not_from_what_it_could_fit() {
    assert_eq!(tags(448, Some(20)), "T2, Mid Slot, Tackle, Warp Scrambler");
    assert_eq!(tags(448, Some(5)), "T2, Cargo, Tackle, Warp Scrambler");
    assert_eq!(tags(448, Some(0)), "T2, Tackle, Warp Scrambler");
    assert_eq!(tags(31_790, Some(5)), "T1, Cargo");
    for (flag, slot) in [
        (11, "Low Slot"),
        (92, "Rig"),
        (125, "Subsystem"),
        (164, "Service Slot"),
        (87, "Drone Bay"),
        (158, "Fighter Bay"),
        (160, "Fighter Bay"),
        (88, "Implanted"),
        (89, "Implanted"),
    ] {
        assert_eq!(tags(587, Some(flag)), format!("T1, {slot}"));
    }
}

#[test]
fn where_a_type_goes_comes_from_dogma_or_from_its_group() {
    assert_eq!(tags(448, None), "T2, Mid Slot, Tackle, Warp Scrambler");
    assert_eq!(tags(3_831, None), "T2, Shield Extender", "no dogma");
    assert_eq!(tags(31_790, None), "T1, Rig");
    assert_eq!(tags(30_143, None), "Subsystem");
    let without = read(&files_without(&["typeDogma.jsonl"])).unwrap();
    assert_eq!(without.tags(id(31_790), None).to_string(), "T1, Rig");
}

#[test]
fn a_charge_does_not_pass_for_the_module_that_it_is_loaded_in() {
    assert_eq!(tags(178, Some(27)), "T1, Charge");
    assert_eq!(tags(178, Some(5)), "T1, Cargo, Charge");
}

#[test]
fn modules_of_one_group_are_told_apart_by_dogma_market_group_or_origin() {
    assert_eq!(tags(438, Some(19)), "T2, Mid Slot, Propulsion, Afterburner");
    assert_eq!(
        tags(440, Some(19)),
        "T2, Mid Slot, Propulsion, Microwarpdrive"
    );
    assert_eq!(
        tags(47_740, Some(19)),
        "Abyssal, Mid Slot, Propulsion, Microwarpdrive",
        "from what it is made from"
    );
    let few = files_without(&["typeDogma.jsonl", "dynamicItemAttributes.jsonl"]);
    let few = read(&few).unwrap();
    let abyssal = few.tags(id(47_740), Some(19));
    assert_eq!(
        abyssal.to_string(),
        "Abyssal, Mid Slot, Propulsion",
        "its name is not asked"
    );
    assert!(few.tags(id(440), None).contains(Tag::Microwarpdrive));
}

#[test]
fn an_unknown_type_has_the_tags_of_its_flag() {
    assert_eq!(tags(999_999, Some(27)), "High Slot");
    assert_eq!(tags(999_999, None), "");
    assert_eq!(tags(90_003, Some(27)), "High Slot", "its group is unknown");
}
