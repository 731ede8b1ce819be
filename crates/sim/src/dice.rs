//! Numbers drawn at random, the same ones for the same seed for ever.
//!
//! `SplitMix64`, written here because the generators of the `rand` crate do not promise the same
//! stream in its next version, and a recorded seed should keep playing the same New Eden. It is
//! also quick in a debug build, where tests run it.

/// What a stream of numbers is for. Streams of different purposes do not disturb each other: a
/// fault that is switched on leaves the killmails as they were.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The content of a killmail.
    Killmail = 1,
    /// The step from one killmail id to the next.
    Id = 2,
    /// When an entry is published.
    Schedule = 3,
    /// What is odd about an entry.
    Entry = 4,
    /// What goes wrong on the wire.
    Wire = 5,
    /// Whom nobody knows any more.
    Deleted = 6,
    /// Which modules a mutaplasmid has changed.
    Abyssal = 7,
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream for the `number`th thing of a purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut dice = Self(seed ^ (purpose as u64).rotate_left(56));
        let mixed = dice.next();
        Self(mixed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0.0 to below 1.0.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in a share of `p` of all cases.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// From 0 to below `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        let wide = (u128::from(self.next()) * u128::from(n)) >> 64;
        u64::try_from(wide).unwrap_or(0)
    }

    /// From `low` to `high`, both included.
    pub(crate) fn int(&mut self, low: i64, high: i64) -> i64 {
        let steps = self.below(high.abs_diff(low).saturating_add(1));
        low.saturating_add_unsigned(steps)
    }

    /// A place in a list of `len`.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// One of a list, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }

    /// One of a list, which must not be empty, each as likely as its weight.
    pub(crate) fn weighted<'a, T>(&mut self, list: &'a [T], weight: impl Fn(&T) -> u64) -> &'a T {
        let total = list.iter().map(&weight).sum();
        let mut left = self.below(total);
        for one in list {
            let weight = weight(one);
            if left < weight {
                return one;
            }
            left -= weight;
        }
        &list[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut dice = Dice::new(7, Purpose::Killmail, 3);
        let drawn: Vec<u64> = (0..4).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(drawn, [375_668, 321_267, 753_841, 430_396]);
    }

    #[test]
    fn every_number_of_a_range_comes_up_and_none_outside() {
        let mut dice = Dice::new(1, Purpose::Id, 0);
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            seen[usize::try_from(dice.int(-2, 2) + 2).unwrap()] = true;
        }
        assert_eq!(seen, [true; 5]);
    }

    #[test]
    fn weights_decide_how_often_something_is_drawn() {
        let mut dice = Dice::new(1, Purpose::Id, 1);
        let often = (0..10_000)
            .filter(|_| *dice.weighted(&[1_u64, 9], |weight| *weight) == 9)
            .count();
        assert!((8_800..9_200).contains(&often), "{often}");
    }
}
