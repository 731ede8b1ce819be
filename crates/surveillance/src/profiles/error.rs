//! What goes wrong with profiles, said so that a person can put it right.

use killwire_store::{ListError, ListName, ProfileError, ProfileId, StoreError};

use crate::compile::CompileError;
use crate::json::JsonError;
use crate::resolve::Unresolved;
use crate::text::{Span, SyntaxError};
use crate::tree::Name;

/// A name that nobody knows, and where it stands in the text; JSON has no lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The name.
    pub name: Unresolved,
    /// Where.
    pub span: Option<Span>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&at(self.span.as_ref()))?;
        self.name.fmt(f)
    }
}

fn at(span: Option<&Span>) -> String {
    span.map_or_else(String::new, |span| {
        format!("line {}, column {}: ", span.line, span.column)
    })
}

fn perhaps(nearest: Option<&Name>) -> String {
    match nearest {
        Some(nearest) => format!("; perhaps {:?}", nearest.as_str()),
        None => "; make it first".to_owned(),
    }
}

/// Why something about profiles cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ProfilesError {
    /// The text is no condition.
    #[error("{0}")]
    Syntax(Box<SyntaxError>),
    /// The JSON is no condition.
    #[error("{0}")]
    Json(Box<JsonError>),
    /// Names that nobody knows; one at least.
    #[error("{}", joined(.0))]
    Names(Vec<Place>),
    /// Names could not be looked up at the moment.
    #[error("names could not be looked up: {0}. Try again later, or write ids in place of names")]
    Unreachable(String),
    /// A named list that there is none of.
    #[error("{}there is no list called {:?}{}", at(span.as_ref()), name.as_str(), perhaps(nearest.as_ref()))]
    NoList {
        /// The name.
        name: Name,
        /// Where.
        span: Option<Span>,
        /// The nearest name of a list that there is.
        nearest: Option<Name>,
    },
    /// It cannot be compiled.
    #[error("{0}")]
    Compile(#[from] CompileError),
    /// The profile cannot be stored.
    #[error("{0}")]
    Profile(ProfileError),
    /// The list cannot be stored.
    #[error("{0}")]
    List(ListError),
    /// Lists and maps are for those who show a token.
    #[error(
        "a condition with a named list or a map's chain needs a token: `killwire token create` makes one"
    )]
    Private,
    /// Profiles use the list.
    #[error("profiles use the list {list}: {}; they must be changed or deleted first", numbers(.profiles, *.others))]
    ListInUse {
        /// The list.
        list: ListName,
        /// Those of them that whoever asked may see.
        profiles: Vec<ProfileId>,
        /// How many others do.
        others: usize,
    },
    /// The store failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Work in the background panicked.
    #[error("compiling ended early: {0}")]
    Background(#[from] tokio::task::JoinError),
}

fn joined(places: &[Place]) -> String {
    let bare = places.iter().any(|place| place.name.without_static_data);
    let places: Vec<String> = places.iter().map(ToString::to_string).collect();
    let mut joined = places.join("; ");
    if bare {
        // Once, however many names there are.
        joined.push_str(
            ". `killwire serve` fetches static data by itself; `killwire sde import` brings it now",
        );
    }
    joined
}

/// `3, 7 and 2 of others`.
fn numbers(profiles: &[ProfileId], others: usize) -> String {
    const SHOWN: usize = 10;
    let shown = profiles.iter().take(SHOWN).map(|id| id.0.to_string());
    let mut words = shown.collect::<Vec<_>>().join(", ");
    let more = profiles.len().saturating_sub(SHOWN);
    for (count, which) in [(more, "more"), (others, "of others")] {
        if count == 0 {
            continue;
        }
        if !words.is_empty() {
            words.push_str(" and ");
        }
        words.push_str(&format!("{count} {which}"));
    }
    words
}

impl From<ProfileError> for ProfilesError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Store(error) => Self::Store(error),
            error => Self::Profile(error),
        }
    }
}

impl From<ListError> for ProfilesError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Store(error) => Self::Store(error),
            error => Self::List(error),
        }
    }
}

impl From<SyntaxError> for ProfilesError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(Box::new(error))
    }
}

impl From<JsonError> for ProfilesError {
    fn from(error: JsonError) -> Self {
        Self::Json(Box::new(error))
    }
}
