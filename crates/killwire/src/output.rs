//! What a person, or a program, reads from us.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use killwire_killmail::Isk;
use serde::Serialize;

/// Writes one line to standard output. A reader that went away (`| head`) is no error of ours.
pub(crate) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Writes `value` as one line of JSON.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => line(text),
        Err(error) => complain(&error),
    }
}

/// Writes an error to standard error.
pub(crate) fn complain(error: &impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "error: {error}");
}

/// Writes one line to standard error: progress, remarks.
pub(crate) fn remark(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether a person watches standard error.
pub(crate) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Rows in aligned columns, the first row as headings; the last column is not padded.
pub(crate) fn table(rows: &[Vec<String>]) {
    table_right(rows, 0);
}

/// The same, with the first `right` columns (numbers) aligned to the right.
pub(crate) fn table_right(rows: &[Vec<String>], right: usize) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in rows {
        let mut text = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            if column < right {
                text.extend([padding.as_str(), cell, "  "]);
            } else {
                text.extend([cell, padding.as_str(), "  "]);
            }
        }
        line(text.trim_end());
    }
}

/// An amount as people read it: `1,234,567.89`.
#[allow(
    clippy::needless_pass_by_value,
    reason = "so that it can be mapped over amounts, which are small"
)]
pub(crate) fn isk(amount: Isk) -> String {
    let hundredths = amount.hundredths();
    let (whole, rest) = (
        hundredths.unsigned_abs() / 100,
        hundredths.unsigned_abs() % 100,
    );
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{rest:02}", count(whole))
}

/// A number as people read it: `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_separators_and_two_decimals() {
        for (hundredths, shown) in [
            (0, "0.00"),
            (1, "0.01"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (123_456_789_012, "1,234,567,890.12"),
            (-150_000, "-1,500.00"),
        ] {
            assert_eq!(isk(Isk::from_hundredths(hundredths)), shown);
        }
    }
}
