//! `POST /universe/names` and `POST /characters/affiliation`: many ids at once; `POST /universe/ids`:
//! many names.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Found;
use crate::directory::Directory;
use crate::server::State;
use crate::server::reply::Reply;

/// How many ids a batch may have.
const MAX_IDS: usize = 1_000;
/// How many names a batch may have, and how many characters each.
const MAX_NAMES: usize = 500;
const MAX_NAME_CHARS: usize = 100;

/// Names of ids of any kind. One id that nobody bears fails them all.
pub(super) fn names(
    directory: &Directory,
    state: &mut State,
    body: &[u8],
    now: Timestamp,
) -> Found {
    batch(
        state,
        body,
        now,
        "Ensure all IDs are valid before resolving.",
        |id| {
            let known = directory.name(id)?;
            Some(json!({"category": known.category, "id": id, "name": known.name}))
        },
    )
}

/// Where pilots are now. One id that is no pilot's fails them all.
pub(super) fn affiliation(
    directory: &Directory,
    state: &mut State,
    body: &[u8],
    now: Timestamp,
) -> Found {
    batch(state, body, now, "Character not found", |id| {
        let character = directory.character(id)?;
        let mut row = json!({"character_id": id, "corporation_id": character.corporation_id});
        if let Some(alliance) = character.alliance_id {
            row["alliance_id"] = alliance.into();
        }
        if let Some(faction) = character.faction_id {
            row["faction_id"] = faction.into();
        }
        Some(row)
    })
}

/// Who and what bears one of some names, whatever the case. What nobody bears is left out.
pub(super) fn ids(directory: &Directory, state: &mut State, body: &[u8], now: Timestamp) -> Found {
    let names: Vec<String> = match questions(state, body, now, "names", MAX_NAMES) {
        Ok(names) => names,
        Err(reply) => return Found::Refused(reply),
    };
    let fits = |name: &String| (1..=MAX_NAME_CHARS).contains(&name.chars().count());
    if !names.iter().all(fits) {
        return Found::Refused(Reply::esi_error(400, "a name has 1 to 100 characters"));
    }
    let mut found: BTreeMap<&str, BTreeMap<i64, String>> = BTreeMap::new();
    for bearer in names.iter().flat_map(|name| directory.bearers(name)) {
        let list = found.entry(list_of(bearer.known.category)).or_default();
        list.insert(bearer.id, bearer.known.name);
    }
    let lists = found.into_iter().map(|(list, bearers)| {
        let rows = bearers.into_iter();
        let rows = rows.map(|(id, name)| json!({"id": id, "name": name}));
        (list.to_owned(), rows.collect::<Value>())
    });
    let body = Value::Object(lists.collect());
    Found::Body(body.to_string().into_bytes())
}

/// The list in which `POST /universe/ids` shows what `POST /universe/names` calls a category.
fn list_of(category: &str) -> &'static str {
    match category {
        "alliance" => "alliances",
        "character" => "characters",
        "constellation" => "constellations",
        "corporation" => "corporations",
        "faction" => "factions",
        "region" => "regions",
        "solar_system" => "systems",
        _ => "inventory_types",
    }
}

fn batch(
    state: &mut State,
    body: &[u8],
    now: Timestamp,
    unknown: &str,
    row: impl Fn(i64) -> Option<Value>,
) -> Found {
    let ids: Vec<i64> = match questions(state, body, now, "ids", MAX_IDS) {
        Ok(ids) => ids,
        Err(reply) => return Found::Refused(reply),
    };
    state.rules.esi_batch_ids += ids.len() as u64;
    let rows: Option<Vec<Value>> = ids.into_iter().map(row).collect();
    match rows {
        Some(rows) => Found::Body(Value::from(rows).to_string().into_bytes()),
        None => Found::Refused(Reply::esi_error(404, unknown)),
    }
}

/// What is asked for: a list of `limit` at most, in which nothing stands twice.
fn questions<T: DeserializeOwned + Eq + Hash>(
    state: &mut State,
    body: &[u8],
    now: Timestamp,
    what: &str,
    limit: usize,
) -> Result<Vec<T>, Reply> {
    let refused = |text: &str| Err(Reply::esi_error(400, text));
    let Ok(asked) = serde_json::from_slice::<Vec<T>>(body) else {
        return refused(&format!("expected a list of {what}"));
    };
    if asked.len() > limit {
        let detail = format!("{} {what} in one batch, {limit} are allowed", asked.len());
        state.rules.breach("esi-batch-size", now, detail);
        return refused(&format!("more than {limit} {what}"));
    }
    if asked.is_empty() {
        return refused(&format!("no {what}"));
    }
    let mut seen = HashSet::with_capacity(asked.len());
    if !asked.iter().all(|one| seen.insert(one)) {
        return refused(&format!("{what} are not unique"));
    }
    Ok(asked)
}
