//! Text to tree: one function for each rule of the grammar.
//!
//! This file has the connectives and what is about somebody, [`check`] what may stand behind a
//! field, [`field`] which field a word means, [`cursor`] the tokens and the limits.

mod check;
mod cursor;
mod field;
mod within;

use self::cursor::Cursor;
use super::SyntaxError;
use super::lexer::{Span, Token, Trouble};
use crate::tree::{Comparison, Count, Expr, Scope, TreeLimits};
use crate::vocabulary::{FINEST_PER_CENT, MOST_SHARE, read_count, read_decimal, read_number};

/// What was read, and where in the text it refers to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The condition.
    pub expr: Expr,
    /// The place of each reference, in the order of [`Expr::for_each_ref_mut`].
    pub refs: Vec<Span>,
    /// The place of each name of a list or chain, in the order of [`Expr::for_each_test`].
    pub names: Vec<Span>,
}

/// Reads a profile's condition.
///
/// # Errors
/// [`SyntaxError`], with the place and what would do there. Text beyond the limits is one, too.
pub fn parse(text: &str, limits: &TreeLimits) -> Result<Parsed, SyntaxError> {
    let read = || {
        let mut parser = Parser(Cursor::new(text, limits)?);
        let expr = parser.or(Scope::Killmail)?;
        parser.0.finish(expr)
    };
    read().map_err(|trouble| SyntaxError::new(text, trouble))
}

struct Parser<'a>(Cursor<'a>);

type Read<T> = Result<T, Trouble>;

impl Parser<'_> {
    /// One or more alternatives.
    fn or(&mut self, scope: Scope) -> Read<Expr> {
        self.joined(scope, "or", Self::and, Expr::Or)
    }

    /// One or more conditions that must all hold.
    fn and(&mut self, scope: Scope) -> Read<Expr> {
        self.joined(scope, "and", Self::unary, Expr::And)
    }

    fn joined(
        &mut self,
        scope: Scope,
        word: &str,
        part: fn(&mut Self, Scope) -> Read<Expr>,
        join: fn(Vec<Expr>) -> Expr,
    ) -> Read<Expr> {
        let first = part(self, scope)?;
        if !self.0.is_word(word) {
            return Ok(first);
        }
        self.0.count_node(self.0.span())?;
        let mut parts = vec![first];
        while self.0.take_word(word)? {
            parts.push(part(self, scope)?);
        }
        Ok(join(parts))
    }

    fn unary(&mut self, scope: Scope) -> Read<Expr> {
        let at = self.0.span();
        if !self.0.take_word("not")? {
            return self.primary(scope);
        }
        self.0.count_node(at)?;
        self.0.enter(at)?;
        let of = self.unary(scope)?;
        self.0.leave();
        Ok(of.negated())
    }

    fn primary(&mut self, scope: Scope) -> Read<Expr> {
        let at = self.0.span();
        if self.0.take_sign("(")? {
            self.0.enter(at)?;
            let inner = self.or(scope)?;
            self.0.leave();
            self.0.close(")", "(", at)?;
            return Ok(inner);
        }
        let Token::Word(word) = *self.0.token() else {
            return Err(self.no_condition(scope));
        };
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        if is("true") || is("false") {
            self.0.advance()?;
            self.0.count_node(at)?;
            return Ok(Expr::Const(is("true")));
        }
        if scope == Scope::Killmail {
            for (keyword, about) in [
                ("victim", Expr::Victim as About),
                ("anyone", Expr::Anyone as About),
            ] {
                if is(keyword) {
                    self.0.advance()?;
                    self.0.count_node(at)?;
                    return Ok(about(Box::new(self.block(Scope::Party)?)));
                }
            }
            if is("attackers") {
                return self.attackers();
            }
            if is("items") {
                return self.items();
            }
        }
        self.test(scope)
    }

    /// `attackers`, how many of them, and a condition on them in braces.
    fn attackers(&mut self) -> Read<Expr> {
        const HOW_MANY: &str = "how many of the attackers: `any`, `all`, `none`, `count >= 3` or \
                                `share >= 50%`";
        let at = self.0.advance()?.span;
        let (count, negated) = if self.0.take_word("share")? {
            let (comparison, unequal) = self.comparison("share")?;
            let share = self.number("a share, such as 50% or 12.5%", |text| {
                let share = read_decimal(text, FINEST_PER_CENT)?;
                u32::try_from(share)
                    .ok()
                    .filter(|share| *share <= MOST_SHARE)
            })?;
            self.0.expect("%", "`%` behind the share")?;
            (Count::Share(comparison, share), unequal)
        } else {
            self.how_many(HOW_MANY, "share")?
        };
        self.counted(at, negated, Scope::Party, |of| Expr::Attackers(count, of))
    }

    /// `items`, how many of them, and a condition on them in braces.
    fn items(&mut self) -> Read<Expr> {
        const HOW_MANY: &str = "how many of the items: `any`, `all`, `none`, `count >= 3` or \
                                `quantity >= 100`";
        let at = self.0.advance()?.span;
        let (count, negated) = if self.0.take_word("quantity")? {
            let (comparison, unequal) = self.comparison("quantity")?;
            let pieces = self.number("a number of pieces, such as 100 or 10k", |text| {
                read_number(crate::tree::Unit::Plain, text).filter(|pieces| *pieces >= 0)
            })?;
            (Count::Quantity(comparison, pieces), unequal)
        } else {
            self.how_many(HOW_MANY, "quantity")?
        };
        self.counted(at, negated, Scope::Item, |of| Expr::Items(count, of))
    }

    /// What attackers and items have in common; `none` is not any. `own` is the count that only one
    /// of the two has.
    fn how_many(&mut self, expected: &str, own: &str) -> Read<(Count, bool)> {
        if self.0.take_word("any")? {
            Ok((Count::Any, false))
        } else if self.0.take_word("all")? {
            Ok((Count::All, false))
        } else if self.0.take_word("none")? {
            Ok((Count::Any, true))
        } else if self.0.take_word("count")? {
            let (comparison, unequal) = self.comparison("count")?;
            let number = self.number("a number, such as 3", read_count)?;
            Ok((Count::Number(comparison, number), unequal))
        } else {
            let words = ["any", "all", "none", "count", own];
            Err(self.0.unexpected_word(expected, words.into_iter()))
        }
    }

    fn counted(
        &mut self,
        at: Span,
        negated: bool,
        scope: Scope,
        about: impl FnOnce(Box<Expr>) -> Expr,
    ) -> Read<Expr> {
        self.0.count_node(at)?;
        let expr = about(Box::new(self.block(scope)?));
        if negated {
            self.0.count_node(at)?;
            return Ok(expr.negated());
        }
        Ok(expr)
    }

    /// A condition in braces.
    fn block(&mut self, scope: Scope) -> Read<Expr> {
        let open = self.0.span();
        let expected = match scope {
            Scope::Item => "`{` and a condition on the items in question",
            Scope::Party | Scope::Killmail => "`{` and a condition on those in question",
        };
        self.0.expect("{", expected)?;
        self.0.enter(open)?;
        let of = self.or(scope)?;
        self.0.leave();
        self.0.close("}", "{", open)?;
        Ok(of)
    }

    /// A comparison, and whether it is `!=`, which is not equal.
    fn comparison(&mut self, behind: &str) -> Read<(Comparison, bool)> {
        if self.0.take_sign("!=")? {
            return Ok((Comparison::Equal, true));
        }
        for comparison in Comparison::ALL {
            if self.0.take_sign(comparison.sign())? {
                return Ok((comparison, false));
            }
        }
        let expected = format!("`=`, `!=`, `<`, `<=`, `>` or `>=` behind `{behind}`");
        Err(self.0.unexpected(expected))
    }

    /// A number that `read` can read.
    fn number<T>(&mut self, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Read<T> {
        let number = match self.0.token() {
            Token::Number(text) => read(text),
            _ => None,
        };
        let number = number.ok_or_else(|| self.0.unexpected(expected))?;
        self.0.advance()?;
        Ok(number)
    }
}

type About = fn(Box<Expr>) -> Expr;

/// What a condition looks like, for messages.
const fn condition(scope: Scope) -> &'static str {
    match scope {
        Scope::Killmail => "a condition, such as `value >= 1b` or `victim.ship = \"Rifter\"`",
        Scope::Party => "a condition on the one in question, such as `ship = \"Rifter\"`",
        Scope::Item => "a condition on the item in question, such as `group = \"Cloaking Device\"`",
    }
}
