//! Which `new` events each system offers to the killfeed's clients.
//!
//! A system's list is read from disk when a client first asks for it, and kept up to date by the
//! writer from then on. A poll then costs a search per system and the events it brings, however
//! long the log is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use killwire_killmail::SystemId;

use crate::Seq;

/// Numbers held in all lists (8 bytes each). Beyond it the lists are dropped when the next ones
/// come, and polls read again what they need.
const MOST_NUMBERS: usize = 2_000_000;

/// Lists held, likewise; there are 8,500 systems.
const MOST_LISTS: usize = 20_000;

/// The lists of the systems that clients ask for.
#[derive(Debug)]
pub(crate) struct Offered {
    lists: HashMap<SystemId, List>,
    numbers: usize,
    /// A system offers its newest so many events.
    keep: usize,
}

#[derive(Debug, Default)]
struct List {
    /// Ascending.
    seqs: VecDeque<i64>,
    /// The newest event that is no longer offered; 0 when all that there were still are.
    gone: i64,
}

/// What a poll is to bring.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Picked {
    /// Ascending.
    pub(crate) seqs: Vec<i64>,
    /// How far the asked systems have been looked at: the head when nothing is left.
    pub(crate) reached: i64,
    /// Whether nothing is left.
    pub(crate) exhausted: bool,
    /// Per asked system with events that are no longer offered: the newest of those.
    pub(crate) gone: Vec<(SystemId, i64)>,
    /// The oldest event of the asked systems that still is offered.
    pub(crate) oldest: Option<i64>,
}

impl Offered {
    /// No lists yet.
    pub(crate) fn keeping(keep: usize) -> Self {
        Self {
            lists: HashMap::new(),
            numbers: 0,
            keep,
        }
    }

    /// Whether there is a list.
    pub(crate) fn knows(&self, system: SystemId) -> bool {
        self.lists.contains_key(&system)
    }

    /// A system offers one more event.
    pub(crate) fn push(&mut self, system: SystemId, seq: Seq) {
        if let Some(list) = self.lists.get_mut(&system) {
            list.seqs.push_back(seq.0);
            self.numbers += 1;
            self.numbers -= list.trim(self.keep, 0);
        }
    }

    /// The log begins at `oldest` now.
    pub(crate) fn prune(&mut self, oldest: Seq) {
        for list in self.lists.values_mut() {
            self.numbers -= list.trim(self.keep, oldest.0);
        }
    }

    /// Adds lists.
    pub(crate) fn install(&mut self, offers: HashMap<SystemId, (VecDeque<i64>, i64)>, oldest: Seq) {
        // What is there counts, not what comes: so that one poll always gets all its lists.
        if self.numbers > MOST_NUMBERS || self.lists.len() > MOST_LISTS {
            self.lists.clear();
            self.numbers = 0;
        }
        for (system, (seqs, gone)) in offers {
            let mut list = List { seqs, gone };
            list.trim(self.keep, oldest.0);
            self.numbers += list.seqs.len();
            if let Some(old) = self.lists.insert(system, list) {
                self.numbers -= old.seqs.len();
            }
        }
    }

    /// Merges the lists from an offset each. None when one of the lists is not there.
    pub(crate) fn pick(
        &self,
        offsets: &[(SystemId, i64)],
        limit: usize,
        head: Seq,
    ) -> Option<Picked> {
        let mut picked = Picked::default();
        let mut next = BinaryHeap::new();
        let mut lists = Vec::with_capacity(offsets.len());
        for (system, after) in offsets {
            let list = self.lists.get(system)?;
            let place = list.seqs.partition_point(|seq| seq <= after);
            if let Some(seq) = list.seqs.get(place) {
                next.push(Reverse((*seq, lists.len(), place)));
            }
            if list.gone > 0 {
                picked.gone.push((*system, list.gone));
            }
            let front = list.seqs.front().copied();
            picked.oldest = picked.oldest.into_iter().chain(front).min();
            lists.push(list);
        }
        while picked.seqs.len() < limit {
            let Some(Reverse((seq, number, place))) = next.pop() else {
                break;
            };
            picked.seqs.push(seq);
            let following = lists.get(number).and_then(|list| list.seqs.get(place + 1));
            if let Some(following) = following {
                next.push(Reverse((*following, number, place + 1)));
            }
        }
        picked.exhausted = next.is_empty();
        picked.reached = match picked.seqs.last() {
            Some(last) if !picked.exhausted => *last,
            _ if picked.exhausted => head.0,
            _ => 0,
        };
        Some(picked)
    }
}

impl List {
    /// Drops what is beyond `keep` or before `oldest`; answers how many.
    fn trim(&mut self, keep: usize, oldest: i64) -> usize {
        let mut dropped = 0;
        while let Some(front) = self.seqs.front().copied() {
            if self.seqs.len() <= keep && front >= oldest {
                break;
            }
            self.seqs.pop_front();
            self.gone = self.gone.max(front);
            dropped += 1;
        }
        dropped
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn system(id: i64) -> SystemId {
        SystemId::new(id).unwrap()
    }

    fn offering(keep: usize, lists: &[(i64, &[i64])]) -> Offered {
        let mut offered = Offered::keeping(keep);
        let lists = lists
            .iter()
            .map(|(id, seqs)| (system(*id), (seqs.iter().copied().collect(), 0)))
            .collect();
        offered.install(lists, Seq(1));
        offered
    }

    #[test]
    fn a_poll_gets_the_events_of_its_systems_in_the_logs_order() {
        let offered = offering(10, &[(1, &[1, 4, 6]), (2, &[2, 3, 7]), (3, &[5])]);
        let picked = offered
            .pick(&[(system(1), 0), (system(2), 2)], 3, Seq(9))
            .unwrap();
        assert_eq!(picked.seqs, [1, 3, 4]);
        assert_eq!((picked.reached, picked.exhausted), (4, false));
        let rest = offered
            .pick(&[(system(1), 4), (system(2), 4)], 9, Seq(9))
            .unwrap();
        assert_eq!(rest.seqs, [6, 7]);
        assert_eq!(
            (rest.reached, rest.exhausted),
            (9, true),
            "nothing is left up to the head"
        );
    }

    #[test]
    fn a_poll_that_exactly_fits_has_looked_at_everything() {
        let offered = offering(10, &[(1, &[1, 4])]);
        let picked = offered.pick(&[(system(1), 0)], 2, Seq(5)).unwrap();
        assert_eq!((picked.reached, picked.exhausted), (5, true));
    }

    #[test]
    fn a_system_offers_only_its_newest_events() {
        let mut offered = offering(2, &[(1, &[1, 2])]);
        offered.push(system(1), Seq(8));
        let picked = offered.pick(&[(system(1), 0)], 9, Seq(8)).unwrap();
        assert_eq!(picked.seqs, [2, 8]);
        assert_eq!(
            (picked.gone, picked.oldest),
            (vec![(system(1), 1)], Some(2))
        );
    }

    #[test]
    fn what_retention_removed_is_not_offered() {
        let mut offered = offering(10, &[(1, &[1, 2, 8])]);
        offered.prune(Seq(3));
        let picked = offered.pick(&[(system(1), 0)], 9, Seq(8)).unwrap();
        assert_eq!(picked.seqs, [8]);
        assert_eq!(
            (picked.gone, picked.oldest),
            (vec![(system(1), 2)], Some(8))
        );
    }
}
