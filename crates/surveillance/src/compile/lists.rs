//! Named lists as conditions use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::tree::{Name, RefKind};

/// The named lists in force.
pub type Lists = BTreeMap<Name, List>;

/// One named list: ids by what they are ids of. Kept once, whoever uses it.
#[derive(Clone, Debug, Default)]
pub struct List {
    by_kind: BTreeMap<RefKind, Arc<[i64]>>,
    who: Arc<[i64]>,
}

impl List {
    /// A list of these.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (RefKind, i64)>) -> Self {
        let mut by_kind: BTreeMap<RefKind, Vec<i64>> = BTreeMap::new();
        let mut who = Vec::new();
        for (kind, id) in entries {
            if is_somebody(kind) {
                who.push(id);
            }
            by_kind.entry(kind).or_default().push(id);
        }
        let by_kind = by_kind.into_iter();
        Self {
            by_kind: by_kind.map(|(kind, ids)| (kind, set(ids))).collect(),
            who: set(who),
        }
    }

    /// Its ids of a kind, ascending, each once. Of [`RefKind::Who`], all that are somebody.
    #[must_use]
    pub fn of(&self, kind: RefKind) -> Arc<[i64]> {
        match kind {
            RefKind::Who => Arc::clone(&self.who),
            kind => self.by_kind.get(&kind).cloned().unwrap_or_default(),
        }
    }
}

const fn is_somebody(kind: RefKind) -> bool {
    matches!(
        kind,
        RefKind::Character
            | RefKind::Corporation
            | RefKind::Alliance
            | RefKind::Faction
            | RefKind::Who
    )
}

fn set(mut ids: Vec<i64>) -> Arc<[i64]> {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}
