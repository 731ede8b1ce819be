//! Where the parser is: the token ahead, how deep and how much so far.

use crate::text::Problem;
use crate::text::lexer::{Lexed, Lexer, Span, Token, Trouble};
use crate::tree::{Expr, TooMuch, TreeLimits};
use crate::vocabulary::{nearest, shown};

use super::{Parsed, Read};

pub(super) struct Cursor<'a> {
    lexer: Lexer<'a>,
    ahead: Lexed<'a>,
    limits: &'a TreeLimits,
    /// Levels of parentheses, braces and `not` around what is being read, and itself.
    level: usize,
    /// The deepest of them so far, and where it began.
    deepest: (usize, Span),
    nodes: usize,
    values: usize,
    refs: Vec<Span>,
    names: Vec<Span>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, limits: &'a TreeLimits) -> Read<Self> {
        let start = Span {
            line: 1,
            column: 1,
            length: 0,
        };
        if text.len() > limits.bytes {
            return Err(too_much(start, TooMuch::Bytes(limits.bytes)));
        }
        let mut lexer = Lexer::new(text);
        Ok(Self {
            ahead: lexer.next()?,
            lexer,
            limits,
            level: 1,
            deepest: (1, start),
            nodes: 0,
            values: 0,
            refs: Vec::new(),
            names: Vec::new(),
        })
    }

    /// What was read, if the text ends here.
    pub(super) fn finish(self, expr: Expr) -> Read<Parsed> {
        if *self.token() != Token::End {
            let words = ["and", "or"].into_iter();
            return Err(self.unexpected_word("`and`, `or` or the end", words));
        }
        // Connectives without parentheses are levels of the tree, too, which nothing has counted.
        let checked = self.limits.check(&expr);
        checked.map_err(|much| too_much(self.deepest.1, much))?;
        Ok(Parsed {
            expr,
            refs: self.refs,
            names: self.names,
        })
    }

    pub(super) const fn token(&self) -> &Token<'a> {
        &self.ahead.token
    }

    pub(super) const fn span(&self) -> Span {
        self.ahead.span
    }

    /// Moves on, and returns what was ahead.
    pub(super) fn advance(&mut self) -> Read<Lexed<'a>> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.ahead, next))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Word(ahead) if ahead.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token(), Token::Sign(ahead) if *ahead == sign)
    }

    /// Moves on if this word is ahead.
    pub(super) fn take_word(&mut self, word: &str) -> Read<bool> {
        let is = self.is_word(word);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    /// Moves on if this sign is ahead.
    pub(super) fn take_sign(&mut self, sign: &str) -> Read<bool> {
        let is = self.is_sign(sign);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    pub(super) fn expect(&mut self, sign: &str, expected: impl Into<String>) -> Read<()> {
        if self.take_sign(sign)? {
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    /// Moves behind what closes the sign `opened` at `at`.
    pub(super) fn close(&mut self, sign: &str, opened: &str, at: Span) -> Read<()> {
        if self.take_sign(sign)? {
            return Ok(());
        }
        let Span { line, column, .. } = at;
        let place = format!("the `{opened}` of line {line}, column {column}");
        let expected = format!("`and`, `or`, or `{sign}` for {place}");
        Err(self.unexpected_word(expected, ["and", "or"].into_iter()))
    }

    /// What is ahead should be something else.
    pub(super) fn unexpected(&self, expected: impl Into<String>) -> Trouble {
        let found = match self.token() {
            Token::End => "the end of the text".to_owned(),
            _ => shown(self.ahead.source),
        };
        Trouble {
            span: self.span(),
            problem: Problem::unexpected(found, expected),
        }
    }

    /// The same, where it may be one of these words, misspelt.
    pub(super) fn unexpected_word<'w>(
        &self,
        expected: impl Into<String>,
        words: impl Iterator<Item = &'w str>,
    ) -> Trouble {
        let Trouble { span, problem } = self.unexpected(expected);
        let near = match self.token() {
            Token::Word(word) => nearest(word, words),
            _ => None,
        };
        Trouble {
            span,
            problem: problem.near(near),
        }
    }

    /// One level down, by what begins at `at`.
    pub(super) fn enter(&mut self, at: Span) -> Read<()> {
        self.level += 1;
        if self.level > self.limits.depth {
            return Err(too_much(at, TooMuch::Depth(self.limits.depth)));
        }
        if self.level > self.deepest.0 {
            self.deepest = (self.level, at);
        }
        Ok(())
    }

    /// Back up again.
    pub(super) const fn leave(&mut self) {
        self.level = self.level.saturating_sub(1);
    }

    /// One more condition or connective.
    pub(super) fn count_node(&mut self, at: Span) -> Read<()> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(too_much(at, TooMuch::Nodes(self.limits.nodes)));
        }
        Ok(())
    }

    /// So many more references, words or choices.
    pub(super) fn count_values(&mut self, at: Span, values: usize) -> Read<()> {
        self.values += values;
        if self.values > self.limits.values {
            return Err(too_much(at, TooMuch::Values(self.limits.values)));
        }
        Ok(())
    }

    /// A reference stands here.
    pub(super) fn note_ref(&mut self, at: Span) -> Read<()> {
        self.refs.push(at);
        self.count_values(at, 1)
    }

    /// The name of a list or chain stands here.
    pub(super) fn note_name(&mut self, at: Span) {
        self.names.push(at);
    }
}

fn too_much(span: Span, much: TooMuch) -> Trouble {
    Trouble {
        span,
        problem: much.into(),
    }
}
