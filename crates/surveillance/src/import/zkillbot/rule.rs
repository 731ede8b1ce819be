//! One comparison of zkillbot's, about one of our fields.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::parser::Rule;
use crate::import::conditions::{
    choice, compare, equal_or_not, every, flag_is, is, present, related, word,
};
use crate::import::decimal::{Decimal, Operator, Relation};
use crate::import::{ImportError, Notes};
use crate::tree::{Comparison, Expr, Field, Unit, ValueKind};

/// CCP's numbers of the classes, in the order of the choices of [`Field::Class`].
const CLASSES: [i64; 14] = [1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 18, 25];

/// What a rule says of `field` where that is found once: that it is there, and compares so.
pub(super) fn test(field: Field, rule: &Rule<'_>, notes: &mut Notes) -> Result<Expr, ImportError> {
    match field.kind() {
        ValueKind::Flag => set(field, rule),
        ValueKind::Ref(_) => reference(field, rule),
        ValueKind::Words => label(field, rule),
        ValueKind::Choice(_) => class(rule, notes),
        ValueKind::Number(Unit::Moment) => moment(field, rule),
        ValueKind::Number(Unit::Security) => security(field, rule, notes),
        ValueKind::Number(Unit::Isk) => number(field, rule, 2),
        ValueKind::Number(Unit::Status) => number(field, rule, 6),
        ValueKind::Number(Unit::Plain | Unit::Seconds) => number(field, rule, 0),
    }
}

/// `true`, `false`, or what JavaScript takes for them.
pub(super) fn truth(rule: &Rule<'_>) -> Result<bool, ImportError> {
    let value = match rule.value.to_ascii_lowercase().as_str() {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => return Err(expected(rule, "true or false")),
    };
    match rule.operator {
        Operator::Equal => Ok(value),
        Operator::Unequal => Ok(!value),
        _ => Err(ImportError::inexpressible(
            rule.shown(),
            "true and false are compared with = and != only",
        )),
    }
}

fn set(field: Field, rule: &Rule<'_>) -> Result<Expr, ImportError> {
    truth(rule).map(|set| flag_is(field, set))
}

fn reference(field: Field, rule: &Rule<'_>) -> Result<Expr, ImportError> {
    let id = decimal(rule)?.whole();
    // What is there has an id above 0.
    let there = match rule.operator {
        Operator::More | Operator::Unequal => id == Some(0),
        Operator::AtLeast => matches!(id, Some(0 | 1)),
        _ => false,
    };
    if there {
        return Ok(present(field));
    }
    let id = id.filter(|id| *id > 0);
    let id = id.ok_or_else(|| expected(rule, "an id above 0"))?;
    equal_or_not(rule.operator, field, is(field, id)).ok_or_else(|| {
        ImportError::inexpressible(
            rule.shown(),
            "ids are compared with = and != only; list several with `,`",
        )
    })
}

fn label(field: Field, rule: &Rule<'_>) -> Result<Expr, ImportError> {
    match rule.operator {
        Operator::Equal => Ok(word(field, rule.value)),
        Operator::Unequal => Err(ImportError::inexpressible(
            rule.shown(),
            "zkillbot takes this for true as soon as there is another label, which is always; for \
             killmails without the label write `not labels any [\"…\"]` in Killwire's language",
        )),
        _ => Err(ImportError::inexpressible(
            rule.shown(),
            "labels are compared with = only; `isk:` labels are bands, so use totalValue instead",
        )),
    }
}

fn class(rule: &Rule<'_>, notes: &mut Notes) -> Result<Expr, ImportError> {
    let relation = decimal(rule)?.relation(rule.operator, 0);
    let relation = relation.ok_or_else(|| expected(rule, "a class"))?;
    if !matches!(rule.operator, Operator::Equal) {
        notes.take(
            rule.shown(),
            "classes of wormhole space and Pochven only: other space has none here",
        );
    }
    let holds = |class: &i64| match relation {
        Relation::Compare(comparison, number) => comparison.holds(class, &number),
        Relation::Unequal(number) => *class != number,
        Relation::Never => false,
        Relation::Always => true,
    };
    let places = CLASSES.iter().zip(0_u8..);
    let places = places.filter(|(class, _)| holds(class));
    let found = choice(Field::Class, places.map(|(_, place)| place).collect());
    if found == Expr::Const(false) {
        let problem = "no solar system of wormhole space is of such a class; for known space and \
                       the abyss use `band` in Killwire's language";
        return Err(ImportError::inexpressible(rule.shown(), problem));
    }
    Ok(found)
}

/// Times are compared as text there, which is the order of time.
fn moment(field: Field, rule: &Rule<'_>) -> Result<Expr, ImportError> {
    let relation = if let Ok(time) = rule.value.parse::<Timestamp>() {
        Decimal::moment(time).and_then(|time| time.relation(rule.operator, 0))
    } else {
        // A date is less than every time of its day, and equal to none.
        let midnight = rule.value.parse::<Date>().ok();
        let midnight = midnight.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
        let midnight = midnight.and_then(|midnight| Decimal::moment(midnight.timestamp()));
        midnight.and_then(|midnight| match rule.operator {
            Operator::Equal => Some(Relation::Never),
            Operator::Unequal => Some(Relation::Always),
            Operator::Less | Operator::AtMost => midnight.relation(Operator::Less, 0),
            Operator::More | Operator::AtLeast => midnight.relation(Operator::AtLeast, 0),
        })
    };
    let relation = relation.ok_or_else(|| expected(rule, "a time such as 2026-11-25T18:30:00Z"))?;
    Ok(related(field, relation))
}

/// The game shows security in tenths, rounded half up, and that is what ours is.
fn security(field: Field, rule: &Rule<'_>, notes: &mut Notes) -> Result<Expr, ImportError> {
    notes.take(
        rule.shown(),
        "compared with the security that the game shows, in tenths (0.45 shows as 0.5); zkillbot \
         compares the exact one",
    );
    number(field, rule, 1)
}

fn number(field: Field, rule: &Rule<'_>, scale: i32) -> Result<Expr, ImportError> {
    let relation = decimal(rule)?.relation(rule.operator, scale);
    let relation = relation.ok_or_else(|| expected(rule, "a smaller number"))?;
    let related = related(field, relation);
    // An item that did not drop says nothing of how many dropped, and ours says 0.
    if matches!(field, Field::Dropped | Field::Destroyed) {
        let some = compare(field, Comparison::AtLeast, 1);
        return Ok(match relation {
            Relation::Compare(Comparison::AtLeast, least) if least >= 1 => related,
            Relation::Compare(Comparison::More, more) if more >= 0 => related,
            Relation::Compare(Comparison::Equal, exactly) if exactly >= 1 => related,
            _ => every([some, related]),
        });
    }
    Ok(related)
}

fn decimal(rule: &Rule<'_>) -> Result<Decimal, ImportError> {
    Decimal::parse(rule.value).ok_or_else(|| expected(rule, "a number"))
}

fn expected(rule: &Rule<'_>, what: &str) -> ImportError {
    ImportError::shape(rule.shown(), format!("{what} is expected behind the sign"))
}
