//! A token's secret: how it is made, what it looks like, and the hash that is all we keep of it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::base64;

/// Says what it is to whoever finds it, and to programs that look for leaked secrets.
const PREFIX: &str = "kw_";
/// Nobody guesses 256 bits.
const RANDOM_BYTES: usize = 32;
/// 32 bytes as base64 without padding.
const TEXT_CHARS: usize = 43;

/// The secret of an API token: `kw_` and 43 characters. Never shown by `Debug`.
pub struct TokenSecret(String);

/// The text is no secret of ours: too long, too short, or with other characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token is kw_ and {TEXT_CHARS} letters, digits, - or _")]
pub struct NoTokenSecret;

/// The system has no randomness to give.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

impl TokenSecret {
    /// A new one, out of the system's randomness.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0; RANDOM_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self::of(&bytes))
    }

    fn of(bytes: &[u8; RANDOM_BYTES]) -> Self {
        Self(format!("{PREFIX}{}", base64::url_safe(bytes)))
    }

    /// What is kept of it, and found by. A plain hash is enough: there is no guessing through the
    /// secrets that it could belong to.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The secret itself, for the one time that it is shown.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenSecret {
    type Err = NoTokenSecret;

    fn from_str(text: &str) -> Result<Self, NoTokenSecret> {
        let random = text.strip_prefix(PREFIX).ok_or(NoTokenSecret)?;
        let fits =
            random.len() == TEXT_CHARS && random.bytes().all(|c| base64::URL_SAFE.contains(&c));
        fits.then(|| Self(text.to_owned())).ok_or(NoTokenSecret)
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_its_bytes_in_characters_that_fit_headers_and_urls() {
        let none = TokenSecret::of(&[0; RANDOM_BYTES]);
        assert_eq!(none.reveal(), format!("kw_{}", "A".repeat(43)));
        let all = TokenSecret::of(&[0xff; RANDOM_BYTES]);
        assert_eq!(all.reveal(), format!("kw_{}8", "_".repeat(42)));
        let counted: Vec<u8> = (0..32).collect();
        let counted: [u8; RANDOM_BYTES] = counted.try_into().unwrap();
        // `printf '\x00\x01…\x1f' | basenc --base64url`
        assert_eq!(
            TokenSecret::of(&counted).reveal(),
            "kw_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        );
    }

    #[test]
    fn no_two_secrets_are_alike_and_each_is_read_back() {
        let (one, two) = (
            TokenSecret::generate().unwrap(),
            TokenSecret::generate().unwrap(),
        );
        assert_ne!(one.hash(), two.hash());
        let read: TokenSecret = one.reveal().parse().unwrap();
        assert_eq!(read.hash(), one.hash());
    }

    #[test]
    fn the_hash_is_that_of_the_text_as_it_is_sent() {
        let secret: TokenSecret = "kw_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
            .parse()
            .unwrap();
        let hex: String = secret.hash().map(|byte| format!("{byte:02x}")).concat();
        // `printf %s kw_… | sha256sum`
        assert_eq!(
            hex,
            "f8f0b2fcc08b3c4f99dbf8e6a74d41e117701d0d3e9b073dc699b5e8fc03145e"
        );
    }

    #[test]
    fn what_is_no_secret_is_not_looked_for() {
        let right = "A".repeat(43);
        for text in [
            String::new(),
            "kw_".to_owned(),
            right.clone(),
            format!("kw_{}", &right[1..]),
            format!("kw_{right}A"),
            format!("KW_{right}"),
            format!("kw_{}=", &right[1..]),
            format!("kw_{}+", &right[1..]),
            format!("kw_{} ", &right[1..]),
        ] {
            assert_eq!(text.parse::<TokenSecret>().unwrap_err(), NoTokenSecret);
        }
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = TokenSecret::generate().unwrap();
        assert_eq!(format!("{secret:?}"), "TokenSecret(****)");
    }
}
