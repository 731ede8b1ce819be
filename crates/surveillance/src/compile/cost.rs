//! What it costs to evaluate a condition, and the order that follows.

use crate::tree::{Check, Expr, Field, ValueKind};

/// How many attackers a killmail is reckoned with.
const ATTACKERS: u32 = 8;

/// How many items a victim is reckoned with.
const ITEMS: u32 = 30;

/// The condition with the cheap parts of each connective first, and those of equal cost in the order
/// of writing.
pub(super) fn order(mut expr: Expr) -> Expr {
    if let Expr::And(parts) | Expr::Or(parts) = &mut expr {
        parts.sort_by_cached_key(cost);
    }
    for child in expr.children_mut() {
        let taken = std::mem::replace(child, Expr::Const(false));
        *child = order(taken);
    }
    expr
}

/// In about comparisons.
fn cost(expr: &Expr) -> u32 {
    let below = || expr.children().map(cost).fold(0, u32::saturating_add);
    match expr {
        Expr::Const(_) => 0,
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => below(),
        Expr::Victim(_) => below().saturating_add(1),
        Expr::Anyone(_) => below().saturating_mul(ATTACKERS + 1),
        Expr::Attackers(..) => below().saturating_add(1).saturating_mul(ATTACKERS),
        Expr::Items(..) => below().saturating_add(1).saturating_mul(ITEMS),
        Expr::Test(test) => match (&test.check, test.field.kind()) {
            (_, ValueKind::Words) if test.field == Field::Tags => 4 * ITEMS,
            (_, ValueKind::Words) => 8,
            (Check::Chain(_), _) => 16,
            (Check::In(refs), _) => 1 + refs.len().checked_ilog2().unwrap_or(0),
            (Check::List(_) | Check::Contains(_) | Check::Jumps(..) | Check::LightYears(..), _) => {
                6
            }
            _ => 1,
        },
    }
}
