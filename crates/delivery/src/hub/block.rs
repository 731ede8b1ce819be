//! A piece of the log that readers share while they are behind, and where in it each key is.
//!
//! A thousand readers who come back together each go through the same thousands of events. Those that
//! name few ids look only at the events that bring one of them, as live readers do ([`super::key`]).

use std::ops::Range;
use std::sync::{Arc, Weak};

use killwire_store::Seq;
use killwire_universe::Universe;

use super::filter::Filter;
use super::key::{self, Key};
use super::parcel::Parcel;

/// Some consecutive events of the log.
#[derive(Debug, Default)]
pub(crate) struct Block {
    parcels: Box<[Arc<Parcel>]>,
    /// None where it is not worth it.
    index: Option<Index>,
}

/// Where in a block the events are that bring a key.
#[derive(Debug)]
struct Index {
    /// By what constellations, regions and groups were found. Not kept alive for that.
    universe: Weak<Universe>,
    /// Sorted, each once.
    places: Box<[(Key, usize)]>,
}

impl Block {
    /// A block that is read once.
    pub(crate) fn new(parcels: Vec<Arc<Parcel>>) -> Self {
        Self {
            parcels: parcels.into(),
            index: None,
        }
    }

    /// A block that many are expected to read.
    pub(crate) fn indexed(parcels: Vec<Arc<Parcel>>, universe: &Arc<Universe>) -> Self {
        let index = Index::new(&parcels, universe);
        Self {
            parcels: parcels.into(),
            index: Some(index),
        }
    }

    /// Roughly what it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let parcels = self.parcels.iter().map(|parcel| parcel.weight());
        let index = self.index.as_ref();
        parcels.sum::<usize>() + index.map_or(0, |index| size_of_val(&*index.places))
    }

    /// Where the events after `position` are that a reader with `keys` has to judge, in order.
    fn places(&self, position: Seq, keys: &[Key], universe: &Arc<Universe>) -> Places {
        let from = self
            .parcels
            .partition_point(|parcel| parcel.event.seq <= position);
        let index = self.index.as_ref();
        // Beyond so many keys, looking them up takes longer than looking at every event.
        match index.filter(|index| keys.len() <= self.parcels.len() && index.knows(keys, universe))
        {
            Some(index) => Places::Some(index.find(keys, from)),
            None => Places::All(from..self.parcels.len()),
        }
    }
}

impl Index {
    fn new(parcels: &[Arc<Parcel>], universe: &Arc<Universe>) -> Self {
        let mut places = Vec::new();
        for (place, parcel) in parcels.iter().enumerate() {
            let Some(facts) = parcel.event.facts.as_deref() else {
                continue;
            };
            let mut keys = key::of_facts(facts, universe);
            keys.remove(&Key::Everything);
            places.extend(keys.into_iter().map(|key| (key, place)));
        }
        places.sort_unstable();
        Self {
            universe: Arc::downgrade(universe),
            places: places.into(),
        }
    }

    /// Whether it finds everything that has one of these keys. Other static data may put a system
    /// into another region.
    fn knows(&self, keys: &[Key], universe: &Arc<Universe>) -> bool {
        !keys.contains(&Key::Everything)
            && std::ptr::eq(self.universe.as_ptr(), Arc::as_ptr(universe))
    }

    fn find(&self, keys: &[Key], from: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for key in keys {
            let first = self.places.partition_point(|place| *place < (*key, from));
            let with_key = self.places.iter().skip(first);
            let with_key = with_key.take_while(|(other, _)| other == key);
            found.extend(with_key.map(|(_, place)| *place));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What a reader has not read of a block. Judged only as it is gone through: who stops in between has
/// not paid for the rest, and keeps nothing of it.
#[derive(Debug)]
pub(crate) struct Stretch {
    block: Arc<Block>,
    places: Places,
    filter: Arc<Filter>,
    universe: Arc<Universe>,
    /// The last event of it; the reader's position where there is none.
    pub(crate) through: Seq,
}

#[derive(Debug)]
enum Places {
    All(Range<usize>),
    Some(Vec<usize>),
}

impl Stretch {
    /// What comes after `position` in `block`; `keys` are those of `filter`.
    pub(crate) fn new(
        block: Arc<Block>,
        position: Seq,
        (filter, keys): (Arc<Filter>, &[Key]),
        universe: Arc<Universe>,
    ) -> Self {
        let last = block.parcels.last().map(|last| last.event.seq);
        Self {
            places: block.places(position, keys, &universe),
            through: last.unwrap_or(position),
            block,
            filter,
            universe,
        }
    }

    /// What the filter takes, in order.
    pub(crate) fn matching(&self) -> impl Iterator<Item = &Arc<Parcel>> {
        let (all, some) = match &self.places {
            Places::All(all) => (all.clone(), &[][..]),
            Places::Some(some) => (0..0, some.as_slice()),
        };
        let places = all.chain(some.iter().copied());
        let parcels = places.filter_map(|place| self.block.parcels.get(place));
        parcels.filter(|parcel| self.filter.takes(&parcel.event, &self.universe))
    }
}

#[cfg(test)]
mod tests;
