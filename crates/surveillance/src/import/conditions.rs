//! Conditions as the importers put them together.

use super::decimal::{Operator, Relation};
use crate::tree::{Check, Comparison, Count, Expr, Field, Has, Ref};

/// About an attacker: one at least.
pub(super) fn attacker(of: Expr) -> Expr {
    match of {
        Expr::Const(_) => of,
        of => Expr::Attackers(Count::Any, Box::new(of)),
    }
}

/// About the victim.
pub(super) fn victim(of: Expr) -> Expr {
    match of {
        Expr::Const(_) => of,
        of => Expr::Victim(Box::new(of)),
    }
}

/// About the victim or an attacker.
pub(super) fn anyone(of: Expr) -> Expr {
    match of {
        Expr::Const(_) => of,
        of => Expr::Anyone(Box::new(of)),
    }
}

/// About an item: one at least.
pub(super) fn item(of: Expr) -> Expr {
    match of {
        Expr::Const(false) => of,
        of => Expr::Items(Count::Any, Box::new(of)),
    }
}

/// All of them; what is always true is left out, and what is never true decides.
pub(super) fn every(parts: impl IntoIterator<Item = Expr>) -> Expr {
    connect(parts, true, Expr::all)
}

/// One of them at least; what is never true is left out, and what is always true decides.
pub(super) fn some(parts: impl IntoIterator<Item = Expr>) -> Expr {
    connect(parts, false, Expr::any)
}

fn connect(
    parts: impl IntoIterator<Item = Expr>,
    neutral: bool,
    with: fn(Vec<Expr>) -> Expr,
) -> Expr {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Expr::Const(value) if value == neutral => {}
            Expr::Const(value) => return Expr::Const(value),
            part => kept.push(part),
        }
    }
    with(kept)
}

/// What it is not.
pub(super) fn none(of: Expr) -> Expr {
    match of {
        Expr::Const(value) => Expr::Const(!value),
        Expr::Not(inner) => *inner,
        of => of.negated(),
    }
}

/// Set.
pub(super) const fn flag(field: Field) -> Expr {
    Expr::test(field, Check::Yes)
}

/// Set or not set.
pub(super) fn flag_is(field: Field, set: bool) -> Expr {
    if set { flag(field) } else { none(flag(field)) }
}

/// There at all.
pub(super) const fn present(field: Field) -> Expr {
    if field.may_be_absent() {
        Expr::test(field, Check::Exists)
    } else {
        Expr::Const(true)
    }
}

/// One of these.
pub(super) fn one_of(field: Field, refs: Vec<Ref>) -> Expr {
    if refs.is_empty() {
        Expr::Const(false)
    } else {
        Expr::test(field, Check::In(refs))
    }
}

/// This one.
pub(super) fn is(field: Field, id: i64) -> Expr {
    one_of(field, vec![Ref::Id(id)])
}

/// One of a closed set, by places.
pub(super) fn choice(field: Field, mut places: Vec<u8>) -> Expr {
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        Expr::Const(false)
    } else {
        Expr::test(field, Check::Choice(places))
    }
}

/// This word.
pub(super) fn word(field: Field, word: &str) -> Expr {
    Expr::test(field, Check::Words(Has::Any, vec![word.into()]))
}

/// Compares so with a number in the field's unit.
pub(super) const fn compare(field: Field, comparison: Comparison, number: i64) -> Expr {
    Expr::test(field, Check::Compare(comparison, number))
}

/// There, and in this relation to a number.
pub(super) fn related(field: Field, relation: Relation) -> Expr {
    match relation {
        Relation::Compare(comparison, number) => compare(field, comparison, number),
        Relation::Unequal(number) => every([
            present(field),
            none(compare(field, Comparison::Equal, number)),
        ]),
        Relation::Never => Expr::Const(false),
        Relation::Always => present(field),
    }
}

/// Equal or unequal to something that is there: `yes`, or there and not `yes`. None for operators
/// that ask for more or less.
pub(super) fn equal_or_not(operator: Operator, field: Field, yes: Expr) -> Option<Expr> {
    match operator {
        Operator::Equal => Some(yes),
        Operator::Unequal => Some(every([present(field), none(yes)])),
        _ => None,
    }
}

/// The hulls of these groups.
pub(super) fn hull_groups(groups: &[i64]) -> Expr {
    let refs = groups.iter().map(|group| Ref::Id(*group)).collect();
    one_of(Field::ShipGroup, refs)
}

/// Places of `SecurityBand` in the choices of [`Field::Band`].
pub(super) mod band {
    pub(in super::super) const HIGH: u8 = 0;
    pub(in super::super) const LOW: u8 = 1;
    pub(in super::super) const NULL: u8 = 2;
    pub(in super::super) const WORMHOLE: u8 = 3;
    pub(in super::super) const ABYSSAL: u8 = 4;
}
