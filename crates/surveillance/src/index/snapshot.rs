//! What readers see: a table, and over it a small one of what has changed since it was made.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::Watcher;
use super::heat::Heat;
use super::table::{Slot, Table};
use crate::ground::Ground;

/// All profiles in force at one moment. It does not change; a change makes a new one that shares the
/// large table.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub(super) base: Arc<Table>,
    pub(super) recent: Arc<Table>,
    /// Places of `base` that are not in force any more, one bit each.
    replaced: Arc<[u64]>,
    /// Where in `base` a profile stands.
    places: Arc<HashMap<i64, Slot>>,
}

impl Snapshot {
    /// A snapshot of these profiles, without changes over it.
    #[must_use]
    pub fn new(watchers: Vec<Arc<Watcher>>, ground: &Ground, heat: &Heat) -> Self {
        let base = Table::new(watchers, ground, heat);
        let places = base.watchers().map(|watcher| watcher.id).zip(0..);
        Self {
            places: Arc::new(places.collect()),
            base: Arc::new(base),
            recent: Arc::default(),
            replaced: Arc::default(),
        }
    }

    /// With profiles put in the place of those of the same number, or beside the others, and with
    /// some taken out. Costs as much as has changed since the large table was made.
    #[must_use]
    pub fn with(
        &self,
        changed: Vec<Arc<Watcher>>,
        removed: &[i64],
        ground: &Ground,
        heat: &Heat,
    ) -> Self {
        let gone: HashSet<i64> = (changed.iter().map(|watcher| watcher.id))
            .chain(removed.iter().copied())
            .collect();
        let kept = self.recent.watchers();
        let kept = kept.filter(|watcher| !gone.contains(&watcher.id)).cloned();
        let recent: Vec<Arc<Watcher>> = kept.chain(changed).collect();
        let mut replaced = self.replaced.to_vec();
        replaced.resize(self.base.len().div_ceil(64), 0);
        for slot in gone.iter().filter_map(|id| self.places.get(id)) {
            let (word, bit) = split(*slot);
            if let Some(word) = replaced.get_mut(word) {
                *word |= bit;
            }
        }
        Self {
            base: Arc::clone(&self.base),
            recent: Arc::new(Table::new(recent, ground, heat)),
            replaced: replaced.into(),
            places: Arc::clone(&self.places),
        }
    }

    /// Whether a place of the large table is not in force any more.
    pub(super) fn is_replaced(&self, slot: Slot) -> bool {
        let (word, bit) = split(slot);
        self.replaced.get(word).is_some_and(|word| word & bit != 0)
    }

    /// All profiles in force.
    pub fn watchers(&self) -> impl Iterator<Item = &Watcher> {
        self.shared().map(Arc::as_ref)
    }

    /// The same, to be kept.
    pub fn shared(&self) -> impl Iterator<Item = &Arc<Watcher>> {
        let base = self.base.watchers().zip(0..);
        let base = base.filter(|(_, slot)| !self.is_replaced(*slot));
        base.map(|(watcher, _)| watcher)
            .chain(self.recent.watchers())
    }

    /// How many profiles are in force.
    #[must_use]
    pub fn len(&self) -> usize {
        let replaced: u32 = self.replaced.iter().map(|word| word.count_ones()).sum();
        self.base.len() + self.recent.len() - replaced as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many have changed since the large table was made.
    #[must_use]
    pub fn recent(&self) -> usize {
        self.recent.len()
    }

    /// How many are looked at for every killmail.
    #[must_use]
    pub fn always(&self) -> usize {
        self.in_force(Table::always)
    }

    /// How many hold for every killmail that has nothing of what they exclude.
    #[must_use]
    pub fn unless(&self) -> usize {
        self.in_force(Table::unless)
    }

    /// How many of some places of both tables are in force.
    fn in_force(&self, of: fn(&Table) -> Range<Slot>) -> usize {
        let base = of(&self.base);
        base.filter(|slot| !self.is_replaced(*slot)).count() + of(&self.recent).len()
    }

    /// Bytes of memory.
    #[must_use]
    pub fn size(&self) -> usize {
        self.base.size() + self.recent.size() + self.places.capacity() * size_of::<(i64, Slot)>()
    }
}

/// The word and the bit of a place.
fn split(slot: Slot) -> (usize, u64) {
    ((slot / 64) as usize, 1 << (slot % 64))
}
