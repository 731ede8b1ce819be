//! Trees in few words, and the verbs that the tests use on importers.

use killwire_surveillance::import::{Imported, Source, import};
use killwire_surveillance::tree::{
    Check, Comparison, Count, Expr, Field, Has, Name, Ref, TreeLimits, ValueKind,
};

pub(crate) fn all<const N: usize>(parts: [Expr; N]) -> Expr {
    Expr::all(parts.into())
}

pub(crate) fn any<const N: usize>(parts: [Expr; N]) -> Expr {
    Expr::any(parts.into())
}

pub(crate) fn not(of: Expr) -> Expr {
    of.negated()
}

pub(crate) fn victim(of: Expr) -> Expr {
    Expr::Victim(Box::new(of))
}

pub(crate) fn anyone(of: Expr) -> Expr {
    Expr::Anyone(Box::new(of))
}

pub(crate) fn attacker(of: Expr) -> Expr {
    Expr::Attackers(Count::Any, Box::new(of))
}

pub(crate) fn item(of: Expr) -> Expr {
    Expr::Items(Count::Any, Box::new(of))
}

pub(crate) fn ids<const N: usize>(field: Field, ids: [i64; N]) -> Expr {
    Expr::test(field, Check::In(ids.map(Ref::Id).into()))
}

pub(crate) fn names<const N: usize>(field: Field, names: [&str; N]) -> Expr {
    let refs = names.map(|name| Ref::Name(name.into()));
    Expr::test(field, Check::In(refs.into()))
}

pub(crate) fn list(field: Field, name: &str) -> Expr {
    Expr::test(field, Check::List(Name::new(name).unwrap()))
}

pub(crate) fn flag(field: Field) -> Expr {
    Expr::test(field, Check::Yes)
}

pub(crate) fn exists(field: Field) -> Expr {
    Expr::test(field, Check::Exists)
}

pub(crate) fn words<const N: usize>(field: Field, has: Has, words: [&str; N]) -> Expr {
    Expr::test(field, Check::Words(has, words.map(Into::into).into()))
}

pub(crate) fn jumps(jumps: u32, of: i64) -> Expr {
    Expr::test(Field::System, Check::Jumps(jumps, vec![Ref::Id(of)]))
}

pub(crate) fn light_years(thousandths: u32, of: i64) -> Expr {
    let check = Check::LightYears(thousandths, vec![Ref::Id(of)]);
    Expr::test(Field::System, check)
}

/// One of a closed set, by names.
pub(crate) fn choices<const N: usize>(field: Field, names: [&str; N]) -> Expr {
    let ValueKind::Choice(known) = field.kind() else {
        panic!("{field:?} is not a choice")
    };
    let place = |name: &str| known.iter().position(|known| *known == name).unwrap();
    let places = names.map(|name| u8::try_from(place(name)).unwrap());
    Expr::test(field, Check::Choice(places.into()))
}

pub(crate) fn compare(field: Field, sign: &str, number: i64) -> Expr {
    let comparison = Comparison::ALL.into_iter().find(|one| one.sign() == sign);
    Expr::test(field, Check::Compare(comparison.unwrap(), number))
}

pub(crate) fn imported(source: Source, text: &str) -> Imported {
    match import(source, text, &TreeLimits::default()) {
        Ok(imported) => imported,
        Err(error) => panic!("{text}\n{error}"),
    }
}

/// The condition that `text` becomes.
pub(crate) fn tree(source: Source, text: &str) -> Expr {
    imported(source, text).expr
}

/// What is said about `text`, a line each.
pub(crate) fn notes(source: Source, text: &str) -> String {
    let notes = imported(source, text).notes;
    let lines: Vec<String> = notes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Why `text` is refused.
pub(crate) fn error(source: Source, text: &str) -> String {
    match import(source, text, &TreeLimits::default()) {
        Ok(imported) => panic!("{text}\n{imported:?}"),
        Err(error) => error.to_string(),
    }
}
