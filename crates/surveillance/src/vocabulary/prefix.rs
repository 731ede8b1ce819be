//! `victim.ship`, `attacker.ship`, `anyone.ship`, `item.type`: one condition on somebody or
//! something, written without braces.

use crate::tree::{Count, Expr, Scope, Test};

/// Whose field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    Victim,
    Attacker,
    Anyone,
    Item,
}

impl Prefix {
    pub(crate) const ALL: [Self; 4] = [Self::Victim, Self::Attacker, Self::Anyone, Self::Item];

    /// Those of the victim and attackers.
    pub(crate) const PARTIES: [Self; 3] = [Self::Victim, Self::Attacker, Self::Anyone];

    /// As it is written, with its dot.
    pub(crate) const fn written(self) -> &'static str {
        match self {
            Self::Victim => "victim.",
            Self::Attacker => "attacker.",
            Self::Anyone => "anyone.",
            Self::Item => "item.",
        }
    }

    /// The scope of the fields behind it.
    pub(crate) const fn scope(self) -> Scope {
        match self {
            Self::Victim | Self::Attacker | Self::Anyone => Scope::Party,
            Self::Item => Scope::Item,
        }
    }

    /// The prefix of a dotted word, and what is behind it.
    pub(crate) fn split(word: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|prefix| {
            let (head, rest) = word.split_at_checked(prefix.written().len())?;
            let fits = head.eq_ignore_ascii_case(prefix.written());
            fits.then_some((prefix, rest))
        })
    }

    /// The condition on whom the prefix says.
    pub(crate) fn about(self, of: Expr) -> Expr {
        let of = Box::new(of);
        match self {
            Self::Victim => Expr::Victim(of),
            Self::Attacker => Expr::Attackers(Count::Any, of),
            Self::Anyone => Expr::Anyone(of),
            Self::Item => Expr::Items(Count::Any, of),
        }
    }

    /// The prefix and the one condition, where an expression is nothing else.
    pub(crate) fn of(expr: &Expr) -> Option<(Self, &Test)> {
        let (prefix, of) = match expr {
            Expr::Victim(of) => (Self::Victim, of),
            Expr::Attackers(Count::Any, of) => (Self::Attacker, of),
            Expr::Anyone(of) => (Self::Anyone, of),
            Expr::Items(Count::Any, of) => (Self::Item, of),
            _ => return None,
        };
        match of.as_ref() {
            Expr::Test(test) => Some((prefix, test)),
            _ => None,
        }
    }
}
