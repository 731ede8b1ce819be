//! Matching one killmail after another, without allocating for each.

use super::Watcher;
use super::guard::Signature;
use super::key::{Dimension, Key, carried, measured};
use super::snapshot::Snapshot;
use super::table::{Slot, Table};
use crate::subject::Subject;
use crate::tree::Field;

/// Finds what matches. Holds the memory that each killmail needs; one for each thread.
#[derive(Debug, Default)]
pub struct Matcher {
    keys: Vec<Key>,
    base: Seen,
    recent: Seen,
    /// What happened since this was made.
    probe: Probe,
}

/// Counts of what the index did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Killmails looked at.
    pub killmails: u64,
    /// Entries hit, by the dimension of their key.
    pub hits: [u64; Dimension::ALL.len()],
    /// Entries hit on thresholds.
    pub thresholds: u64,
    /// Looks at profiles of the always-list.
    pub always: u64,
    /// Profiles whose condition was evaluated, those of the always-list included.
    pub evaluations: u64,
    /// Conditions that held.
    pub matches: u64,
}

impl Probe {
    pub(super) fn hit(&mut self, dimension: Dimension, postings: usize) {
        if let Some(hits) = self.hits.get_mut(dimension as usize) {
            *hits += postings as u64;
        }
    }

    /// Profiles evaluated because something pointed to them.
    #[must_use]
    pub const fn candidates(&self) -> u64 {
        self.evaluations - self.always
    }

    /// What happened since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut hits = self.hits;
        for (hits, before) in hits.iter_mut().zip(earlier.hits) {
            *hits -= before;
        }
        Self {
            killmails: self.killmails - earlier.killmails,
            hits,
            thresholds: self.thresholds - earlier.thresholds,
            always: self.always - earlier.always,
            evaluations: self.evaluations - earlier.evaluations,
            matches: self.matches - earlier.matches,
        }
    }
}

/// Which places of a table were looked at for the killmail at hand: those that carry its number. So
/// nothing is cleared between killmails.
#[derive(Debug, Default)]
struct Seen {
    marks: Vec<u32>,
    now: u32,
}

impl Seen {
    fn next(&mut self, places: usize) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 || self.marks.len() != places {
            self.marks.clear();
            self.marks.resize(places, 0);
            self.now = 1;
        }
    }

    /// Whether it is the first time.
    fn first(&mut self, slot: Slot) -> bool {
        let mark = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.marks.get_mut(slot));
        mark.is_some_and(|mark| std::mem::replace(mark, self.now) != self.now)
    }
}

impl Matcher {
    /// Calls `found` for each profile that matches, in no particular order.
    pub fn find<'s>(
        &mut self,
        snapshot: &'s Snapshot,
        subject: &Subject<'_>,
        mut found: impl FnMut(&'s Watcher),
    ) {
        let dimensions = snapshot
            .base
            .dimensions()
            .union(snapshot.recent.dimensions());
        carried(subject, dimensions, &mut self.keys);
        let signature = Signature::of(&self.keys, measured(subject, Field::Value));
        self.probe.killmails += 1;
        let alive = |slot| !snapshot.is_replaced(slot);
        look(
            &snapshot.base,
            subject,
            &self.keys,
            &signature,
            &mut self.base,
            &mut self.probe,
            alive,
            &mut found,
        );
        look(
            &snapshot.recent,
            subject,
            &self.keys,
            &signature,
            &mut self.recent,
            &mut self.probe,
            |_| true,
            &mut found,
        );
    }

    /// The same without the index: every profile is evaluated.
    pub fn find_by_force<'s>(
        snapshot: &'s Snapshot,
        subject: &Subject<'_>,
        mut found: impl FnMut(&'s Watcher),
    ) {
        for watcher in snapshot.watchers() {
            if watcher.plan.node.evaluate(subject).is_true() {
                found(watcher);
            }
        }
    }

    /// Looks up a killmail's keys and does nothing with them: how many are entries. The floor under
    /// every figure of this index.
    pub fn look_up(&mut self, snapshot: &Snapshot, subject: &Subject<'_>) -> usize {
        carried(subject, snapshot.base.dimensions(), &mut self.keys);
        snapshot.base.look_up(&self.keys)
    }

    /// What happened since this was made.
    #[must_use]
    pub const fn probe(&self) -> &Probe {
        &self.probe
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "the parts of the matcher, borrowed apart"
)]
fn look<'s>(
    table: &'s Table,
    subject: &Subject<'_>,
    keys: &[Key],
    signature: &Signature,
    seen: &mut Seen,
    probe: &mut Probe,
    alive: impl Fn(Slot) -> bool,
    found: &mut impl FnMut(&'s Watcher),
) {
    if table.len() == 0 {
        return;
    }
    seen.next(table.len());
    table.probe(subject, keys, signature, probe, |slot, probe| {
        if !seen.first(slot) || !alive(slot) {
            return;
        }
        let watcher = usize::try_from(slot)
            .ok()
            .and_then(|slot| table.watchers().get(slot));
        let Some(watcher) = watcher else { return };
        probe.evaluations += 1;
        if watcher.plan.node.evaluate(subject).is_true() {
            probe.matches += 1;
            found(watcher);
        }
    });
}
