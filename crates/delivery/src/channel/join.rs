//! What a client asks for when it joins a topic.
//!
//! Beside the peer's `systems`, `character_ids` and `preload` a join may have `resume_from`,
//! `updates`, `max_age_hours`, and the hub's filters by their names. Other members are passed over,
//! as the peer does: the mapper sends its own name in each join.
//!
//! `system_ids` and `character_ids` are other names of `systems` and `characters`. In the lobby the two
//! are a union, and the other filters narrow it. The topic of one system is narrowed likewise. On the
//! stream there is no union: both are filters like all others.
//!
//! The topic of a profile has its conditions elsewhere: see [`profile`].

mod profile;

use std::sync::Arc;
use std::time::Duration;

use killwire_killmail::{CharacterId, SystemId};
use killwire_store::Seq;
use serde_json::value::RawValue;

use super::action::{JoinRequest, PreloadRules, Subscriptions};
use super::ids::{self, Ignored, List, ListError, Listed};
use super::payload::{Payload, PayloadError};
use super::protocol::ClientFrame;
use super::session::ChannelLimits;
use super::topic::Topic;
use crate::hub::filter::FILTER_NAMES;

pub(super) use profile::read_profile;

/// The peer's documented limits of a preload.
const MAX_PER_SYSTEM: u16 = 200;
const MAX_SINCE_HOURS: u16 = 168;
const MAX_BATCH: u16 = 200;
const MAX_INTERVAL_MS: u16 = 60_000;

/// How old a kill may be for who follows places and people, unless they say otherwise: a map shows
/// what happens now. Who joins the stream gets all that comes.
const DEFAULT_MAX_AGE: &str = "24h";

/// Where a join says how far its client is.
const RESUME_FROM: &str = "resume_from";

/// What a join may have beside the hub's filters.
pub(crate) const MEMBERS: [&str; 6] = [
    "systems",
    "character_ids",
    "preload",
    RESUME_FROM,
    "updates",
    "max_age_hours",
];

/// What the object `preload` may have.
pub(crate) const PRELOAD_MEMBERS: [&str; 5] = [
    "enabled",
    "limit_per_system",
    "since_hours",
    "delivery_batch_size",
    "delivery_interval_ms",
];

/// The hub's filters. `updates` is no filter here but a member of its own.
fn filter_names() -> impl Iterator<Item = &'static str> {
    let names = FILTER_NAMES.iter().copied();
    names.filter(|name| *name != "updates")
}

/// What filters are called besides: the peer's names.
pub(crate) const OTHER_NAMES: [(&str, &str); 2] =
    [("system_ids", "systems"), ("character_ids", "characters")];

/// Why a join is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum JoinError {
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error(transparent)]
    List(#[from] ListError),
    /// A member that is there and is no such thing.
    #[error("[validation:invalid_{member}] {member} must be {expected}")]
    Member {
        member: &'static str,
        expected: &'static str,
    },
}

/// Reads the payload of `frame`, a join of `topic`.
pub(super) fn read(
    frame: &ClientFrame<'_>,
    topic: Topic,
    replaces: bool,
    limits: &ChannelLimits,
) -> Result<JoinRequest, JoinError> {
    let payload = Payload::read(frame.payload, &members(topic))?;
    let (wanted, ignored) = wanted(&payload, topic, limits)?;
    let resume_from = resume_from(&payload)?;
    let preload = match payload.get("preload") {
        Some(json) => preload(json)?,
        // Who resumes gets the past from where it stopped, and nothing twice.
        None if resume_from.is_some() => PreloadRules::NONE,
        None => PreloadRules::PEERS,
    };
    Ok(JoinRequest {
        topic,
        replaces,
        wanted,
        filters: filters(&payload, topic)?,
        resume_from,
        updates: updates(&payload)?,
        preload,
        join_ref: frame.join_ref.clone(),
        message_ref: frame.message_ref.clone(),
        ignored,
    })
}

/// What a join of `topic` may have.
pub(crate) fn members(topic: Topic) -> Vec<&'static str> {
    let mut members: Vec<&'static str> = MEMBERS.into_iter().chain(filter_names()).collect();
    match topic {
        Topic::Lobby => members.push("system_ids"),
        Topic::Profile(_) => return profile::MEMBERS.into(),
        // Its system is given.
        Topic::System(_) => members.retain(|member| *member != "character_ids"),
        Topic::Stream => {
            members.extend(OTHER_NAMES.map(|(member, _)| member));
            members.retain(|member| *member != "preload");
        }
    }
    members.sort_unstable();
    members.dedup();
    members
}

/// The union. What is no id is left out rather than refused: the mapper does not check the ids of
/// its joins, and a mapper that is refused opens a new connection every five seconds for ever.
fn wanted(
    payload: &Payload<'_>,
    topic: Topic,
    limits: &ChannelLimits,
) -> Result<(Option<Subscriptions>, Ignored), JoinError> {
    match topic {
        Topic::Stream | Topic::Profile(_) => Ok((None, Ignored::default())),
        Topic::System(id) => {
            let one = Subscriptions {
                systems: Arc::new([id]),
                characters: Arc::new([]),
            };
            Ok((Some(one), Ignored::default()))
        }
        Topic::Lobby => {
            let systems: List<SystemId> = list(payload, limits)?;
            let characters: List<CharacterId> = list(payload, limits)?;
            let both = Subscriptions {
                systems: systems.ids.into(),
                characters: characters.ids.into(),
            };
            Ok((Some(both), systems.ignored.and(characters.ignored)))
        }
    }
}

fn list<Id: Listed>(payload: &Payload<'_>, limits: &ChannelLimits) -> Result<List<Id>, ListError> {
    ids::read(ids::given::<Id>(payload).unwrap_or("[]"), limits)
}

fn resume_from(payload: &Payload<'_>) -> Result<Option<Seq>, JoinError> {
    Ok(position(payload, "the seq of an event")?.map(Seq))
}

/// The number after which the client wants to go on.
fn position(payload: &Payload<'_>, expected: &'static str) -> Result<Option<i64>, JoinError> {
    let number = |json| ids::count(json).and_then(|number| i64::try_from(number).ok());
    let read = |json| {
        number(json).ok_or(JoinError::Member {
            member: RESUME_FROM,
            expected,
        })
    };
    payload.get(RESUME_FROM).map(read).transpose()
}

fn updates(payload: &Payload<'_>) -> Result<bool, JoinError> {
    payload.get("updates").map_or(Ok(false), |json| {
        flag(json).ok_or(JoinError::Member {
            member: "updates",
            expected: "true or false",
        })
    })
}

fn flag(json: &str) -> Option<bool> {
    match json {
        "true" | r#""true""# | "1" | r#""1""# => Some(true),
        "false" | r#""false""# | "0" | r#""0""# => Some(false),
        _ => None,
    }
}

/// An object as the peer documents it, or a flag. More than is allowed is as much as is allowed.
fn preload(json: &str) -> Result<PreloadRules, JoinError> {
    if let Some(enabled) = flag(json) {
        return Ok(if enabled {
            PreloadRules::PEERS
        } else {
            PreloadRules::NONE
        });
    }
    let wrong = |expected| JoinError::Member {
        member: "preload",
        expected,
    };
    let payload =
        Payload::read(json, &PRELOAD_MEMBERS).map_err(|_| wrong("an object, true or false"))?;
    let enabled = payload.get("enabled").map_or(Some(true), flag);
    if !enabled.ok_or_else(|| wrong("an object whose member enabled is true or false"))? {
        return Ok(PreloadRules::NONE);
    }
    let number = |member: &str, default: u16, most: u16| match payload.get(member) {
        None => Ok(default),
        Some(json) => ids::count(json)
            .map(|given| u16::try_from(given).unwrap_or(most).min(most))
            .ok_or_else(|| wrong("an object whose numbers are whole numbers from 0")),
    };
    let peers = PreloadRules::PEERS;
    let hours = number("since_hours", 24, MAX_SINCE_HOURS)?;
    let milliseconds = number("delivery_interval_ms", 0, MAX_INTERVAL_MS)?;
    Ok(PreloadRules {
        limit_per_system: number("limit_per_system", peers.limit_per_system, MAX_PER_SYSTEM)?,
        since: Duration::from_secs(u64::from(hours) * 3600),
        batch_size: number("delivery_batch_size", peers.batch_size, MAX_BATCH)?.max(1),
        interval: Duration::from_millis(u64::from(milliseconds)),
    })
}

/// The hub's filters as the client wrote them; the hub reads them.
fn filters(
    payload: &Payload<'_>,
    topic: Topic,
) -> Result<Vec<(&'static str, Vec<String>)>, JoinError> {
    let mut filters: Vec<(&'static str, Vec<String>)> = Vec::new();
    let beside: &[_] = if topic == Topic::Stream {
        &OTHER_NAMES
    } else {
        &[]
    };
    let same = filter_names().map(|name| (name, name));
    for (member, filter) in same.chain(beside.iter().copied()) {
        // What is subscribed to there.
        if topic == Topic::Lobby && ["systems", "characters"].contains(&member) {
            continue;
        }
        let Some(json) = payload.get(member) else {
            continue;
        };
        let values = values(json).ok_or(JoinError::Member {
            member,
            expected: "a value or a list of values",
        })?;
        match filters.iter_mut().find(|(name, _)| *name == filter) {
            Some((_, known)) => known.extend(values),
            None => filters.push((filter, values)),
        }
    }
    let has_age = filters.iter().any(|(name, _)| *name == "max_age");
    match payload.get("max_age_hours") {
        None if has_age || topic == Topic::Stream => {}
        None => filters.push(("max_age", vec![DEFAULT_MAX_AGE.to_owned()])),
        Some(_) if has_age => {
            return Err(JoinError::Member {
                member: "max_age_hours",
                expected: "absent where max_age is given",
            });
        }
        Some(json) => {
            let hours = ids::count(json)
                .and_then(|hours| u32::try_from(hours).ok())
                .filter(|hours| *hours > 0)
                .ok_or(JoinError::Member {
                    member: "max_age_hours",
                    expected: "a whole number of hours above 0",
                })?;
            filters.push(("max_age", vec![format!("{hours}h")]));
        }
    }
    Ok(filters)
}

/// A text, a number or a flag, or a list of them, as texts.
fn values(json: &str) -> Option<Vec<String>> {
    if json.starts_with('[') {
        let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        return elements
            .iter()
            .map(|element| value(element.get()))
            .collect();
    }
    Some(vec![value(json)?])
}

fn value(json: &str) -> Option<String> {
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok(),
        b'[' | b'{' | b'n' => None,
        _ => Some(json.to_owned()),
    }
}

#[cfg(test)]
mod tests;
