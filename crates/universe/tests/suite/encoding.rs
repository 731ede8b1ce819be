//! A snapshot as bytes and back.

use killwire_universe::{DecodeError, ENCODING, Universe};
use proptest::prelude::*;

use crate::small::{id, universe};

#[test]
fn a_snapshot_comes_back_as_it_was_and_can_be_searched() {
    let before = universe();
    let after = Universe::decode(&before.encode()).unwrap();
    assert_eq!(&after, before);
    assert_eq!(after.search("riftre", 5), before.search("riftre", 5));
    assert_eq!(after.build(), before.build());
    assert_eq!(after.jumps(id(30_000_142), id(30_000_140)), Some(2));
    assert_eq!(after.tags(id(448), None), before.tags(id(448), None));
}

#[test]
fn nothing_comes_back_as_nothing() {
    let empty = Universe::empty();
    assert_eq!(Universe::decode(&empty.encode()).unwrap(), empty);
}

#[test]
fn another_version_is_refused_and_says_what_to_do() {
    let mut bytes = universe().encode();
    bytes[4] = bytes[4].wrapping_add(1);
    let error = Universe::decode(&bytes).unwrap_err();
    assert_eq!(
        error,
        DecodeError::Version {
            found: ENCODING + 1
        }
    );
    insta::assert_snapshot!(error, @"the stored static data has encoding 2, this program reads 1: import it again with `killwire sde import`");
}

#[test]
fn bytes_of_something_else_are_refused() {
    for bytes in [
        &b""[..],
        b"KWUV",
        b"SQLite format 3\0 and more of it",
        &[0; 64],
    ] {
        let error = Universe::decode(bytes).unwrap_err();
        assert!(matches!(error, DecodeError::Damaged(_)), "{error}");
    }
}

#[test]
fn any_cut_and_any_changed_byte_is_refused() {
    let bytes = universe().encode();
    for length in 0..bytes.len() {
        assert!(Universe::decode(&bytes[..length]).is_err(), "{length}");
    }
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(Universe::decode(&changed).is_err(), "{place}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(Universe::decode(&longer).is_err());
}

/// The checksum of `bytes`' body set right, so that what is behind it is reached.
fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    // Decoding says no more than that it is wrong, so it is worked out here again.
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ (bytes.len() as u64 - 14);
    let (words, rest) = bytes[14..].as_chunks::<8>();
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01b3);
        sum ^= sum >> 32;
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    bytes[6..14].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn the_checksum_worked_out_here_is_the_real_one() {
    let bytes = universe().encode();
    assert_eq!(with_checksum(bytes.clone()), bytes);
}

proptest! {
    #[test]
    fn damage_with_a_right_checksum_never_panics_and_never_fills_the_memory(
        changes in prop::collection::vec((14_usize..2_000, any::<u8>()), 1..6)
    ) {
        let mut bytes = universe().encode();
        for (place, byte) in changes {
            let place = 14 + place % (bytes.len() - 14);
            bytes[place] = byte;
        }
        if let Ok(universe) = Universe::decode(&with_checksum(bytes)) {
            // What passed is whole enough for every question.
            let _ = universe.counts();
            let _ = universe.within(id(30_000_142), 10);
            let _ = universe.search("r", 100);
            let _ = universe.tags(id(448), None);
        }
    }

    #[test]
    fn arbitrary_bytes_with_a_right_head_never_panic(
        body in prop::collection::vec(any::<u8>(), 0..400)
    ) {
        let mut bytes = universe().encode();
        bytes.truncate(14);
        bytes.extend(body);
        let _ = Universe::decode(&with_checksum(bytes));
    }
}
