//! Characters to words, numbers, texts and signs, each with its place.

use super::Problem;
use crate::vocabulary::shown;

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// How many characters.
    pub length: usize,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) span: Span,
    pub(super) problem: Problem,
}

/// The smallest piece of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, field or choice. May have dots and hyphens in it.
    Word(&'a str),
    /// Begins with a digit, or a sign and a digit: `5b`, `-1.8`, `2026-11-25T18:30:00Z`.
    Number(&'a str),
    /// Between quotes, escapes resolved, with the id directly behind it: `"Jita"#30000142`.
    Text(String, Option<&'a str>),
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// A token and its place.
#[derive(Clone, Debug)]
pub(super) struct Lexed<'a> {
    pub(super) token: Token<'a>,
    pub(super) span: Span,
    /// As it is written.
    pub(super) source: &'a str,
}

/// The signs; where one begins with another, it comes first.
const SIGNS: [&str; 15] = [
    "(", ")", "{", "}", "[", "]", ",", "..", "%", "!=", "<=", ">=", "<", ">", "=",
];

/// What other languages write, and what to write here.
const FOREIGN: [(&str, &str); 9] = [
    ("==", "`=`"),
    ("=>", "`>=`"),
    ("=<", "`<=`"),
    ("&", "`and`"),
    ("|", "`or`"),
    ("!", "`not`"),
    ("'", "double quotes: \""),
    ("“", "straight quotes: \""),
    ("”", "straight quotes: \""),
];

/// Reads a text token by token.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
            column: 1,
        }
    }

    /// The next token; [`Token::End`] for ever at the end.
    pub(super) fn next(&mut self) -> Result<Lexed<'a>, Trouble> {
        self.skip_blanks();
        let mut chars = self.rest.chars();
        let (Some(first), second) = (chars.next(), chars.next()) else {
            return Ok(self.take("", Token::End));
        };
        let has_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
        if first.is_alphabetic() || first == '_' {
            let word = self.run(|char| matches!(char, '_' | '.' | '-'));
            return Ok(self.take(word, Token::Word(word)));
        }
        if has_digit(Some(first)) || (matches!(first, '-' | '+') && has_digit(second)) {
            let number = self.run(|char| matches!(char, '_' | '.' | '-' | '+' | ':'));
            return Ok(self.take(number, Token::Number(number)));
        }
        if first == '"' {
            return self.text();
        }
        if let Some((foreign, ours)) = FOREIGN.iter().find(|(sign, _)| self.begins_foreign(sign)) {
            return Err(self.trouble(foreign, Problem::unexpected(shown(foreign), *ours)));
        }
        let sign = SIGNS.iter().find(|sign| self.rest.starts_with(**sign));
        match sign.and_then(|sign| Some((*sign, self.rest.get(..sign.len())?))) {
            Some((sign, source)) => Ok(self.take(source, Token::Sign(sign))),
            None => {
                let source = self.rest.get(..first.len_utf8()).unwrap_or_default();
                let expected = "a word, a number, a text in quotes or a sign of the language";
                Err(self.trouble(source, Problem::unexpected(shown(source), expected)))
            }
        }
    }

    /// `!` is foreign, `!=` is not.
    fn begins_foreign(&self, sign: &str) -> bool {
        self.rest.starts_with(sign) && !(sign == "!" && self.rest.starts_with("!="))
    }

    /// White space, and comments to the end of their line.
    fn skip_blanks(&mut self) {
        let mut in_comment = false;
        while let Some(char) = self.rest.chars().next() {
            in_comment = (in_comment || char == '#') && char != '\n';
            if !in_comment && !char.is_whitespace() && char != '\u{feff}' {
                return;
            }
            self.rest = self.rest.get(char.len_utf8()..).unwrap_or_default();
            self.column += 1;
            if char == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            }
        }
    }

    /// What the rest begins with of letters, digits and `also`, up to two dots: those are a sign.
    fn run(&self, also: impl Fn(char) -> bool) -> &'a str {
        let fits = |char: char| char.is_alphanumeric() || also(char);
        let end = (self.rest.char_indices())
            .find(|(at, char)| {
                let dots = || {
                    self.rest
                        .get(*at..)
                        .is_some_and(|rest| rest.starts_with(".."))
                };
                !fits(*char) || dots()
            })
            .map_or(self.rest.len(), |(at, _)| at);
        self.rest.get(..end).unwrap_or_default()
    }

    /// A text between quotes, at whose first quote the lexer stands.
    fn text(&mut self) -> Result<Lexed<'a>, Trouble> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        let end = loop {
            match chars.next() {
                Some((at, '"')) => break at + 1,
                Some((at, '\\')) => match escaped(&mut chars) {
                    Some(char) => text.push(char),
                    None => return Err(self.bad_escape(at)),
                },
                Some((_, '\n')) | None => return Err(self.unclosed()),
                Some((_, char)) => text.push(char),
            }
        };
        let behind = self.rest.get(end..).unwrap_or_default();
        let id = behind.strip_prefix('#').map(|id| {
            let length = id.bytes().take_while(u8::is_ascii_digit).count();
            id.get(..length).unwrap_or_default()
        });
        let id = id.filter(|id| !id.is_empty());
        let end = end + id.map_or(0, |id| id.len() + 1);
        let source = self.rest.get(..end).unwrap_or_default();
        Ok(self.take(source, Token::Text(text, id)))
    }

    fn unclosed(&self) -> Trouble {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let expected = "a quote that closes it on the same line";
        self.trouble(line, Problem::unexpected("a text without an end", expected))
    }

    fn bad_escape(&self, at: usize) -> Trouble {
        let mut trouble = self.trouble("", Problem::unexpected("a bare `\\`", ESCAPES));
        let before = self.rest.get(..at).unwrap_or_default();
        trouble.span.column += before.chars().count();
        trouble.span.length = 1;
        trouble
    }

    fn trouble(&self, source: &str, problem: Problem) -> Trouble {
        Trouble {
            span: self.span(source),
            problem,
        }
    }

    fn span(&self, source: &str) -> Span {
        Span {
            line: self.line,
            column: self.column,
            length: source.chars().count(),
        }
    }

    /// The token that `source`, at the start of the rest and within one line, is.
    fn take(&mut self, source: &'a str, token: Token<'a>) -> Lexed<'a> {
        let span = self.span(source);
        self.rest = self.rest.get(source.len()..).unwrap_or_default();
        self.column += span.length;
        Lexed {
            token,
            span,
            source,
        }
    }
}

const ESCAPES: &str =
    "`\\\"`, `\\\\`, `\\n`, `\\t` or `\\u{…}` with a character's number in hexadecimal";

/// The character that the escape behind a backslash stands for.
fn escaped(chars: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    match chars.next()?.1 {
        '"' => Some('"'),
        '\\' => Some('\\'),
        'n' => Some('\n'),
        't' => Some('\t'),
        'u' => {
            let open = chars.next().is_some_and(|(_, char)| char == '{');
            let digits: String = (chars.by_ref().map(|(_, char)| char).take(7))
                .take_while(|char| *char != '}')
                .collect();
            let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(&digits, 16).ok();
            code.filter(|_| open && hexadecimal && digits.len() <= 6)
                .and_then(char::from_u32)
        }
        _ => None,
    }
}

/// A text in quotes that reads as this one.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // Line separators, too: an editor may break the line there.
            char if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') => {
                quoted.push_str(&format!("\\u{{{:x}}}", u32::from(char)));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
