//! eveDMV's filter trees.

use killwire_surveillance::import::Source;
use killwire_surveillance::tree::{Expr, Field, Has};

use super::trees::{
    all, any, attacker, compare, exists, flag, ids, imported, names, not, victim, words,
};

fn tree(text: &str) -> Expr {
    super::trees::tree(Source::EveDmv, text)
}

fn notes(text: &str) -> String {
    super::trees::notes(Source::EveDmv, text)
}

fn error(text: &str) -> String {
    super::trees::error(Source::EveDmv, text)
}

fn leaf(field: &str, operator: &str, value: &str) -> String {
    format!(r#"{{"field":"{field}","operator":"{operator}","value":{value}}}"#)
}

#[test]
fn every_field_becomes_its_condition() {
    for (field, operator, value, expected) in [
        ("killmail_id", "gt", "5", compare(Field::Id, ">", 5)),
        (
            "killmail_id",
            "in",
            "[5,6]",
            any([compare(Field::Id, "=", 5), compare(Field::Id, "=", 6)]),
        ),
        (
            "killmail_time",
            "gte",
            r#""2026-01-01T00:00:00Z""#,
            compare(Field::Time, ">=", 1_767_225_600),
        ),
        (
            "killmail_time",
            "lt",
            r#""2026-01-01 00:00:00.5""#,
            compare(Field::Time, "<=", 1_767_225_600),
        ),
        (
            "victim_character_id",
            "eq",
            "90000001",
            victim(ids(Field::Character, [90_000_001])),
        ),
        (
            "victim_corporation_id",
            "in",
            r#"[98000001,"98000002"]"#,
            victim(ids(Field::Corporation, [98_000_001, 98_000_002])),
        ),
        (
            "victim_alliance_id",
            "not_in",
            "[99000001]",
            not(victim(ids(Field::Alliance, [99_000_001]))),
        ),
        (
            "victim_alliance_id",
            "eq",
            "null",
            not(victim(exists(Field::Alliance))),
        ),
        (
            "victim_alliance_id",
            "ne",
            "null",
            victim(exists(Field::Alliance)),
        ),
        (
            "victim_ship_type_id",
            "ne",
            "670",
            not(victim(ids(Field::Ship, [670]))),
        ),
        (
            "victim_ship_name",
            "in",
            r#"["Rifter","Punisher"]"#,
            victim(names(Field::Ship, ["Rifter", "Punisher"])),
        ),
        (
            "victim_character_name",
            "eq",
            r#""Somebody""#,
            victim(names(Field::Character, ["Somebody"])),
        ),
        (
            "victim_corporation_name",
            "eq",
            r#""Some Corporation""#,
            victim(names(Field::Corporation, ["Some Corporation"])),
        ),
        (
            "victim_alliance_name",
            "not_in",
            r#"["Some Alliance"]"#,
            not(victim(names(Field::Alliance, ["Some Alliance"]))),
        ),
        (
            "solar_system_id",
            "in",
            "[30000142,30002187]",
            ids(Field::System, [30_000_142, 30_002_187]),
        ),
        (
            "system_id",
            "ne",
            "30000142",
            not(ids(Field::System, [30_000_142])),
        ),
        (
            "solar_system_name",
            "eq",
            r#""Jita""#,
            names(Field::System, ["Jita"]),
        ),
        (
            "final_blow_character_id",
            "eq",
            "90000001",
            attacker(all([
                flag(Field::FinalBlow),
                ids(Field::Character, [90_000_001]),
            ])),
        ),
        (
            "final_blow_character_id",
            "not_in",
            "[90000001]",
            not(attacker(all([
                flag(Field::FinalBlow),
                ids(Field::Character, [90_000_001]),
            ]))),
        ),
        (
            "total_value",
            "gt",
            "100000000",
            compare(Field::Value, ">", 10_000_000_000),
        ),
        (
            "isk_value",
            "lte",
            r#""5e9""#,
            compare(Field::Value, "<=", 500_000_000_000),
        ),
        (
            "fitted_value",
            "lt",
            "0.25",
            compare(Field::FittedValue, "<", 25),
        ),
        (
            "ship_value",
            "gte",
            "1000000",
            compare(Field::HullValue, ">=", 100_000_000),
        ),
        (
            "attacker_count",
            "ne",
            "1",
            not(compare(Field::AttackerCount, "=", 1)),
        ),
        (
            "module_tags",
            "contains_any",
            r#"["T2","drone"]"#,
            words(Field::Tags, Has::Any, ["T2", "Drone"]),
        ),
        (
            "module_tags",
            "contains_all",
            r#"["T2","Hybrid"]"#,
            words(Field::Tags, Has::All, ["T2", "Hybrid"]),
        ),
        (
            "noteworthy_modules",
            "not_contains",
            r#"["Officer"]"#,
            not(words(Field::Tags, Has::Any, ["Officer"])),
        ),
        (
            "kill_category",
            "eq",
            r#""solo""#,
            compare(Field::AttackerCount, "=", 1),
        ),
        (
            "kill_category",
            "in",
            r#"["small_gang","fleet"]"#,
            any([
                all([
                    compare(Field::AttackerCount, ">=", 2),
                    compare(Field::AttackerCount, "<=", 5),
                ]),
                compare(Field::AttackerCount, ">", 20),
            ]),
        ),
        (
            "kill_category",
            "ne",
            r#""medium_gang""#,
            not(all([
                compare(Field::AttackerCount, ">=", 6),
                compare(Field::AttackerCount, "<=", 20),
            ])),
        ),
        (
            "victim_ship_category",
            "eq",
            r#""destroyer""#,
            victim(ids(Field::ShipGroup, [420, 541, 1305, 1534])),
        ),
    ] {
        let text = leaf(field, operator, value);
        assert_eq!(tree(&text), expected, "{text}");
        let rule = text.replacen('{', r#"{"type":"rule","#, 1);
        assert_eq!(tree(&rule), expected, "{rule}");
    }
}

#[test]
fn both_dialects_nest_and_may_be_mixed() {
    let expected = all([
        compare(Field::Value, ">", 10_000_000_000),
        any([
            ids(Field::System, [30_000_142]),
            victim(ids(Field::Ship, [587])),
        ]),
    ]);
    let big = leaf("total_value", "gt", "100000000");
    let jita = leaf("solar_system_id", "eq", "30000142");
    let rifter = leaf("victim_ship_type_id", "eq", "587");
    for text in [
        format!(
            r#"{{"condition":"and","rules":[{big},{{"condition":"or","rules":[{jita},{rifter}]}}]}}"#
        ),
        format!(
            r#"{{"type":"and","children":[{big},{{"type":"or","children":[{jita},{rifter}]}}]}}"#
        ),
        format!(
            r#"{{"condition":"AND","rules":[{big},{{"type":"or","children":[{jita},{rifter}]}}]}}"#
        ),
    ] {
        assert_eq!(tree(&text), expected, "{text}");
    }
}

#[test]
fn a_profile_is_its_tree_and_its_name() {
    let profile = format!(
        r#"{{"id":"7","name":"Big ones","is_active":true,"description":null,
            "notification_settings":{{"volume":0.5}},"filter_tree":{}}}"#,
        leaf("total_value", "gte", "1")
    );
    let found = imported(Source::EveDmv, &profile);
    assert_eq!(found.name.as_deref(), Some("Big ones"));
    assert_eq!(found.expr, compare(Field::Value, ">=", 100));
    insta::assert_snapshot!(notes(&profile), @r"
    is_active: it is no part of a condition and was left out
    notification_settings: it is no part of a condition and was left out
    ");
}

#[test]
fn what_is_understood_differently_is_said() {
    assert_eq!(notes(&leaf("total_value", "gte", "1")), "");
    insta::assert_snapshot!(
        notes(&leaf("ship_value", "gte", "1")),
        @"ship_value: the hull alone; where eveDMV had no such figure it took what was destroyed"
    );
    insta::assert_snapshot!(
        notes(&leaf("victim_ship_category", "eq", r#""other""#)),
        @"victim_ship_category: read by the groups of hulls; eveDMV told them apart by ranges of type ids that overlap"
    );
    insta::assert_snapshot!(
        notes(&leaf("noteworthy_modules", "contains_any", r#"["T2"]"#)),
        @"noteworthy_modules: read as module tags"
    );
}

#[test]
fn what_is_wrong_with_a_tree_is_said_in_words() {
    insta::assert_snapshot!(error(""), @"this is not JSON: EOF while parsing a value at line 1 column 0");
    insta::assert_snapshot!(error("null"), @"the tree: an object is expected, not null");
    insta::assert_snapshot!(error(r#"{"filter_tree":null}"#), @"the tree: an object is expected, not null");
    insta::assert_snapshot!(error(r#"{"criteria":{"type":"corporation_watch"}}"#), @"criteria: profiles of criteria are another kind: only filter trees can be imported");
    insta::assert_snapshot!(error(r#"{"filter_tree":{},"sharing":1}"#), @"sharing: a profile of eveDMV has no such member");
    insta::assert_snapshot!(error(r#"{"condition":"and","rules":[]}"#), @"the tree: `rules` is empty: one at least is expected");
    insta::assert_snapshot!(error(r#"{"condition":"and","children":[]}"#), @"the tree: `rules` is expected, a list");
    insta::assert_snapshot!(error(r#"{"condition":"not","rules":[1]}"#), @r#"the tree: "and" or "or" is expected, not "not""#);
    insta::assert_snapshot!(error(r#"{"condition":"and","type":"and"}"#), @"the tree: `condition` and `type` are of two dialects: one of them is expected");
    insta::assert_snapshot!(error(r#"{"condition":"and","rules":[7]}"#), @"rules[0]: an object is expected, not 7");
    insta::assert_snapshot!(error(r#"{"condition":"and","rules":[{"field":"total_value"}]}"#), @"rules[0]: `operator` is expected, as text");
    insta::assert_snapshot!(error(r#"{"field":"total_value","operator":"gt","value":1,"not":true}"#), @"the tree: `not` is not known here");
    insta::assert_snapshot!(error(&leaf("region_id", "eq", "1")), @"region_id: a filter tree of eveDMV has no such field");
    insta::assert_snapshot!(error(&leaf("total_value", "like", "1")), @r#"total_value: "like" is no operator: eq, ne, gt, lt, gte, lte, in, not_in, contains_any, contains_all or not_contains is expected"#);
    insta::assert_snapshot!(error(&leaf("total_value", "contains_any", "[1]")), @"total_value: this field takes eq, ne, gt, lt, gte, lte, in and not_in");
    insta::assert_snapshot!(error(&leaf("total_value", "gt", r#""5b""#)), @r#"total_value: a number is expected, not "5b""#);
    insta::assert_snapshot!(error(&leaf("victim_ship_type_id", "gt", "1")), @"victim_ship_type_id: this field takes eq, ne, in and not_in");
    insta::assert_snapshot!(error(&leaf("victim_ship_type_id", "in", "[]")), @"victim_ship_type_id: a list with something in it is expected, not a list");
    insta::assert_snapshot!(error(&leaf("victim_ship_type_id", "eq", "-1")), @"victim_ship_type_id: an id above 0 is expected, not -1");
    insta::assert_snapshot!(error(&leaf("victim_ship_name", "eq", "587")), @"victim_ship_name: a name is expected, not 587");
    insta::assert_snapshot!(error(&leaf("killmail_time", "gt", r#""soon""#)), @r#"killmail_time: a time such as 2026-11-25T18:30:00Z is expected, not "soon""#);
    insta::assert_snapshot!(error(&leaf("killmail_time", "gt", r#""1090-01-01""#)), @r#"killmail_time: a time such as 2026-11-25T18:30:00Z is expected, not "1090-01-01""#);
    insta::assert_snapshot!(error(&leaf("module_tags", "in", r#"["T2"]"#)), @"module_tags: this field takes contains_any, contains_all and not_contains");
    insta::assert_snapshot!(error(&leaf("module_tags", "contains_any", r#"["T2 Guns"]"#)), @r#"module_tags: "T2 Guns" is no module tag here: docs/module-tags.md lists them"#);
    insta::assert_snapshot!(error(&leaf("kill_category", "eq", r#""expensive""#)), @r#"kill_category: "expensive": eveDMV never says so: use total_value gt 1000000000"#);
    insta::assert_snapshot!(error(&leaf("kill_category", "eq", r#""blob""#)), @r#"kill_category: "blob": solo, small_gang, medium_gang or fleet is expected"#);
    insta::assert_snapshot!(error(&leaf("victim_ship_category", "eq", r#""boat""#)), @"victim_ship_category: frigate, destroyer, cruiser, battlecruiser, battleship, industrial, capital or other is expected");
}
