//! A line of a text, with a mark under a place in it.

use super::Span;

/// How much of a long line is shown before and behind the place.
const SHOWN_BEFORE: usize = 60;
const SHOWN_BEHIND: usize = 40;

/// The line of `text` where `span` is, with a mark under it. Of a long line there is a part; what
/// could upset a terminal is replaced.
#[must_use]
pub fn excerpt(text: &str, span: Span) -> String {
    of_line(line_of(text, span.line), span)
}

/// A line by its number, without its end.
pub(super) fn line_of(text: &str, number: usize) -> &str {
    let line = text.split('\n').nth(number.saturating_sub(1));
    line.unwrap_or_default().trim_end_matches('\r')
}

/// The same where only the line is there.
pub(super) fn of_line(line: &str, span: Span) -> String {
    let before = span.column.saturating_sub(1);
    let cut = before.saturating_sub(SHOWN_BEFORE);
    let plain = |char: char| match char {
        '\t' => ' ',
        char if char.is_control() => '\u{fffd}',
        char => char,
    };
    let mut chars = line.chars().skip(cut).map(plain);
    let shown: String = (chars.by_ref().take(before - cut + SHOWN_BEHIND)).collect();
    let start = if cut > 0 { "…" } else { "" };
    let end = if chars.next().is_some() { "…" } else { "" };
    let blanks = " ".repeat(start.chars().count() + before - cut);
    let room = shown.chars().count().saturating_sub(before - cut);
    let marks = "^".repeat(span.length.clamp(1, room.max(1)));
    let number = span.line.to_string();
    let margin = " ".repeat(number.len());
    format!("{margin} |\n{number} | {start}{shown}{end}\n{margin} | {blanks}{marks}")
}
