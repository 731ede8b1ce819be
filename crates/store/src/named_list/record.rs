//! A list's entries as stored: a version byte, then the record.

use super::ListEntry;
use crate::StoreError;
use crate::column::damaged;

/// The version that [`encode`] writes.
const VERSION: u8 = 1;

/// The entries as stored.
pub(super) fn encode(entries: &[ListEntry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + 24 * entries.len());
    bytes.push(VERSION);
    // postcard refuses only what has no length beforehand. Were it otherwise, the bare version byte
    // would be refused by `decode`.
    postcard::to_extend(entries, bytes).unwrap_or_else(|_| vec![VERSION])
}

/// The entries from storage.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<ListEntry>, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, record)) => {
            postcard::from_bytes(record).map_err(|error| damaged("named_list", error))
        }
        Some((version, _)) => Err(damaged(
            "named_list",
            format!("entries of version {version} are not known"),
        )),
        None => Err(damaged("named_list", "it is empty")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ListEntryKind;

    #[test]
    fn entries_are_read_back_as_they_were_written() {
        let entries = vec![
            ListEntry {
                kind: ListEntryKind::System,
                id: 30_000_142,
                name: Some("Jita".to_owned()),
            },
            ListEntry {
                kind: ListEntryKind::Faction,
                id: 500_001,
                name: None,
            },
        ];
        let bytes = encode(&entries);
        assert_eq!(decode(&bytes).unwrap(), entries);
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_err(), "cut at {length}");
        }
        assert!(decode(&[9, 0]).is_err());
    }

    #[test]
    fn kinds_keep_the_numbers_that_they_are_stored_by() {
        let one = |kind| {
            let entry = ListEntry {
                kind,
                id: 1,
                name: None,
            };
            encode(&[entry])
        };
        assert_eq!(one(ListEntryKind::System), [1, 1, 0, 2, 0]);
        assert_eq!(one(ListEntryKind::Type), [1, 1, 3, 2, 0]);
        assert_eq!(one(ListEntryKind::Character), [1, 1, 6, 2, 0]);
        assert_eq!(one(ListEntryKind::Faction), [1, 1, 9, 2, 0]);
    }
}
