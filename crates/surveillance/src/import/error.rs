//! What is wrong with a foreign profile.

use crate::tree::TooMuch;

/// Why a foreign profile cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is too large, or so is what becomes of it.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// It is not JSON.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// It is not written by the rules of its language.
    #[error("column {column}: {problem}")]
    Syntax {
        /// Where, in characters from 1.
        column: usize,
        /// What was expected there.
        problem: String,
    },
    /// It is not of the shape that is expected.
    #[error("{at}: {problem}")]
    Shape {
        /// Which part of the source.
        at: String,
        /// What is wrong with it, and what is expected.
        problem: String,
    },
    /// It says something that our language cannot say, or that says nothing.
    #[error("{at}: {problem}")]
    Inexpressible {
        /// Which part of the source.
        at: String,
        /// Why, and what to do instead.
        problem: String,
    },
}

impl ImportError {
    pub(super) fn shape(at: impl AsRef<str>, problem: impl Into<String>) -> Self {
        Self::Shape {
            at: clipped(at.as_ref()),
            problem: problem.into(),
        }
    }

    pub(super) fn inexpressible(at: impl AsRef<str>, problem: impl Into<String>) -> Self {
        Self::Inexpressible {
            at: clipped(at.as_ref()),
            problem: problem.into(),
        }
    }

    /// The same, in a file of several: of the one of this name.
    pub(super) fn within(mut self, name: &str) -> Self {
        if let Self::Shape { at, .. } | Self::Inexpressible { at, .. } = &mut self {
            *at = format!("{}: {at}", clipped(name));
        }
        self
    }
}

/// The longest piece of a foreign profile that a message repeats, in characters.
const MAX_QUOTED: usize = 60;

/// Foreign text for a message: not longer than a line, without line breaks.
pub(super) fn clipped(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut clipped: String = text.chars().take(MAX_QUOTED).map(plain).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        clipped.push('…');
    }
    clipped
}
