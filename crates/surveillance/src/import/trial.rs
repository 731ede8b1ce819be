//! What must hold for any foreign profile, for the fuzzer and for the tests that replay what it
//! found.

use super::{ImportError, Source, import, import_all};
use crate::text;
use crate::tree::{Expr, TreeLimits};

/// The longest message about a foreign profile, in bytes: it does not repeat what it was given.
const MESSAGE: usize = 600;

/// Reads arbitrary bytes as a profile of `source`.
///
/// # Panics
/// When what comes out breaks a promise of [`import`].
pub fn play(source: Source, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let limits = TreeLimits::default();
    let one = import(source, text, &limits);
    if let (Ok(one), Ok(all)) = (&one, import_all(source, text, &limits)) {
        assert_eq!(all, std::slice::from_ref(one));
    }
    match one {
        Ok(imported) => {
            assert_eq!(limits.check(&imported.expr), Ok(()));
            assert!(imported.expr.is_well_formed(), "{:?}", imported.expr);
            can_be_written(&imported.expr, &limits);
            assert!(imported.name.is_none_or(|name| !name.is_empty()));
            for note in &imported.notes {
                is_message(&note.to_string());
            }
        }
        Err(ImportError::NotJson(reason)) => assert!(!reason.is_empty()),
        Err(error) => is_message(&error.to_string()),
    }
}

fn is_message(text: &str) {
    assert!(!text.is_empty() && text.len() <= MESSAGE, "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
}

/// What was imported can be kept as text, where that is not too long.
fn can_be_written(expr: &Expr, limits: &TreeLimits) {
    let written = text::print(expr);
    if written.len() <= limits.bytes {
        let read = text::parse(&written, limits).map(|parsed| parsed.expr);
        assert_eq!(read.as_ref().ok(), Some(expr), "{written}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    /// The profiles of a source's corpus.
    fn corpus(source: Source) -> Vec<Vec<u8>> {
        let name = match source {
            Source::Killtracker => "import_killtracker",
            Source::Zkillbot => "import_zkillbot",
            Source::ZkillboardUrl => "import_url",
            Source::EveDmv => "import_evedmv",
        };
        let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
        let files = std::fs::read_dir(corpora.join(name)).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// A profile of a corpus with pieces of it, or of others, written over others.
    fn damaged() -> impl Strategy<Value = (Source, Vec<u8>)> {
        let pieces = prop_oneof![
            any::<(Index, Index)>().prop_map(Err),
            "[\\[\\](){}\",;:=<>!/%0-9a-f.]{0,3}".prop_map(|text| Ok(text.into_bytes())),
            select(vec![
                "9223372036854775807",
                "-1",
                "1e60",
                "null",
                "{}",
                "[]",
                "ü"
            ])
            .prop_map(|text| Ok(text.as_bytes().to_vec())),
        ];
        let changes = prop::collection::vec((any::<(Index, Index)>(), pieces), 1..6);
        select(Source::ALL.to_vec())
            .prop_flat_map(move |source| (Just(source), select(corpus(source)), changes.clone()))
            .prop_map(|(source, mut bytes, changes)| {
                for (place, piece) in changes {
                    let piece = match piece {
                        Ok(piece) => piece,
                        Err(from) => bytes.get(range(from, &bytes)).unwrap_or(&[]).to_vec(),
                    };
                    bytes.splice(range(place, &bytes), piece);
                }
                (source, bytes)
            })
    }

    fn range((one, other): (Index, Index), bytes: &[u8]) -> std::ops::Range<usize> {
        let (one, other) = (one.index(bytes.len() + 1), other.index(bytes.len() + 1));
        one.min(other)..one.max(other)
    }

    proptest! {
        #[test]
        fn any_bytes_are_imported_or_refused_with_words(bytes in any::<Vec<u8>>()) {
            for source in Source::ALL {
                play(source, &bytes);
            }
        }

        #[test]
        fn damaged_profiles_are_imported_or_refused_with_words((source, bytes) in damaged()) {
            play(source, &bytes);
        }
    }

    #[test]
    fn the_fuzzing_corpora_find_nothing() {
        for source in Source::ALL {
            let corpus = corpus(source);
            assert!(corpus.len() >= 8, "{} of {source:?}", corpus.len());
            corpus.iter().for_each(|profile| play(source, profile));
        }
    }
}
