//! Profiles: what somebody looks for in the feed. The store knows the condition as text only.

mod api;
pub(crate) mod ending;
pub(crate) mod write;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::column::{damaged, from_micros};
use crate::owner::owner_from;
use crate::{StoreError, TokenId};

/// A profile's number: given once, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub i64);

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a profile is called: 1 to 100 characters, no control characters, no blanks at its ends. An
/// owner has each name once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ProfileName(String);

/// Text that cannot name a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a profile's name must have 1 to {max} characters, no control characters and no blanks at its ends",
    max = ProfileName::MAX_CHARS
)]
pub struct ProfileNameError;

impl ProfileName {
    /// The longest name.
    pub const MAX_CHARS: usize = 100;

    /// A profile's name.
    ///
    /// # Errors
    /// [`ProfileNameError`] for text that cannot be one.
    pub fn new(name: &str) -> Result<Self, ProfileNameError> {
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        let plain = !name.chars().any(char::is_control) && name.trim() == name;
        if fits && plain {
            Ok(Self(name.to_owned()))
        } else {
            Err(ProfileNameError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A profile to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProfile {
    /// The token that it belongs to; none for whoever runs the machine.
    pub owner: Option<TokenId>,
    /// What it is called.
    pub name: ProfileName,
    /// Its condition in canonical text; at most [`ProfileRow::MAX_CONDITION_BYTES`].
    pub condition: String,
    /// Whether it looks for anything yet.
    pub enabled: bool,
}

/// A profile as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileRow {
    /// Its number.
    pub id: ProfileId,
    /// The token that it belongs to; none for whoever runs the machine. It stays when the token is
    /// revoked.
    pub owner: Option<TokenId>,
    /// What it is called.
    pub name: ProfileName,
    /// Its condition in canonical text.
    pub condition: String,
    /// 1, and 1 more with each change of the condition.
    pub version: i64,
    /// Whether it looks for anything.
    pub enabled: bool,
    /// When it was made. Kept to the microsecond, as is the next.
    pub created_at: Timestamp,
    /// When its name or condition was changed, or it was turned on or off, for the last time.
    pub changed_at: Timestamp,
}

impl ProfileRow {
    /// The longest condition.
    pub const MAX_CONDITION_BYTES: usize = 256 * 1024;
}

/// How many profiles there may be. What is there already stays when a limit is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileLimits {
    /// Of one token. Whoever runs the machine is bound by the next only.
    pub per_token: usize,
    /// In all.
    pub total: usize,
}

impl Default for ProfileLimits {
    fn default() -> Self {
        Self {
            per_token: 1_000,
            total: 100_000,
        }
    }
}

/// Why a profile was not made or changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProfileError {
    /// The owner has one of that name, or the same call makes two of it.
    #[error("there is already a profile named {0}; choose another name, or change that one")]
    NameTaken(ProfileName),
    /// The token has as many as it may.
    #[error("one token may have at most {0} profiles; delete some that nobody needs")]
    TooManyOfToken(usize),
    /// There are as many as there may be.
    #[error("there may be at most {0} profiles in all; delete some that nobody needs")]
    TooMany(usize),
    /// The condition is too long.
    #[error(
        "the condition has {0} bytes, and at most {max} are stored; use a named list, or several profiles",
        max = ProfileRow::MAX_CONDITION_BYTES
    )]
    ConditionTooLong(usize),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "id, owner, name, condition, version, enabled, created_at, changed_at"
    };
}
use columns;

type Row = (i64, i64, String, String, i64, i16, i64, i64);

fn read(row: Row) -> Result<ProfileRow, StoreError> {
    let (id, owner, name, condition, version, enabled, created_at, changed_at) = row;
    Ok(ProfileRow {
        id: ProfileId(id),
        owner: owner_from(owner),
        name: ProfileName::new(&name).map_err(|error| damaged("profile", error))?,
        condition,
        version,
        enabled: enabled != 0,
        created_at: from_micros("profile", created_at)?,
        changed_at: from_micros("profile", changed_at)?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_line_of_text() {
        for name in ["supers", "Ünïcödé 🚀", "a b", "12", &"x".repeat(100)] {
            assert_eq!(ProfileName::new(name).unwrap().as_str(), name);
        }
        for name in ["", " a", "a\n", "a\0b", &"x".repeat(101)] {
            assert_eq!(ProfileName::new(name), Err(ProfileNameError), "{name:?}");
        }
    }
}
