//! The index: from a killmail to the profiles that could match it, whatever their number.
//!
//! [`cover()`] says by what a profile is found, [`Heat`] how often that is hit, [`Guard`] what is told
//! besides without looking at the profile; a table holds many profiles, and a [`Snapshot`] is the
//! table that readers see with its recent changes.

mod absence;
mod carried;
mod cover;
mod guard;
mod heat;
mod key;
mod marks;
mod matcher;
mod packed;
mod rest;
mod snapshot;
mod table;
mod words;

use std::sync::{Arc, OnceLock};

pub use cover::{Cover, Entry, MOST_ENTRIES, Reason, Way, cover};
pub use guard::Guard;
pub use heat::{Heat, MOST_SAMPLED};
pub use key::{Dimension, Key};
pub use matcher::{Matcher, Probe};
pub use snapshot::Snapshot;

use crate::compile::{Compiler, Node, Plan};
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
    /// The same in the shape in which it is written, once a reason was asked for.
    written: OnceLock<Option<Node>>,
}

/// A profile that matches.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its number, which is at hand: the profile itself is mostly in no cache.
    pub id: i64,
    /// The profile.
    pub watcher: &'a Arc<Watcher>,
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
            written: OnceLock::new(),
        })
    }

    /// The condition compiled as it is written, not simplified: kept from the first time on. None
    /// where the compiler does not know what it was compiled with.
    pub(crate) fn as_written(&self, compiler: &mut Compiler<'_>) -> Option<&Node> {
        let written = self.written.get_or_init(|| {
            let node = compiler.as_written(&self.expr);
            node.ok()
        });
        written.as_ref()
    }

    /// Bytes of memory, without what is shared with others.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() - size_of::<Plan>() + self.plan.size()
    }
}
