//! Masking: what a client sends is XORed with a key of four bytes.

/// Removes the mask from `bytes`, or puts it on. Eight bytes at once, from the first.
pub(super) fn apply(bytes: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ twice).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_is_masked_with_its_byte_of_the_key(
            bytes in prop::collection::vec(any::<u8>(), 0..100),
            key in any::<[u8; 4]>(),
        ) {
            let mut masked = bytes.clone();
            apply(&mut masked, key);
            let one_by_one: Vec<u8> =
                bytes.iter().enumerate().map(|(index, byte)| byte ^ key[index % 4]).collect();
            prop_assert_eq!(&masked, &one_by_one);
            apply(&mut masked, key);
            prop_assert_eq!(masked, bytes);
        }
    }
}
