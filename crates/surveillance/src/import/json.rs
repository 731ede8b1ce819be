//! Members of foreign JSON, and what is said when they are not as expected.

use serde_json::Value;

use super::ImportError;
use super::decimal::Decimal;
use super::error::clipped;

/// The document.
pub(super) fn document(text: &str) -> Result<Value, ImportError> {
    // It reads at most 128 levels, and the text is bounded: neither stack nor memory can run out.
    serde_json::from_str(text).map_err(|error| ImportError::NotJson(error.to_string()))
}

/// A value as a message shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => clipped(&scalar.to_string()),
    }
}

/// A number, also as text.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string()),
        Value::String(text) => Decimal::parse(text.trim()),
        _ => None,
    }
}

/// An id, also as text.
pub(super) fn id(value: &Value) -> Option<i64> {
    decimal(value)?.whole().filter(|id| *id > 0)
}

/// Text with something in it, without blanks around it.
pub(super) fn text(value: &Value) -> Option<&str> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}
