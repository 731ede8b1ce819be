//! zkillbot's subscriptions, as of version 0.2.48.
//!
//! `advanced:` expressions, and `group:`, `isk:` and `label:`. A bare id is refused with the way to
//! write it: it does not say what it is the id of.

mod key;
mod parser;
mod reading;
mod rule;

use self::reading::Reading;
use super::conditions::{anyone, is, related, word};
use super::decimal::{Decimal, Operator};
use super::{ImportError, Imported, Notes};
use crate::tree::{Expr, Field};

/// Reads what `subscribe` takes: `advanced:EXPRESSION`, or the expression alone; `group:ID`,
/// `isk:AMOUNT`, `label:LABEL`. An expression is nested at most `depth` levels.
pub(super) fn read(text: &str, depth: usize) -> Result<Imported, ImportError> {
    let text = text.trim();
    let (form, rest) = match text.split_once(':') {
        Some((form, rest)) => (form.trim().to_ascii_lowercase(), rest.trim()),
        None => (String::new(), text),
    };
    let plain = |expr| Imported {
        name: None,
        expr,
        notes: Vec::new(),
    };
    match form.as_str() {
        "advanced" => advanced(rest, depth),
        "group" => Ok(plain(anyone(is(
            Field::ShipGroup,
            id(rest).ok_or_else(|| {
                ImportError::shape(text, "the id of a group is expected, such as group:30")
            })?,
        )))),
        "isk" => Ok(plain(worth(text, rest)?)),
        "label" if rest.is_empty() => Err(ImportError::shape(
            text,
            "a label is expected, such as label:ganked",
        )),
        "label" => Ok(plain(word(Field::Labels, rest))),
        _ if text.contains(['=', '<', '>']) => advanced(text, depth),
        _ => Err(bare(text)),
    }
}

fn advanced(text: &str, depth: usize) -> Result<Imported, ImportError> {
    let filter = parser::parse(text, depth)?;
    let mut reading = Reading {
        notes: Notes::default(),
    };
    let expr = reading.filter(&filter)?;
    match expr {
        Expr::Const(true) => reading
            .notes
            .take("the expression", "it always holds: every killmail matches"),
        Expr::Const(false) => reading
            .notes
            .take("the expression", "it can never hold: nothing matches"),
        _ => {}
    }
    Ok(Imported {
        name: None,
        expr,
        notes: reading.notes.0,
    })
}

fn id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id| *id > 0)
}

fn worth(text: &str, amount: &str) -> Result<Expr, ImportError> {
    let relation = Decimal::parse(amount).and_then(|isk| isk.relation(Operator::AtLeast, 2));
    match relation {
        Some(relation) => Ok(related(Field::Value, relation)),
        None => Err(ImportError::shape(
            text,
            "an amount of ISK is expected, such as isk:1000000000",
        )),
    }
}

/// A subscription to an id or a name, which does not say what it is.
fn bare(text: &str) -> ImportError {
    let Some(id) = id(text) else {
        return ImportError::shape(
            text,
            "advanced:, group:, isk: or label: is expected; for a name write, for example, \
             `anyone.corporation = \"…\"` or `system = \"…\"` in Killwire's language",
        );
    };
    let instead = match id {
        10_000_000..=14_999_999 => "`region = ID`",
        20_000_000..=24_999_999 => "`constellation = ID`",
        30_000_000..=34_999_999 => "`system = ID`",
        40_000_000..=69_999_999 => "`location = ID`",
        500_000..=599_999 => "`anyone.faction = ID`",
        1..=499_999 => "`anyone.ship = ID`",
        _ => {
            "`anyone.who = ID` for a pilot, corporation or alliance, `location = ID` for a structure"
        }
    };
    let instead = instead.replace("ID", &id.to_string());
    ImportError::inexpressible(
        text,
        format!("the id does not say what it is of: write {instead} in Killwire's language"),
    )
}
