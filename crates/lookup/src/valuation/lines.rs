//! A killmail laid out in lines: what each item costs, and which figures it is in.

use killwire_killmail::{Isk, Item, Killmail, PriceSource, Slot, TypeId};
use killwire_universe::Universe;

use super::rule::{self, Found};
use super::tally::times;
use super::{Counted, Line};
use crate::price::{ALL_MARKETS, Price};

/// The hull, then each item, containers before their contents.
pub(super) fn lines(
    killmail: &Killmail,
    universe: &Universe,
    price: &dyn Fn(TypeId) -> Option<Price>,
) -> Vec<Line> {
    let mut walk = Walk {
        killmail,
        universe,
        price,
        lines: Vec::with_capacity(1 + killmail.victim.items.len()),
    };
    walk.lines.push(walk.hull());
    walk.items(&killmail.victim.items, Around::SHIP);
    walk.lines
}

/// The hull alone.
pub(super) fn hull_line(
    killmail: &Killmail,
    universe: &Universe,
    price: &dyn Fn(TypeId) -> Option<Price>,
) -> Line {
    let walk = Walk {
        killmail,
        universe,
        price,
        lines: Vec::new(),
    };
    walk.hull()
}

/// What an item takes over from what it was in.
#[derive(Clone, Copy)]
struct Around {
    depth: u8,
    fate: Fate,
    fitted: bool,
    in_frigate_bay: bool,
}

impl Around {
    const SHIP: Self = Self {
        depth: 0,
        fate: Fate::Own,
        fitted: false,
        in_frigate_bay: false,
    };
}

/// What became of the units of a stack.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// What the killmail says of the stack itself.
    Own,
    /// All dropped, with their container.
    Dropped,
    /// All destroyed, with their container.
    Destroyed,
}

struct Walk<'a> {
    killmail: &'a Killmail,
    universe: &'a Universe,
    price: &'a dyn Fn(TypeId) -> Option<Price>,
    lines: Vec<Line>,
}

impl Walk<'_> {
    fn hull(&self) -> Line {
        let hull = self.killmail.victim.ship_type_id;
        let unit = self.unit(hull, None, 0, Around::SHIP);
        Line {
            type_id: hull,
            flag: None,
            depth: 0,
            singleton: 0,
            quantity_dropped: 0,
            quantity_destroyed: 1,
            unit,
            total: unit.map(|unit| unit.isk),
            counted: Counted {
                fitted: true,
                dropped: 0,
                destroyed: 1,
            },
        }
    }

    fn items(&mut self, items: &[Item], around: Around) {
        for item in items {
            let slot = Slot::from_flag(item.flag);
            let mut within = Around {
                fitted: if around.depth == 0 {
                    is_fitted(slot)
                } else {
                    around.fitted
                },
                in_frigate_bay: around.in_frigate_bay || slot == Slot::FrigateBay,
                ..around
            };
            // What the parser lets through is never below zero.
            let (own_dropped, own_destroyed) = (item.dropped.max(0), item.destroyed.max(0));
            let all = own_dropped.saturating_add(own_destroyed);
            let (dropped, destroyed) = match around.fate {
                Fate::Own => (own_dropped, all - own_dropped),
                Fate::Dropped => (all, 0),
                Fate::Destroyed => (0, all),
            };
            let unit = self.unit(item.type_id, Some(item.flag), item.singleton, within);
            self.lines.push(Line {
                type_id: item.type_id,
                flag: Some(item.flag),
                depth: around.depth,
                singleton: item.singleton,
                quantity_dropped: item.dropped,
                quantity_destroyed: item.destroyed,
                unit,
                total: unit.map(|unit| times(unit.isk, all)),
                counted: Counted {
                    fitted: within.fitted,
                    dropped,
                    destroyed,
                },
            });
            // A container that did both, or neither, says nothing about its contents.
            within.fate = match (dropped > 0, destroyed > 0) {
                (true, false) => Fate::Dropped,
                (false, true) => Fate::Destroyed,
                _ => around.fate,
            };
            within.depth = around.depth.saturating_add(1);
            self.items(&item.items, within);
        }
    }

    fn unit(
        &self,
        type_id: TypeId,
        flag: Option<i32>,
        singleton: i32,
        around: Around,
    ) -> Option<Price> {
        let found = Found {
            killmail_id: self.killmail.id,
            flag,
            singleton,
            depth: around.depth,
            in_frigate_bay: around.in_frigate_bay,
        };
        if let Some(isk) = rule::price(type_id, self.universe, found) {
            return Some(Price {
                isk,
                source: PriceSource::Rule,
                market: ALL_MARKETS,
                date: self.killmail.time,
            });
        }
        (self.price)(type_id).filter(|price| price.isk > Isk::ZERO)
    }
}

/// Whether zKillboard counts the slot as fitted. Unlike [`Slot::is_fitted`] it leaves out the
/// service modules of structures.
const fn is_fitted(slot: Slot) -> bool {
    slot.is_fitted() && !matches!(slot, Slot::Service)
}
