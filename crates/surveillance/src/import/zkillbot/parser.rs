//! zkillbot's advanced expressions as they are written.
//!
//! ```text
//! any  := all ("," all)*            one of them
//! all  := part (";" part)*          all of them
//! part := "(" any ")" | "[" any "]" | rule
//! rule := KEY ("=" | "!=" | "<" | "<=" | ">" | ">=") VALUE
//! ```

use crate::import::ImportError;
use crate::import::decimal::Operator;
use crate::import::error::clipped;
use crate::tree::TooMuch;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter<'a> {
    /// `;`
    All(Vec<Filter<'a>>),
    /// `,`
    Any(Vec<Filter<'a>>),
    /// `[ ]`: about one and the same element of a list.
    Same(Box<Filter<'a>>),
    Rule(Rule<'a>),
}

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule<'a> {
    pub(super) key: &'a str,
    pub(super) operator: Operator,
    pub(super) value: &'a str,
}

impl Rule<'_> {
    /// As it was written, for messages.
    pub(super) fn shown(&self) -> String {
        clipped(&format!(
            "{}{}{}",
            self.key,
            self.operator.sign(),
            self.value
        ))
    }
}

/// Reads an expression that is nested at most `depth` levels.
pub(super) fn parse(text: &str, depth: usize) -> Result<Filter<'_>, ImportError> {
    let mut parser = Parser {
        text,
        at: 0,
        depth,
        limit: depth,
    };
    let filter = parser.any()?;
    match parser.peek() {
        None => Ok(filter),
        Some(other) => {
            // It may be one that cannot be seen, or that would break the line.
            let other = other.escape_debug();
            Err(parser.error(&format!("`,`, `;` or the end is expected, not `{other}`")))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes, always between two characters.
    at: usize,
    /// Levels that are left.
    depth: usize,
    limit: usize,
}

/// What ends a key or a value.
const ENDS: [char; 6] = [',', ';', '(', ')', '[', ']'];

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is not blank.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn takes(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn error(&self, problem: &str) -> ImportError {
        let before = self.text.get(..self.at).unwrap_or_default();
        ImportError::Syntax {
            column: before.chars().count() + 1,
            problem: problem.to_owned(),
        }
    }

    fn any(&mut self) -> Result<Filter<'a>, ImportError> {
        // Every level of nesting passes through here.
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or(TooMuch::Depth(self.limit))?;
        let parts = self.list(',', Self::all)?;
        self.depth += 1;
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter<'a>, ImportError> {
        let parts = self.list(';', Self::part)?;
        Ok(one_or(parts, Filter::All))
    }

    fn list(
        &mut self,
        separator: char,
        part: fn(&mut Self) -> Result<Filter<'a>, ImportError>,
    ) -> Result<Vec<Filter<'a>>, ImportError> {
        let mut parts = vec![part(self)?];
        while self.takes(separator) {
            parts.push(part(self)?);
        }
        Ok(parts)
    }

    fn part(&mut self) -> Result<Filter<'a>, ImportError> {
        if self.takes('(') {
            let inner = self.any()?;
            self.close(')')?;
            Ok(inner)
        } else if self.takes('[') {
            let inner = self.any()?;
            self.close(']')?;
            Ok(Filter::Same(Box::new(inner)))
        } else {
            self.rule().map(Filter::Rule)
        }
    }

    fn close(&mut self, bracket: char) -> Result<(), ImportError> {
        if self.takes(bracket) {
            Ok(())
        } else {
            Err(self.error(&format!("`,`, `;` or `{bracket}` is expected")))
        }
    }

    fn rule(&mut self) -> Result<Rule<'a>, ImportError> {
        self.peek();
        let begin = self.at;
        let key = self.until(|c| matches!(c, '=' | '!' | '<' | '>'));
        if key.is_empty() {
            self.at = begin;
            return Err(self.error("a condition such as totalValue>=1000000000 is expected"));
        }
        let Some((sign, operator)) = self.operator() else {
            let key = clipped(key);
            let problem = format!("one of = != < <= > >= is expected behind `{key}`");
            return Err(self.error(&problem));
        };
        self.at += sign.len();
        self.peek();
        let value = self.until(|_| false);
        if value.is_empty() {
            let key = clipped(key);
            return Err(self.error(&format!("a value is expected behind `{key}{sign}`")));
        }
        Ok(Rule {
            key,
            operator,
            value,
        })
    }

    /// Text up to what ends it, or one of `ends`; without blanks around it.
    fn until(&mut self, ends: fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| ENDS.contains(&c) || ends(c));
        let text = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.at += text.len();
        text.trim()
    }

    fn operator(&self) -> Option<(&'static str, Operator)> {
        // The longer ones first.
        const SIGNS: [(&str, Operator); 6] = [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("!=", Operator::Unequal),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::More),
        ];
        let rest = self.rest();
        SIGNS.into_iter().find(|(sign, _)| rest.starts_with(sign))
    }
}

fn one_or<'a>(mut parts: Vec<Filter<'a>>, more: fn(Vec<Filter<'a>>) -> Filter<'a>) -> Filter<'a> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            more(parts)
        }
        None => more(parts),
    }
}
