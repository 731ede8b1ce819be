//! Faults by rate: which number and which request meet what, decided by the seed alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fault, FaultRule};
use crate::dice::{Dice, Purpose};

/// A kind of fault that can be given a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each is described at the Fault of the same name"
)]
pub enum FaultKind {
    Status403,
    /// ESI only.
    Status420,
    /// 429 without `Retry-After`.
    Status429,
    /// 429 with `Retry-After`.
    RetryAfter,
    Status5xx,
    Delay,
    Hang,
    HangBody,
    Truncated,
    Aborted,
    Garbage,
    Html,
    Oversized,
    MismatchedSequence,
    Hole,
    LateHole,
    Stall,
    Rewrite,
    Duplicate,
    Old,
    Delayed,
    Placeholder,
    BadEntry,
    ExpiredRange,
}

use FaultKind as Kind;

/// Faults on the wire, with how often each happens relative to the plan's rate. What costs a
/// client real time or minutes of the clock is rarer.
const ON_WIRE: [(Kind, f64); 14] = [
    (Kind::Status403, 0.03),
    (Kind::Status420, 0.03),
    (Kind::Status429, 0.2),
    (Kind::RetryAfter, 0.2),
    (Kind::Status5xx, 0.5),
    (Kind::Delay, 0.5),
    (Kind::Hang, 0.01),
    (Kind::HangBody, 0.01),
    (Kind::Truncated, 0.5),
    (Kind::Aborted, 0.3),
    (Kind::Garbage, 0.3),
    (Kind::Html, 0.3),
    (Kind::Oversized, 0.005),
    (Kind::MismatchedSequence, 0.3),
];

/// Faults of entries, likewise.
const OF_ENTRY: [(Kind, f64); 10] = [
    (Kind::Hole, 0.5),
    (Kind::LateHole, 0.5),
    (Kind::Stall, 0.1),
    (Kind::Rewrite, 1.0),
    (Kind::Duplicate, 1.0),
    (Kind::Old, 0.5),
    (Kind::Delayed, 1.0),
    (Kind::Placeholder, 0.2),
    (Kind::BadEntry, 0.3),
    (Kind::ExpiredRange, 0.01),
];

/// What goes wrong during a run: rates per kind, and scripted rules that come first.
///
/// The rates follow from the seed, so the same plan meets the same numbers in every run. One entry
/// has at most one fault of its own and at most one on the wire, which meets its first one or two
/// readings only: a correct client always ends with everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    rates: BTreeMap<Kind, f64>,
    rules: Vec<FaultRule>,
}

impl FaultPlan {
    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything goes wrong, most kinds at about `rate` (a share, 0.01 is one in a hundred), what
    /// takes long to get over (hangs, blocks, stalls) far less often.
    #[must_use]
    pub fn everything(rate: f64) -> Self {
        ON_WIRE
            .iter()
            .chain(&OF_ENTRY)
            .fold(Self::none(), |plan, (kind, weight)| {
                plan.with_rate(*kind, rate * weight)
            })
    }

    /// Sets the rate of a kind: the share of numbers (or, for the other services, of URLs) that it
    /// meets.
    #[must_use]
    pub fn with_rate(mut self, kind: FaultKind, rate: f64) -> Self {
        self.rates.insert(kind, rate.clamp(0.0, 1.0));
        self
    }

    /// Adds a scripted rule.
    #[must_use]
    pub fn with_rule(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }

    pub(crate) fn rules(&self) -> &[FaultRule] {
        &self.rules
    }

    /// The fault of a feed entry, if it has one.
    pub(crate) fn of_entry(&self, seed: u64, sequence: u64) -> Option<Fault> {
        let mut dice = Dice::new(seed, Purpose::Entry, sequence);
        let kind = self.draw(&mut dice, &OF_ENTRY, |_| true)?;
        Some(match kind {
            Kind::Hole => Fault::Hole,
            Kind::LateHole => Fault::LateHole {
                seconds: 7 + dice.below(60),
            },
            Kind::Stall => Fault::Stall {
                seconds: 60 + dice.below(240),
            },
            Kind::Rewrite => Fault::Rewrite,
            Kind::Duplicate => Fault::Duplicate,
            Kind::Old => Fault::Old,
            Kind::Delayed => Fault::Delayed {
                hours: *dice.pick(&[1, 3, 8, 24, 72]),
            },
            Kind::Placeholder => Fault::Placeholder,
            Kind::BadEntry => Fault::BadEntry,
            _ => Fault::ExpiredRange {
                entries: 20 + dice.below(40),
            },
        })
    }

    /// What meets the first readings of something (`key` tells it from others), and how many.
    pub(crate) fn on_wire(&self, seed: u64, key: u64, place: WirePlace) -> Option<(Fault, u8)> {
        let mut dice = Dice::new(seed, Purpose::Wire, key);
        let kind = self.draw(&mut dice, &ON_WIRE, |kind| match kind {
            Kind::Status420 => place == WirePlace::Esi,
            Kind::MismatchedSequence => place == WirePlace::Entry,
            _ => true,
        })?;
        let fault = match kind {
            Kind::Status403 => Fault::Status {
                code: 403,
                retry_after: None,
            },
            Kind::Status420 => Fault::Status {
                code: 420,
                retry_after: None,
            },
            Kind::Status429 => Fault::Status {
                code: 429,
                retry_after: None,
            },
            Kind::RetryAfter => Fault::Status {
                code: 429,
                retry_after: Some(2 + dice.below(20)),
            },
            Kind::Status5xx => Fault::Status {
                code: *dice.pick(&[500, 502, 503, 504, 520]),
                retry_after: None,
            },
            Kind::Delay => Fault::Delay {
                seconds: 1 + dice.below(4),
            },
            Kind::Hang => Fault::Hang,
            Kind::HangBody => Fault::HangBody,
            Kind::Truncated => Fault::Truncated,
            Kind::Aborted => Fault::Aborted,
            Kind::Garbage => Fault::Garbage,
            Kind::Html => Fault::Html,
            Kind::Oversized => Fault::Oversized,
            _ => Fault::MismatchedSequence,
        };
        // A block or a hang once is enough.
        let times = match kind {
            Kind::Status403 | Kind::Status420 | Kind::Hang | Kind::HangBody | Kind::Oversized => 1,
            _ if dice.chance(0.3) => 2,
            _ => 1,
        };
        Some((fault, times))
    }

    fn draw(
        &self,
        dice: &mut Dice,
        kinds: &[(Kind, f64)],
        fits: impl Fn(Kind) -> bool,
    ) -> Option<Kind> {
        let mut left = dice.unit();
        for (kind, _) in kinds {
            let rate = self.rates.get(kind).copied().unwrap_or(0.0);
            if left < rate {
                return fits(*kind).then_some(*kind);
            }
            left -= rate;
        }
        None
    }
}

/// What is read when a fault on the wire may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WirePlace {
    /// An entry of the feed.
    Entry,
    /// ESI.
    Esi,
    /// Anything else.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_meets_the_same_numbers() {
        let plan = FaultPlan::everything(0.05);
        let faults = |seed| -> Vec<Option<Fault>> {
            (0..500)
                .map(|sequence| plan.of_entry(seed, sequence))
                .collect()
        };
        assert_eq!(faults(1), faults(1));
        assert_ne!(faults(1), faults(2));
    }

    #[test]
    fn every_kind_has_its_turn_and_none_without_a_rate() {
        let plan = FaultPlan::everything(0.1);
        let mut seen = std::collections::BTreeSet::new();
        for key in 0..60_000 {
            seen.extend(plan.of_entry(3, key).map(|fault| fault.name()));
            for place in [WirePlace::Entry, WirePlace::Esi] {
                seen.extend(plan.on_wire(3, key, place).map(|(fault, _)| fault.name()));
            }
        }
        assert_eq!(seen.len(), 23, "{seen:?}");
        assert!((0..1_000).all(|key| FaultPlan::none().of_entry(3, key).is_none()));
    }

    #[test]
    fn a_rate_is_kept() {
        let plan = FaultPlan::none().with_rate(FaultKind::Hole, 0.2);
        let holes = (0..10_000)
            .filter(|n| plan.of_entry(3, *n) == Some(Fault::Hole))
            .count();
        assert!((1_850..2_150).contains(&holes), "{holes}");
    }
}
