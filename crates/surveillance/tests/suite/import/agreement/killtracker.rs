//! aa-killtracker: every field that is set must hold, lists are any of them, excluded lists none.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::world::{
    ALLIANCES, CHARACTERS, CONSTELLATION_IDS, CORPORATIONS, FACTIONS, HULL_GROUPS, HULLS, LISTS,
    MODULE_GROUPS, MODULES, REGION_IDS, SYSTEM_IDS, group, place, security, universe,
};
use super::{Killmail, agree, id, list};
use killwire_surveillance::import::Source;

/// Fields that hold ids, with the ids that they may hold.
const LISTED: [(&str, &[i64]); 22] = [
    ("exclude_attacker_alliances", &ALLIANCES),
    ("require_attacker_alliances", &ALLIANCES),
    ("require_victim_alliances", &ALLIANCES),
    ("exclude_victim_alliances", &ALLIANCES),
    ("exclude_attacker_corporations", &CORPORATIONS),
    ("require_attacker_corporations", &CORPORATIONS),
    ("require_victim_corporations", &CORPORATIONS),
    ("exclude_victim_corporations", &CORPORATIONS),
    ("exclude_attacker_factions", &FACTIONS),
    ("require_attacker_factions", &FACTIONS),
    ("require_victim_factions", &FACTIONS),
    ("exclude_victim_factions", &FACTIONS),
    ("require_regions", &REGION_IDS),
    ("require_constellations", &CONSTELLATION_IDS),
    ("require_solar_systems", &SYSTEM_IDS),
    ("require_attackers_ship_groups", &HULL_GROUPS),
    ("require_attackers_ship_types", &HULLS),
    ("require_attackers_weapon_groups", &MODULE_GROUPS),
    ("require_attackers_weapon_types", &MODULES),
    ("require_victim_ship_groups", &HULL_GROUPS),
    ("require_victim_ship_types", &HULLS),
    ("unused", &CHARACTERS),
];

const FLAGS: [&str; 10] = [
    "exclude_blue_attackers",
    "require_blue_victim",
    "exclude_high_sec",
    "exclude_low_sec",
    "exclude_null_sec",
    "exclude_w_space",
    "exclude_npc_kills",
    "require_npc_kills",
    "exclude_war_kills",
    "require_war_kills",
];

const STATES: [&str; 4] = [
    "exclude_attacker_states",
    "require_attacker_states",
    "exclude_victim_states",
    "require_victim_states",
];

/// One field that is set.
fn field() -> impl Strategy<Value = (String, Value)> {
    let listed = select(LISTED.to_vec()).prop_flat_map(|(name, ids)| {
        let values = subsequence(ids.to_vec(), 1..=ids.len());
        values.prop_map(move |ids| (name.to_owned(), json!(ids)))
    });
    let states = (
        select(STATES.to_vec()),
        subsequence(vec!["Member", "Guest"], 1..=2),
    );
    let number = prop_oneof![
        (0..5_i64).prop_map(|jumps| ("require_max_jumps", json!(jumps))),
        (0..9_i64).prop_map(|half| ("require_max_distance", json!(half as f64 / 2.0))),
        select(vec![0, 1, 100, 500, 1_000, 5_000])
            .prop_map(|millions| ("require_min_value", json!(millions))),
        (0..4_i64).prop_map(|least| ("require_min_attackers", json!(least))),
        (0..4_i64).prop_map(|most| ("require_max_attackers", json!(most))),
    ];
    prop_oneof![
        4 => listed,
        1 => select(FLAGS.to_vec()).prop_map(|name| (name.to_owned(), json!(true))),
        1 => states.prop_map(|(name, states)| (name.to_owned(), json!(states))),
        1 => number.prop_map(|(name, value)| (name.to_owned(), value)),
    ]
}

fn tracker() -> impl Strategy<Value = Map<String, Value>> {
    let origin = option::of(select(SYSTEM_IDS.to_vec()));
    (prop::collection::vec(field(), 0..4), origin, any::<bool>()).prop_map(
        |(fields, origin, blow)| {
            let mut tracker: Map<String, Value> = fields.into_iter().collect();
            tracker.remove("unused");
            tracker.insert("name".to_owned(), json!("T"));
            let distant = ["require_max_jumps", "require_max_distance"];
            if let Some(origin) = origin {
                tracker.insert("origin_solar_system".to_owned(), json!(origin));
            } else {
                distant.iter().for_each(|name| drop(tracker.remove(*name)));
            }
            let listed = [
                "require_attacker_alliances",
                "require_attacker_corporations",
            ];
            if blow && listed.iter().any(|name| tracker.contains_key(*name)) {
                let toggle = "require_attacker_organizations_final_blow".to_owned();
                tracker.insert(toggle, json!(true));
            }
            tracker
        },
    )
}

/// The tracker, read straight from what its fields say.
struct Tracker<'a>(&'a Map<String, Value>);

impl Tracker<'_> {
    fn ids(&self, name: &str) -> Option<Vec<i64>> {
        let ids = self.0.get(name)?.as_array()?;
        Some(ids.iter().filter_map(Value::as_i64).collect())
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    /// Whether somebody's member is among the ids of a field; none where the field is not set.
    fn has(&self, name: &str, among: &[Value], member: &str) -> Option<bool> {
        let ids = self.ids(name)?;
        let here = |one: &Value| id(one, member).is_some_and(|id| ids.contains(&id));
        Some(among.iter().any(here))
    }

    /// The same by the group of a type.
    fn has_group(&self, name: &str, among: &[Value], member: &str) -> Option<bool> {
        let ids = self.ids(name)?;
        let here = |one: &Value| id(one, member).is_some_and(|id| ids.contains(&group(id)));
        Some(among.iter().any(here))
    }

    fn in_state(&self, name: &str, among: &[Value]) -> Option<bool> {
        let states = self.0.get(name)?.as_array()?;
        let members = LISTS
            .iter()
            .filter(|(state, ..)| states.contains(&json!(state)));
        let members: Vec<i64> = members.flat_map(|(_, _, ids)| ids.to_vec()).collect();
        let here = |one: &Value| id(one, "character_id").is_some_and(|id| members.contains(&id));
        Some(among.iter().any(here))
    }

    fn place_fits(&self, system: i64) -> bool {
        let (constellation, region) = place(system);
        let true_security = security(system);
        let wormhole = (31_000_000..32_000_000).contains(&system);
        let abyssal = (32_000_000..33_000_000).contains(&system);
        let known = !wormhole && !abyssal;
        let is = |name: &str, id: i64| self.ids(name).is_none_or(|ids| ids.contains(&id));
        let from_origin = || {
            let origin = self.0.get("origin_solar_system").and_then(Value::as_i64);
            (
                origin.unwrap().try_into().unwrap(),
                system.try_into().unwrap(),
            )
        };
        let near = self.number("require_max_jumps").is_none_or(|most| {
            let (origin, system) = from_origin();
            let jumps = universe().jumps(origin, system);
            jumps.is_some_and(|jumps| f64::from(jumps) <= most)
        });
        let close = self.number("require_max_distance").is_none_or(|most| {
            let (origin, system) = from_origin();
            let distance = universe().light_years(origin, system);
            origin == system || distance.is_some_and(|distance| distance <= most)
        });
        is("require_solar_systems", system)
            && is("require_constellations", constellation)
            && is("require_regions", region)
            && near
            && close
            && !(self.is("exclude_high_sec") && known && true_security >= 0.45)
            && !(self.is("exclude_low_sec") && known && (0.0..0.45).contains(&true_security))
            && !(self.is("exclude_null_sec") && known && true_security < 0.0)
            && !(self.is("exclude_w_space") && wormhole)
    }

    fn attackers_fit(&self, attackers: &[Value]) -> bool {
        let required = |found: Option<bool>| found.unwrap_or(true);
        let excluded = |found: Option<bool>| !found.unwrap_or(false);
        let organisations = if self.is("require_attacker_organizations_final_blow") {
            let blow: Vec<Value> = attackers
                .iter()
                .filter(|attacker| attacker["final_blow"] == json!(true))
                .cloned()
                .collect();
            self.has("require_attacker_alliances", &blow, "alliance_id") == Some(true)
                || self.has("require_attacker_corporations", &blow, "corporation_id") == Some(true)
        } else {
            required(self.has("require_attacker_alliances", attackers, "alliance_id"))
                && required(self.has("require_attacker_corporations", attackers, "corporation_id"))
        };
        let blue = |one: &Value| id(one, "alliance_id") == Some(99_000_001);
        organisations
            && excluded(self.has("exclude_attacker_alliances", attackers, "alliance_id"))
            && excluded(self.has("exclude_attacker_corporations", attackers, "corporation_id"))
            && excluded(self.has("exclude_attacker_factions", attackers, "faction_id"))
            && required(self.has("require_attacker_factions", attackers, "faction_id"))
            && required(self.in_state("require_attacker_states", attackers))
            && excluded(self.in_state("exclude_attacker_states", attackers))
            && !(self.is("exclude_blue_attackers") && attackers.iter().any(blue))
            && required(self.has_group("require_attackers_ship_groups", attackers, "ship_type_id"))
            && required(self.has("require_attackers_ship_types", attackers, "ship_type_id"))
            && required(self.has_group(
                "require_attackers_weapon_groups",
                attackers,
                "weapon_type_id",
            ))
            && required(self.has(
                "require_attackers_weapon_types",
                attackers,
                "weapon_type_id",
            ))
    }

    fn victim_fits(&self, victim: &Value) -> bool {
        let victim = std::slice::from_ref(victim);
        let required = |found: Option<bool>| found.unwrap_or(true);
        let excluded = |found: Option<bool>| !found.unwrap_or(false);
        let blue = id(&victim[0], "alliance_id") == Some(99_000_001);
        required(self.has("require_victim_alliances", victim, "alliance_id"))
            && excluded(self.has("exclude_victim_alliances", victim, "alliance_id"))
            && required(self.has("require_victim_corporations", victim, "corporation_id"))
            && excluded(self.has("exclude_victim_corporations", victim, "corporation_id"))
            && required(self.has("require_victim_factions", victim, "faction_id"))
            && excluded(self.has("exclude_victim_factions", victim, "faction_id"))
            && required(self.in_state("require_victim_states", victim))
            && excluded(self.in_state("exclude_victim_states", victim))
            && (!self.is("require_blue_victim") || blue)
            && required(self.has_group("require_victim_ship_groups", victim, "ship_type_id"))
            && required(self.has("require_victim_ship_types", victim, "ship_type_id"))
    }

    fn finds(&self, killmail: &Killmail) -> bool {
        let json = &killmail.json;
        let attackers = list(json, "attackers");
        let count = attackers.len() as f64;
        let npc = json["zkb"]["npc"] == json!(true);
        let war = json.get("war_id").is_some();
        let worth = json["zkb"].get("totalValue").and_then(Value::as_f64);
        let worth_fits = self.number("require_min_value").is_none_or(|millions| {
            millions == 0.0 || worth.is_some_and(|worth| worth >= millions * 1e6)
        });
        worth_fits
            && self
                .number("require_min_attackers")
                .is_none_or(|least| count >= least)
            && self
                .number("require_max_attackers")
                .is_none_or(|most| count <= most)
            && !(self.is("exclude_npc_kills") && npc)
            && (!self.is("require_npc_kills") || npc)
            && !(self.is("exclude_war_kills") && war)
            && (!self.is("require_war_kills") || war)
            && self.place_fits(id(json, "solar_system_id").unwrap())
            && self.attackers_fit(attackers)
            && self.victim_fits(&json["victim"])
    }
}

#[test]
fn a_tracker_finds_what_its_fields_say() {
    agree(
        Source::Killtracker,
        tracker(),
        |tracker| Value::Object(tracker.clone()).to_string(),
        |tracker, killmail| Tracker(tracker).finds(killmail),
    );
}
