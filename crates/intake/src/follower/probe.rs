//! Finding where the feed begins again after a stretch of missing numbers, in few requests: steps
//! that double from the missing number until one is there, then halving the rest.
//!
//! A point counts as missing only when its neighbours are missing too, so that a hole in the living
//! part does not mislead. Whatever lies between is recorded as a gap, so a wrong guess costs time in
//! repair, never a killmail. A number is returned only when it was seen: a `sequence.json` that lies
//! cannot move the position.

use super::limits::PROBE_WIDTH;

/// A search under way.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    /// The highest number known to be missing.
    missing: u64,
    /// The lowest number above it known to be there.
    present: Option<Present>,
    /// The highest number worth asking for.
    head: u64,
    /// The next stride of the doubling steps.
    stride: u64,
    /// The number being asked for.
    point: u64,
    /// How many of its neighbours below have been found missing at this point.
    width: u64,
}

/// A number that was seen.
#[derive(Clone, Copy, Debug)]
struct Present {
    number: u64,
    /// It, or the lowest of the missing neighbours below it: nothing from here on is open.
    from: u64,
}

/// What a search has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Ask for [`Probe::number`] next.
    Going,
    /// The feed goes on at this number, which has been seen.
    Found(u64),
    /// Nothing is there up to the head.
    Nothing,
}

impl Probe {
    /// Searches above `missing`, up to `head`.
    pub(super) fn new(missing: u64, head: u64) -> Self {
        let mut probe = Self {
            missing,
            present: None,
            head: head.max(missing.saturating_add(1)),
            stride: 1,
            point: 0,
            width: 0,
        };
        probe.point = probe.aim();
        probe
    }

    /// The number to ask for.
    pub(super) fn number(&self) -> u64 {
        self.point
    }

    /// The head that bounds the search.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// Takes in whether the number is there.
    pub(super) fn heard(&mut self, is_there: bool) -> Progress {
        if is_there {
            self.present = Some(Present {
                number: self.point,
                from: self.point - self.width,
            });
            self.width = 0;
        } else {
            self.width += 1;
            let next = self.point + 1;
            if self.width < PROBE_WIDTH && next <= self.ceiling() {
                self.point = next;
                return Progress::Going;
            }
            self.missing = self.point;
            self.width = 0;
            self.stride = self.stride.saturating_mul(2);
        }
        match self.present {
            Some(present) if present.from <= self.missing + 1 => Progress::Found(present.number),
            None if self.missing >= self.head => Progress::Nothing,
            _ => {
                self.point = self.aim();
                Progress::Going
            }
        }
    }

    /// The highest number that is still open.
    fn ceiling(&self) -> u64 {
        self.present.map_or(self.head, |present| present.from - 1)
    }

    fn aim(&self) -> u64 {
        match self.present {
            None => self.missing.saturating_add(self.stride).min(self.head),
            Some(present) => self.missing + (present.from - self.missing) / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn search(missing: u64, head: u64, is_there: impl Fn(u64) -> bool) -> (Progress, Vec<u64>) {
        let mut probe = Probe::new(missing, head);
        let mut asked = Vec::new();
        loop {
            asked.push(probe.number());
            match probe.heard(is_there(probe.number())) {
                Progress::Going => assert!(asked.len() < 1_000, "no end"),
                end => return (end, asked),
            }
        }
    }

    #[test]
    fn an_isolated_hole_costs_one_question() {
        assert_eq!(
            search(10, 5_000, |n| n > 10),
            (Progress::Found(11), vec![11])
        );
    }

    #[test]
    fn forty_thousand_expired_numbers_cost_about_a_hundred_questions() {
        let (end, asked) = search(1_000, 61_000, |n| n > 41_000);
        assert_eq!(end, Progress::Found(41_001));
        assert!(asked.len() < 100, "{}", asked.len());
    }

    #[test]
    fn a_head_that_lies_moves_nothing() {
        let (end, asked) = search(1_000, 1_000_000_000_000_000, |_| false);
        assert_eq!(end, Progress::Nothing);
        assert!(asked.len() < 200, "{}", asked.len());
    }

    proptest! {
        #[test]
        fn a_clean_edge_is_found_exactly_and_no_number_is_asked_twice(
            missing in 1_u64..1_000, expired in 0_u64..100_000, alive in 1_u64..100_000
        ) {
            let edge = missing + expired;
            let (end, mut asked) = search(missing, edge + alive, |n| n > edge);
            prop_assert_eq!(end, Progress::Found(edge + 1));
            let count = asked.len();
            asked.sort_unstable();
            asked.dedup();
            prop_assert_eq!(asked.len(), count);
        }

        #[test]
        fn what_is_found_was_seen(holes in prop::collection::btree_set(1_u64..500, 0..400)) {
            let (end, mut asked) = search(0, 500, |n| !holes.contains(&n));
            if let Progress::Found(number) = end {
                prop_assert!(!holes.contains(&number));
            }
            let count = asked.len();
            asked.sort_unstable();
            asked.dedup();
            prop_assert_eq!(asked.len(), count, "a number was asked for twice");
        }
    }
}
