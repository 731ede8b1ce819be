use killwire_killmail::{Document, Parsed, parse};
use killwire_universe::Universe;

use super::*;

fn read(query: &str) -> Result<Filter, FilterError> {
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let values = |name: &'static str| {
        let of_name = pairs.iter().filter(move |(key, _)| *key == name);
        of_name
            .flat_map(|(_, value)| value.split(','))
            .collect::<Vec<_>>()
    };
    let limits = FilterLimits { ids: 3, labels: 2 };
    Filter::parse(values, &Universe::empty(), limits)
}

fn refusal(query: &str) -> String {
    read(query).unwrap_err().to_string()
}

fn kill(zkb: &str) -> Facts {
    let body = format!(
        r#"{{"killmail_id":1,"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"victim":{{"character_id":91,"corporation_id":98,"ship_type_id":587,"damage_taken":440}},"attackers":[{{"character_id":92,"alliance_id":99,"ship_type_id":17703,"damage_done":440,"final_blow":true}},{{"ship_type_id":670,"damage_done":0,"final_blow":false}}],"zkb":{{{zkb}}}}}"#
    );
    let parsed: Parsed = match parse(body.as_bytes()).unwrap() {
        Document::Killmail(parsed) => *parsed,
        other => panic!("{other:?}"),
    };
    Facts::of(&parsed, None)
}

const ZKB: &str = r#""totalValue":150000000,"npc":false,"solo":true,"labels":["pvp","solo"]"#;

fn wants(query: &str) -> bool {
    read(query).unwrap().matches(&kill(ZKB), &Universe::empty())
}

#[test]
fn nothing_asked_for_is_everything_wanted() {
    assert!(wants(""));
    assert_eq!(read("").unwrap().to_string(), "everything");
}

#[test]
fn values_of_one_kind_are_alternatives() {
    assert!(wants("systems=30000142,30000144"));
    assert!(!wants("systems=30000144"));
    assert!(wants("labels=cat:6,pvp"));
    assert!(!wants("labels=cat:6"));
}

#[test]
fn kinds_are_joined() {
    assert!(wants("systems=30000142&characters=92"));
    assert!(!wants("systems=30000142&characters=93"));
    assert!(!wants("systems=30000144&characters=92"));
}

#[test]
fn people_and_hulls_are_found_on_either_side() {
    for query in [
        "characters=91",
        "characters=92",
        "corporations=98",
        "alliances=99",
        "ship_types=587",
        "ship_types=670",
    ] {
        assert!(wants(query), "{query}");
    }
    assert!(!wants("corporations=99"));
    assert!(!wants("ship_types=588"));
}

#[test]
fn a_value_is_written_as_people_write_it() {
    assert!(wants("min_value=150m"));
    assert!(wants("min_value=0.15b"));
    assert!(!wants("min_value=150000000.01"));
}

#[test]
fn an_unknown_value_is_not_above_any_other() {
    let free = read("min_value=0").unwrap();
    assert!(!free.matches(&kill(""), &Universe::empty()));
}

#[test]
fn what_a_killmail_does_not_say_of_npcs_and_solo_is_no() {
    assert!(wants("npc=false&solo=true"));
    assert!(!wants("solo=0"));
    let unsaid = kill("");
    let universe = Universe::empty();
    assert!(read("npc=false").unwrap().matches(&unsaid, &universe));
    assert!(!read("npc=true").unwrap().matches(&unsaid, &universe));
}

#[test]
fn without_static_data_no_region_is_known() {
    assert!(!wants("regions=10000002"));
    assert!(!wants("constellations=20000020"));
    assert!(!wants("ship_groups=25"));
}

#[test]
fn either_of_what_is_watched_is_enough() {
    let system = |id| SystemId::new(id).unwrap();
    let watching = |systems: &[i64], characters: &[i64]| Filter {
        watch: Some(Watch {
            systems: systems.iter().copied().map(system).collect(),
            characters: characters
                .iter()
                .map(|id| CharacterId::new(*id).unwrap())
                .collect(),
        }),
        ..Filter::default()
    };
    let (kill, universe) = (kill(ZKB), Universe::empty());
    assert!(watching(&[30_000_142], &[1]).matches(&kill, &universe));
    assert!(watching(&[1], &[92]).matches(&kill, &universe));
    assert!(!watching(&[1], &[1]).matches(&kill, &universe));
    let nothing = watching(&[], &[]);
    assert!(!nothing.matches(&kill, &universe));
    assert_eq!(nothing.to_string(), "nothing");
}

#[test]
fn what_cannot_be_used_is_named_with_what_would_do() {
    insta::assert_snapshot!(refusal("systems=Jita"), @r#"systems is "Jita": expected ids, or names of the game's static data"#);
    insta::assert_snapshot!(refusal("characters=x"), @r#"characters is "x": expected ids, whole numbers above 0"#);
    insta::assert_snapshot!(refusal("characters=0"), @r#"characters is "0": expected ids, whole numbers above 0"#);
    insta::assert_snapshot!(refusal("min_value=-1"), @r#"min_value is "-1": expected an amount of ISK from 0: 100000000, 100m or 1.5b"#);
    insta::assert_snapshot!(refusal("npc=perhaps"), @r#"npc is "perhaps": expected true or false"#);
    insta::assert_snapshot!(refusal("origin=old"), @r#"origin is "old": expected live, late or any"#);
    insta::assert_snapshot!(refusal("max_age=yesterday"), @r#"max_age is "yesterday": expected an age up to ten years: 90s, 15m, 24h or 7d"#);
    insta::assert_snapshot!(refusal("max_age=99999999999999999999d"), @r#"max_age is "99999999999999999999d": expected an age up to ten years: 90s, 15m, 24h or 7d"#);
    insta::assert_snapshot!(refusal("min_value=1&min_value=2"), @"min_value is given more than once");
    insta::assert_snapshot!(refusal("systems=1,2,3,4"), @"systems has 4 values: at most 3 are allowed");
    insta::assert_snapshot!(refusal("labels=a,b,c"), @"labels has 3 values: at most 2 are allowed");
}

#[test]
fn an_age_is_a_number_with_a_unit() {
    let age = |text: &str| {
        read(&format!("max_age={text}"))
            .unwrap()
            .max_age
            .unwrap()
            .as_secs()
    };
    assert_eq!(
        [age("90"), age("90s"), age("15m"), age("24h"), age("7d")],
        [90, 90, 900, 86_400, 604_800]
    );
}

#[test]
fn a_filter_says_in_short_what_it_asks_for() {
    let filter = read("systems=1,2&min_value=100m&npc=false&updates=1").unwrap();
    insta::assert_snapshot!(filter, @"2 systems, min_value 100m, npc false, with updates");
}
