//! Matching one killmail after another, without allocating for each.

use super::Found;
use super::carried::{carried, measured};
use super::guard::Signature;
use super::key::{Dimension, Key};
use super::marks::Marks;
use super::snapshot::Snapshot;
use super::table::{Reach, Slot, Table};
use crate::subject::Subject;
use crate::tree::Field;

/// Finds what matches. Holds the memory that each killmail needs; one for each thread.
#[derive(Debug, Default)]
pub struct Matcher {
    keys: Vec<Key>,
    base: Hits,
    recent: Hits,
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
    /// Evaluations of profiles on the always-list.
    pub always: u64,
    /// Evaluations of profiles that exclude something, where the killmail has it.
    pub excluded: u64,
    /// All evaluations.
    pub evaluations: u64,
    /// Matches that were certain without an evaluation: of profiles that only exclude, where the
    /// killmail has nothing of what they do.
    pub certain: u64,
    /// All matches.
    pub matches: u64,
}

impl Probe {
    pub(super) fn hit(&mut self, dimension: Dimension, postings: usize) {
        if let Some(hits) = self.hits.get_mut(dimension as usize) {
            *hits += postings as u64;
        }
    }

    /// Profiles evaluated because the killmail has something that they ask for.
    #[must_use]
    pub const fn candidates(&self) -> u64 {
        self.evaluations - self.always - self.excluded
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
            excluded: self.excluded - earlier.excluded,
            evaluations: self.evaluations - earlier.evaluations,
            certain: self.certain - earlier.certain,
            matches: self.matches - earlier.matches,
        }
    }
}

/// What of a table is hit by the killmail at hand.
#[derive(Debug, Default)]
struct Hits {
    reach: Reach,
    marks: Marks,
    pointed: Vec<Slot>,
}

impl Matcher {
    /// Calls `found` for each profile that matches, in no particular order.
    pub fn find<'s>(
        &mut self,
        snapshot: &'s Snapshot,
        subject: &Subject<'_>,
        mut found: impl FnMut(Found<'s>),
    ) {
        let dimensions = snapshot
            .base
            .dimensions()
            .union(snapshot.recent.dimensions());
        carried(subject, dimensions, &mut self.keys);
        let signature = Signature::of(&self.keys, measured(subject, Field::Value));
        self.probe.killmails += 1;
        let looked_at = LookedAt {
            subject,
            keys: &self.keys,
            signature: &signature,
        };
        let in_force = |slot| !snapshot.is_replaced(slot);
        let (base, recent) = (&snapshot.base, &snapshot.recent);
        let probe = &mut self.probe;
        (self.base).look(base, &looked_at, probe, in_force, &mut found);
        (self.recent).look(recent, &looked_at, probe, |_| true, &mut found);
    }

    /// The same without the index: every profile is evaluated.
    pub fn find_by_force<'s>(
        snapshot: &'s Snapshot,
        subject: &Subject<'_>,
        mut found: impl FnMut(Found<'s>),
    ) {
        for watcher in snapshot.shared() {
            if watcher.plan.node.evaluate(subject).is_true() {
                let id = watcher.id;
                found(Found { id, watcher });
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

/// A killmail, and what was made of it for the index.
pub(super) struct LookedAt<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// What it carries, each once, ascending.
    pub(super) keys: &'a [Key],
    pub(super) signature: &'a Signature,
}

impl Hits {
    /// Calls `found` for each profile of the table that is in force and matches.
    fn look<'s>(
        &mut self,
        table: &'s Table,
        at: &LookedAt<'_>,
        probe: &mut Probe,
        in_force: impl Fn(Slot) -> bool,
        found: &mut impl FnMut(Found<'s>),
    ) {
        if table.len() == 0 {
            return;
        }
        let Self {
            reach,
            marks,
            pointed,
        } = self;
        marks.clear(table.len());
        // All hits first, then all conditions.
        table.probe(at, reach, probe, |slot| marks.set(slot));
        pointed.clear();
        pointed.extend(marks.iter().filter(|slot| in_force(*slot)));
        table.touch(pointed);
        let always = table.always().filter(|slot| in_force(*slot));
        for slot in always.chain(pointed.iter().copied()) {
            probe.evaluations += 1;
            if let Some(matching) = table.found_if(slot, at.subject, at.signature) {
                probe.matches += 1;
                found(matching);
            }
        }
        let unless = table.unless();
        probe.always += table.always().filter(|slot| in_force(*slot)).count() as u64;
        probe.excluded += pointed.iter().filter(|slot| unless.contains(slot)).count() as u64;
        for slot in unless {
            if !marks.has(slot) && in_force(slot) {
                probe.certain += 1;
                probe.matches += 1;
                table.found(slot).into_iter().for_each(&mut *found);
            }
        }
    }
}
