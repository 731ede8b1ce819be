//! Arbitrary scripts through the follower.

use proptest::prelude::*;

use crate::trial::play;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_the_floors_are_kept_and_every_number_is_accounted_for_once(
        script in prop::collection::vec(any::<u8>(), 0..400)
    ) {
        play(&script);
    }
}
