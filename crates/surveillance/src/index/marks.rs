//! Which places of a table a killmail has hit: each once, and in the table's order.

use super::table::Slot;

const BITS: u32 = u64::BITS;

/// A set of places, a bit for each, and over them a bit for each word that has any: so small that it
/// stays in the processor's nearest cache, and emptied without a look at what is empty.
#[derive(Debug, Default)]
pub(super) struct Marks {
    words: Vec<u64>,
    groups: Vec<u64>,
}

impl Marks {
    /// Makes it empty, for a table of so many places.
    pub(super) fn clear(&mut self, places: usize) {
        let words = places.div_ceil(BITS as usize);
        if self.words.len() != words {
            self.words.clear();
            self.words.resize(words, 0);
            self.groups.clear();
            self.groups.resize(words.div_ceil(BITS as usize), 0);
            return;
        }
        for (group, marked) in self.groups.iter_mut().enumerate() {
            for bit in bits(std::mem::take(marked)) {
                if let Some(word) = self.words.get_mut(group * BITS as usize + bit) {
                    *word = 0;
                }
            }
        }
    }

    /// Marks a place; nothing comes of one that the table does not have.
    #[inline]
    pub(super) fn set(&mut self, slot: Slot) {
        let word = slot / BITS;
        if let Some(marked) = self.words.get_mut(word as usize) {
            *marked |= 1 << (slot % BITS);
            if let Some(group) = self.groups.get_mut((word / BITS) as usize) {
                *group |= 1 << (word % BITS);
            }
        }
    }

    /// Whether a place is marked.
    #[inline]
    pub(super) fn has(&self, slot: Slot) -> bool {
        let word = self.words.get((slot / BITS) as usize);
        word.is_some_and(|word| word & (1 << (slot % BITS)) != 0)
    }

    /// The marked places, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.groups
            .iter()
            .enumerate()
            .flat_map(move |(group, marked)| {
                bits(*marked).flat_map(move |bit| {
                    let word = group * BITS as usize + bit;
                    let marked = self.words.get(word).copied().unwrap_or_default();
                    bits(marked)
                        .filter_map(move |bit| Slot::try_from(word * BITS as usize + bit).ok())
                })
            })
    }
}

/// The bits that are set, the lowest first.
fn bits(mut of: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = (of != 0).then(|| of.trailing_zeros() as usize)?;
        of &= of - 1;
        Some(lowest)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_marked_is_there_once_in_order_and_gone_when_cleared(
            killmails in proptest::collection::vec(
                (1..20_000_u32, proptest::collection::vec(0..20_000_u32, 0..200)),
                1..4,
            ),
        ) {
            let mut marks = Marks::default();
            for (places, slots) in killmails {
                marks.clear(places as usize);
                prop_assert_eq!(marks.iter().next(), None);
                let slots: Vec<Slot> = slots.into_iter().map(|slot| slot % places).collect();
                slots.iter().for_each(|slot| marks.set(*slot));
                let expected: BTreeSet<Slot> = slots.into_iter().collect();
                prop_assert!(marks.iter().eq(expected.iter().copied()));
                prop_assert!((0..places).all(|slot| marks.has(slot) == expected.contains(&slot)));
            }
        }
    }

    #[test]
    fn places_that_a_table_does_not_have_are_not_marked() {
        let mut marks = Marks::default();
        marks.clear(64);
        marks.set(64);
        marks.set(Slot::MAX);
        assert_eq!(marks.iter().count(), 0);
        assert!(!marks.has(Slot::MAX));
    }
}
