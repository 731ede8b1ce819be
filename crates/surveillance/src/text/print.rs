//! Tree to text, in the canonical form.

use super::layout::Layout;
use super::lexer::quoted;
use crate::tree::{Check, Comparison, Count, Expr, Has, Ref, Test, ValueKind};
use crate::vocabulary::{
    FINEST_LIGHT_YEARS, FINEST_PER_CENT, Prefix, runs, write_decimal, write_number,
};

/// Writes a condition in its canonical form: on one line where that is short, else broken at its
/// connectives, braces and lists. It reads as the same tree again, if the tree is well formed
/// ([`Expr::is_well_formed`]); it may be longer than the text that the tree was read from.
#[must_use]
pub fn print(expr: &Expr) -> String {
    condition(expr).written()
}

/// The same on one line, however long: for messages.
#[must_use]
pub fn print_line(expr: &Expr) -> String {
    condition(expr).flat()
}

/// The condition, where whatever stands around it ends by itself.
fn condition(expr: &Expr) -> Layout {
    match expr {
        Expr::And(parts) => joined("and", parts),
        Expr::Or(parts) => joined("or", parts),
        other => part(other),
    }
}

fn joined(word: &'static str, parts: &[Expr]) -> Layout {
    Layout::Joined(word, parts.iter().map(part).collect())
}

/// The condition as a part of another: connectives stand in parentheses.
fn part(expr: &Expr) -> Layout {
    match expr {
        Expr::And(_) | Expr::Or(_) => Layout::block("(", condition(expr), ")"),
        Expr::Const(truth) => Layout::Text(truth.to_string()),
        Expr::Not(of) => negated(of).unwrap_or_else(|| part(of).behind("not ")),
        Expr::Victim(of) | Expr::Anyone(of) => dotted(expr, false).unwrap_or_else(|| {
            let whose = match expr {
                Expr::Victim(_) => "victim",
                _ => "anyone",
            };
            braces(whose, of)
        }),
        Expr::Attackers(count, of) => dotted(expr, false)
            .unwrap_or_else(|| braces(&format!("attackers {}", how_many(*count, false)), of)),
        Expr::Items(count, of) => dotted(expr, false)
            .unwrap_or_else(|| braces(&format!("items {}", how_many(*count, false)), of)),
        Expr::Test(test) => {
            self::test("", test, false).unwrap_or_else(|| Layout::Text(String::new()))
        }
    }
}

/// What is not this condition, where that has a form of its own.
fn negated(expr: &Expr) -> Option<Layout> {
    if Prefix::of(expr).is_some() {
        return dotted(expr, true);
    }
    let number = |count: Count| {
        use Count::{All, Any, Number, Quantity, Share};
        match count {
            Any | Number(Comparison::Equal, _) => true,
            Share(comparison, _) | Quantity(comparison, _) => comparison == Comparison::Equal,
            All | Number(..) => false,
        }
    };
    match expr {
        Expr::Test(test) => self::test("", test, true),
        Expr::Attackers(count, of) if number(*count) => {
            Some(braces(&format!("attackers {}", how_many(*count, true)), of))
        }
        Expr::Items(count, of) if number(*count) => {
            Some(braces(&format!("items {}", how_many(*count, true)), of))
        }
        _ => None,
    }
}

fn braces(head: &str, of: &Expr) -> Layout {
    Layout::block(format!("{head} {{"), condition(of), "}")
}

/// One condition on somebody, without braces.
fn dotted(expr: &Expr, negated: bool) -> Option<Layout> {
    let (prefix, test) = Prefix::of(expr)?;
    self::test(prefix.written(), test, negated)
}

fn how_many(count: Count, negated: bool) -> String {
    match count {
        Count::Any if negated => "none".to_owned(),
        Count::Any => "any".to_owned(),
        Count::All => "all".to_owned(),
        Count::Number(comparison, number) => {
            format!("count {} {number}", sign(comparison, negated))
        }
        Count::Share(comparison, share) => {
            let share = write_decimal(share.into(), FINEST_PER_CENT);
            format!("share {} {share}%", sign(comparison, negated))
        }
        Count::Quantity(comparison, pieces) => {
            let pieces = write_number(crate::tree::Unit::Plain, pieces);
            format!("quantity {} {pieces}", sign(comparison, negated))
        }
    }
}

/// The sign of a comparison; negated, it is of an equality.
const fn sign(comparison: Comparison, negated: bool) -> &'static str {
    if negated { "!=" } else { comparison.sign() }
}

/// One condition, or what is not it, where that has a form of its own.
fn test(prefix: &str, test: &Test, negated: bool) -> Option<Layout> {
    let name = format!("{prefix}{}", test.field.name());
    let (equal, within) = if negated {
        ("!=", "not in")
    } else {
        ("=", "in")
    };
    let text = |text: String| Some(Layout::Text(text));
    let list = |head: String, items: Vec<String>| Some(Layout::List(head + " ", items));
    match &test.check {
        Check::In(refs) => match refs.as_slice() {
            [one] => text(format!("{name} {equal} {}", reference(one))),
            refs => list(format!("{name} {within}"), references(refs)),
        },
        Check::List(of) => text(format!("{name} {within} list {}", quoted(of.as_str()))),
        Check::Chain(of) => text(format!("{name} {within} chain {}", quoted(of.as_str()))),
        Check::Choice(choices) => match choices.as_slice() {
            [one] => text(format!("{name} {equal} {}", choice(test, *one))),
            several => list(format!("{name} {within}"), ranges(test, several)),
        },
        Check::Words(has, words) => {
            let has = match (has, negated) {
                (Has::Any, false) => "any",
                (Has::Any, true) => "none",
                (Has::All, false) => "all",
                (Has::All, true) => return None,
            };
            let words = words.iter().map(|word| quoted(word)).collect();
            list(format!("{name} {has}"), words)
        }
        Check::Compare(comparison, number) => {
            if negated && *comparison != Comparison::Equal {
                return None;
            }
            let number = match test.field.kind() {
                ValueKind::Number(unit) => write_number(unit, *number),
                _ => number.to_string(),
            };
            text(format!("{name} {} {number}", sign(*comparison, negated)))
        }
        _ if negated => None,
        Check::Yes => text(name),
        Check::Exists => text(name + " exists"),
        Check::Contains(fragment) => text(format!("{name} contains {}", quoted(fragment))),
        Check::Jumps(jumps, of) => origins(format!("{name} within {jumps} jumps of "), of),
        Check::LightYears(thousandths, of) => {
            let far = write_decimal((*thousandths).into(), FINEST_LIGHT_YEARS);
            origins(format!("{name} within {far} ly of "), of)
        }
    }
}

/// A distance from one solar system, or from several in brackets.
#[allow(clippy::unnecessary_wraps, reason = "as its siblings")]
fn origins(head: String, of: &[Ref]) -> Option<Layout> {
    Some(match of {
        [one] => Layout::Text(head + &reference(one)),
        several => Layout::List(head, references(several)),
    })
}

fn references(refs: &[Ref]) -> Vec<String> {
    refs.iter().map(reference).collect()
}

fn reference(of: &Ref) -> String {
    match of {
        Ref::Id(id) => id.to_string(),
        Ref::Name(name) => quoted(name),
        Ref::Both(id, name) => format!("{}#{id}", quoted(name)),
    }
}

/// Choices, three or more in a row as a range.
fn ranges(test: &Test, choices: &[u8]) -> Vec<String> {
    let range = |(first, last): (u8, u8)| {
        if last - first >= 2 {
            vec![format!("{}..{}", choice(test, first), choice(test, last))]
        } else {
            (first..=last)
                .map(|of| choice(test, of).to_owned())
                .collect()
        }
    };
    runs(choices).into_iter().flat_map(range).collect()
}

fn choice(test: &Test, place: u8) -> &'static str {
    match test.field.kind() {
        ValueKind::Choice(of) => of.get(usize::from(place)).copied().unwrap_or_default(),
        _ => "",
    }
}
