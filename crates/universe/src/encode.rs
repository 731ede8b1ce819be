//! A snapshot as bytes, for the store. The search index is not in them: it is made anew.

use crate::Universe;
use crate::tables::Tables;

/// The version of what [`Universe::encode`] writes. It goes up when the layout changes, or when a
/// reader would understand the same bytes differently; static data of another version is imported
/// again.
pub const ENCODING: u16 = 1;

/// Mark, version, checksum.
const HEADER: usize = MARK.len() + 2 + 8;
const MARK: [u8; 4] = *b"KWUV";
/// More than any export gives: its names and rows are bounded when it is read.
const MAX_BYTES: usize = 256 << 20;

/// Bytes that are not a snapshot of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Written by another version of Killwire.
    #[error(
        "the stored static data has encoding {found}, this program reads {ENCODING}: import it again with `killwire sde import`"
    )]
    Version {
        /// The encoding of the bytes.
        found: u16,
    },
    /// Not what was written.
    #[error("the stored static data is damaged ({0}): import it again with `killwire sde import`")]
    Damaged(&'static str),
}

impl Universe {
    /// All but the search index as bytes, which [`Universe::decode`] reads.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.tables.size());
        bytes.extend(MARK);
        bytes.extend(ENCODING.to_le_bytes());
        bytes.extend([0; 8]);
        // postcard refuses only what has no length beforehand; the tables have nothing of the kind.
        let mut bytes = postcard::to_extend(&self.tables, bytes).unwrap_or_default();
        if let Some((header, body)) = bytes.split_at_mut_checked(HEADER) {
            let sum = checksum(body).to_le_bytes();
            for (place, byte) in header.iter_mut().rev().zip(sum.iter().rev()) {
                *place = *byte;
            }
        }
        bytes
    }

    /// Reads what [`Universe::encode`] wrote, and makes the search index.
    ///
    /// # Errors
    /// [`DecodeError`] for bytes of another version, and for damaged ones.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let damaged = DecodeError::Damaged;
        if bytes.len() > MAX_BYTES {
            return Err(damaged("too long"));
        }
        let (mark, rest) = bytes.split_first_chunk().ok_or(damaged("too short"))?;
        let (version, rest) = rest.split_first_chunk().ok_or(damaged("too short"))?;
        if *mark != MARK {
            return Err(damaged("not static data"));
        }
        let found = u16::from_le_bytes(*version);
        if found != ENCODING {
            return Err(DecodeError::Version { found });
        }
        let (sum, body) = rest.split_first_chunk().ok_or(damaged("too short"))?;
        if u64::from_le_bytes(*sum) != checksum(body) {
            return Err(damaged("wrong checksum"));
        }
        let (tables, rest): (Tables, _) =
            postcard::take_from_bytes(body).map_err(|_| damaged("unreadable"))?;
        if !rest.is_empty() {
            return Err(damaged("too long"));
        }
        tables.check().map_err(damaged)?;
        Ok(Self::new(tables))
    }
}

/// FNV-1a of 64 bits, over eight bytes at a time: tells bytes that a disk changed, not those that a
/// person did.
fn checksum(bytes: &[u8]) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut sum = START ^ u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME);
        // The upper half must reach the lower one, or a bit changed up there would be lost.
        sum ^= sum >> 32;
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(PRIME);
    }
    sum
}
