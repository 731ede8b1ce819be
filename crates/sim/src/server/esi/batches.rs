//! `POST /universe/names` and `POST /characters/affiliation`: many ids at once.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Found;
use crate::directory::Directory;
use crate::server::State;
use crate::server::reply::Reply;

/// How many ids a batch may have.
const MAX_IDS: usize = 1_000;

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

fn batch(
    state: &mut State,
    body: &[u8],
    now: Timestamp,
    unknown: &str,
    row: impl Fn(i64) -> Option<Value>,
) -> Found {
    let refused = |status, text: &str| Found::Refused(Reply::esi_error(status, text));
    let Ok(ids) = serde_json::from_slice::<Vec<i64>>(body) else {
        return refused(400, "expected a list of ids");
    };
    state.rules.esi_batch_ids += ids.len() as u64;
    if ids.len() > MAX_IDS {
        let detail = format!("{} ids in one batch, {MAX_IDS} are allowed", ids.len());
        state.rules.breach("esi-batch-size", now, detail);
        return refused(400, "more than 1000 ids");
    }
    if ids.is_empty() {
        return refused(400, "no ids");
    }
    let mut seen = HashSet::with_capacity(ids.len());
    if !ids.iter().all(|id| seen.insert(*id)) {
        return refused(400, "ids are not unique");
    }
    let rows: Option<Vec<Value>> = ids.into_iter().map(row).collect();
    match rows {
        Some(rows) => Found::Body(Value::from(rows).to_string().into_bytes()),
        None => refused(404, unknown),
    }
}
