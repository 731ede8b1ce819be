//! Text that is not a profile, and where.

use super::lexer::{Span, Trouble};
use super::{Problem, excerpt};

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
        Self {
            line: span.line,
            column: span.column,
            length: span.length,
            source_line: excerpt::line_of(text, span.line).to_owned(),
            problem,
        }
    }

    /// The sentence, and below it the line with a mark under the place.
    #[must_use]
    pub fn pretty(&self) -> String {
        format!("{self}\n{}", self.excerpt())
    }

    /// The line with a mark under the place, as [`excerpt`](super::excerpt()) shows it.
    #[must_use]
    pub fn excerpt(&self) -> String {
        let span = Span {
            line: self.line,
            column: self.column,
            length: self.length,
        };
        excerpt::of_line(&self.source_line, span)
    }
}
