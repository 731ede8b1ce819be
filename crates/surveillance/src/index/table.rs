//! Profiles entered under what a killmail must carry for them to match. Made once, then only read.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::ops::Range as Span;
use std::sync::Arc;

use super::carried::measured;
use super::cover::{Cover, Entry, cover_by_part};
use super::guard::{Guard, Signature};
use super::heat::Heat;
use super::key::{Dimension, Dimensions, Key};
use super::matcher::LookedAt;
use super::packed::{Packed, Shape, Start};
use super::rest::rest;
use super::{Found, Probe, Watcher};
use crate::compile::Node;
use crate::ground::Ground;
use crate::subject::Subject;
use crate::tree::Field;

/// A profile's place in a table.
pub(crate) type Slot = u32;

/// One entry of one profile. Who excludes the key is looked at where it is hit, and holds elsewhere.
#[derive(Clone, Copy, Debug)]
struct Posting {
    slot: Slot,
    // Its guard, laid out so that a posting has no gaps.
    mask: u32,
    value: f32,
    dimension: Dimension,
}

const _: () = assert!(size_of::<Posting>() == 16);

impl Posting {
    const fn new(slot: Slot, guard: Guard) -> Self {
        let Guard {
            dimension,
            mask,
            value,
        } = guard;
        Self {
            slot,
            mask,
            value,
            dimension,
        }
    }

    fn admits(&self, signature: &Signature) -> bool {
        let guard = Guard {
            dimension: self.dimension,
            mask: self.mask,
            value: self.value,
        };
        guard.admits(signature)
    }
}

/// Where a key's postings begin, and how many there are.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: u32,
    count: u32,
}

/// Memory for the entries that a killmail reaches.
#[derive(Debug, Default)]
pub(super) struct Reach(Vec<Range>);

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

/// The postings on thresholds of one number, and where each stands, ascending.
#[derive(Debug)]
struct Threshold {
    field: Field,
    at: Box<[i64]>,
    postings: Box<[Posting]>,
}

/// By number.
type Thresholds = Box<[Threshold]>;

/// A profile on its way into a table.
struct Covered {
    watcher: Arc<Watcher>,
    cover: Cover,
    /// What is left to be evaluated where that is not the whole condition.
    rest: Option<Node>,
}

impl Covered {
    fn new(watcher: Arc<Watcher>, ground: &Ground, heat: &Heat) -> Self {
        let node = &watcher.plan.node;
        let (cover, part) = cover_by_part(node, ground, heat);
        let rest = match &cover {
            Cover::Ways(ways) => match &ways[..] {
                [way] => rest(node, way, part),
                _ => None,
            },
            Cover::Always(_) | Cover::Unless(_) | Cover::Never => None,
        };
        Self {
            watcher,
            cover,
            rest,
        }
    }

    fn evaluated(&self) -> &Node {
        self.rest.as_ref().unwrap_or(&self.watcher.plan.node)
    }

    /// Those of a kind together, by their shape: whoever evaluates one after the other takes the same
    /// branches again and again, which the processor then foresees.
    fn order(&self) -> (u8, Shape) {
        let kind = match self.cover {
            Cover::Always(_) => 0,
            Cover::Unless(_) => 1,
            Cover::Ways(_) | Cover::Never => 2,
        };
        (kind, Shape::of(self.evaluated()))
    }
}

/// A profile, and what is told of it where it matches.
#[derive(Debug)]
struct Place {
    watcher: Arc<Watcher>,
    id: i64,
}

/// Profiles by their entries. Those that are looked at for every killmail stand first, then those that
/// hold unless something is hit, then the others: what is always needed is close together. Within each,
/// conditions of one shape are neighbours.
#[derive(Debug, Default)]
pub(crate) struct Table {
    places: Box<[Place]>,
    /// Where each one's condition begins.
    starts: Box<[Start]>,
    always: Slot,
    unless: Slot,
    packed: Packed,
    ranges: Keyed<Range>,
    postings: Box<[Posting]>,
    at_least: Thresholds,
    at_most: Thresholds,
    dimensions: Dimensions,
    /// Memory, counted once.
    bytes: usize,
}

impl Table {
    /// A table of these profiles.
    pub(crate) fn new(watchers: Vec<Arc<Watcher>>, ground: &Ground, heat: &Heat) -> Self {
        let covered = watchers.into_iter();
        let covered = covered.map(|watcher| Covered::new(watcher, ground, heat));
        let mut covered: Vec<Covered> = covered.collect();
        covered.sort_by_cached_key(Covered::order);
        let mut table = Self::default();
        let mut places = Vec::with_capacity(covered.len());
        let mut starts = Vec::with_capacity(covered.len());
        let mut keyed: Vec<(Key, Posting)> = Vec::new();
        let mut at_least: HashMap<Field, Vec<(i64, Posting)>> = HashMap::new();
        let mut at_most: HashMap<Field, Vec<(i64, Posting)>> = HashMap::new();
        let mut dimensions = Dimensions::default();
        for (slot, covered) in (0..).zip(covered) {
            starts.push(match covered.cover {
                Cover::Never => Start::NEVER,
                _ => table.packed.push(covered.evaluated()),
            });
            let Covered { watcher, cover, .. } = covered;
            places.push(Place {
                id: watcher.id,
                watcher,
            });
            let ways = match cover {
                Cover::Never => continue,
                Cover::Always(_) => {
                    table.always += 1;
                    continue;
                }
                Cover::Unless(keys) => {
                    table.unless += 1;
                    let posting = Posting::new(slot, Guard::NONE);
                    keyed.extend(keys.into_iter().map(|key| (key, posting)));
                    continue;
                }
                Cover::Ways(ways) => ways,
            };
            for way in ways {
                let guard = way.guard;
                dimensions = dimensions.with(guard.dimension);
                let posting = Posting::new(slot, guard);
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
        table.packed.finish();
        dimensions = dimensions.union(table.packed.dimensions());
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
            places: places.into(),
            starts: starts.into(),
            ranges,
            postings: keyed.into_iter().map(|(_, posting)| posting).collect(),
            at_least: sorted(at_least),
            at_most: sorted(at_most),
            dimensions,
            ..table
        };
        Self {
            bytes: table.count_bytes(),
            ..table
        }
    }

    /// How many profiles it holds.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Those that are looked at for every killmail.
    pub(crate) const fn always(&self) -> Span<Slot> {
        0..self.always
    }

    /// Those that hold for every killmail by which no posting of theirs is hit.
    pub(crate) const fn unless(&self) -> Span<Slot> {
        self.always..self.always + self.unless
    }

    /// The profile at a place.
    pub(crate) fn found(&self, slot: Slot) -> Option<Found<'_>> {
        let place = self.places.get(slot as usize)?;
        Some(Found {
            id: place.id,
            watcher: &place.watcher,
        })
    }

    /// The same, where its condition holds.
    pub(crate) fn found_if(
        &self,
        slot: Slot,
        subject: &Subject<'_>,
        signature: &Signature,
    ) -> Option<Found<'_>> {
        let start = *self.starts.get(slot as usize)?;
        if !self.packed.holds(start, subject, signature) {
            return None;
        }
        self.found(slot)
    }

    /// Reads what evaluating these profiles will read first. Here the waits for memory overlap; they
    /// follow each other where one condition is evaluated after the other.
    pub(crate) fn touch(&self, slots: &[Slot]) {
        let read = slots.iter().filter_map(|slot| {
            let start = *self.starts.get(*slot as usize)?;
            Some(self.packed.touch(start))
        });
        black_box(read.fold(0, |all, read| all ^ read));
    }

    /// The profiles, by their places.
    pub(crate) fn watchers(&self) -> impl ExactSizeIterator<Item = &Arc<Watcher>> {
        self.places.iter().map(|place| &place.watcher)
    }

    /// What killmails are asked for.
    pub(crate) const fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// Bytes of memory, with the plans.
    pub(crate) const fn size(&self) -> usize {
        self.bytes
    }

    fn count_bytes(&self) -> usize {
        let thresholds = |of: &Thresholds| -> usize {
            of.iter()
                .map(|of| size_of_val::<[i64]>(&of.at) + size_of_val::<[Posting]>(&of.postings))
                .sum()
        };
        let plans: usize = self.watchers().map(|watcher| watcher.size()).sum();
        self.ranges.capacity() * (size_of::<(u64, Range)>() + 1)
            + size_of_val::<[Posting]>(&self.postings)
            + thresholds(&self.at_least)
            + thresholds(&self.at_most)
            + size_of_val::<[Place]>(&self.places)
            + size_of_val::<[Start]>(&self.starts)
            + self.packed.size()
            + plans
    }

    /// Looks up only, for the floor of the bench: how many of the keys stand in the table.
    pub(crate) fn look_up(&self, keys: &[Key]) -> usize {
        let found = keys
            .iter()
            .filter(|key| self.ranges.contains_key(&key.number()));
        found.count()
    }

    /// Calls `hit` for every entry that is hit and whose guard admits the killmail: possibly several
    /// times for a profile. Counts into `probe`.
    pub(super) fn probe(
        &self,
        killmail: &LookedAt<'_>,
        Reach(reach): &mut Reach,
        probe: &mut Probe,
        mut hit: impl FnMut(Slot),
    ) {
        let LookedAt {
            subject,
            keys,
            signature,
        } = *killmail;
        let mut admitted = |postings: &[Posting]| {
            for posting in postings {
                if posting.admits(signature) {
                    hit(posting.slot);
                }
            }
        };
        reach.clear();
        for key in keys {
            if let Some(range) = self.ranges.get(&key.number()) {
                probe.hit(key.dimension(), range.count as usize);
                reach.push(*range);
            }
        }
        // Here, too, the waits for memory overlap.
        let first = (reach.iter()).filter_map(|range| self.postings.get(range.first as usize));
        black_box(first.fold(0, |all, posting| all ^ posting.slot));
        for range in reach {
            let (first, count) = (range.first as usize, range.count as usize);
            admitted(self.postings.get(first..first + count).unwrap_or_default());
        }
        for Threshold {
            field,
            at,
            postings,
        } in &self.at_least
        {
            if let Some(value) = measured(subject, *field) {
                let reached = at.partition_point(|least| *least <= value);
                probe.thresholds += reached as u64;
                admitted(postings.get(..reached).unwrap_or_default());
            }
        }
        for Threshold {
            field,
            at,
            postings,
        } in &self.at_most
        {
            if let Some(value) = measured(subject, *field) {
                let first = at.partition_point(|most| *most < value);
                let reached = postings.get(first..).unwrap_or_default();
                probe.thresholds += reached.len() as u64;
                admitted(reached);
            }
        }
    }
}

fn sorted(by_field: HashMap<Field, Vec<(i64, Posting)>>) -> Thresholds {
    let mut thresholds: Vec<Threshold> = (by_field.into_iter())
        .map(|(field, mut postings)| {
            postings.sort_unstable_by_key(|(threshold, posting)| (*threshold, posting.slot));
            Threshold {
                field,
                at: postings.iter().map(|(threshold, _)| *threshold).collect(),
                postings: postings.into_iter().map(|(_, posting)| posting).collect(),
            }
        })
        .collect();
    thresholds.sort_unstable_by_key(|threshold| threshold.field);
    thresholds.into()
}

/// Kept out of the way of [`Dimension`]'s own order.
const _: () = assert!(Dimension::ALL.len() <= 32);
