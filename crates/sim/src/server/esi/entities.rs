//! Pilots, corporations and alliances one by one.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Found;
use crate::directory::Directory;
use crate::names;
use crate::server::reply::Reply;
use crate::time::later;

/// When the first pilots were born: the sixth of May 2003.
const FIRST_DAY: i64 = 1_052_179_200;

/// The academies, where everybody begins.
const ACADEMIES: [i64; 6] = [
    1_000_165, 1_000_166, 1_000_167, 1_000_168, 1_000_169, 1_000_170,
];

/// `GET /characters/{character_id}`
pub(super) fn character(directory: &Directory, id: i64) -> Found {
    let Some(character) = directory.character(id) else {
        return missing("Character not found");
    };
    let body = json!({
        "achievement_score": id % 9_000,
        "birthday": written(born(id)),
        "bloodline_id": 1 + id % 8,
        "corporation_id": character.corporation_id,
        "description": "",
        "gender": if id % 2 == 0 { "female" } else { "male" },
        "name": names::character(id),
        "race_id": 1_i64 << (id & 3),
        "security_status": character.security_status,
    });
    let body = with(body, "alliance_id", character.alliance_id);
    found(&with(body, "faction_id", character.faction_id))
}

/// `GET /characters/{character_id}/corporationhistory`, the newest first.
pub(super) fn history(directory: &Directory, id: i64) -> Found {
    let Some(character) = directory.character(id) else {
        return missing("Character not found");
    };
    let academy = |place: i64| ACADEMIES[usize::try_from(place.rem_euclid(6)).unwrap_or(0)];
    let mut corporations = vec![academy(id)];
    if id % 3 == 0 {
        corporations.push(academy(id / 3));
    }
    corporations.push(character.corporation_id);
    corporations.dedup();
    let mut rows: Vec<Value> = (0_i64..)
        .zip(corporations)
        .map(|(place, corporation)| {
            let since = later(born(id), SignedDuration::from_hours(24 * 97 * place));
            json!({
                "corporation_id": corporation,
                "record_id": 1_000_000 + id % 40_000_000 * 4 + place,
                "start_date": written(since),
            })
        })
        .collect();
    rows.reverse();
    found(&Value::from(rows))
}

/// `GET /corporations/{corporation_id}`
pub(super) fn corporation(directory: &Directory, id: i64) -> Found {
    let Some(corporation) = directory.corporation(id) else {
        return missing("Corporation not found");
    };
    let of_players = corporation.of_players;
    let body = json!({
        "date_founded": written(born(id)),
        "description": "",
        "friendly_fire": "legal",
        "home_station_id": 60_003_760,
        "member_count": corporation.members,
        "name": corporation.name,
        "shares": 1_000,
        "state": "active",
        "tax_rates": {"isk": 10.0, "loyalty_point": 0.0},
        "ticker": corporation.ticker,
        "type": if of_players { "player_owned" } else { "npc_owned" },
        "war_eligible": of_players,
    });
    let body = with(body, "alliance_id", corporation.alliance_id);
    let body = with(body, "creator_id", corporation.ceo_id);
    found(&with(body, "ceo_id", corporation.ceo_id))
}

/// `GET /alliances/{alliance_id}`
pub(super) fn alliance(directory: &Directory, id: i64) -> Found {
    let Some(alliance) = directory.alliance(id) else {
        return missing("Alliance not found");
    };
    found(&json!({
        "creator_corporation_id": alliance.corporation_id,
        "creator_id": alliance.creator_id,
        "date_founded": written(born(id)),
        "executor_corporation_id": alliance.corporation_id,
        "name": alliance.name,
        "ticker": alliance.ticker,
    }))
}

fn found(body: &Value) -> Found {
    Found::Body(body.to_string().into_bytes())
}

fn missing(text: &str) -> Found {
    Found::Refused(Reply::esi_error(404, text))
}

fn with(mut body: Value, member: &str, id: Option<i64>) -> Value {
    if let Some(id) = id {
        body[member] = id.into();
    }
    body
}

/// Somebody's first day: within twenty years from the first of all.
fn born(id: i64) -> Timestamp {
    let day = id.rem_euclid(7_300);
    Timestamp::from_second(FIRST_DAY + day * 86_400).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
