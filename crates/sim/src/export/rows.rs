//! Rows of the export: one JSON object a line, names in CCP's eight languages.

use serde_json::{Value, json};

/// A name in every language; the simulator knows only one.
pub(super) fn name(text: &str) -> Value {
    json!({
        "de": text, "en": text, "es": text, "fr": text,
        "ja": text, "ko": text, "ru": text, "zh": text,
    })
}

/// `row` with another member, where there is a value for it.
pub(super) fn with(mut row: Value, member: &str, value: Option<Value>) -> Value {
    if let (Value::Object(members), Some(value)) = (&mut row, value) {
        members.insert(member.to_owned(), value);
    }
    row
}

/// One file: a line for each row.
pub(super) fn lines(rows: impl Iterator<Item = Value>) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        out.extend_from_slice(row.to_string().as_bytes());
        out.push(b'\n');
    }
    out
}
