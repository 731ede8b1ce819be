//! JSON to tree: connectives, and what is about somebody. [`super::test`] reads conditions on fields.

use super::JsonError;
use super::error::Trouble;
use super::node::Node;
use crate::tree::{Comparison, Count, Expr, Scope, TooMuch, TreeLimits, Unit};
use crate::vocabulary::{
    FINEST_PER_CENT, MOST_SHARE, nearest, read_count, read_decimal, read_number,
};

/// Reads a profile's condition from a JSON document.
///
/// # Errors
/// [`JsonError`], with the path and what would do there. A document beyond the limits is one, too.
pub fn read(document: &[u8], limits: &TreeLimits) -> Result<Expr, JsonError> {
    let read = || -> Read<Expr> {
        let node = Node::read(document, limits)?;
        let mut reader = Reader {
            limits,
            nodes: 0,
            values: 0,
        };
        let expr = reader.expr(&node, Scope::Killmail, 1)?;
        limits.check(&expr)?;
        Ok(expr)
    };
    read().map_err(JsonError::from)
}

/// Counts what was read so far, so that no more is built than may be.
pub(super) struct Reader<'a> {
    limits: &'a TreeLimits,
    nodes: usize,
    values: usize,
}

pub(super) type Read<T> = Result<T, Trouble>;

impl Reader<'_> {
    fn expr(&mut self, node: &Node, scope: Scope, level: usize) -> Read<Expr> {
        if level > self.limits.depth {
            return Err(TooMuch::Depth(self.limits.depth).into());
        }
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(TooMuch::Nodes(self.limits.nodes).into());
        }
        if let Node::Bool(truth) = node {
            return Ok(Expr::Const(*truth));
        }
        let members = node.members(|| condition(scope))?;
        if members.iter().any(|(name, _)| name == "field") {
            return self.test(members, scope);
        }
        let [(name, of)] = members else {
            return Err(not_a_condition(node, members, scope));
        };
        let next = level + 1;
        let read = match (name.as_str(), scope) {
            ("and", _) => self.parts(of, scope, next).map(Expr::all),
            ("or", _) => self.parts(of, scope, next).map(Expr::any),
            ("not", _) => self.expr(of, scope, next).map(Expr::negated),
            ("victim", Scope::Killmail) => {
                (self.expr(of, Scope::Party, next)).map(|of| Expr::Victim(Box::new(of)))
            }
            ("anyone", Scope::Killmail) => {
                (self.expr(of, Scope::Party, next)).map(|of| Expr::Anyone(Box::new(of)))
            }
            ("attackers", Scope::Killmail) => self.attackers(of, next),
            ("items", Scope::Killmail) => self.items(of, next),
            _ => return Err(not_a_condition(node, members, scope)),
        };
        read.map_err(|trouble| trouble.under(name))
    }

    fn parts(&mut self, node: &Node, scope: Scope, level: usize) -> Read<Vec<Expr>> {
        let parts = node.some("condition")?.iter().enumerate();
        let part = |(place, part)| {
            let read = self.expr(part, scope, level);
            read.map_err(|trouble| trouble.under(&place))
        };
        parts.map(part).collect()
    }

    fn attackers(&mut self, node: &Node, level: usize) -> Read<Expr> {
        let (count, negated, name, of) = how_many(node, "share", |comparison, of| {
            let share = of.number().and_then(|text| {
                let text = text.strip_suffix('%').unwrap_or(text);
                let share = read_decimal(text, FINEST_PER_CENT)?;
                u32::try_from(share)
                    .ok()
                    .filter(|share| *share <= MOST_SHARE)
            });
            let wrong = || Trouble::unexpected(of, "a share in per cent, such as 50 or 12.5");
            Ok(Count::Share(comparison, share.ok_or_else(wrong)?))
        })?;
        let of = self.expr(of, Scope::Party, level);
        let of = of.map_err(|trouble| trouble.under(name))?;
        let expr = Expr::Attackers(count, Box::new(of));
        Ok(if negated { expr.negated() } else { expr })
    }

    fn items(&mut self, node: &Node, level: usize) -> Read<Expr> {
        let (count, negated, name, of) = how_many(node, "quantity", |comparison, of| {
            let pieces = (of.number())
                .and_then(|text| read_number(Unit::Plain, text))
                .filter(|pieces| *pieces >= 0);
            let wrong = || Trouble::unexpected(of, "a number of pieces, such as 100 or \"10k\"");
            Ok(Count::Quantity(comparison, pieces.ok_or_else(wrong)?))
        })?;
        let of = self.expr(of, Scope::Item, level);
        let of = of.map_err(|trouble| trouble.under(name))?;
        let expr = Expr::Items(count, Box::new(of));
        Ok(if negated { expr.negated() } else { expr })
    }

    /// So many more references, words or choices.
    pub(super) fn count_values(&mut self, values: usize) -> Read<()> {
        self.values += values;
        if self.values > self.limits.values {
            return Err(TooMuch::Values(self.limits.values).into());
        }
        Ok(())
    }
}

/// How many of the attackers or items, whether the whole is negated, and the member with the
/// condition on them. `own` is the count that only one of the two has.
fn how_many<'a>(
    node: &'a Node,
    own: &str,
    own_count: impl FnOnce(Comparison, &Node) -> Read<Count>,
) -> Read<(Count, bool, &'static str, &'a Node)> {
    let expected = || format!("one of `any`, `all` and `none`, or `where` with `count` or `{own}`");
    let members = node.members(expected)?;
    let known = ["any", "all", "none", "count", own, "where"];
    if let Some((name, _)) = (members.iter()).find(|(name, _)| !known.contains(&name.as_str())) {
        let near = nearest(name, known.into_iter());
        return Err(Trouble::member(name, expected()).near(near));
    }
    let get = |wanted: &str| (members.iter()).find_map(|(name, of)| (name == wanted).then_some(of));
    if let [(name, of)] = members {
        match name.as_str() {
            "any" => return Ok((Count::Any, false, "any", of)),
            "all" => return Ok((Count::All, false, "all", of)),
            "none" => return Ok((Count::Any, true, "none", of)),
            _ => {}
        }
    }
    let (of, counted) = match (get("where"), get("count"), get(own)) {
        (Some(of), Some(how), None) if members.len() == 2 => {
            let number = |comparison, of: &Node| {
                let number = of.number().and_then(read_count);
                let wrong = || Trouble::unexpected(of, "a whole number from 0");
                Ok(Count::Number(comparison, number.ok_or_else(wrong)?))
            };
            (
                of,
                compared(how, number).map_err(|trouble| trouble.under("count"))?,
            )
        }
        (Some(of), None, Some(how)) if members.len() == 2 => (
            of,
            compared(how, own_count).map_err(|trouble| trouble.under(own))?,
        ),
        _ => return Err(Trouble::unexpected(node, expected())),
    };
    let (count, negated) = counted;
    Ok((count, negated, "where", of))
}

/// `{">=": 3}`, and whether it is to be negated.
fn compared(
    node: &Node,
    count: impl FnOnce(Comparison, &Node) -> Read<Count>,
) -> Read<(Count, bool)> {
    let expected = "one comparison, such as {\">=\": 3}";
    let [(name, of)] = node.members(|| expected.to_owned())? else {
        return Err(Trouble::unexpected(node, expected));
    };
    let Some((comparison, negated)) = comparison(name) else {
        return Err(Trouble::member(name, expected));
    };
    let count = count(comparison, of).map_err(|trouble| trouble.under(name))?;
    Ok((count, negated))
}

/// The comparison of this sign, and whether it is to be negated.
pub(super) fn comparison(sign: &str) -> Option<(Comparison, bool)> {
    if sign == "!=" {
        return Some((Comparison::Equal, true));
    }
    let found = Comparison::ALL.into_iter().find(|of| of.sign() == sign)?;
    Some((found, false))
}

/// Members that make an object a condition.
const fn connectives(scope: Scope) -> &'static [&'static str] {
    match scope {
        Scope::Killmail => &[
            "field",
            "and",
            "or",
            "not",
            "victim",
            "anyone",
            "attackers",
            "items",
        ],
        Scope::Party | Scope::Item => &["field", "and", "or", "not"],
    }
}

/// What a condition looks like, for messages.
fn condition(scope: Scope) -> String {
    let known = connectives(scope).join("`, `");
    format!("true, false, or an object with one of `{known}`")
}

/// The object is not a condition: a member is unknown here, or there are too many or none.
fn not_a_condition(node: &Node, members: &[(String, Node)], scope: Scope) -> Trouble {
    let known = connectives(scope);
    if let Some((name, _)) = (members.iter()).find(|(name, _)| !known.contains(&name.as_str())) {
        let near = nearest(name, known.iter().copied());
        return Trouble::member(name, condition(scope)).near(near);
    }
    let [(first, _), (second, _), ..] = members else {
        return Trouble::unexpected(node, condition(scope));
    };
    let expected = format!("no other beside `{first}`: several stand in the list of `and` or `or`");
    Trouble::member(second, expected)
}
