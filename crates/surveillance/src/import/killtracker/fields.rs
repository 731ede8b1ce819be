//! A tracker's fields, by name and kind.

use serde_json::Value;

use super::file::{File, Table, Tracker};
use crate::import::decimal::Decimal;
use crate::import::{ImportError, json};
use crate::tree::Ref;

/// The fields that are conditions, or change one.
const CONDITIONS: [&str; 42] = [
    "origin_solar_system",
    "require_max_jumps",
    "require_max_distance",
    "exclude_attacker_alliances",
    "require_attacker_alliances",
    "require_victim_alliances",
    "exclude_victim_alliances",
    "exclude_attacker_corporations",
    "require_attacker_corporations",
    "require_attacker_organizations_final_blow",
    "require_victim_corporations",
    "exclude_victim_corporations",
    "exclude_attacker_states",
    "require_attacker_states",
    "exclude_victim_states",
    "require_victim_states",
    "exclude_attacker_factions",
    "require_attacker_factions",
    "require_victim_factions",
    "exclude_victim_factions",
    "exclude_blue_attackers",
    "require_blue_victim",
    "require_min_attackers",
    "require_max_attackers",
    "exclude_high_sec",
    "exclude_low_sec",
    "exclude_null_sec",
    "exclude_w_space",
    "require_regions",
    "require_constellations",
    "require_solar_systems",
    "require_min_value",
    "require_attackers_ship_groups",
    "require_attackers_ship_types",
    "require_attackers_weapon_groups",
    "require_attackers_weapon_types",
    "require_victim_ship_groups",
    "require_victim_ship_types",
    "exclude_npc_kills",
    "require_npc_kills",
    "exclude_war_kills",
    "require_war_kills",
];

/// The fields that say how messages look and where they go.
const PRESENTATION: [&str; 7] = [
    "identify_fleets",
    "description",
    "color",
    "webhook",
    "ping_type",
    "ping_groups",
    "is_posting_name",
];

/// What else a tracker has.
const OTHERS: [&str; 4] = ["name", "is_enabled", "id", "pk"];

/// What a field refers to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    /// Static data, by EVE's ids in any form.
    Static,
    /// Rows of Alliance Auth, by their numbers where the tracker was dumped.
    Row(Table),
}

pub(super) struct Fields<'a> {
    file: &'a File<'a>,
    tracker: Tracker<'a>,
}

impl<'a> Fields<'a> {
    /// The tracker's fields, all of which are known.
    pub(super) fn of(file: &'a File<'a>, tracker: Tracker<'a>) -> Result<Self, ImportError> {
        let known = |name: &str| {
            let lists: [&[&str]; 3] = [&CONDITIONS, &PRESENTATION, &OTHERS];
            lists.iter().any(|list| list.contains(&name))
        };
        match tracker.fields.keys().find(|name| !known(name)) {
            None => Ok(Self { file, tracker }),
            Some(name) => Err(ImportError::shape(
                name,
                "a tracker of aa-killtracker 2.1.0 has no such field",
            )),
        }
    }

    /// A field that is set.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.tracker
            .fields
            .get(name)
            .filter(|value| !value.is_null())
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, ImportError> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(unexpected(name, other, "true or false")),
        }
    }

    /// A number that is not negative.
    pub(super) fn number(&self, name: &str) -> Result<Option<Decimal>, ImportError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match json::decimal(value) {
            Some(number) if number.scaled(0).is_none_or(|(floor, _)| floor >= 0) => {
                Ok(Some(number))
            }
            _ => Err(unexpected(name, value, "a number from 0")),
        }
    }

    /// A reference, where the field is set.
    pub(super) fn one(&self, name: &str, link: Link) -> Result<Option<Ref>, ImportError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => self.reference(name, link, value).map(Some),
        }
    }

    /// References, where the field is set: one or a list.
    pub(super) fn refs(&self, name: &str, link: Link) -> Result<Vec<Ref>, ImportError> {
        let values = match self.get(name) {
            None => &[],
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        values
            .iter()
            .map(|value| self.reference(name, link, value))
            .collect()
    }

    fn reference(&self, name: &str, link: Link, value: &Value) -> Result<Ref, ImportError> {
        const EXPECTED: &str = "an id, a name, or an object of `id` and `name`";
        if let Value::Object(object) = value {
            let strange = object
                .keys()
                .find(|key| !matches!(key.as_str(), "id" | "name"));
            let set = |key: &str| object.get(key).filter(|value| !value.is_null());
            let id = set("id").map(json::id);
            let text = set("name").map(json::text);
            return match (strange, id, text) {
                (None, Some(Some(id)), Some(Some(text))) => Ok(both(link, id, text)),
                (None, Some(Some(id)), None) => self.by_number(name, link, id),
                (None, None, Some(Some(text))) => Ok(Ref::Name(text.into())),
                _ => Err(unexpected(name, value, EXPECTED)),
            };
        }
        match (json::id(value), json::text(value)) {
            (Some(id), _) => self.by_number(name, link, id),
            (None, Some(text)) => Ok(Ref::Name(text.into())),
            (None, None) => Err(unexpected(name, value, EXPECTED)),
        }
    }

    fn by_number(&self, name: &str, link: Link, number: i64) -> Result<Ref, ImportError> {
        match link {
            Link::Static => Ok(Ref::Id(number)),
            Link::Row(table) => self.file.row(self.tracker, name, table, number),
        }
    }

    /// The fields of presentation that say something.
    pub(super) fn presentation(&self) -> Vec<&'static str> {
        let says = |value: &Value| match value {
            Value::Bool(flag) => *flag,
            Value::String(text) => !text.is_empty() && text != "PN",
            Value::Array(list) => !list.is_empty(),
            _ => true,
        };
        PRESENTATION
            .into_iter()
            .filter(|name| self.get(name).is_some_and(says))
            .collect()
    }

    pub(super) fn is_switched_off(&self) -> bool {
        self.get("is_enabled") == Some(&Value::Bool(false))
    }
}

/// A name with a number beside it, which may be that of a row.
fn both(link: Link, number: i64, name: &str) -> Ref {
    match link {
        Link::Row(table) if !table.can_be_id(number) => Ref::Name(name.into()),
        _ => Ref::Both(number, name.into()),
    }
}

fn unexpected(name: &str, value: &Value, expected: &str) -> ImportError {
    let problem = format!("{expected} is expected, not {}", json::shown(value));
    ImportError::shape(name, problem)
}
