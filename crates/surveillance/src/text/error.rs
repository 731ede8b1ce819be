//! Text that is not a profile, and where.

use std::fmt::Write;

use super::Problem;
use super::lexer::Trouble;

/// How much of a long line is shown before and behind the place.
const SHOWN_BEFORE: usize = 60;
const SHOWN_BEHIND: usize = 40;

/// Text that is not a profile. In one sentence by `Display`, with the line by [`SyntaxError::pretty`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// How many characters are meant; none at the end of the text.
    pub length: usize,
    /// The line as it was written, without its end.
    pub source_line: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl SyntaxError {
    pub(super) fn new(text: &str, trouble: Trouble) -> Self {
        let Trouble { span, problem } = trouble;
        let source_line = text.split('\n').nth(span.line.saturating_sub(1));
        let source_line = source_line.unwrap_or_default().trim_end_matches('\r');
        Self {
            line: span.line,
            column: span.column,
            length: span.length,
            source_line: source_line.to_owned(),
            problem,
        }
    }

    /// The sentence, and below it the line with a mark under the place. Of a long line there is a
    /// part; what could upset a terminal is replaced.
    #[must_use]
    pub fn pretty(&self) -> String {
        let before = self.column.saturating_sub(1);
        let cut = before.saturating_sub(SHOWN_BEFORE);
        let plain = |char: char| match char {
            '\t' => ' ',
            char if char.is_control() => '\u{fffd}',
            char => char,
        };
        let mut chars = self.source_line.chars().skip(cut).map(plain);
        let shown: String = (chars.by_ref().take(before - cut + SHOWN_BEHIND)).collect();
        let start = if cut > 0 { "…" } else { "" };
        let end = if chars.next().is_some() { "…" } else { "" };
        let blanks = " ".repeat(start.chars().count() + before - cut);
        let room = shown.chars().count().saturating_sub(before - cut);
        let marks = "^".repeat(self.length.clamp(1, room.max(1)));
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let mut pretty = format!("{self}\n{margin} |\n");
        // Writing to a String cannot fail.
        let _ = writeln!(pretty, "{number} | {start}{shown}{end}");
        let _ = write!(pretty, "{margin} | {blanks}{marks}");
        pretty
    }
}
