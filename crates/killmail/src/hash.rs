//! A killmail's hash, and how CCP computes it.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Unexpected};
use sha1::{Digest, Sha1};

use crate::Killmail;

/// The SHA-1 by which ESI lets a killmail be read. Written as 40 lower-case hex digits; upper case
/// is understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KillmailHash([u8; 20]);

/// Text that is not a killmail hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a killmail hash: 40 hex digits are expected")]
pub struct HashError(pub String);

/// Windows counts in tenths of a microsecond from 1601; this is where Unix time begins on it.
const UNIX_EPOCH_AS_FILETIME: i64 = 116_444_736_000_000_000;

impl KillmailHash {
    /// The hash of `killmail`, computed from its content: SHA-1 over the victim's character id, the
    /// character id of the final blow (either one `None` where there is no character), the victim's
    /// hull and the time as Windows FILETIME, all written in decimal and joined.
    #[must_use]
    pub fn compute(killmail: &Killmail) -> Self {
        let killer = killmail
            .final_blow()
            .and_then(|attacker| attacker.character_id);
        let mut text = String::with_capacity(80);
        for character in [killmail.victim.character_id, killer] {
            // Writing to a string does not fail.
            let _ = match character {
                Some(id) => write!(text, "{id}"),
                None => write!(text, "None"),
            };
        }
        let ticks = killmail.time.as_second() * 10_000_000 + UNIX_EPOCH_AS_FILETIME;
        let _ = write!(text, "{}{ticks}", killmail.victim.ship_type_id);
        Self(Sha1::digest(text).into())
    }

    /// From its 20 bytes, as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Its 20 bytes, for storage.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl FromStr for KillmailHash {
    type Err = HashError;
    fn from_str(text: &str) -> Result<Self, HashError> {
        read(text)
            .map(Self)
            .ok_or_else(|| HashError(text.chars().take(80).collect()))
    }
}

fn read(text: &str) -> Option<[u8; 20]> {
    let digits: &[u8; 40] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for KillmailHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        for byte in self.0 {
            write!(
                f,
                "{}{}",
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)]
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for KillmailHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KillmailHash({self})")
    }
}

impl serde::Serialize for KillmailHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KillmailHash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(HashVisitor)
    }
}

struct HashVisitor;

impl de::Visitor<'_> for HashVisitor {
    type Value = KillmailHash;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a killmail hash of 40 hex digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<KillmailHash, E> {
        text.parse()
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00ff10a0b1c2d3e4f5061728394a5b6c7d8e9fff";

    #[test]
    fn a_hash_is_written_in_lower_case_and_read_in_either() {
        let hash: KillmailHash = TEXT.parse().unwrap();
        assert_eq!(hash.to_string(), TEXT);
        assert_eq!(TEXT.to_uppercase().parse::<KillmailHash>().unwrap(), hash);
        assert_eq!(KillmailHash::from_bytes(*hash.as_bytes()), hash);
        assert_eq!(format!("{hash:?}"), format!("KillmailHash({TEXT})"));
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<KillmailHash>(&json).unwrap(), hash);
    }

    #[test]
    fn anything_but_40_hex_digits_is_refused() {
        let (short, long, junk) = (&TEXT[1..], format!("{TEXT}0"), TEXT.replace('f', "g"));
        for wrong in ["", "CCP VERIFIED", short, &long, &junk, &"é".repeat(20)] {
            assert_eq!(
                wrong.parse::<KillmailHash>(),
                Err(HashError(wrong.to_owned()))
            );
        }
        assert!(serde_json::from_str::<KillmailHash>("\"CCP VERIFIED\"").is_err());
    }
}
