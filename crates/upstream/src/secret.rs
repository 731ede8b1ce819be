//! Keys that must not be seen.

use std::fmt;
use std::str::FromStr;

use reqwest::header::HeaderValue;

/// A key for an upstream. It prints as `…`, however it is printed; only the builder of a request's
/// headers can look inside.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a text is no key. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing there.
    #[error("the key is empty: remove the setting, or put the key in")]
    Empty,
    /// Characters that do not belong into a header, or too many.
    #[error(
        "the key cannot be sent: it must be 1 to 512 printable ASCII characters without blanks; was a line break or a quotation mark copied along?"
    )]
    Unsendable,
}

/// The longest key, in characters.
const MAX_CHARS: usize = 512;

impl Secret {
    /// A key, without blanks around it.
    ///
    /// # Errors
    /// [`SecretError`] when it is empty or cannot stand in a header.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        if text.len() > MAX_CHARS || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SecretError::Unsendable);
        }
        Ok(Self(text.to_owned()))
    }

    /// The key as a header that also the HTTP client does not print.
    pub(crate) fn header(&self) -> Result<HeaderValue, SecretError> {
        let mut value = HeaderValue::from_str(&self.0).map_err(|_| SecretError::Unsendable)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl FromStr for Secret {
    type Err = SecretError;
    fn from_str(text: &str) -> Result<Self, SecretError> {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_prints_itself() {
        let secret = Secret::new(" G9-very-secret\n").unwrap();
        let header = secret.header().unwrap();
        assert_eq!(header, "G9-very-secret");
        let printed = format!("{secret} {secret:?} {:#?} {header:?}", Some(&secret));
        assert!(!printed.contains("secret"), "{printed}");
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        assert_eq!(Secret::new("  "), Err(SecretError::Empty));
        for text in ["two words", "line\nbreak", "schlüssel", &"x".repeat(513)] {
            let error = Secret::new(text).unwrap_err();
            assert_eq!(error, SecretError::Unsendable);
            assert!(!error.to_string().contains(text));
        }
    }
}
