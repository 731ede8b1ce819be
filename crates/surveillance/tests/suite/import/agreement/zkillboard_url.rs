//! zKillboard's addresses: what is said of those involved holds of one of them, on the side that is
//! asked for; everything else of the killmail.

use killwire_surveillance::import::Source;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::world::{
    ALLIANCES, CHARACTERS, CONSTELLATION_IDS, CORPORATIONS, FACTIONS, HULL_GROUPS, HULLS, LABELS,
    LOCATIONS, REGION_IDS, SYSTEM_IDS, WARS, group, place, security,
};
use super::{Killmail, agree, id, list};

/// What an address asks for, in the words of its path.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Id(&'static str, i64),
    Number(&'static str, i64),
    Word(&'static str),
    Label(&'static str),
    Month(i64, Option<i64>),
}

impl Part {
    fn path(&self) -> String {
        match self {
            Self::Id(name, number) | Self::Number(name, number) => format!("{name}/{number}/"),
            Self::Word(word) => format!("{word}/"),
            Self::Label(label) => format!("label/{}/", label.replace('#', "%23")),
            Self::Month(year, None) => format!("year/{year}/"),
            Self::Month(year, Some(month)) => format!("year/{year}/month/{month}/"),
        }
    }

    /// What may stand only once.
    fn kind(&self) -> &'static str {
        match self {
            Self::Id(name, _) | Self::Number(name, _) | Self::Word(name) => name,
            Self::Label(_) => "label",
            Self::Month(..) => "year",
        }
    }
}

const INVOLVED: [(&str, &[i64]); 6] = [
    ("characterID", &CHARACTERS),
    ("corporationID", &CORPORATIONS),
    ("allianceID", &ALLIANCES),
    ("factionID", &FACTIONS),
    ("shipTypeID", &HULLS),
    ("groupID", &HULL_GROUPS),
];

const PLACES: [(&str, &[i64]); 5] = [
    ("solarSystemID", &SYSTEM_IDS),
    ("constellationID", &CONSTELLATION_IDS),
    ("regionID", &REGION_IDS),
    ("locationID", &LOCATIONS),
    ("warID", &WARS),
];

const WORDS: [&str; 7] = [
    "solo", "ganked", "highsec", "lowsec", "nullsec", "w-space", "abyssal",
];

fn part() -> impl Strategy<Value = Part> {
    let of = |lists: &[(&'static str, &'static [i64])]| {
        select(lists.to_vec()).prop_flat_map(|(name, ids)| {
            select(ids.to_vec()).prop_map(move |id| Part::Id(name, id))
        })
    };
    let number = prop_oneof![
        (0..2_i64).prop_map(|set| Part::Number("npc", set)),
        (0..2_i64).prop_map(|set| Part::Number("awox", set)),
        select(vec![500_000_000, 1_000_000_000, 5_000_000_000])
            .prop_map(|isk| Part::Number("iskValue", isk)),
        select(vec![3_600, 86_400]).prop_map(|seconds| Part::Number("pastSeconds", seconds)),
    ];
    let month = select(vec![None, Some(1), Some(11), Some(12)]);
    prop_oneof![
        4 => of(&INVOLVED),
        2 => of(&PLACES),
        2 => number,
        2 => select(WORDS.to_vec()).prop_map(Part::Word),
        1 => select(LABELS.to_vec()).prop_map(Part::Label),
        1 => (2025..2027_i64, month).prop_map(|(year, month)| Part::Month(year, month)),
    ]
}

#[derive(Clone, Debug)]
struct Address {
    parts: Vec<Part>,
    side: Option<&'static str>,
    final_blow: bool,
}

fn address() -> impl Strategy<Value = Address> {
    let parts = prop::collection::vec(part(), 1..4);
    let side = select(vec![None, Some("kills"), Some("losses")]);
    (parts, side, any::<bool>()).prop_map(|(mut parts, side, final_blow)| {
        let mut kinds = Vec::new();
        parts.retain(|part| {
            let new = !kinds.contains(&part.kind());
            kinds.push(part.kind());
            new
        });
        let involved = parts.iter().any(is_involved);
        Address {
            parts,
            side,
            final_blow: final_blow && involved && side != Some("losses"),
        }
    })
}

fn is_involved(part: &Part) -> bool {
    INVOLVED.iter().any(|(name, _)| *name == part.kind())
}

impl Address {
    fn text(&self) -> String {
        let parts: String = self.parts.iter().map(Part::path).collect();
        let blow = if self.final_blow {
            "finalblow-only/"
        } else {
            ""
        };
        let side = self.side.map(|side| format!("{side}/")).unwrap_or_default();
        format!("https://zkillboard.com/api/{parts}{blow}{side}")
    }

    fn finds(&self, killmail: &Killmail) -> bool {
        let json = &killmail.json;
        let is_one = |one: &Value| {
            self.parts
                .iter()
                .filter(|part| is_involved(part))
                .all(|part| match part {
                    Part::Id("characterID", wanted) => id(one, "character_id") == Some(*wanted),
                    Part::Id("corporationID", wanted) => id(one, "corporation_id") == Some(*wanted),
                    Part::Id("allianceID", wanted) => id(one, "alliance_id") == Some(*wanted),
                    Part::Id("factionID", wanted) => id(one, "faction_id") == Some(*wanted),
                    Part::Id("shipTypeID", wanted) => id(one, "ship_type_id") == Some(*wanted),
                    Part::Id("groupID", wanted) => {
                        id(one, "ship_type_id").map(group) == Some(*wanted)
                    }
                    _ => false,
                })
                && (!self.final_blow || one.get("final_blow") == Some(&json!(true)))
        };
        let as_victim = is_one(&json["victim"]);
        let as_attacker = list(json, "attackers").iter().any(is_one);
        let involved = match self.side {
            Some("losses") => as_victim,
            Some(_) => as_attacker,
            None => as_victim || as_attacker,
        };
        let others = self.parts.iter().filter(|part| !is_involved(part));
        involved && others.into_iter().all(|part| holds(part, killmail))
    }
}

fn holds(part: &Part, killmail: &Killmail) -> bool {
    let (json, zkb) = (&killmail.json, &killmail.json["zkb"]);
    let system = id(json, "solar_system_id").unwrap();
    let (constellation, region) = place(system);
    let (true_security, known) = (security(system), region < 11_000_000);
    let labelled = |label: &str| list(zkb, "labels").contains(&json!(label));
    match part {
        Part::Id("solarSystemID", wanted) => system == *wanted,
        Part::Id("constellationID", wanted) => constellation == *wanted,
        Part::Id("regionID", wanted) => region == *wanted,
        Part::Id("locationID", wanted) => id(zkb, "locationID") == Some(*wanted),
        Part::Id("warID", wanted) => id(json, "war_id") == Some(*wanted),
        Part::Number(name @ ("npc" | "awox"), set) => zkb[name] == json!(*set == 1),
        Part::Number("iskValue", least) => zkb
            .get("totalValue")
            .and_then(Value::as_f64)
            .is_some_and(|worth| worth >= *least as f64),
        Part::Number("pastSeconds", most) => {
            killmail.published.as_second() - killmail.facts.time <= *most
        }
        Part::Word("solo") => zkb["solo"] == json!(true),
        Part::Word("ganked") => labelled("ganked"),
        Part::Word("highsec") => known && true_security >= 0.45,
        Part::Word("lowsec") => known && (0.0..0.45).contains(&true_security),
        Part::Word("nullsec") => known && true_security < 0.0,
        Part::Word("w-space") => (11_000_000..12_000_000).contains(&region),
        Part::Word("abyssal") => (12_000_000..13_000_000).contains(&region),
        Part::Label(label) => labelled(label),
        Part::Month(year, month) => {
            let begins = match month {
                Some(month) => format!("{year}-{month:02}-"),
                None => format!("{year}-"),
            };
            json["killmail_time"].as_str().unwrap().starts_with(&begins)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_address_finds_what_its_parts_say() {
    agree(
        Source::ZkillboardUrl,
        address(),
        Address::text,
        Address::finds,
    );
}
