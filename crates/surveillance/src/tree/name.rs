//! What a condition refers to: an id, a name, or both.

use std::fmt;

use serde::Serialize;

/// A system, ship, pilot or the like in a condition. Written `30000142`, `"Jita"` or
/// `"Jita"#30000142`; in the last form the id decides, and the name is for the reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ref {
    /// By id, above 0.
    Id(i64),
    /// By name, not yet looked up.
    Name(Box<str>),
    /// By id, with the name that it had when it was looked up.
    Both(i64, Box<str>),
}

impl Ref {
    /// The id, where it is known.
    #[must_use]
    pub const fn id(&self) -> Option<i64> {
        match self {
            Self::Id(id) | Self::Both(id, _) => Some(*id),
            Self::Name(_) => None,
        }
    }

    /// The name, where it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) | Self::Both(_, name) => Some(name),
            Self::Id(_) => None,
        }
    }
}

/// What a named list or a map is called: 1 to 64 characters, no control characters, no blanks at its
/// ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(Box<str>);

/// Text that cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 1 to {max} characters, no control characters and no blanks at its ends",
    max = Name::MAX_CHARS
)]
pub struct NameError;

impl Name {
    /// The longest name.
    pub const MAX_CHARS: usize = 64;

    /// A name.
    ///
    /// # Errors
    /// [`NameError`] for text that cannot be one.
    pub fn new(name: &str) -> Result<Self, NameError> {
        let fits = !name.is_empty() && name.chars().count() <= Self::MAX_CHARS;
        let plain = !name.chars().any(char::is_control) && name.trim() == name;
        if fits && plain {
            Ok(Self(name.into()))
        } else {
            Err(NameError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
