//! aa-killtracker's trackers.

use killwire_surveillance::import::{Source, import_all};
use killwire_surveillance::tree::{Check, Expr, Field, Ref, TreeLimits};

use super::trees::{
    all, any, attacker, choices, compare, exists, flag, ids, imported, jumps, light_years, list,
    names, not, victim,
};

fn tree(tracker: &str) -> Expr {
    super::trees::tree(Source::Killtracker, tracker)
}

/// What is said about a tracker, but for the age limit, which is said about each.
fn notes(tracker: &str) -> String {
    let notes = super::trees::notes(Source::Killtracker, tracker);
    let notes = notes
        .lines()
        .filter(|line| !line.starts_with("KILLTRACKER_KILLMAIL_MAX_AGE"));
    notes.collect::<Vec<_>>().join("\n")
}

fn error(tracker: &str) -> String {
    super::trees::error(Source::Killtracker, tracker)
}

#[test]
fn every_field_becomes_its_condition() {
    for (tracker, expected) in [
        (
            r#"{"origin_solar_system":30000142,"require_max_jumps":7}"#,
            jumps(7, 30_000_142),
        ),
        (
            r#"{"origin_solar_system":30000142,"require_max_distance":5.5}"#,
            light_years(5_500, 30_000_142),
        ),
        (
            r#"{"exclude_high_sec":true,"exclude_w_space":true,"exclude_low_sec":false}"#,
            not(choices(Field::Band, ["highsec", "wspace"])),
        ),
        (
            r#"{"require_regions":[10000002,10000033]}"#,
            ids(Field::Region, [10_000_002, 10_000_033]),
        ),
        (
            r#"{"require_constellations":["Kimotoro"]}"#,
            names(Field::Constellation, ["Kimotoro"]),
        ),
        (
            r#"{"require_solar_systems":["30000142"]}"#,
            ids(Field::System, [30_000_142]),
        ),
        (
            r#"{"require_min_value":500}"#,
            compare(Field::Value, ">=", 50_000_000_000),
        ),
        (
            r#"{"require_min_attackers":2,"require_max_attackers":10}"#,
            all([
                compare(Field::AttackerCount, ">=", 2),
                compare(Field::AttackerCount, "<=", 10),
            ]),
        ),
        (r#"{"require_npc_kills":true}"#, flag(Field::Npc)),
        (r#"{"exclude_npc_kills":true}"#, not(flag(Field::Npc))),
        (r#"{"require_war_kills":true}"#, exists(Field::War)),
        (r#"{"exclude_war_kills":true}"#, not(exists(Field::War))),
        (
            r#"{"exclude_attacker_alliances":[99000001,99000002]}"#,
            not(attacker(ids(Field::Alliance, [99_000_001, 99_000_002]))),
        ),
        (
            r#"{"exclude_attacker_corporations":[98000001]}"#,
            not(attacker(ids(Field::Corporation, [98_000_001]))),
        ),
        (
            r#"{"exclude_attacker_factions":[500001]}"#,
            not(attacker(ids(Field::Faction, [500_001]))),
        ),
        (
            r#"{"require_attacker_factions":[500001]}"#,
            attacker(ids(Field::Faction, [500_001])),
        ),
        (
            r#"{"require_attackers_ship_groups":[30,659],"require_attackers_ship_types":["Rifter"]}"#,
            all([
                attacker(ids(Field::ShipGroup, [30, 659])),
                attacker(names(Field::Ship, ["Rifter"])),
            ]),
        ),
        (
            r#"{"require_attackers_weapon_groups":[55],"require_attackers_weapon_types":[2488]}"#,
            all([
                attacker(ids(Field::WeaponGroup, [55])),
                attacker(ids(Field::Weapon, [2_488])),
            ]),
        ),
        (
            r#"{"require_victim_alliances":[99000001],"exclude_victim_corporations":[98000001]}"#,
            all([
                victim(ids(Field::Alliance, [99_000_001])),
                not(victim(ids(Field::Corporation, [98_000_001]))),
            ]),
        ),
        (
            r#"{"exclude_victim_alliances":[99000001],"require_victim_corporations":[98000001]}"#,
            all([
                not(victim(ids(Field::Alliance, [99_000_001]))),
                victim(ids(Field::Corporation, [98_000_001])),
            ]),
        ),
        (
            r#"{"require_victim_factions":[500001],"exclude_victim_factions":[500002]}"#,
            all([
                victim(ids(Field::Faction, [500_001])),
                not(victim(ids(Field::Faction, [500_002]))),
            ]),
        ),
        (
            r#"{"require_victim_ship_groups":[513],"require_victim_ship_types":[670]}"#,
            all([
                victim(ids(Field::ShipGroup, [513])),
                victim(ids(Field::Ship, [670])),
            ]),
        ),
    ] {
        assert_eq!(tree(tracker), expected, "{tracker}");
    }
}

#[test]
fn alliances_and_corporations_are_both_required_of_any_attacker() {
    let tracker = r#"{
        "require_attacker_alliances": [99000001],
        "require_attacker_corporations": [98000001, 98000002]
    }"#;
    let expected = all([
        attacker(ids(Field::Alliance, [99_000_001])),
        attacker(ids(Field::Corporation, [98_000_001, 98_000_002])),
    ]);
    assert_eq!(tree(tracker), expected);
}

#[test]
fn with_the_final_blow_either_suffices_and_it_must_be_theirs() {
    let tracker = r#"{
        "require_attacker_alliances": [99000001],
        "require_attacker_corporations": [98000001],
        "require_attacker_organizations_final_blow": true
    }"#;
    let expected = attacker(all([
        flag(Field::FinalBlow),
        any([
            ids(Field::Alliance, [99_000_001]),
            ids(Field::Corporation, [98_000_001]),
        ]),
    ]));
    assert_eq!(tree(tracker), expected);
}

#[test]
fn a_final_blow_of_nobody_in_particular_is_refused() {
    insta::assert_snapshot!(
        error(r#"{"require_attacker_organizations_final_blow":true}"#),
        @"require_attacker_organizations_final_blow: no alliance or corporation is required, so nobody's final blow can match: list one, or switch it off"
    );
}

#[test]
fn excluding_several_means_none_of_them_and_says_so() {
    insta::assert_snapshot!(
        notes(r#"{"exclude_victim_alliances":[99000001,99000002],"exclude_attacker_factions":[500001]}"#),
        @"exclude_victim_alliances: none of them may be there; aa-killtracker 2.1.0 leaves a killmail out only if all of them are"
    );
}

#[test]
fn zero_is_a_value_where_it_means_something() {
    let tracker = r#"{
        "origin_solar_system": 30000142,
        "require_max_jumps": 0,
        "require_max_distance": 0.0,
        "require_min_value": 0,
        "require_min_attackers": 0,
        "require_max_attackers": 0
    }"#;
    let expected = all([
        jumps(0, 30_000_142),
        light_years(0, 30_000_142),
        compare(Field::AttackerCount, "<=", 0),
    ]);
    assert_eq!(tree(tracker), expected);
    insta::assert_snapshot!(notes(tracker), @r"
    require_max_jumps: 0 is taken at its word, only the origin itself is near enough; aa-killtracker takes 0 for not set
    require_max_distance: 0 is taken at its word, only the origin itself is near enough; aa-killtracker takes 0 for not set
    require_max_attackers: 0 is taken at its word, no killmail is without attackers: nothing matches; aa-killtracker takes 0 for not set
    ");
}

#[test]
fn blues_are_a_named_list_that_a_person_must_fill() {
    let tracker = r#"{"exclude_blue_attackers":true,"require_blue_victim":true}"#;
    let expected = all([
        not(attacker(list(Field::Who, "blues"))),
        victim(list(Field::Who, "blues")),
    ]);
    assert_eq!(tree(tracker), expected);
    insta::assert_snapshot!(notes(tracker), @r#"
    exclude_blue_attackers: blues are the named list "blues" here: put your friends into it. aa-killtracker keeps this setting but never looks at it
    require_blue_victim: blues are the named list "blues" here: put your friends into it. aa-killtracker keeps this setting but never looks at it
    "#);
}

#[test]
fn states_are_named_lists_of_characters() {
    let tracker = r#"{
        "require_attacker_states": ["Member", "Blue"],
        "exclude_victim_states": [{"name": "Guest"}]
    }"#;
    let expected = all([
        attacker(any([
            list(Field::Character, "Member"),
            list(Field::Character, "Blue"),
        ])),
        not(victim(list(Field::Character, "Guest"))),
    ]);
    assert_eq!(tree(tracker), expected);
    insta::assert_snapshot!(notes(tracker), @r#"
    require_attacker_states: the state is the named list "Member" here: put the characters of its members into it
    require_attacker_states: the state is the named list "Blue" here: put the characters of its members into it
    exclude_victim_states: the state is the named list "Guest" here: put the characters of its members into it
    "#);
}

#[test]
fn an_empty_tracker_matches_everything_and_says_so() {
    assert_eq!(tree("{}"), Expr::Const(true));
    insta::assert_snapshot!(
        super::trees::notes(Source::Killtracker, "{}"),
        @r"
    KILLTRACKER_KILLMAIL_MAX_AGE_FOR_TRACKER: aa-killtracker passes over killmails that come later than this setting of the whole app, 600 minutes unless changed; for the same, add `age <= 10h`
    the tracker: it has no condition: every killmail matches
    "
    );
}

#[test]
fn what_is_no_condition_is_left_out_with_a_note() {
    let tracker = r##"{
        "name": "Supers near home", "description": "", "color": "#ff0000", "webhook": 3,
        "ping_type": "PN", "ping_groups": [], "is_posting_name": true, "is_enabled": false,
        "identify_fleets": true, "require_npc_kills": true
    }"##;
    let found = imported(Source::Killtracker, tracker);
    assert_eq!(found.name.as_deref(), Some("Supers near home"));
    assert_eq!(found.expr, flag(Field::Npc));
    insta::assert_snapshot!(notes(tracker), @r"
    identify_fleets, color, webhook, is_posting_name: says how messages look or where they go: it is no part of a condition and was left out
    is_enabled: it is switched off there
    ");
}

#[test]
fn routes_and_kinds_of_space_that_differ_are_noted() {
    let tracker = r#"{
        "origin_solar_system": 30000142, "require_max_jumps": 3, "exclude_high_sec": true,
        "exclude_null_sec": true, "require_max_distance": 1.23456
    }"#;
    insta::assert_snapshot!(notes(tracker), @r"
    require_max_distance: rounded down to thousandths of a light-year
    require_max_jumps: jumps are counted by the shortest way, through high security too
    exclude_null_sec: Pochven and Zarzakh count as null security here
    ");
}

#[test]
fn a_dump_is_read_with_the_rows_that_it_refers_to() {
    let dump = r#"[
        {"model": "authentication.state", "pk": 2, "fields": {"name": "Member", "priority": 5}},
        {"model": "eveonline.eveallianceinfo", "pk": 3,
         "fields": {"alliance_id": 99000001, "alliance_name": "Some Alliance"}},
        {"model": "eveonline.evecorporationinfo", "pk": 3,
         "fields": {"corporation_id": 98000001, "corporation_name": "Some Corporation"}},
        {"model": "eveonline.evefactioninfo", "pk": 1,
         "fields": {"faction_id": 500001, "faction_name": "Caldari State"}},
        {"model": "killtracker.tracker", "pk": 1, "fields": {
            "name": "T", "require_victim_alliances": [3], "exclude_victim_corporations": [3],
            "require_attacker_factions": [1], "require_attacker_states": [2],
            "require_regions": [10000002], "require_max_jumps": null
        }}
    ]"#;
    let both =
        |field, id, name: &str| Expr::test(field, Check::In(vec![Ref::Both(id, name.into())]));
    let expected = all([
        ids(Field::Region, [10_000_002]),
        attacker(both(Field::Faction, 500_001, "Caldari State")),
        attacker(list(Field::Character, "Member")),
        victim(both(Field::Alliance, 99_000_001, "Some Alliance")),
        not(victim(both(
            Field::Corporation,
            98_000_001,
            "Some Corporation",
        ))),
    ]);
    let found = imported(Source::Killtracker, dump);
    assert_eq!(found.name.as_deref(), Some("T"));
    assert_eq!(found.expr, expected);
}

#[test]
fn a_row_number_is_never_taken_for_an_id() {
    insta::assert_snapshot!(
        error(r#"{"model":"killtracker.tracker","pk":1,"fields":{"require_victim_alliances":[3]}}"#),
        @"require_victim_alliances: 3 is the number of a row in Alliance Auth's database: dump eveonline.EveAllianceInfo along with the tracker, or write EVE's id, or the name"
    );
    insta::assert_snapshot!(
        error(r#"{"require_attacker_states":[2]}"#),
        @"require_attacker_states: 2 is the number of a row in Alliance Auth's database: dump authentication.State along with the tracker, or write the state's name"
    );
    let tracker = r#"{"require_victim_alliances":[{"id":3,"name":"Some Alliance"}]}"#;
    let expected = victim(names(Field::Alliance, ["Some Alliance"]));
    assert_eq!(tree(tracker), expected);
}

#[test]
fn what_is_wrong_with_a_tracker_is_said_in_words() {
    insta::assert_snapshot!(error("{"), @"this is not JSON: EOF while parsing an object at line 1 column 1");
    insta::assert_snapshot!(error("7"), @"the tracker: an object is expected, not 7");
    insta::assert_snapshot!(error("[]"), @"the tracker: there is none: a record of the model killtracker.tracker is expected");
    insta::assert_snapshot!(error(r#"[{"name":"a"},{"name":"b"}]"#), @"the tracker: there are 2 in one file (a, b); one is expected");
    insta::assert_snapshot!(error(r#"{"model":"killtracker.tracker"}"#), @"the tracker: a record of dumpdata has `model` as text and `fields` as an object");
    insta::assert_snapshot!(error(r#"{"require_characters":[1]}"#), @"require_characters: a tracker of aa-killtracker 2.1.0 has no such field");
    insta::assert_snapshot!(error(r#"{"exclude_high_sec":"yes"}"#), @r#"exclude_high_sec: true or false is expected, not "yes""#);
    insta::assert_snapshot!(error(r#"{"require_min_value":-1}"#), @"require_min_value: a number from 0 is expected, not -1");
    insta::assert_snapshot!(error(r#"{"require_min_value":"much"}"#), @r#"require_min_value: a number from 0 is expected, not "much""#);
    insta::assert_snapshot!(error(r#"{"require_min_value":1e40}"#), @"require_min_value: the number is too large");
    insta::assert_snapshot!(error(r#"{"require_max_jumps":5}"#), @"require_max_jumps: it is counted from origin_solar_system, which is not set");
    insta::assert_snapshot!(error(r#"{"require_regions":[0]}"#), @"require_regions: an id, a name, or an object of `id` and `name` is expected, not 0");
    insta::assert_snapshot!(error(r#"{"require_regions":[{"region":1}]}"#), @"require_regions: an id, a name, or an object of `id` and `name` is expected, not an object");
    insta::assert_snapshot!(error(r#"{"require_attacker_states":["a\nb"]}"#), @"require_attacker_states: the state becomes a named list, but a name has 1 to 64 characters, no control characters and no blanks at its ends");
}

#[test]
fn a_dump_of_several_trackers_is_imported_as_a_whole() {
    let all = |dump: &str| import_all(Source::Killtracker, dump, &TreeLimits::default());
    let trackers = all(r#"[
        {"model": "eveonline.evefactioninfo", "pk": 1, "fields": {"faction_id": 500001}},
        {"model": "killtracker.tracker", "pk": 1,
         "fields": {"name": "A", "require_victim_factions": [1]}},
        {"model": "killtracker.tracker", "pk": 2,
         "fields": {"name": "B", "require_npc_kills": true}}
    ]"#)
    .unwrap();
    let found: Vec<_> = trackers
        .iter()
        .map(|tracker| (tracker.name.as_deref(), tracker.expr.clone()))
        .collect();
    let expected = [
        (Some("A"), victim(ids(Field::Faction, [500_001]))),
        (Some("B"), flag(Field::Npc)),
    ];
    assert_eq!(found, expected);
    let error = all(r#"[{"name": "A"}, {"name": "B", "require_max_jumps": 3}]"#).unwrap_err();
    insta::assert_snapshot!(error, @"B: require_max_jumps: it is counted from origin_solar_system, which is not set");
}
