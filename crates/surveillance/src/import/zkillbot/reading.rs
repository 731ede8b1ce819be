//! What an expression of zkillbot's means.
//!
//! Outside brackets a rule holds if anything that is found under its key compares so. In brackets
//! all rules are about one and the same: an attacker, or the victim, or one item that the victim
//! had.

use super::key::{Key, key};
use super::parser::{Filter, Rule};
use super::rule;
use crate::import::conditions::{anyone, attacker, every, item, some, victim};
use crate::import::decimal::Operator;
use crate::import::{ImportError, Notes};
use crate::tree::{Expr, Field};

pub(super) struct Reading {
    pub(super) notes: Notes,
}

/// What brackets say of the victim.
enum Side {
    /// Of the victim itself.
    Itself(Expr),
    /// Of one of its items.
    Item(Expr),
    /// Of both, already about the killmail.
    Both(Expr),
}

impl Reading {
    pub(super) fn filter(&mut self, filter: &Filter<'_>) -> Result<Expr, ImportError> {
        match filter {
            Filter::All(parts) => Ok(every(self.each(parts, Self::filter)?)),
            Filter::Any(parts) => Ok(some(self.each(parts, Self::filter)?)),
            Filter::Same(inner) => self.same(inner),
            Filter::Rule(rule) => self.anywhere(rule),
        }
    }

    fn each<T>(
        &mut self,
        parts: &[Filter<'_>],
        read: fn(&mut Self, &Filter<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        parts.iter().map(|part| read(self, part)).collect()
    }

    fn anywhere(&mut self, rule: &Rule<'_>) -> Result<Expr, ImportError> {
        let key = known(rule)?;
        if let Key::Anyone(_) | Key::Attacker(_) | Key::Item(_) = key
            && rule.operator == Operator::Unequal
        {
            self.notes.take(
                rule.shown(),
                "holds as soon as anybody or anything involved is another, as in zkillbot; for \
                 `none of them is` write `not` before the condition with = in Killwire's language",
            );
        }
        match key {
            Key::Killmail(field) => {
                if rule.key.eq_ignore_ascii_case("attackers") {
                    self.notes.take(
                        rule.shown(),
                        "the number of attackers, as zkillbot's documentation promises; its \
                         program never matches it",
                    );
                }
                self.test(field, rule)
            }
            Key::Anyone(field) => self.test(field, rule).map(anyone),
            Key::Attacker(field) => {
                if field == Field::SecurityStatus {
                    self.notes.take(
                        rule.shown(),
                        "the attackers' security status; zkillbot also finds that of the solar \
                         system, for which write security",
                    );
                }
                self.test(field, rule).map(attacker)
            }
            Key::Victim(field) => self.test(field, rule).map(victim),
            Key::Item(field) => self.test(field, rule).map(item),
            Key::IsVictim => {
                rule::truth(rule)?;
                self.notes.take(
                    rule.shown(),
                    "outside brackets this always holds, as in zkillbot; to say whose side it is, \
                     write it into brackets: [alliance_id=99000001;is_victim=true]",
                );
                Ok(Expr::Const(true))
            }
        }
    }

    fn test(&mut self, field: Field, rule: &Rule<'_>) -> Result<Expr, ImportError> {
        rule::test(field, rule, &mut self.notes)
    }

    /// Brackets: an attacker of whom all holds, or the victim with one of its items.
    fn same(&mut self, inner: &Filter<'_>) -> Result<Expr, ImportError> {
        let of_attacker = self.of_attacker(inner)?;
        let of_victim = match self.of_victim(inner)? {
            // The same of either side.
            Side::Itself(same) if same == of_attacker => return Ok(anyone(same)),
            Side::Itself(itself) => victim(itself),
            Side::Item(one) => {
                if matches!(one, Expr::And(_)) {
                    self.notes.take(
                        "[ ]",
                        "what is said of items must hold of one and the same item; zkillbot also \
                         takes several items of the victim together",
                    );
                }
                item(one)
            }
            Side::Both(both) => both,
        };
        Ok(some([attacker(of_attacker), of_victim]))
    }

    fn of_attacker(&mut self, filter: &Filter<'_>) -> Result<Expr, ImportError> {
        match filter {
            Filter::All(parts) => Ok(every(self.each(parts, Self::of_attacker)?)),
            Filter::Any(parts) => Ok(some(self.each(parts, Self::of_attacker)?)),
            Filter::Same(_) => Err(nested()),
            Filter::Rule(rule) => match known(rule)? {
                Key::Anyone(field) | Key::Attacker(field) => self.test(field, rule),
                Key::Victim(_) | Key::Item(_) => Ok(Expr::Const(false)),
                Key::IsVictim => rule::truth(rule).map(|victim| Expr::Const(!victim)),
                Key::Killmail(_) => Err(outside(rule)),
            },
        }
    }

    fn of_victim(&mut self, filter: &Filter<'_>) -> Result<Side, ImportError> {
        match filter {
            Filter::All(parts) => {
                let mut sides = Sides::of(self.each(parts, Self::of_victim)?);
                // Two conditions on items would each take an item of its own.
                let items = usize::from(!sides.items.is_empty()) + sides.both.len();
                if items <= 1 || sides.never() {
                    Ok(sides.together(every))
                } else {
                    Err(ImportError::inexpressible(
                        "[ ]",
                        "conditions on items are mixed with others at several places: write them \
                         into brackets of their own, and combine the brackets",
                    ))
                }
            }
            Filter::Any(parts) => {
                let mut sides = Sides::of(self.each(parts, Self::of_victim)?);
                Ok(sides.together(some))
            }
            Filter::Same(_) => Err(nested()),
            Filter::Rule(rule) => match known(rule)? {
                Key::Anyone(field) | Key::Victim(field) => self.test(field, rule).map(Side::Itself),
                Key::Attacker(_) => Ok(Side::Itself(Expr::Const(false))),
                Key::Item(field) => self.test(field, rule).map(Side::Item),
                Key::IsVictim => rule::truth(rule).map(|victim| Side::Itself(Expr::Const(victim))),
                Key::Killmail(_) => Err(outside(rule)),
            },
        }
    }
}

/// Conditions by what they are about.
#[derive(Default)]
struct Sides {
    itself: Vec<Expr>,
    items: Vec<Expr>,
    both: Vec<Expr>,
}

impl Sides {
    fn of(parts: Vec<Side>) -> Self {
        let mut sides = Self::default();
        for part in parts {
            match part {
                Side::Itself(expr) => sides.itself.push(expr),
                Side::Item(expr) => sides.items.push(expr),
                Side::Both(expr) => sides.both.push(expr),
            }
        }
        sides
    }

    /// One of them is never true.
    fn never(&self) -> bool {
        let mut all = self.itself.iter().chain(&self.items).chain(&self.both);
        all.any(|part| *part == Expr::Const(false))
    }

    fn together(&mut self, with: fn(Vec<Expr>) -> Expr) -> Side {
        let itself = std::mem::take(&mut self.itself);
        let items = std::mem::take(&mut self.items);
        let mut both = std::mem::take(&mut self.both);
        match (itself.is_empty(), items.is_empty(), both.is_empty()) {
            (_, true, true) => Side::Itself(with(itself)),
            (true, false, true) => Side::Item(with(items)),
            _ => {
                if !itself.is_empty() {
                    both.push(victim(with(itself)));
                }
                if !items.is_empty() {
                    both.push(item(with(items)));
                }
                Side::Both(with(both))
            }
        }
    }
}

fn known(rule: &Rule<'_>) -> Result<Key, ImportError> {
    key(rule.key).map_err(|why| ImportError::inexpressible(rule.key, why))
}

fn nested() -> ImportError {
    ImportError::inexpressible(
        "[ ]",
        "brackets in brackets mean nothing to zkillbot: use ( ) inside",
    )
}

fn outside(rule: &Rule<'_>) -> ImportError {
    ImportError::inexpressible(
        rule.shown(),
        "this is not of an attacker, the victim or an item, so in brackets it never holds: write \
         it outside",
    )
}
