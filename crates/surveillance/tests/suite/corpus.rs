//! The fuzzers' corpora, replayed: what once was interesting stays right on a stable toolchain too.

use std::path::Path;

use crate::trial::{play_json, play_text};

/// Plays every file of a target's corpus, and says how many there are.
fn replay(target: &str, play: fn(&[u8])) -> usize {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let files = std::fs::read_dir(corpus.join(target));
    let files = files.expect("the corpus is part of the repository");
    files
        .map(|file| play(&std::fs::read(file.unwrap().path()).unwrap()))
        .count()
}

#[test]
fn the_fuzzing_corpora_find_nothing() {
    let (texts, documents) = (
        replay("profile_text", play_text),
        replay("profile_json", play_json),
    );
    assert!(
        texts >= 10 && documents >= 10,
        "{texts} texts, {documents} documents"
    );
}
