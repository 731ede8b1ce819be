//! `{"field": …}` with what it must be: a condition on a field.

use super::Problem;
use super::error::Trouble;
use super::node::Node;
use super::read::{Read, Reader, comparison};
use crate::tree::{Check, Expr, Field, Has, Name, Ref, RefKind, Scope, Test, ValueKind};
use crate::vocabulary::{
    FINEST_LIGHT_YEARS, Prefix, blank, expected_number, expected_ref, expected_word,
    field_elsewhere, field_names, nearest, part_of_value, place, read_count, read_decimal, read_id,
    read_number, reference, word,
};

impl Reader<'_> {
    /// The condition of an object that has a member `field`.
    pub(super) fn test(&mut self, members: &[(String, Node)], scope: Scope) -> Read<Expr> {
        let mut field = None;
        let mut of = None;
        let mut check = None;
        for (name, value) in members {
            match name.as_str() {
                "field" => field = Some(value),
                "of" => of = Some(value),
                _ if check.is_none() => check = Some((name.as_str(), value)),
                _ => {}
            }
        }
        let Some(name) = field else {
            return Err(Problem::unexpected("no field", "a member `field`").into());
        };
        let field = named_field(name, scope).map_err(|trouble| trouble.under("field"))?;
        fits(field, members)?;
        let Some((name, value)) = check else {
            return Ok(Expr::test(field, Check::Yes));
        };
        let origins = match of {
            Some(one @ (Node::Object(_) | Node::Number(_) | Node::Text(_))) => {
                self.reference(RefKind::System, one).map(|of| vec![of])
            }
            Some(several) => self.references(RefKind::System, several),
            None => Ok(Vec::new()),
        };
        let origins = origins.map_err(|trouble| trouble.under("of"))?;
        let check = self.check(field, name, value, origins);
        let (check, negated) = check.map_err(|trouble| trouble.under(name))?;
        let test = Expr::Test(Test { field, check });
        Ok(if negated { test.negated() } else { test })
    }

    /// The check that a member says which the field takes, and whether it is to be negated.
    fn check(
        &mut self,
        field: Field,
        name: &str,
        value: &Node,
        origins: Vec<Ref>,
    ) -> Read<(Check, bool)> {
        let negated = matches!(name, "!=" | "not_in" | "none");
        let check = match (name, field.kind()) {
            ("exists", _) => {
                let Node::Bool(there) = value else {
                    return Err(Trouble::unexpected(value, "true or false"));
                };
                return Ok((Check::Exists, !there));
            }
            (sign, ValueKind::Number(unit)) => {
                let number = value.number().and_then(|text| read_number(unit, text));
                let wrong = || Trouble::unexpected(value, expected_number(unit));
                let (comparison, _) = comparison(sign).ok_or_else(wrong)?;
                Check::Compare(comparison, number.ok_or_else(wrong)?)
            }
            ("=" | "!=", ValueKind::Ref(kind)) => Check::In(vec![self.reference(kind, value)?]),
            ("=" | "!=", ValueKind::Choice(of)) => Check::Choice(vec![self.choice(of, value)?]),
            ("in" | "not_in", ValueKind::Ref(kind)) => Check::In(self.references(kind, value)?),
            ("in" | "not_in", ValueKind::Choice(of)) => {
                let mut choices = each(value, |choice| self.choice(of, choice))?;
                choices.sort_unstable();
                choices.dedup();
                Check::Choice(choices)
            }
            ("list", _) => Check::List(name_of(value)?),
            ("chain", _) => Check::Chain(name_of(value)?),
            ("contains", _) => match value {
                Node::Text(part) if !blank(part) => Check::Contains(part.as_str().into()),
                _ => return Err(Trouble::unexpected(value, "a part of a name")),
            },
            ("within_jumps", _) => {
                let jumps = value.number().and_then(read_count);
                let wrong = || Trouble::unexpected(value, "a number of jumps, such as 7");
                Check::Jumps(jumps.ok_or_else(wrong)?, origins)
            }
            ("within_ly", _) => {
                let far = (value.number())
                    .and_then(|text| read_decimal(text, FINEST_LIGHT_YEARS))
                    .and_then(|far| u32::try_from(far).ok());
                let wrong = || Trouble::unexpected(value, "light-years, such as 7 or 5.5");
                Check::LightYears(far.ok_or_else(wrong)?, origins)
            }
            ("all", _) => Check::Words(Has::All, self.words(field, value)?),
            _ => Check::Words(Has::Any, self.words(field, value)?),
        };
        Ok((check, negated))
    }

    fn words(&mut self, field: Field, node: &Node) -> Read<Vec<Box<str>>> {
        each(node, |node| {
            self.count_values(1)?;
            match node {
                Node::Text(written) => Ok(word(field, written)?),
                _ => Err(Trouble::unexpected(node, expected_word(field))),
            }
        })
    }

    fn choice(&mut self, of: &[&str], node: &Node) -> Read<u8> {
        self.count_values(1)?;
        let written = node.number().unwrap_or_default();
        place(of, written).ok_or_else(|| {
            let near = match node {
                Node::Text(word) => nearest(word, of.iter().copied()),
                _ => None,
            };
            Trouble::unexpected(node, format!("one of {}", of.join(", "))).near(near)
        })
    }

    fn references(&mut self, kind: RefKind, node: &Node) -> Read<Vec<Ref>> {
        each(node, |node| self.reference(kind, node))
    }

    /// An id, a name, or `{"id": 1, "name": "x"}`.
    fn reference(&mut self, kind: RefKind, node: &Node) -> Read<Ref> {
        self.count_values(1)?;
        let found = match node {
            Node::Number(digits) => read_id(digits).and_then(|id| reference(kind, Some(id), None)),
            Node::Text(name) => reference(kind, None, Some(name)),
            Node::Object(_) => match node.members(|| expected_ref(kind))? {
                [(one, Node::Number(digits)), (other, Node::Text(name))]
                | [(other, Node::Text(name)), (one, Node::Number(digits))]
                    if one == "id" && other == "name" =>
                {
                    read_id(digits).and_then(|id| reference(kind, Some(id), Some(name)))
                }
                _ => None,
            },
            Node::Null | Node::Bool(_) | Node::Array(_) => None,
        };
        found.ok_or_else(|| Trouble::unexpected(node, expected_ref(kind)))
    }
}

/// Reads every item of a list that has some.
fn each<T>(node: &Node, mut read: impl FnMut(&Node) -> Read<T>) -> Read<Vec<T>> {
    let items = node.some("value")?.iter().enumerate();
    items
        .map(|(place, item)| read(item).map_err(|trouble| trouble.under(&place)))
        .collect()
}

/// The name of a list or chain.
fn name_of(node: &Node) -> Read<Name> {
    let name = match node {
        Node::Text(name) => Name::new(name).ok(),
        _ => None,
    };
    let most = Name::MAX_CHARS;
    name.ok_or_else(|| {
        let expected = format!("a name of 1 to {most} characters, without blanks at its ends");
        Trouble::unexpected(node, expected)
    })
}

/// The members that say what a field must be.
fn checks(field: Field) -> Vec<&'static str> {
    let mut checks = Vec::new();
    match field.kind() {
        ValueKind::Flag => {}
        ValueKind::Number(_) => checks.extend(["=", "!=", "<", "<=", ">", ">="]),
        ValueKind::Choice(_) => checks.extend(["in", "not_in", "=", "!="]),
        ValueKind::Words => checks.extend(["any", "all", "none"]),
        ValueKind::Ref(kind) => {
            checks.extend(["in", "not_in", "=", "!=", "list"]);
            checks.extend(kind.is_static().then_some("contains"));
            if kind == RefKind::System {
                checks.extend(["chain", "within_jumps", "within_ly"]);
            }
        }
    }
    checks.extend(field.may_be_absent().then_some("exists"));
    checks
}

/// Whether an object with this field has the members that it takes: one check, and `of` where that
/// is a distance; none for a flag.
fn fits(field: Field, members: &[(String, Node)]) -> Read<()> {
    let checks = checks(field);
    let expected = || {
        let name = field.name();
        if checks.is_empty() {
            return format!("nothing beside the field `{name}`: it is yes or no by itself");
        }
        format!("one of `{}` beside the field `{name}`", checks.join("`, `"))
    };
    let mut others = Vec::new();
    for (name, _) in members {
        match name.as_str() {
            "field" => {}
            "of" if checks.contains(&"within_jumps") => {}
            other if checks.contains(&other) => others.push(other),
            other => {
                let near = nearest(other, checks.iter().copied());
                return Err(Trouble::member(other, expected()).near(near));
            }
        }
    }
    match others.as_slice() {
        [] if checks.is_empty() => Ok(()),
        [] => {
            let found = format!("the field `{}` alone", field.name());
            Err(Problem::unexpected(found, expected()).into())
        }
        [check] => {
            let has_of = members.iter().any(|(name, _)| name == "of");
            if has_of == check.starts_with("within_") {
                return Ok(());
            }
            let both = "`within_jumps` or `within_ly` together with `of`, or neither";
            Err(Trouble::member(if has_of { "of" } else { check }, both))
        }
        [first, second, ..] => {
            let expected = format!("no other beside `{first}`: several stand in the list of `and`");
            Err(Trouble::member(second, expected))
        }
    }
}

/// The field of this name, with what to write where it is none of the scope's.
fn named_field(node: &Node, scope: Scope) -> Read<Field> {
    let Node::Text(name) = node else {
        return Err(Trouble::unexpected(node, "the name of a field"));
    };
    if let Some(field) = Field::named(scope, name) {
        return Ok(field);
    }
    let dotted = Prefix::split(name)
        .and_then(|(prefix, name)| Some((prefix, Field::named(prefix.scope(), name)?)));
    if let Some((prefix, field)) = dotted {
        let expected = format!("`{}` inside {}", field.name(), around(prefix));
        return Err(Trouble::unexpected(node, expected));
    }
    if let Some(field) = field_elsewhere(scope, name) {
        let expected = match field.scope() {
            Scope::Killmail => "a field of the one in question: this one is of the killmail".into(),
            Scope::Party => {
                let [victim, attacker, anyone] = Prefix::PARTIES.map(around);
                format!("whose it is: this stands inside {victim}, {attacker} or {anyone}")
            }
            Scope::Item => {
                let inside = format!("it inside {}", around(Prefix::Item));
                match part_of_value(name) {
                    Some(value) if scope == Scope::Killmail => {
                        format!("`{value}` where ISK are meant; else {inside}")
                    }
                    _ => inside,
                }
            }
        };
        return Err(Trouble::unexpected(node, expected));
    }
    let (expected, others) = match scope {
        Scope::Killmail => ("a field of the killmail", [Scope::Party, Scope::Item]),
        Scope::Party => ("a field of the victim or an attacker", [Scope::Party; 2]),
        Scope::Item => ("a field of an item", [Scope::Item; 2]),
    };
    let near = nearest(name, field_names(scope));
    let near = near.or_else(|| nearest(name, others.into_iter().flat_map(field_names)));
    Err(Trouble::unexpected(node, expected).near(near))
}

/// What stands around a field of somebody or something.
const fn around(prefix: Prefix) -> &'static str {
    match prefix {
        Prefix::Victim => "{\"victim\": …}",
        Prefix::Attacker => "{\"attackers\": {\"any\": …}}",
        Prefix::Anyone => "{\"anyone\": …}",
        Prefix::Item => "{\"items\": {\"any\": …}}",
    }
}
