//! What may stand behind a field, by its kind.

use super::{Parser, Read};
use crate::text::lexer::{Token, Trouble};
use crate::tree::{Check, Field, Has, Name, Ref, RefKind, Unit, ValueKind};
use crate::vocabulary::{
    between, blank, expected_number, expected_ref, expected_word, place, read_id, read_number,
    reference, word,
};

impl Parser<'_> {
    /// The check behind a field, written `name`, and whether it is to be negated.
    pub(super) fn check(&mut self, field: Field, name: &str) -> Read<(Check, bool)> {
        match field.kind() {
            ValueKind::Flag => self.flag(name),
            ValueKind::Number(unit) => self.amount(field, unit, name),
            ValueKind::Ref(kind) => self.referring(field, kind, name),
            ValueKind::Choice(of) => self.choosing(of, name),
            ValueKind::Words => self.carrying(field, name),
        }
    }

    /// Nothing: a flag is a condition by itself.
    fn flag(&self, name: &str) -> Read<(Check, bool)> {
        let compared = matches!(
            self.0.token(),
            Token::Sign("=" | "!=" | "<" | "<=" | ">" | ">=")
        );
        if compared || self.0.is_word("exists") || self.0.is_word("in") {
            let expected = format!("nothing more: write `{name}` or `not {name}`");
            return Err(self.0.unexpected(expected));
        }
        Ok((Check::Yes, false))
    }

    fn amount(&mut self, field: Field, unit: Unit, name: &str) -> Read<(Check, bool)> {
        if field.may_be_absent() && self.0.take_word("exists")? {
            return Ok((Check::Exists, false));
        }
        if !matches!(self.0.token(), Token::Sign(_)) {
            return Err(self.not_taken(field, name));
        }
        let (comparison, unequal) = self.comparison(name)?;
        let number = self.number(expected_number(unit), |text| read_number(unit, text))?;
        self.ends_with_the_number(unit)?;
        Ok((Check::Compare(comparison, number), unequal))
    }

    /// Of `1 billion`, `1,000` and `2026-11-20 18:00` only the beginning was read.
    fn ends_with_the_number(&self, unit: Unit) -> Read<()> {
        let goes_on = match self.0.token() {
            Token::Number(_) | Token::Sign("," | "%") => true,
            Token::Word(_) => !self.0.is_word("and") && !self.0.is_word("or"),
            _ => false,
        };
        if !goes_on {
            return Ok(());
        }
        let number = expected_number(unit);
        Err(self.0.unexpected_word(
            format!("`and`, `or` or the end (a number is one word: {number})"),
            ["and", "or"].into_iter(),
        ))
    }

    fn referring(&mut self, field: Field, kind: RefKind, name: &str) -> Read<(Check, bool)> {
        if let Some(unequal) = self.equality()? {
            return Ok((Check::In(vec![self.reference(kind)?]), unequal));
        }
        if let Some(negated) = self.membership(name)? {
            return Ok((self.members(kind)?, negated));
        }
        if field.may_be_absent() && self.0.take_word("exists")? {
            return Ok((Check::Exists, false));
        }
        if kind.is_static() && self.0.take_word("contains")? {
            return Ok((Check::Contains(self.fragment(kind)?), false));
        }
        if kind == RefKind::System && self.0.take_word("within")? {
            return Ok((self.within()?, false));
        }
        Err(self.not_taken(field, name))
    }

    /// `in` and what is behind it, or the name of a list or chain.
    fn members(&mut self, kind: RefKind) -> Read<Check> {
        if self.0.is_sign("[") {
            return Ok(Check::In(self.references(kind)?));
        }
        if self.0.take_word("list")? {
            return Ok(Check::List(self.name("list")?));
        }
        if kind == RefKind::System && self.0.take_word("chain")? {
            return Ok(Check::Chain(self.name("chain")?));
        }
        let (expected, words): (_, &[&str]) = if kind == RefKind::System {
            ("`[`, `list` or `chain` behind `in`", &["list", "chain"])
        } else {
            ("`[` or `list` behind `in`", &["list"])
        };
        Err((self.0).unexpected_word(expected, words.iter().copied()))
    }

    fn choosing(&mut self, of: &[&str], name: &str) -> Read<(Check, bool)> {
        if let Some(unequal) = self.equality()? {
            let at = self.0.span();
            let choice = self.choice(of)?;
            self.0.count_values(at, 1)?;
            return Ok((Check::Choice(vec![choice]), unequal));
        }
        let word = match self.0.token() {
            Token::Word(word) => *word,
            _ => "",
        };
        let negated = word.eq_ignore_ascii_case("not");
        if !negated && !word.eq_ignore_ascii_case("in") {
            let last = of.last().copied().unwrap_or_default();
            let first = of.first().copied().unwrap_or_default();
            return Err(self.0.unexpected(format!(
                "`=`, `!=`, `in` or `not in` behind `{name}`, as in `{name} in [{first}..{last}]`"
            )));
        }
        self.0.advance()?;
        if negated && !self.0.take_word("in")? {
            return Err(self.0.unexpected("`in` behind `not`"));
        }
        let at = self.0.span();
        let mut choices = Vec::new();
        self.bracketed("one value", |parser| {
            let from = parser.choice(of)?;
            if parser.0.take_sign("..")? {
                choices.extend(between(from, parser.choice(of)?, of.len()));
            } else {
                choices.push(from);
            }
            Ok(())
        })?;
        choices.sort_unstable();
        choices.dedup();
        self.0.count_values(at, choices.len())?;
        Ok((Check::Choice(choices), negated))
    }

    fn choice(&mut self, of: &[&str]) -> Read<u8> {
        let written = match self.0.token() {
            Token::Word(text) | Token::Number(text) => *text,
            Token::Text(text, None) => text.as_str(),
            _ => "",
        };
        let Some(choice) = place(of, written) else {
            let expected = match of {
                [first, .., last] if of.len() > 20 && written.contains('-') => {
                    format!("{first} to {last}; a range is written with `..`, as in `18..23`")
                }
                [first, .., last] if of.len() > 20 => format!("{first} to {last}"),
                of => format!("one of {}", of.join(", ")),
            };
            return Err(self.0.unexpected_word(expected, of.iter().copied()));
        };
        self.0.advance()?;
        Ok(choice)
    }

    fn carrying(&mut self, field: Field, name: &str) -> Read<(Check, bool)> {
        let (has, negated) = if self.0.take_word("any")? {
            (Has::Any, false)
        } else if self.0.take_word("all")? {
            (Has::All, false)
        } else if self.0.take_word("none")? {
            (Has::Any, true)
        } else {
            let expected = format!("`any`, `all` or `none` behind `{name}`");
            let words = ["any", "all", "none"].into_iter();
            return Err(self.0.unexpected_word(expected, words));
        };
        let mut words = Vec::new();
        self.bracketed("one word in quotes", |parser| {
            let at = parser.0.span();
            let Token::Text(written, None) = parser.0.token() else {
                return Err(parser.0.unexpected(expected_word(field)));
            };
            let found = word(field, written);
            words.push(found.map_err(|problem| Trouble { span: at, problem })?);
            parser.0.count_values(at, 1)?;
            parser.0.advance()?;
            Ok(())
        })?;
        Ok((Check::Words(has, words), negated))
    }

    /// `=`, or `!=`, which is true; none where there is neither.
    fn equality(&mut self) -> Read<Option<bool>> {
        if self.0.take_sign("=")? {
            return Ok(Some(false));
        }
        let unequal = self.0.take_sign("!=")?;
        Ok(unequal.then_some(true))
    }

    /// `in`, or `not in`, which is true; none where there is neither.
    fn membership(&mut self, name: &str) -> Read<Option<bool>> {
        if self.0.take_word("in")? {
            return Ok(Some(false));
        }
        if !self.0.take_word("not")? {
            return Ok(None);
        }
        if !self.0.is_word("in") {
            let expected = format!("`in` behind `not`; other conditions begin so: `not {name}`");
            return Err(self.0.unexpected(expected));
        }
        self.0.advance()?;
        Ok(Some(true))
    }

    /// One or more references in brackets.
    pub(super) fn references(&mut self, kind: RefKind) -> Read<Vec<Ref>> {
        let mut refs = Vec::new();
        self.bracketed("one value", |parser| {
            refs.push(parser.reference(kind)?);
            Ok(())
        })?;
        Ok(refs)
    }

    pub(super) fn reference(&mut self, kind: RefKind) -> Read<Ref> {
        let found = match self.0.token() {
            Token::Number(id) => read_id(id).and_then(|id| reference(kind, Some(id), None)),
            Token::Text(name, None) => reference(kind, None, Some(name)),
            Token::Text(name, Some(id)) => {
                read_id(id).and_then(|id| reference(kind, Some(id), Some(name)))
            }
            _ => None,
        };
        let Some(found) = found else {
            let in_quotes = match self.0.token() {
                Token::Word(word) if kind.has_names() => Some(format!("\"{word}\"")),
                _ => None,
            };
            let mut trouble = self.0.unexpected(expected_ref(kind));
            trouble.problem = trouble.problem.near(in_quotes);
            return Err(trouble);
        };
        self.0.note_ref(self.0.span())?;
        self.0.advance()?;
        Ok(found)
    }

    /// Things in brackets with commas between them; at least one.
    fn bracketed(&mut self, what: &str, mut each: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.0
            .expect("[", "`[` before the values, and `]` behind them")?;
        if self.0.is_sign("]") {
            return Err(self
                .0
                .unexpected(format!("at least {what} between the brackets")));
        }
        loop {
            each(self)?;
            let comma = self.0.take_sign(",")?;
            // A comma may stand behind the last one, too.
            if self.0.take_sign("]")? {
                return Ok(());
            }
            if !comma {
                return Err(self.0.unexpected("`,` or `]`"));
            }
        }
    }

    /// The name of a list or chain.
    fn name(&mut self, what: &str) -> Read<Name> {
        let at = self.0.span();
        let name = match self.0.token() {
            Token::Text(name, None) => Name::new(name).ok(),
            _ => None,
        };
        let Some(name) = name else {
            let most = Name::MAX_CHARS;
            return Err(self.0.unexpected(format!(
                "the name of a {what} in quotes: 1 to {most} characters, no blanks at its ends"
            )));
        };
        self.0.note_name(at);
        self.0.advance()?;
        Ok(name)
    }

    /// A part of a name.
    fn fragment(&mut self, kind: RefKind) -> Read<Box<str>> {
        let fragment = match self.0.token() {
            Token::Text(fragment, None) if !blank(fragment) => fragment.as_str().into(),
            _ => {
                let expected = format!("a part of the name of a {}, in quotes", kind.noun());
                return Err(self.0.unexpected(expected));
            }
        };
        self.0.advance()?;
        Ok(fragment)
    }

    /// The field does not take what is ahead.
    fn not_taken(&self, field: Field, name: &str) -> Trouble {
        let mut takes = Vec::new();
        match field.kind() {
            ValueKind::Number(_) => takes.extend(["=", "!=", "<", "<=", ">", ">="]),
            ValueKind::Ref(kind) => {
                takes.extend(["=", "!=", "in", "not in"]);
                takes.extend(kind.is_static().then_some("contains"));
                takes.extend((kind == RefKind::System).then_some("within"));
            }
            ValueKind::Flag | ValueKind::Choice(_) | ValueKind::Words => {}
        }
        takes.extend(field.may_be_absent().then_some("exists"));
        let last = takes.pop().unwrap_or_default();
        let others = takes.join("`, `");
        let words = takes.iter().copied().chain([last]);
        (self.0).unexpected_word(format!("`{others}` or `{last}` behind `{name}`"), words)
    }
}
