//! Named lists: systems, ships, people and so on that several profiles refer to by one name.

mod api;
mod record;
pub(crate) mod write;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{StoreError, TokenId};

/// What a named list is called: 1 to 64 characters, no control characters, no blanks at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ListName(String);

/// Text that cannot name a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a list's name must have 1 to {max} characters, no control characters and no blanks at its ends",
    max = ListName::MAX_CHARS
)]
pub struct ListNameError;

impl ListName {
    /// The longest name.
    pub const MAX_CHARS: usize = 64;

    /// A list's name.
    ///
    /// # Errors
    /// [`ListNameError`] for text that cannot be one.
    pub fn new(name: &str) -> Result<Self, ListNameError> {
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        let plain = !name.chars().any(char::is_control) && name.trim() == name;
        if fits && plain {
            Ok(Self(name.to_owned()))
        } else {
            Err(ListNameError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What an entry of a list is. Stored by their place here: new ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListEntryKind {
    /// A solar system.
    System,
    /// A constellation.
    Constellation,
    /// A region.
    Region,
    /// A type of ships or items.
    Type,
    /// A group of types.
    Group,
    /// A category of groups.
    Category,
    /// A pilot.
    Character,
    /// A corporation.
    Corporation,
    /// An alliance.
    Alliance,
    /// A faction.
    Faction,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// What it is.
    pub kind: ListEntryKind,
    /// Which; above 0.
    pub id: i64,
    /// The name that it had when it was entered, for people; at most
    /// [`ListRow::MAX_ENTRY_NAME_CHARS`].
    pub name: Option<String>,
}

/// A list as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// What it is called.
    pub name: ListName,
    /// The token that may change it; none for whoever runs the machine. It stays when the token is
    /// revoked. Everybody may use the list.
    pub owner: Option<TokenId>,
    /// By kind and id, each once.
    pub entries: Vec<ListEntry>,
    /// 1, and 1 more with each change.
    pub version: i64,
    /// When it was changed for the last time. Kept to the microsecond.
    pub changed_at: Timestamp,
}

impl ListRow {
    /// How many lists there may be.
    pub const MOST: usize = 1_000;
    /// How many entries one may have.
    pub const MOST_ENTRIES: usize = 50_000;
    /// How many entries all lists may have together.
    pub const MOST_ENTRIES_IN_ALL: usize = 2_000_000;
    /// The longest name of an entry.
    pub const MAX_ENTRY_NAME_CHARS: usize = 200;
}

/// Why a list was not written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ListError {
    /// There are as many lists as there may be.
    #[error("there may be at most {max} lists; delete some that no profile uses", max = ListRow::MOST)]
    TooMany,
    /// The list is too long.
    #[error("the list has {0} entries; one list may have at most {max}", max = ListRow::MOST_ENTRIES)]
    TooManyEntries(usize),
    /// All lists together are too long.
    #[error(
        "with this list there would be {0} entries in all lists; there may be at most {max}",
        max = ListRow::MOST_ENTRIES_IN_ALL
    )]
    TooManyEntriesInAll(usize),
    /// An entry's id is not above 0.
    #[error("{0} is not an id; an entry's id is above 0")]
    BadId(i64),
    /// An entry's name is too long.
    #[error(
        "the name of entry {0} is too long; it may have at most {max} characters",
        max = ListRow::MAX_ENTRY_NAME_CHARS
    )]
    NameTooLong(i64),
    /// It is somebody else's.
    #[error("the list {0} belongs to another token; use it as it is, or make one of another name")]
    NotOwner(ListName),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_line_of_text() {
        for name in ["blues", "Ünïcödé 🚀", "a b", "12", &"x".repeat(64)] {
            assert_eq!(ListName::new(name).unwrap().as_str(), name);
        }
        for name in ["", " a", "a\n", "a\0b", &"x".repeat(65)] {
            assert_eq!(ListName::new(name), Err(ListNameError), "{name:?}");
        }
    }
}
