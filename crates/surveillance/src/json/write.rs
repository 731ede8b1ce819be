//! Tree to JSON, in the canonical form.

use serde_json::{Map, Number, Value, json};

use crate::tree::{Check, Comparison, Count, Expr, Has, Ref, Test, Unit, ValueKind};
use crate::vocabulary::{FINEST_LIGHT_YEARS, FINEST_PER_CENT, write_decimal, write_number};

/// Numbers with more digits are written in quotes: not every reader of JSON keeps them.
const MOST_DIGITS: usize = 15;

/// Writes a condition in its canonical form. It reads as the same tree again, if the tree is well
/// formed ([`Expr::is_well_formed`]).
#[must_use]
pub fn write(expr: &Expr) -> Value {
    let parts = |parts: &[Expr]| Value::Array(parts.iter().map(write).collect());
    match expr {
        Expr::Const(truth) => Value::Bool(*truth),
        Expr::And(of) => member("and", parts(of)),
        Expr::Or(of) => member("or", parts(of)),
        Expr::Not(of) => match of.as_ref() {
            Expr::Attackers(Count::Any, of) => member("attackers", member("none", write(of))),
            Expr::Items(Count::Any, of) => member("items", member("none", write(of))),
            of => member("not", write(of)),
        },
        Expr::Victim(of) => member("victim", write(of)),
        Expr::Anyone(of) => member("anyone", write(of)),
        Expr::Attackers(count, of) => member("attackers", counted(*count, of)),
        Expr::Items(count, of) => member("items", counted(*count, of)),
        Expr::Test(of) => test(of),
    }
}

fn counted(count: Count, of: &Expr) -> Value {
    let compared = |name: &str, comparison: Comparison, number: &str| {
        let compared = member(comparison.sign(), shortest(number));
        json!({ (name): compared, "where": write(of) })
    };
    match count {
        Count::Any => member("any", write(of)),
        Count::All => member("all", write(of)),
        Count::Number(comparison, number) => compared("count", comparison, &number.to_string()),
        Count::Share(comparison, share) => {
            let share = write_decimal(share.into(), FINEST_PER_CENT);
            compared("share", comparison, &share)
        }
        Count::Quantity(comparison, pieces) => {
            compared("quantity", comparison, &write_number(Unit::Plain, pieces))
        }
    }
}

fn test(test: &Test) -> Value {
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    set("field", test.field.name().into());
    match &test.check {
        Check::Yes => {}
        Check::Exists => set("exists", true.into()),
        Check::Compare(comparison, number) => {
            let number = match test.field.kind() {
                ValueKind::Number(unit) => write_number(unit, *number),
                _ => number.to_string(),
            };
            set(comparison.sign(), shortest(&number));
        }
        Check::In(refs) => set("in", references(refs)),
        Check::List(name) => set("list", name.as_str().into()),
        Check::Chain(name) => set("chain", name.as_str().into()),
        Check::Contains(part) => set("contains", part.as_ref().into()),
        Check::Jumps(jumps, of) => {
            set("within_jumps", (*jumps).into());
            set("of", references(of));
        }
        Check::LightYears(thousandths, of) => {
            let far = write_decimal((*thousandths).into(), FINEST_LIGHT_YEARS);
            set("within_ly", shortest(&far));
            set("of", references(of));
        }
        Check::Choice(choices) => {
            let names = match test.field.kind() {
                ValueKind::Choice(of) => of,
                _ => &[],
            };
            let chosen = choices
                .iter()
                .filter_map(|choice| names.get(usize::from(*choice)));
            set("in", chosen.map(|name| shortest(name)).collect());
        }
        Check::Words(has, words) => {
            let has = match has {
                Has::Any => "any",
                Has::All => "all",
            };
            let words = words.iter().map(|word| Value::from(word.as_ref()));
            set(has, words.collect());
        }
    }
    Value::Object(members)
}

fn references(refs: &[Ref]) -> Value {
    let reference = |of: &Ref| match of {
        Ref::Id(id) => Value::from(*id),
        Ref::Name(name) => Value::from(name.as_ref()),
        Ref::Both(id, name) => json!({ "id": id, "name": name.as_ref() }),
    };
    refs.iter().map(reference).collect()
}

/// A number as a number where that is exact for everybody; else, and whatever is not a plain number,
/// as text.
fn shortest(text: &str) -> Value {
    let plain = |char: char| char.is_ascii_digit() || matches!(char, '.' | '-');
    if text.len() > MOST_DIGITS || !text.chars().all(plain) {
        return text.into();
    }
    let whole = text.parse::<i64>().ok().map(Number::from);
    // So few digits pass through a float unharmed.
    let number = whole.or_else(|| Number::from_f64(text.parse().ok()?));
    number.map_or_else(|| text.into(), Value::Number)
}

fn member(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
