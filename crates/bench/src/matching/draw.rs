//! Drawing by Zipf's law, the same numbers from the same seed.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Draws places: the nth is drawn 1/n^s as often as the first.
pub(super) struct Zipf {
    /// Up to and with each place, the part of all draws.
    upto: Vec<f64>,
}

impl Zipf {
    /// Over so many places.
    pub(super) fn new(places: u32, exponent: f64) -> Self {
        let mut sum = 0.0;
        let mut upto: Vec<f64> = (1..=places)
            .map(|place| {
                sum += f64::from(place).powf(-exponent);
                sum
            })
            .collect();
        upto.iter_mut().for_each(|part| *part /= sum);
        Self { upto }
    }

    /// A place, from 0.
    pub(super) fn draw(&self, dice: &mut Dice) -> i64 {
        let at = dice.part();
        let place = self.upto.partition_point(|upto| *upto < at);
        i64::try_from(place.min(self.upto.len().saturating_sub(1))).unwrap_or_default()
    }
}

/// Chance, from a seed.
pub(super) struct Dice(StdRng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// From 0 to below 1.
    pub(super) fn part(&mut self) -> f64 {
        self.0.random()
    }

    /// From one number to another, both included.
    pub(super) fn int(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    /// Whether something with this probability happens.
    pub(super) fn chance(&mut self, part: f64) -> bool {
        self.part() < part
    }

    /// About as a bell, mean 0, deviation 1.
    pub(super) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.part()).sum::<f64>() - 6.0
    }
}
