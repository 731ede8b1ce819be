//! Profiles entered under what a killmail must carry for them to match. Made once, then only read.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::cover::{Cover, Entry, cover};
use super::guard::{Guard, Signature};
use super::heat::Heat;
use super::key::{Dimension, Dimensions, Key, measured};
use super::{Probe, Watcher};
use crate::ground::Ground;
use crate::subject::Subject;
use crate::tree::Field;

/// A profile's place in a table.
pub(crate) type Slot = u32;

/// One entry of one profile.
#[derive(Clone, Copy, Debug)]
struct Posting {
    slot: Slot,
    guard: Guard,
}

/// Where a key's postings begin, and how many there are.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: u32,
    count: u32,
}

/// Keys are well spread after one multiplication.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

type Keyed<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// The postings on thresholds of one number, ascending.
type Thresholds = Vec<(Field, Box<[(i64, Posting)]>)>;

/// Profiles by their entries.
#[derive(Debug, Default)]
pub(crate) struct Table {
    watchers: Box<[Arc<Watcher>]>,
    ranges: Keyed<Range>,
    postings: Box<[Posting]>,
    at_least: Thresholds,
    at_most: Thresholds,
    always: Box<[Slot]>,
    dimensions: Dimensions,
    /// Memory, counted once.
    bytes: usize,
}

impl Table {
    /// A table of these profiles.
    pub(crate) fn new(watchers: Vec<Arc<Watcher>>, ground: &Ground, heat: &Heat) -> Self {
        let mut keyed: Vec<(Key, Posting)> = Vec::new();
        let mut at_least: HashMap<Field, Vec<(i64, Posting)>> = HashMap::new();
        let mut at_most: HashMap<Field, Vec<(i64, Posting)>> = HashMap::new();
        let mut always = Vec::new();
        let mut dimensions = Dimensions::default();
        for (watcher, slot) in watchers.iter().zip(0..) {
            let ways = match cover(&watcher.plan.node, ground, heat) {
                Cover::Never => continue,
                Cover::Always(_) => {
                    always.push(slot);
                    continue;
                }
                Cover::Ways(ways) => ways,
            };
            for way in ways {
                let guard = way.guard;
                dimensions = dimensions.with(guard.dimension);
                let posting = Posting { slot, guard };
                for entry in way.entries {
                    match entry {
                        Entry::Key(key) => keyed.push((key, posting)),
                        Entry::AtLeast(field, least) => {
                            at_least.entry(field).or_default().push((least, posting));
                        }
                        Entry::AtMost(field, most) => {
                            at_most.entry(field).or_default().push((most, posting));
                        }
                    }
                }
            }
        }
        keyed.sort_unstable_by_key(|(key, posting)| (*key, posting.slot));
        let mut ranges: Keyed<Range> = Keyed::default();
        for (place, (key, _)) in (0..).zip(&keyed) {
            dimensions = dimensions.with(key.dimension());
            let range = ranges.entry(key.number()).or_insert(Range {
                first: place,
                count: 0,
            });
            range.count += 1;
        }
        ranges.shrink_to_fit();
        let table = Self {
            watchers: watchers.into(),
            ranges,
            postings: keyed.into_iter().map(|(_, posting)| posting).collect(),
            at_least: sorted(at_least),
            at_most: sorted(at_most),
            always: always.into(),
            dimensions,
            bytes: 0,
        };
        Self {
            bytes: table.count_bytes(),
            ..table
        }
    }

    /// How many profiles it holds.
    pub(crate) fn len(&self) -> usize {
        self.watchers.len()
    }

    /// How many of them are looked at for every killmail.
    pub(crate) fn always(&self) -> usize {
        self.always.len()
    }

    /// Those, with their places.
    pub(crate) fn always_watchers(&self) -> impl Iterator<Item = (Slot, &Watcher)> {
        self.always.iter().filter_map(|slot| {
            let place = usize::try_from(*slot).ok()?;
            Some((*slot, &**self.watchers.get(place)?))
        })
    }

    /// The profiles, by their places.
    pub(crate) fn watchers(&self) -> &[Arc<Watcher>] {
        &self.watchers
    }

    /// What killmails are asked for.
    pub(crate) fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// Bytes of memory, with the plans.
    pub(crate) const fn size(&self) -> usize {
        self.bytes
    }

    fn count_bytes(&self) -> usize {
        let thresholds = |of: &Thresholds| -> usize {
            of.iter()
                .map(|(_, postings)| size_of_val::<[(i64, Posting)]>(postings))
                .sum()
        };
        let plans: usize = self.watchers.iter().map(|watcher| watcher.size()).sum();
        self.ranges.capacity() * (size_of::<(u64, Range)>() + 1)
            + size_of_val::<[Posting]>(&self.postings)
            + thresholds(&self.at_least)
            + thresholds(&self.at_most)
            + size_of_val::<[Slot]>(&self.always)
            + size_of_val::<[Arc<Watcher>]>(&self.watchers)
            + plans
    }

    /// Looks up only, for the floor of the bench: how many of the keys stand in the table.
    pub(crate) fn look_up(&self, keys: &[Key]) -> usize {
        let found = keys
            .iter()
            .filter(|key| self.ranges.contains_key(&key.number()));
        found.count()
    }

    /// Calls `candidate` for every profile of which an entry is hit and the guard admits the
    /// killmail, possibly several times, and for those on the always-list. Counts into `probe`.
    pub(crate) fn probe(
        &self,
        subject: &Subject<'_>,
        keys: &[Key],
        signature: &Signature,
        probe: &mut Probe,
        mut candidate: impl FnMut(Slot, &mut Probe),
    ) {
        for key in keys {
            let Some(range) = self.ranges.get(&key.number()) else {
                continue;
            };
            let (first, count) = (range.first as usize, range.count as usize);
            let postings = self.postings.get(first..first + count).unwrap_or_default();
            probe.hit(key.dimension(), postings.len());
            for posting in postings {
                if posting.guard.admits(signature) {
                    candidate(posting.slot, probe);
                }
            }
        }
        for (field, postings) in &self.at_least {
            let Some(value) = measured(subject, *field) else {
                continue;
            };
            let reached = postings.partition_point(|(least, _)| *least <= value);
            probe.thresholds += reached as u64;
            for (_, posting) in postings.iter().take(reached) {
                if posting.guard.admits(signature) {
                    candidate(posting.slot, probe);
                }
            }
        }
        for (field, postings) in &self.at_most {
            let Some(value) = measured(subject, *field) else {
                continue;
            };
            let first = postings.partition_point(|(most, _)| *most < value);
            let reached = postings.get(first..).unwrap_or_default();
            probe.thresholds += reached.len() as u64;
            for (_, posting) in reached {
                if posting.guard.admits(signature) {
                    candidate(posting.slot, probe);
                }
            }
        }
        for slot in &self.always {
            probe.always += 1;
            candidate(*slot, probe);
        }
    }
}

fn sorted(by_field: HashMap<Field, Vec<(i64, Posting)>>) -> Thresholds {
    let mut thresholds: Thresholds = (by_field.into_iter())
        .map(|(field, mut postings)| {
            postings.sort_unstable_by_key(|(threshold, posting)| (*threshold, posting.slot));
            (field, postings.into())
        })
        .collect();
    thresholds.sort_unstable_by_key(|(field, _)| *field);
    thresholds
}

/// Kept out of the way of [`Dimension`]'s own order.
const _: () = assert!(Dimension::ALL.len() <= 32);
