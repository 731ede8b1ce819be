//! A killmail's hash, and how CCP computes it.

use std::str::FromStr;

use crate::Killmail;

/// The SHA-1 by which ESI lets a killmail be read. Written as 40 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KillmailHash([u8; 20]);

/// Text that is not a killmail hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a killmail hash: 40 hex digits are expected")]
pub struct HashError(pub String);

impl KillmailHash {
    /// The hash of `killmail`, computed from its content.
    #[must_use]
    pub fn compute(killmail: &Killmail) -> Self {
        let _ = killmail;
        todo!()
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
    fn from_str(_: &str) -> Result<Self, HashError> {
        todo!()
    }
}
impl std::fmt::Display for KillmailHash {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
impl std::fmt::Debug for KillmailHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KillmailHash({self})")
    }
}
impl serde::Serialize for KillmailHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for KillmailHash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
