//! What a killmail is worth, item by item.
//!
//! Pure: prices and static data come in, figures go out. The rules are zKillboard's where they can
//! be kept without its price history; `docs/values.md` tells them, and what differs. zKillboard's
//! own figures, where a killmail has them, are never mixed with these.

mod lines;
mod rule;
mod tally;

use jiff::Timestamp;
use killwire_killmail::{Figure, Isk, Killmail, TypeId, Valued};
use killwire_universe::Universe;

use crate::price::Price;
use lines::{hull_line, lines};
use tally::Tally;

/// A killmail's figures, and the lines that they are the sums of.
///
/// A figure is the sum of what is priced. It is `None` where it has items and none of them is
/// priced, and zero where it has none. Where [`Valuation::unpriced`] is not zero, the figures are
/// the least that the killmail is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    /// The hull alone.
    pub hull: Option<Figure>,
    /// The hull, and what was in high, mid and low slots, rigs, subsystems and fighter tubes.
    pub fitted: Option<Figure>,
    /// What dropped.
    pub dropped: Option<Figure>,
    /// What was destroyed, the hull included.
    pub destroyed: Option<Figure>,
    /// Destroyed and dropped.
    pub total: Option<Figure>,
    /// Lines whose price is not known, the hull's included. They are in no figure.
    pub unpriced: u32,
    /// The hull, then each item in the order of the killmail, containers before their contents.
    pub lines: Vec<Line>,
}

/// The hull, or a stack of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub type_id: TypeId,
    /// Where it was: CCP's inventory flag. None for the hull.
    pub flag: Option<i32>,
    /// 0 for what was not in a container, 1 for what was in one, and so on.
    pub depth: u8,
    /// CCP's singleton mark: 0 a stack, 1 assembled, 2 a blueprint copy.
    pub singleton: i32,
    /// How many dropped, says the killmail.
    pub quantity_dropped: i64,
    /// How many were destroyed, says the killmail; 1 for the hull.
    pub quantity_destroyed: i64,
    /// What one costs; none where it is not known.
    pub unit: Option<Price>,
    /// What all of them cost; none where the price is not known. At most what [`Isk`] holds.
    pub total: Option<Isk>,
    /// Which figures it is in.
    pub counted: Counted,
}

/// Where the units of a line are counted. Each is in one of `dropped` and `destroyed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whether all of them are in `fitted`.
    pub fitted: bool,
    /// How many are in `dropped`.
    pub dropped: i64,
    /// How many are in `destroyed`.
    pub destroyed: i64,
}

impl Line {
    /// How many there were.
    #[must_use]
    pub fn quantity(&self) -> i64 {
        self.counted.dropped.saturating_add(self.counted.destroyed)
    }
}

impl Valuation {
    /// The figures as they are stored with the killmail; none where no line has a price.
    #[must_use]
    pub fn valued(&self) -> Option<Valued> {
        self.lines
            .iter()
            .any(|line| line.total.is_some())
            .then_some(Valued {
                hull: self.hull,
                fitted: self.fitted,
                dropped: self.dropped,
                destroyed: self.destroyed,
                total: self.total,
                unpriced: self.unpriced,
            })
    }
}

/// Values a killmail with the prices that `price` knows. A price that is not above zero counts as
/// unknown.
#[must_use]
pub fn value(
    killmail: &Killmail,
    universe: &Universe,
    price: &dyn Fn(TypeId) -> Option<Price>,
) -> Valuation {
    let mut figures = Figures::default();
    let lines = lines(killmail, universe, price);
    for line in &lines {
        figures.add(line);
    }
    figures.of(killmail.time, lines)
}

/// The hull's figure alone, for a killmail whose other figures zKillboard gave; none where its price
/// is not known. [`value`] makes the same of it.
#[must_use]
pub fn hull(
    killmail: &Killmail,
    universe: &Universe,
    price: &dyn Fn(TypeId) -> Option<Price>,
) -> Option<Valued> {
    let line = hull_line(killmail, universe, price);
    let mut hull = Tally::default();
    hull.add(line.unit, line.quantity());
    Some(Valued {
        hull: Some(hull.figure(killmail.time)?),
        fitted: None,
        dropped: None,
        destroyed: None,
        total: None,
        unpriced: 0,
    })
}

/// The types whose price [`value`] asks for: each once, in ascending order. What a rule prices, and
/// stacks of none, are not among them.
#[must_use]
pub fn types_to_price(killmail: &Killmail, universe: &Universe) -> Vec<TypeId> {
    let lines = lines(killmail, universe, &|_| None);
    let open = lines
        .iter()
        .filter(|line| line.unit.is_none() && line.quantity() > 0);
    let mut types: Vec<_> = open.map(|line| line.type_id).collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// The sums over lines.
#[derive(Default)]
struct Figures {
    hull: Tally,
    fitted: Tally,
    dropped: Tally,
    destroyed: Tally,
    total: Tally,
    unpriced: u32,
}

impl Figures {
    fn add(&mut self, line: &Line) {
        let quantity = line.quantity();
        if line.flag.is_none() {
            self.hull.add(line.unit, quantity);
        }
        if line.counted.fitted {
            self.fitted.add(line.unit, quantity);
        }
        self.dropped.add(line.unit, line.counted.dropped);
        self.destroyed.add(line.unit, line.counted.destroyed);
        self.total.add(line.unit, quantity);
        if line.unit.is_none() && quantity > 0 {
            self.unpriced = self.unpriced.saturating_add(1);
        }
    }

    fn of(&self, ruled_at: Timestamp, lines: Vec<Line>) -> Valuation {
        Valuation {
            hull: self.hull.figure(ruled_at),
            fitted: self.fitted.figure(ruled_at),
            dropped: self.dropped.figure(ruled_at),
            destroyed: self.destroyed.figure(ruled_at),
            total: self.total.figure(ruled_at),
            unpriced: self.unpriced,
            lines,
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
