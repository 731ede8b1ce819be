//! By what profiles are found.

use killwire_surveillance::compile::compile;
use killwire_surveillance::index::{Heat, cover};
use killwire_surveillance::text;

use crate::world::{GROUND, KILLMAILS_SEEN, lists, subject};

fn plan_with(condition: &str, heat: &Heat) -> String {
    let expr = text::parse(condition, &Default::default()).unwrap().expr;
    let plan = compile(&expr, &GROUND, &lists()).unwrap();
    cover(&plan.node, &GROUND, heat).words(&GROUND).join("\n")
}

fn plan(condition: &str) -> String {
    plan_with(condition, &Heat::guessed())
}

#[test]
fn of_and_the_most_selective_part_is_chosen_and_the_others_guard_it() {
    assert_eq!(
        plan("value >= 1b and system = 30000142 and victim.ship.group = 25 and not npc"),
        "system: Jita (30000142); guarded by victim group, value"
    );
}

#[test]
fn of_or_every_part_is_needed() {
    assert_eq!(
        plan(
            "victim.corporation = 98000001 or (attacker.ship = 671 and value >= 2b) or value >= 50b"
        ),
        "value >= 50b, or victim who: 98000001\nattacker ship: 671; guarded by value"
    );
}

#[test]
fn who_is_looked_for_on_either_side() {
    assert_eq!(
        plan("anyone.alliance = 99000001"),
        "victim who: 99000001, or attacker who: 99000001"
    );
}

#[test]
fn excluding_alone_holds_unless_the_killmail_has_what_is_excluded() {
    assert_eq!(
        plan("victim.corporation != 98000001 and attackers none {alliance = 99000001}"),
        "holds without a look, unless the killmail has victim who: 98000001, or attacker who: 99000001"
    );
    assert_eq!(
        plan("attackers count < 3 {ship.group = 25} or solo"),
        "holds without a look, unless the killmail has \
         flag: what static data does not know, or attacker group: Frigate (25)"
    );
    assert_eq!(plan("true"), "always: it holds for every killmail");
}

#[test]
fn what_has_no_index_is_looked_at_for_every_killmail() {
    for condition in [
        "victim.damage >= 100",
        "attackers count < 3 {damage >= 100}",
        "not system in chain \"home\"",
    ] {
        assert_eq!(
            plan(condition),
            "looked at for every killmail: nothing in it must be there: it excludes, or asks for what has no index"
        );
    }
}

#[test]
fn a_chain_is_found_by_the_maps_that_have_the_system() {
    assert_eq!(
        plan("system in chain \"home\" and value >= 1b"),
        "chain: one; guarded by value"
    );
}

#[test]
fn what_cannot_hold_is_never_looked_at() {
    assert_eq!(plan("system = 30000142 and false"), "never: it cannot hold");
    assert_eq!(
        plan("victim.corporation in list \"empty\""),
        "never: it cannot hold"
    );
}

#[test]
fn excluding_a_kind_of_space_is_asking_for_the_others() {
    assert_eq!(
        plan("band != highsec"),
        "band: lowsec, nullsec, wspace, abyssal"
    );
    assert_eq!(
        plan("not (value < 5b or hour in [0..21])"),
        "value >= 5b; guarded by hour"
    );
}

#[test]
fn a_key_that_killmails_showed_to_be_hot_is_not_chosen() {
    let system = KILLMAILS_SEEN[0].system_id;
    let mut here = KILLMAILS_SEEN.clone();
    for facts in &mut here {
        facts.system_id = system;
    }
    let heat = Heat::sampled(here.iter().map(subject));
    let condition = format!("system = {system} and victim.ship.group = 30");
    let by_guess = plan(&condition);
    assert!(by_guess.starts_with("system"), "{by_guess}");
    let by_sample = plan_with(&condition, &heat);
    assert!(by_sample.starts_with("victim group"), "{by_sample}");
}
