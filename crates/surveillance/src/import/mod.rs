//! What other programs call a tracker, a subscription, a page or a profile, as a condition of ours.
//!
//! | source | written as |
//! |---|---|
//! | aa-killtracker 2.1.0 | a tracker as JSON ([`killtracker`]) |
//! | zkillbot 0.2 | what its `subscribe` takes ([`zkillbot`]) |
//! | zKillboard | the address of a page, or of its API ([`zkillboard_url`]) |
//! | eveDMV | a filter tree as JSON ([`evedmv`]) |
//!
//! Nothing is left out silently. What cannot be said in our language is an error, unless it only
//! says how something is shown; what is understood differently from the source is a [`Note`].
//! `docs/profiles-import.md` says the same for people.

mod conditions;
mod decimal;
mod error;
pub mod evedmv;
mod json;
pub mod killtracker;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod trial;
pub mod zkillboard_url;
pub mod zkillbot;

use std::fmt;

pub use error::ImportError;

use crate::tree::{Expr, TooMuch, TreeLimits};

/// A foreign profile, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What it was called there, where it had a name.
    pub name: Option<String>,
    /// The condition. It keeps to the limits that were given.
    pub expr: Expr,
    /// What a person should know before using it, in the order of the source.
    pub notes: Vec<Note>,
}

/// Something that could not be taken over, or that is understood differently from the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which part of the source: a field, a condition, a part of the address.
    pub about: String,
    /// What is different, and what to do about it.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.text)
    }
}

/// Where profiles can be imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// aa-killtracker: a tracker as JSON.
    Killtracker,
    /// zkillbot: a subscription.
    Zkillbot,
    /// zKillboard: an address.
    ZkillboardUrl,
    /// eveDMV: a filter tree as JSON.
    EveDmv,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Killtracker,
        Self::Zkillbot,
        Self::ZkillboardUrl,
        Self::EveDmv,
    ];

    /// As it is written on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Killtracker => "killtracker",
            Self::Zkillbot => "zkillbot",
            Self::ZkillboardUrl => "zkillboard-url",
            Self::EveDmv => "evedmv",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// Reads `text` as a profile of `source`.
///
/// # Errors
/// [`ImportError`] where it is not one, where it says something that our language cannot, and where
/// it passes a limit.
pub fn import(source: Source, text: &str, limits: &TreeLimits) -> Result<Imported, ImportError> {
    if text.len() > limits.bytes {
        return Err(TooMuch::Bytes(limits.bytes).into());
    }
    let imported = match source {
        Source::Killtracker => killtracker::read(text),
        Source::Zkillbot => zkillbot::read(text, limits.depth),
        Source::ZkillboardUrl => zkillboard_url::read(text),
        Source::EveDmv => evedmv::read(text, limits.depth),
    }?;
    limits.check(&imported.expr)?;
    Ok(imported)
}

/// The same for a file that may hold several: a dump of trackers. Of other sources it is one.
///
/// # Errors
/// [`ImportError`] as of [`import`], about the first that cannot be imported.
pub fn import_all(
    source: Source,
    text: &str,
    limits: &TreeLimits,
) -> Result<Vec<Imported>, ImportError> {
    if source != Source::Killtracker {
        return import(source, text, limits).map(|imported| vec![imported]);
    }
    if text.len() > limits.bytes {
        return Err(TooMuch::Bytes(limits.bytes).into());
    }
    let all = killtracker::read_all(text)?;
    for imported in &all {
        limits.check(&imported.expr)?;
    }
    Ok(all)
}

/// Notes as they are taken, each once.
#[derive(Debug, Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn take(&mut self, about: impl Into<String>, text: impl Into<String>) {
        let note = Note {
            about: error::clipped(&about.into()),
            text: text.into(),
        };
        // A long expression can deserve the same note at every turn.
        if self.0.len() < MAX_NOTES && !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

/// More notes than anybody reads.
const MAX_NOTES: usize = 100;
