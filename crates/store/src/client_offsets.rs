//! The offsets of one killfeed client: one per system, kept small.
//!
//! A client polls the same systems again and again, so nearly all its offsets are equal: a base
//! offset, the systems that stand at it, and exceptions for the others.

use std::collections::{BTreeMap, HashMap};

use killwire_killmail::SystemId;

use crate::StoreError;
use crate::column::{self, damaged};

/// Systems that one client may follow; New Eden has 8,500.
pub(crate) const MOST_SYSTEMS: usize = 10_000;

/// Offsets by system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offsets {
    base: i64,
    /// Sorted, unique; none of them among the exceptions.
    at_base: Vec<SystemId>,
    exceptions: BTreeMap<SystemId, i64>,
}

impl Offsets {
    /// The offset of a system; none when the client has not asked for it before.
    pub(crate) fn get(&self, system: SystemId) -> Option<i64> {
        let exception = self.exceptions.get(&system).copied();
        exception.or_else(|| self.at_base.binary_search(&system).ok().map(|_| self.base))
    }

    /// The lowest offset; none for a client without systems.
    pub(crate) fn lowest(&self) -> Option<i64> {
        let base = (!self.at_base.is_empty()).then_some(self.base);
        self.exceptions.values().copied().chain(base).min()
    }

    /// Moves the offsets of `systems` (sorted, unique) up to `to`, never back. New systems start
    /// at 0. False when nothing moved and none was new.
    pub(crate) fn advance(&mut self, systems: &[SystemId], to: i64) -> Result<bool, StoreError> {
        let to = to.max(0);
        if self.at_base == systems {
            let moves = self.base < to;
            self.base = self.base.max(to);
            return Ok(moves);
        }
        let behind = |system: &&SystemId| self.get(**system).is_none_or(|offset| offset < to);
        if !systems.iter().any(|system| behind(&system)) {
            return Ok(false);
        }
        let mut all: BTreeMap<SystemId, i64> = std::mem::take(&mut self.exceptions);
        all.extend(self.at_base.drain(..).map(|system| (system, self.base)));
        for system in systems {
            let offset = all.entry(*system).or_insert(0);
            *offset = (*offset).max(to);
        }
        *self = Self::of(all);
        if self.at_base.len() + self.exceptions.len() > MOST_SYSTEMS {
            return Err(StoreError::TooManySystems(MOST_SYSTEMS));
        }
        Ok(true)
    }

    /// The base is the offset that most systems have; of several the highest.
    fn of(all: BTreeMap<SystemId, i64>) -> Self {
        let mut counts: HashMap<i64, usize> = HashMap::new();
        for offset in all.values() {
            *counts.entry(*offset).or_default() += 1;
        }
        let most = counts
            .into_iter()
            .max_by_key(|(offset, count)| (*count, *offset));
        let base = most.map_or(0, |(offset, _)| offset);
        let mut offsets = Self {
            base,
            ..Self::default()
        };
        for (system, offset) in all {
            if offset == base {
                offsets.at_base.push(system);
            } else {
                offsets.exceptions.insert(system, offset);
            }
        }
        offsets
    }

    /// As stored: the base, the systems at it, the exceptions. Systems are written as distances
    /// from one to the next, which take one or two bytes each.
    pub(crate) fn encode(&self) -> Result<(i64, Vec<u8>, Vec<u8>), StoreError> {
        let mut last = 0;
        let mut distance = |system: SystemId| {
            let distance = system.get() - last;
            last = system.get();
            distance
        };
        let at_base: Vec<i64> = self
            .at_base
            .iter()
            .map(|system| distance(*system))
            .collect();
        last = 0;
        let mut distance = |system: SystemId| {
            let distance = system.get() - last;
            last = system.get();
            distance
        };
        let exceptions: Vec<(i64, i64)> = self
            .exceptions
            .iter()
            .map(|(system, offset)| (distance(*system), *offset))
            .collect();
        let bytes = |encoded: Result<Vec<u8>, postcard::Error>| {
            encoded.map_err(|error| damaged("client", error))
        };
        Ok((
            self.base,
            bytes(postcard::to_stdvec(&at_base))?,
            bytes(postcard::to_stdvec(&exceptions))?,
        ))
    }

    /// From storage.
    pub(crate) fn decode(base: i64, systems: &[u8], exceptions: &[u8]) -> Result<Self, StoreError> {
        let distances: Vec<i64> =
            postcard::from_bytes(systems).map_err(|error| damaged("client", error))?;
        let mut last = 0_i64;
        let mut at_base = Vec::with_capacity(distances.len());
        for distance in distances {
            last = last.saturating_add(distance);
            at_base.push(column::system_id("client", last)?);
        }
        let distances: Vec<(i64, i64)> =
            postcard::from_bytes(exceptions).map_err(|error| damaged("client", error))?;
        let mut last = 0_i64;
        let mut exceptions = BTreeMap::new();
        for (distance, offset) in distances {
            last = last.saturating_add(distance);
            exceptions.insert(column::system_id("client", last)?, offset);
        }
        Ok(Self {
            base,
            at_base,
            exceptions,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn system(id: i64) -> SystemId {
        SystemId::new(id).unwrap()
    }

    fn systems(ids: &[i64]) -> Vec<SystemId> {
        let mut systems: Vec<SystemId> = ids.iter().copied().map(system).collect();
        systems.sort_unstable();
        systems.dedup();
        systems
    }

    #[test]
    fn a_client_that_polls_the_same_systems_has_one_base_and_no_exceptions() {
        let mut offsets = Offsets::default();
        let polled: Vec<SystemId> = (30_000_001..30_005_001).map(system).collect();
        for seq in [7, 9, 1_000_000] {
            assert!(offsets.advance(&polled, seq).unwrap());
        }
        let (base, at_base, exceptions) = offsets.encode().unwrap();
        assert_eq!((base, exceptions.len()), (1_000_000, 1));
        assert!(
            at_base.len() < 5_010,
            "{} bytes for 5,000 systems",
            at_base.len()
        );
    }

    #[test]
    fn a_client_may_not_follow_more_systems_than_there_are() {
        let polled: Vec<SystemId> = (1..=10_001).map(system).collect();
        let refused = Offsets::default().advance(&polled, 1);
        assert!(matches!(refused, Err(StoreError::TooManySystems(_))));
    }

    proptest! {
        #[test]
        fn base_and_exceptions_say_what_a_plain_map_says(
            moves in prop::collection::vec((prop::collection::vec(1_i64..40, 1..12), 0_i64..30), 0..40)
        ) {
            let mut offsets = Offsets::default();
            let mut plain: BTreeMap<SystemId, i64> = BTreeMap::new();
            for (ids, to) in moves {
                let polled = systems(&ids);
                let before = plain.clone();
                for system in &polled {
                    let offset = plain.entry(*system).or_insert(0);
                    *offset = (*offset).max(to);
                }
                prop_assert_eq!(offsets.advance(&polled, to).unwrap(), before != plain);
                let (base, at_base, exceptions) = offsets.encode().unwrap();
                prop_assert_eq!(&Offsets::decode(base, &at_base, &exceptions).unwrap(), &offsets);
                for id in 1..40 {
                    prop_assert_eq!(offsets.get(system(id)), plain.get(&system(id)).copied());
                }
                prop_assert_eq!(offsets.lowest(), plain.values().copied().min());
            }
        }
    }
}
