//! One figure of a valuation, while it is added up.

use jiff::Timestamp;
use killwire_killmail::{Figure, Isk, PriceSource};

use crate::price::Price;

/// Every source, in the order that decides where two gave the same share of a figure.
const SOURCES: [PriceSource; 5] = [
    PriceSource::Janice,
    PriceSource::Mutamarket,
    PriceSource::EsiAverage,
    PriceSource::EsiAdjusted,
    PriceSource::Rule,
];

/// A sum of items, some of which may have no known price.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Hundredths by source, as in [`SOURCES`]. Each addend fits 63 bits: this does not overflow.
    shares: [i128; SOURCES.len()],
    /// The oldest price of a market.
    oldest: Option<Timestamp>,
    has_unpriced: bool,
}

impl Tally {
    /// Adds `quantity` units. Nothing is added where there are none.
    pub(super) fn add(&mut self, unit: Option<Price>, quantity: i64) {
        if quantity == 0 {
            return;
        }
        let Some(unit) = unit else {
            self.has_unpriced = true;
            return;
        };
        for (share, source) in self.shares.iter_mut().zip(SOURCES) {
            if source == unit.source {
                *share += i128::from(times(unit.isk, quantity).hundredths());
            }
        }
        if unit.source != PriceSource::Rule {
            self.oldest = Some(
                self.oldest
                    .map_or(unit.date, |oldest| oldest.min(unit.date)),
            );
        }
    }

    /// The sum of what is priced. None where something was added and none of it is priced; zero, by
    /// rule, where nothing was added: nothing dropped is worth nothing, and that is known.
    /// `ruled_at` is the day of what only rules have priced.
    pub(super) fn figure(&self, ruled_at: Timestamp) -> Option<Figure> {
        let total: i128 = self.shares.iter().sum();
        if total == 0 && self.has_unpriced {
            return None;
        }
        let mut most = (0, PriceSource::Rule);
        for (share, source) in self.shares.into_iter().zip(SOURCES) {
            if share > most.0 {
                most = (share, source);
            }
        }
        Some(Figure {
            isk: Isk::from_hundredths(i64::try_from(total).unwrap_or(i64::MAX)),
            source: most.1,
            priced_at: self.oldest.unwrap_or(ruled_at),
        })
    }
}

/// `quantity` times `unit`, at most what [`Isk`] holds. Neither is below zero.
pub(super) fn times(unit: Isk, quantity: i64) -> Isk {
    Isk::from_hundredths(unit.hundredths().saturating_mul(quantity))
}
