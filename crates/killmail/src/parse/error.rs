//! Why a document is not a killmail, and the slow second look that finds out where.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::{Path, Segment};

/// How much of a wrong value an error shows.
const MAX_SHOWN: usize = 80;

/// Why a document is not a killmail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or JSON cut short, or nested beyond the limit.
    #[error("not a JSON document: {reason} (byte {offset})")]
    Syntax {
        /// What the JSON reader said.
        reason: String,
        /// How far it came.
        offset: usize,
    },
    /// Something that every killmail has is not there.
    #[error("{path} is missing")]
    Missing {
        /// Where, from the document's root: `esi.victim.ship_type_id`.
        path: String,
    },
    /// Something is there and cannot be what it should be.
    #[error("{path} is {value}: expected {expected}")]
    Invalid {
        /// Where, from the document's root: `esi.attackers[3].damage_done`.
        path: String,
        /// The value as it stood on the wire, cut to 80 characters.
        value: String,
        /// What would have been right.
        expected: String,
    },
}

impl ParseError {
    pub(super) fn syntax(reason: impl Into<String>, offset: usize) -> Self {
        Self::Syntax {
            reason: reason.into(),
            offset,
        }
    }

    pub(super) fn missing(parent: &str, member: &str) -> Self {
        Self::Missing {
            path: join(parent, member),
        }
    }

    pub(super) fn invalid(path: String, value: &str, expected: impl Into<String>) -> Self {
        Self::Invalid {
            path,
            value: shown(value),
            expected: expected.into(),
        }
    }
}

/// `parent.member`, or `member` at the root.
pub(super) fn join(parent: &str, member: &str) -> String {
    match (parent.is_empty(), member.starts_with('[')) {
        (true, _) => member.to_owned(),
        (false, true) => format!("{parent}{member}"),
        (false, false) => format!("{parent}.{member}"),
    }
}

/// Reads the value at the start of `rest` again, now keeping track of where the reader is, and says
/// what is wrong with it. `offset` is where `rest` begins in the document, `path` what stands there.
#[cold]
pub(super) fn explain<'de, T: Deserialize<'de>>(
    rest: &'de str,
    offset: usize,
    path: String,
) -> ParseError {
    let mut reader = serde_json::Deserializer::from_str(rest);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut reader) else {
        // The value itself is right, so what follows it is not: `12x`.
        return ParseError::syntax("expected `,` or `}` after a value", offset);
    };
    let message = error.inner().to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(text, _)| text);
    if error.inner().classify() != Category::Data {
        return ParseError::syntax(message, offset + byte_offset(rest, error.inner()));
    }
    let inside = match error.path().to_string() {
        root if root == "." => path,
        inside => join(&path, &inside),
    };
    if let Some(member) = message.strip_prefix("missing field `") {
        return ParseError::missing(&inside, member.trim_end_matches('`'));
    }
    let expected = message
        .rsplit_once("expected ")
        .map_or(message, |(_, expected)| expected);
    match raw_value(rest).and_then(|raw| lookup(raw, error.path())) {
        Ok(value) => ParseError::invalid(inside, &value, expected),
        // Wrong in itself and cut short behind it: that it is cut short comes first.
        Err(error) => ParseError::syntax(error.to_string(), offset + byte_offset(rest, &error)),
    }
}

/// The first value in `rest`, unread.
fn raw_value(rest: &str) -> Result<&RawValue, serde_json::Error> {
    <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(rest))
}

/// The text of the value that `path` leads to.
fn lookup(root: &RawValue, path: &Path) -> Result<String, serde_json::Error> {
    let mut here = root;
    for segment in path {
        let next = match segment {
            Segment::Seq { index } => serde_json::from_str::<Vec<&RawValue>>(here.get())?
                .get(*index)
                .copied(),
            Segment::Map { key } => serde_json::from_str::<HashMap<String, &RawValue>>(here.get())?
                .get(key)
                .copied(),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(value) => here = value,
            None => break,
        }
    }
    Ok(here.get().to_owned())
}

/// serde_json counts lines and columns; a byte offset is of more use to a program.
fn byte_offset(text: &str, error: &serde_json::Error) -> usize {
    let lines_before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (lines_before + error.column()).min(text.len())
}

fn shown(value: &str) -> String {
    match value.char_indices().nth(MAX_SHOWN) {
        Some((cut, _)) => format!("{}…", &value[..cut]),
        None => value.to_owned(),
    }
}
