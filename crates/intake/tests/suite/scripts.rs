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

#[test]
fn the_fuzzing_corpus_finds_nothing() {
    let corpus =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/follower");
    let mut played = 0;
    for file in std::fs::read_dir(corpus).expect("the corpus is part of the repository") {
        play(&std::fs::read(file.unwrap().path()).unwrap());
        played += 1;
    }
    assert!(played >= 10, "{played} scripts");
}
