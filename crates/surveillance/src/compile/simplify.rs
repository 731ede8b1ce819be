//! The same condition with less in it. Every step keeps all three truth values of every killmail.

use std::collections::HashSet;

use crate::tree::{Check, Comparison, Count, Expr, Field, Test, ValueKind};

/// A condition with the same meaning: `not` stands at the leaves, connectives are flat, constants and
/// repetitions are gone, alternatives of one field are one list.
#[must_use]
pub fn simplify(expr: Expr) -> Expr {
    match expr {
        Expr::Const(_) | Expr::Test(_) => expr,
        Expr::And(parts) => conjunction(parts.into_iter().map(simplify)),
        Expr::Or(parts) => disjunction(parts.into_iter().map(simplify)),
        Expr::Not(of) => negation(simplify(*of)),
        Expr::Victim(of) => about(simplify(*of), Expr::Victim),
        Expr::Anyone(of) => about(simplify(*of), Expr::Anyone),
        // Of nobody, even what always holds does not; what never holds is counted as none.
        Expr::Attackers(count, of) => Expr::Attackers(count, Box::new(simplify(*of))),
        Expr::Items(count, of) => Expr::Items(count, Box::new(simplify(*of))),
    }
}

/// There is always a victim.
fn about(of: Expr, whom: fn(Box<Expr>) -> Expr) -> Expr {
    match of {
        Expr::Const(_) => of,
        of => whom(Box::new(of)),
    }
}

fn conjunction(parts: impl Iterator<Item = Expr>) -> Expr {
    let mut kept = Kept::default();
    for part in parts {
        match part {
            Expr::Const(true) => {}
            Expr::Const(false) => return Expr::Const(false),
            Expr::And(inner) => inner.into_iter().for_each(|part| kept.add(part)),
            part => kept.add(part),
        }
    }
    Expr::all(kept.parts)
}

fn disjunction(parts: impl Iterator<Item = Expr>) -> Expr {
    let mut kept = Kept::default();
    for part in parts {
        match part {
            Expr::Const(false) => {}
            Expr::Const(true) => return Expr::Const(true),
            Expr::Or(inner) => inner.into_iter().for_each(|part| kept.add(part)),
            part => kept.add(part),
        }
    }
    Expr::any(merged(kept.parts))
}

/// Parts in the order in which they came, each once.
#[derive(Default)]
struct Kept {
    parts: Vec<Expr>,
    seen: HashSet<Expr>,
}

impl Kept {
    fn add(&mut self, part: Expr) {
        if self.seen.insert(part.clone()) {
            self.parts.push(part);
        }
    }
}

/// `a = 1 or a = 2` is `a in [1, 2]`. The list stands where the first of them stood.
fn merged(parts: Vec<Expr>) -> Vec<Expr> {
    let mut kept: Vec<Expr> = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(into) = kept.iter_mut().find(|kept| is_same_list(kept, &part)) else {
            kept.push(part);
            continue;
        };
        join(into, part);
    }
    kept
}

fn is_same_list(left: &Expr, right: &Expr) -> bool {
    match (left, right) {
        (Expr::Test(left), Expr::Test(right)) => {
            left.field == right.field
                && matches!(
                    (&left.check, &right.check),
                    (Check::In(_), Check::In(_)) | (Check::Choice(_), Check::Choice(_))
                )
        }
        (Expr::Victim(left), Expr::Victim(right))
        | (Expr::Anyone(left), Expr::Anyone(right))
        | (Expr::Attackers(Count::Any, left), Expr::Attackers(Count::Any, right))
        | (Expr::Items(Count::Any, left), Expr::Items(Count::Any, right)) => {
            is_same_list(left, right)
        }
        _ => false,
    }
}

fn join(into: &mut Expr, other: Expr) {
    match (into, other) {
        (Expr::Test(into), Expr::Test(other)) => match (&mut into.check, other.check) {
            (Check::In(into), Check::In(other)) => {
                for reference in other {
                    if !into.contains(&reference) {
                        into.push(reference);
                    }
                }
            }
            (Check::Choice(into), Check::Choice(other)) => {
                into.extend(other);
                into.sort_unstable();
                into.dedup();
            }
            _ => {}
        },
        (Expr::Victim(into), Expr::Victim(other))
        | (Expr::Anyone(into), Expr::Anyone(other))
        | (Expr::Attackers(_, into), Expr::Attackers(_, other))
        | (Expr::Items(_, into), Expr::Items(_, other)) => join(into, *other),
        _ => {}
    }
}

/// Not `of`, which is simple already.
fn negation(of: Expr) -> Expr {
    match of {
        Expr::Const(truth) => Expr::Const(!truth),
        Expr::Not(of) => *of,
        Expr::And(parts) => disjunction(parts.into_iter().map(negation)),
        Expr::Or(parts) => conjunction(parts.into_iter().map(negation)),
        Expr::Victim(of) => about(negation(*of), Expr::Victim),
        Expr::Test(test) => opposite(test),
        other => other.negated(),
    }
}

/// Where a field is never absent, the opposite of a test on it is a test as well, and one by which
/// killmails can be found.
fn opposite(Test { field, check }: Test) -> Expr {
    let flipped = match (&check, field.kind()) {
        (Check::Compare(comparison, value), ValueKind::Number(_)) if is_never_absent(field) => {
            let flipped = match comparison {
                Comparison::Less => Some(Comparison::AtLeast),
                Comparison::AtMost => Some(Comparison::More),
                Comparison::More => Some(Comparison::AtMost),
                Comparison::AtLeast => Some(Comparison::Less),
                Comparison::Equal => None,
            };
            flipped.map(|flipped| Check::Compare(flipped, *value))
        }
        (Check::Choice(chosen), ValueKind::Choice(all)) if field != Field::Class => {
            let places = 0..u8::try_from(all.len()).unwrap_or(u8::MAX);
            let rest: Vec<u8> = places.filter(|place| !chosen.contains(place)).collect();
            (!rest.is_empty()).then_some(Check::Choice(rest))
        }
        _ => None,
    };
    match flipped {
        Some(check) => Expr::test(field, check),
        None => Expr::test(field, check).negated(),
    }
}

/// Numbers that every killmail has, though they may not be known yet.
const fn is_never_absent(field: Field) -> bool {
    matches!(
        field,
        Field::Id
            | Field::Time
            | Field::Age
            | Field::Security
            | Field::Value
            | Field::HullValue
            | Field::FittedValue
            | Field::DroppedValue
            | Field::DestroyedValue
            | Field::AttackerCount
            | Field::PlayerCount
            | Field::NpcCount
            | Field::Damage
            | Field::Quantity
            | Field::Dropped
            | Field::Destroyed
    )
}
