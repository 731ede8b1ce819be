//! What is wrong with a profile, in words.

use std::fmt;

use crate::tree::TooMuch;

/// How much of what was found an error shows.
const MOST_SHOWN: usize = 40;

/// What is wrong at a place in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else should stand there.
    Unexpected {
        /// What stands there, cut.
        found: String,
        /// What would do.
        expected: String,
        /// The known name nearest to what stands there, where it looks like a misspelt one.
        nearest: Option<String>,
    },
    /// The profile is too large.
    TooMuch(TooMuch),
}

impl Problem {
    pub(crate) fn unexpected(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Unexpected {
            found: found.into(),
            expected: expected.into(),
            nearest: None,
        }
    }

    /// The same, with a known name that was probably meant.
    pub(crate) fn near(mut self, near: Option<impl Into<String>>) -> Self {
        if let Self::Unexpected { nearest, .. } = &mut self {
            *nearest = near.map(Into::into);
        }
        self
    }

    /// The known name that was probably meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::Unexpected { nearest, .. } => nearest.as_deref(),
            Self::TooMuch(_) => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected {
                found,
                expected,
                nearest,
            } => {
                write!(f, "found {found}, expected {expected}")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::TooMuch(much) => much.fmt(f),
        }
    }
}

impl From<TooMuch> for Problem {
    fn from(much: TooMuch) -> Self {
        Self::TooMuch(much)
    }
}

/// Somebody's text for a message: between backticks, cut, without control characters.
pub(crate) fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let plain = |char: char| if char.is_control() { '\u{fffd}' } else { char };
    let mut shown: String = (chars.by_ref().take(MOST_SHOWN)).map(plain).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
