//! An enrichment as stored: a version byte, then the record.

use super::Enrichment;

/// The version that [`Enrichment::encode`] writes. [`Enrichment::decode`] reads it and every earlier
/// one.
pub const ENRICHMENT_VERSION: u8 = 1;

/// Bytes that are not an enrichment that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrichmentError {
    /// Written by a newer Killwire.
    #[error(
        "enrichment version {0} is newer than this program's {ENRICHMENT_VERSION}; upgrade Killwire"
    )]
    Newer(u8),
    /// Damaged.
    #[error("damaged enrichment: {0}")]
    Damaged(String),
}

impl Enrichment {
    /// As stored.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let names = self.characters.len() + self.corporations.len() + self.alliances.len();
        let mut bytes = Vec::with_capacity(128 + 28 * (names + self.hulls.len()));
        bytes.push(ENRICHMENT_VERSION);
        // postcard refuses only what has no length beforehand; the record has nothing of the kind.
        // Were it otherwise, the bare version byte would be refused by `decode`.
        postcard::to_extend(self, bytes).unwrap_or_else(|_| vec![ENRICHMENT_VERSION])
    }

    /// From storage. Whatever lengths damaged bytes claim, memory is set aside for what they hold
    /// and at most 1 MiB per list beyond.
    ///
    /// # Errors
    /// [`EnrichmentError`] for a newer version or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnrichmentError> {
        let damaged = |reason: &str| EnrichmentError::Damaged(reason.to_owned());
        match bytes.split_first() {
            None => Err(damaged("it is empty")),
            Some((0, _)) => Err(damaged("version 0 does not exist")),
            Some((&ENRICHMENT_VERSION, record)) => match postcard::take_from_bytes(record) {
                Ok((enrichment, [])) => Ok(enrichment),
                Ok((_, rest)) => Err(EnrichmentError::Damaged(format!(
                    "{} bytes too many",
                    rest.len()
                ))),
                Err(error) => Err(EnrichmentError::Damaged(error.to_string())),
            },
            Some((&newer, _)) => Err(EnrichmentError::Newer(newer)),
        }
    }
}

/// A moment: text where people read it, else seconds and nanoseconds, which are few bytes.
pub(super) mod moment {
    use jiff::Timestamp;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::{Serialize, Serializer};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature serde asks for"
    )]
    pub(in super::super) fn serialize<S: Serializer>(
        moment: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            moment.serialize(serializer)
        } else {
            (moment.as_second(), moment.subsec_nanosecond()).serialize(serializer)
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        if deserializer.is_human_readable() {
            return Timestamp::deserialize(deserializer);
        }
        let (second, nanosecond) = Deserialize::deserialize(deserializer)?;
        Timestamp::new(second, nanosecond).map_err(D::Error::custom)
    }
}
