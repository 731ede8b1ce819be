//! The index: from a killmail to the profiles that could match it, whatever their number.
//!
//! [`cover()`] says by what a profile is found, [`Heat`] how often that is hit, [`Guard`] what is told
//! besides without looking at the profile; a table holds many profiles, and a [`Snapshot`] is the
//! table that readers see with its recent changes.

mod cover;
mod guard;
mod heat;
mod key;
mod matcher;
mod snapshot;
mod table;
mod words;

use std::sync::Arc;

pub use cover::{Cover, Entry, MOST_ENTRIES, Reason, Way, cover};
pub use guard::Guard;
pub use heat::{Heat, MOST_SAMPLED};
pub use key::{Dimension, Key};
pub use matcher::{Matcher, Probe};
pub use snapshot::Snapshot;

use crate::compile::Plan;
use crate::tree::Expr;

/// A profile in the index.
#[derive(Debug, PartialEq)]
pub struct Watcher {
    /// The profile's number.
    pub id: i64,
    /// Its version.
    pub version: i64,
    /// Its condition as written, for the reasons of its matches.
    pub expr: Arc<Expr>,
    /// Its condition, to be evaluated.
    pub plan: Plan,
}

impl Watcher {
    /// A profile to be entered.
    #[must_use]
    pub fn new(id: i64, version: i64, expr: Arc<Expr>, plan: Plan) -> Arc<Self> {
        Arc::new(Self {
            id,
            version,
            expr,
            plan,
        })
    }

    /// Bytes of memory, without what is shared with others.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() - size_of::<Plan>() + self.plan.size()
    }
}
