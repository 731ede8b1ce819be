//! Lists of ids as clients write them: numbers, or texts of digits.

use std::fmt;
use std::sync::Arc;

use killwire_killmail::{CharacterId, SystemId};
use killwire_store::ProfileId;
use serde_json::value::RawValue;

use super::action::Subscriptions;
use super::payload::Payload;
use super::session::ChannelLimits;

/// No solar system has an id above this; the peer's limit too.
const LAST_SYSTEM: i64 = 50_000_000;

/// Elements that are no ids, of which so many are named to the client.
const NAMED: usize = 20;

/// How much of such an element is named, in bytes of JSON.
const NAMED_BYTES: usize = 40;

/// What a list is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Systems,
    Characters,
}

impl What {
    /// The member of the payload in which the list stands.
    pub(super) const fn member(self) -> &'static str {
        match self {
            Self::Systems => "systems",
            Self::Characters => "character_ids",
        }
    }

    /// Another name of it. An older example of the peer writes `characters`.
    pub(super) const fn alias(self) -> &'static str {
        match self {
            Self::Systems => "system_ids",
            Self::Characters => "characters",
        }
    }

    const fn one(self) -> &'static str {
        match self {
            Self::Systems => "system",
            Self::Characters => "character",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.one())
    }
}

/// The list in a payload, by one of its names.
pub(super) fn given<'p, Id: Listed>(payload: &Payload<'p>) -> Option<&'p str> {
    let names = [Id::WHAT.member(), Id::WHAT.alias()];
    names.into_iter().find_map(|name| payload.get(name))
}

/// An id that a client can subscribe to.
pub(super) trait Listed: Copy + Ord + fmt::Display + 'static {
    const WHAT: What;

    /// The id of this number, where it can be one.
    fn of(number: i64) -> Option<Self>;
    /// How many are allowed, in one list and in all.
    fn most(limits: &ChannelLimits) -> usize;
    /// Those that are subscribed to.
    fn of_all(all: &Subscriptions) -> &Arc<[Self]>;
    /// These, where they are systems: systems have a past that is preloaded.
    fn as_systems(ids: &[Self]) -> Option<&[SystemId]>;
    /// The same with other ones.
    fn replaced(all: &Subscriptions, ids: Arc<[Self]>) -> Subscriptions;
}

impl Listed for SystemId {
    const WHAT: What = What::Systems;

    fn of(number: i64) -> Option<Self> {
        Self::new(number).ok().filter(|_| number <= LAST_SYSTEM)
    }

    fn most(limits: &ChannelLimits) -> usize {
        limits.systems
    }

    fn of_all(all: &Subscriptions) -> &Arc<[Self]> {
        &all.systems
    }

    fn as_systems(ids: &[Self]) -> Option<&[SystemId]> {
        Some(ids)
    }

    fn replaced(all: &Subscriptions, ids: Arc<[Self]>) -> Subscriptions {
        Subscriptions {
            systems: ids,
            characters: Arc::clone(&all.characters),
        }
    }
}

/// The peer takes ids from 90,000,000 to 3,000,000,000 and fails on others, of which its own
/// example client sends one. An id that nobody has harms nobody.
impl Listed for CharacterId {
    const WHAT: What = What::Characters;

    fn of(number: i64) -> Option<Self> {
        Self::new(number).ok()
    }

    fn most(limits: &ChannelLimits) -> usize {
        limits.characters
    }

    fn of_all(all: &Subscriptions) -> &Arc<[Self]> {
        &all.characters
    }

    fn as_systems(_: &[Self]) -> Option<&[SystemId]> {
        None
    }

    fn replaced(all: &Subscriptions, ids: Arc<[Self]>) -> Subscriptions {
        Subscriptions {
            systems: Arc::clone(&all.systems),
            characters: ids,
        }
    }
}

/// Why a list is refused, in the peer's form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ListError {
    /// More than allowed; duplicates are not counted.
    #[error(
        "[validation:too_many_{what}] Too many {what}: {given} in all, at most {allowed} are allowed"
    )]
    TooMany {
        what: What,
        given: usize,
        allowed: usize,
    },
    /// Numbers that are no ids.
    #[error("[validation:invalid_{}_ids] Not {} ids: {values}", .what.one(), .what.one())]
    Invalid { what: What, values: String },
    /// Something else than whole numbers.
    #[error("[validation:non_integer_{}_ids] Not whole numbers: {values}", .what.one())]
    NotIntegers { what: What, values: String },
    /// Something else than a list.
    #[error(
        "[validation:non_integer_{}_ids] {:?} must be a list of {} ids",
        .0.one(), .0.member(), .0.one()
    )]
    NotAList(What),
}

/// A list as it was understood.
#[derive(Debug)]
pub(super) struct List<Id> {
    /// Sorted, without duplicates.
    pub(super) ids: Vec<Id>,
    /// What stood beside them.
    pub(super) ignored: Ignored,
}

/// Elements that are no ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ignored {
    /// The first of them, as JSON, long ones cut.
    pub(super) named: Vec<String>,
    /// How many there were.
    pub(super) count: usize,
    not_integers: bool,
}

impl Ignored {
    fn add(&mut self, json: &str, fault: Fault) {
        self.count += 1;
        self.not_integers |= fault == Fault::NotInteger;
        if self.named.len() < NAMED {
            self.named.push(cut(json));
        }
    }

    /// Both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.count += other.count;
        self.not_integers |= other.not_integers;
        self.named.extend(other.named);
        self.named.truncate(NAMED);
        self
    }

    /// The error, where an element that is no id fails the list.
    pub(super) fn fail(self, what: What) -> Result<(), ListError> {
        let values = self.named.join(", ");
        match (self.count, self.not_integers) {
            (0, _) => Ok(()),
            (_, true) => Err(ListError::NotIntegers { what, values }),
            (_, false) => Err(ListError::Invalid { what, values }),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    NotInteger,
    NotAnId,
}

/// Reads a JSON array.
pub(super) fn read<Id: Listed>(json: &str, limits: &ChannelLimits) -> Result<List<Id>, ListError> {
    let elements: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| ListError::NotAList(Id::WHAT))?;
    let mut ids = Vec::with_capacity(elements.len());
    let mut ignored = Ignored::default();
    for element in elements {
        match id(element.get()) {
            Ok(id) => ids.push(id),
            Err(fault) => ignored.add(element.get(), fault),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    few_enough::<Id>(ids.len(), limits)?;
    Ok(List { ids, ignored })
}

/// Whether a client may have so many.
pub(super) fn few_enough<Id: Listed>(
    given: usize,
    limits: &ChannelLimits,
) -> Result<(), ListError> {
    let allowed = Id::most(limits);
    if given > allowed {
        return Err(ListError::TooMany {
            what: Id::WHAT,
            given,
            allowed,
        });
    }
    Ok(())
}

/// The system whose id is written so, in the one way in which ids are written.
pub(super) fn system(digits: &str) -> Option<SystemId> {
    whole(digits).ok().and_then(SystemId::of)
}

/// The profile whose number is written so.
pub(super) fn profile(digits: &str) -> Option<ProfileId> {
    let id = whole(digits).ok().filter(|id| *id > 0);
    id.map(ProfileId)
}

/// The whole number from 0 that is written as a JSON number or a JSON string.
pub(super) fn count(json: &str) -> Option<u64> {
    whole(unquoted(json)).ok()?.try_into().ok()
}

fn id<Id: Listed>(json: &str) -> Result<Id, Fault> {
    Id::of(whole(unquoted(json))?).ok_or(Fault::NotAnId)
}

fn unquoted(json: &str) -> &str {
    let inner = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(json)
}

/// A number without a sign for nothing, without leading zeros, a fraction or an exponent.
fn whole(text: &str) -> Result<i64, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let written = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if !written {
        return Err(Fault::NotInteger);
    }
    text.parse().map_err(|_| Fault::NotAnId)
}

/// The element itself where it is short, else a string of its beginning.
fn cut(json: &str) -> String {
    if json.len() <= NAMED_BYTES {
        return json.to_owned();
    }
    let start: String = json.chars().take(NAMED_BYTES).chain(['…']).collect();
    serde_json::Value::String(start).to_string()
}

#[cfg(test)]
mod tests;
