//! JSON as upstreams write it, read leniently where that is harmless.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use killwire_killmail::Isk;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::{Upstream, UpstreamError};

/// The longest reason that an error carries, in characters.
const MAX_REASON: usize = 300;

/// Reads a whole body.
///
/// # Errors
/// [`UpstreamError::Unreadable`] says what is wrong with it.
pub(crate) fn read<T: DeserializeOwned>(
    upstream: Upstream,
    url: &str,
    body: &[u8],
) -> Result<T, UpstreamError> {
    serde_json::from_slice(body).map_err(|error| {
        let reason = if is_html(body) {
            "an HTML page instead of JSON".to_owned()
        } else {
            shortened(&error.to_string())
        };
        UpstreamError::Unreadable {
            upstream,
            url: url.to_owned(),
            reason,
        }
    })
}

/// Whether a body is a page for people.
pub(crate) fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// The beginning of a text that may be long.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(MAX_REASON).collect()
}

/// An id that may be missing, null or 0 for none.
pub(crate) fn optional_id<'de, D, Id>(deserializer: D) -> Result<Option<Id>, D::Error>
where
    D: Deserializer<'de>,
    Id: TryFrom<i64>,
{
    let number = Option::<i64>::deserialize(deserializer)?;
    Ok(number.and_then(|number| Id::try_from(number).ok()))
}

/// A price above zero that may be missing, exact: the digits are read, not the float that they
/// might become. What is null, zero, negative or no number is unknown.
pub(crate) fn optional_price<'de, D>(deserializer: D) -> Result<Option<Isk>, D::Error>
where
    D: Deserializer<'de>,
{
    // A borrowed raw value cannot be had from every reader, an owned one can.
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| price(raw.get())))
}

fn price(text: &str) -> Option<Isk> {
    if !text.bytes().next()?.is_ascii_digit() {
        return None;
    }
    // With an exponent, or with more than twenty decimals, it passes through a float.
    let isk = text
        .parse()
        .or_else(|_| serde_json::from_str::<Isk>(text))
        .ok()?;
    (isk > Isk::ZERO).then_some(isk)
}

/// A moment that may be missing, with its offset or, in UTC, without; what is none counts as
/// missing.
pub(crate) fn optional_moment<'de, D>(deserializer: D) -> Result<Option<Timestamp>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| {
        text.parse().ok().or_else(|| {
            let local: DateTime = text.parse().ok()?;
            Offset::UTC.to_timestamp(local).ok()
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_by_their_digits() {
        for (text, hundredths) in [
            ("5.07", Some(507)),
            ("0.005", Some(1)),
            ("1234567890.125", Some(123_456_789_013)),
            // 2^53 hundredths and one more: a float would lose it.
            ("90071992547409.93", Some(9_007_199_254_740_993)),
            ("1.5e9", Some(150_000_000_000)),
            ("0.0000000000000000000001", None),
            ("0", None),
            ("-3.5", None),
            ("\"5\"", None),
            ("null", None),
        ] {
            assert_eq!(price(text).map(Isk::hundredths), hundredths, "{text}");
        }
    }

    #[test]
    fn moments_may_lack_their_offset() {
        #[derive(Deserialize)]
        struct Dated {
            #[serde(default, deserialize_with = "optional_moment")]
            date: Option<Timestamp>,
        }
        for (text, seconds) in [
            (r#"{"date":"2026-11-20T12:00:00Z"}"#, Some(1_795_176_000)),
            (r#"{"date":"2026-11-20T12:00:00"}"#, Some(1_795_176_000)),
            (r#"{"date":"2026-11-20"}"#, Some(1_795_132_800)),
            (r#"{"date":"soon"}"#, None),
            (r#"{"date":null}"#, None),
            ("{}", None),
        ] {
            let dated: Dated = serde_json::from_str(text).unwrap();
            assert_eq!(dated.date.map(Timestamp::as_second), seconds, "{text}");
        }
    }
}
