//! The address as text.

use crate::import::error::clipped;
use crate::import::{ImportError, Notes};

/// The path of an address of zKillboard's.
pub(super) fn path<'a>(text: &'a str, notes: &mut Notes) -> Result<&'a str, ImportError> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let web = |scheme: &str| {
        ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    };
    let strange = || {
        ImportError::shape(
            text,
            "an address of zKillboard's is expected, such as \
             https://zkillboard.com/corporation/98000001/losses/",
        )
    };
    if !scheme.is_none_or(web) {
        return Err(strange());
    }
    let (address, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = match address.split_once('/') {
        Some((host, path)) => (host, path),
        None => (address, ""),
    };
    let host = host.to_ascii_lowercase();
    let ours = matches!(host.as_str(), "zkillboard.com" | "www.zkillboard.com");
    let path_alone = scheme.is_none() && address.starts_with('/');
    if !ours && !path_alone {
        return Err(strange());
    }
    if !query.is_empty() || !fragment.is_empty() {
        notes.take(
            clipped(&format!("?{query}#{fragment}")),
            "what follows ? or # says nothing to zKillboard and was left out",
        );
    }
    Ok(path)
}

/// Text with `%23` and the like taken for what they stand for.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [] => return String::from_utf8(bytes).ok(),
            [b'%', high, low, tail @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(*high)? * 16 + digit(*low)?;
                bytes.push(u8::try_from(value).ok()?);
                rest = tail;
            }
            [b'%', ..] => return None,
            [byte, tail @ ..] => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
}
