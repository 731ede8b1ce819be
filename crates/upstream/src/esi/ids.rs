//! Who bears a name, five hundred names at a time.

use std::collections::HashSet;

use bytes::Bytes;
use serde::{Deserialize, Deserializer};

use super::Esi;
use crate::policy::MAX_IDS_OF_NAMES;
use crate::{Priority, Upstream, UpstreamError};

/// The most names that one call of [`Esi::ids`] may ask for. From ESI's specification.
pub const MAX_NAMES: usize = 500;
/// The longest name that ESI takes, in characters. From its specification.
const MAX_NAME_CHARS: usize = 100;
/// The shortest name that EVE lets a pilot, a corporation or an alliance have.
const MIN_NAME_CHARS: usize = 3;

/// An id and the name that it bears, as EVE writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NamedId {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
}

/// Whoever bears one of the names asked for. What else of the game bears one (systems, types,
/// factions) is in the static data and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct IdsOfNames {
    /// Pilots.
    #[serde(default, deserialize_with = "list")]
    pub characters: Vec<NamedId>,
    /// Corporations, CCP's own among them.
    #[serde(default, deserialize_with = "list")]
    pub corporations: Vec<NamedId>,
    /// Alliances.
    #[serde(default, deserialize_with = "list")]
    pub alliances: Vec<NamedId>,
}

/// A list that may be missing or null.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<NamedId>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Whether somebody in EVE can bear a name: 3 to 100 characters, none of them a control character,
/// no space at either end.
#[must_use]
pub fn is_possible_name(name: &str) -> bool {
    let length = name.chars().take(MAX_NAME_CHARS + 1).count();
    (MIN_NAME_CHARS..=MAX_NAME_CHARS).contains(&length)
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

impl Esi {
    /// Who bears one of up to [`MAX_NAMES`] names. ESI compares whole names, whatever the case. A
    /// name that stands twice is sent once, one that is impossible ([`is_possible_name`]) not at
    /// all: ESI would refuse the others with it.
    ///
    /// # Errors
    /// [`UpstreamError::TooMany`] before anything is sent; the pauses and what can happen on the
    /// wire. A name that nobody bears is no error, but in no list.
    pub async fn ids(
        &self,
        names: &[String],
        priority: Priority,
    ) -> Result<IdsOfNames, UpstreamError> {
        let mut seen = HashSet::new();
        let names: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| is_possible_name(name) && seen.insert(name.to_lowercase()))
            .collect();
        if names.len() > MAX_NAMES {
            return Err(UpstreamError::TooMany {
                upstream: Upstream::Esi,
                what: "names",
                given: names.len(),
                limit: MAX_NAMES,
            });
        }
        if names.is_empty() {
            return Ok(IdsOfNames::default());
        }
        // Texts always become JSON.
        let body = Bytes::from(serde_json::to_vec(&names).unwrap_or_default());
        let fetched = self.ask("universe/ids", body, MAX_IDS_OF_NAMES, priority);
        Ok(fetched.await?.value.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_3_to_100_characters_and_nothing_that_cannot_be_seen() {
        for possible in ["CCP", "Chribba", "Łódź Pilot", &"x".repeat(100)] {
            assert!(is_possible_name(possible), "{possible:?}");
        }
        for impossible in [
            "",
            "ab",
            " CCP",
            "CCP ",
            "C\nP",
            "C\u{7f}P",
            &"ü".repeat(101),
        ] {
            assert!(!is_possible_name(impossible), "{impossible:?}");
        }
    }
}
