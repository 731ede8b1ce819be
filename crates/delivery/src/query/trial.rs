//! What must hold for any query string, for the fuzzer and for the tests that replay what it found.

use http::Uri;
use killwire_universe::Universe;

use super::Query;
use crate::hub::filter::{Filter, Watch};
use crate::routes::stream;
use crate::{FilterLimits, Limits};

/// Ids that a list may have here; few, so that the limit is met.
const IDS: usize = 16;

/// Reads arbitrary bytes as the query string of an event stream.
///
/// # Panics
/// When what comes out breaks a promise of [`Filter`].
pub fn play(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(uri) = format!("/api/v1/kills/stream?{text}").parse::<Uri>() else {
        return;
    };
    let Ok(query) = Query::of(&uri, &Limits::default()) else {
        return;
    };
    // Whatever is refused is refused with words.
    if let Err(error) = stream::preload_days(&query) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = stream::since(&query) {
        assert!(!error.to_string().is_empty());
    }
    match stream::filter(&query, &Universe::empty(), IDS) {
        Ok(filter) => check(&filter),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn check(filter: &Filter) {
    assert!(!filter.to_string().is_empty());
    is_list(&filter.systems);
    is_list(&filter.constellations);
    is_list(&filter.regions);
    is_list(&filter.characters);
    is_list(&filter.corporations);
    is_list(&filter.alliances);
    is_list(&filter.ship_types);
    is_list(&filter.ship_groups);
    let labels = &filter.labels;
    assert!(labels.is_sorted() && labels.len() <= FilterLimits::default().labels);
    if let Some(watch) = &filter.watch {
        assert_ne!(*watch, Watch::default());
        is_list(&watch.systems);
        is_list(&watch.characters);
    }
}

/// Sorted, each once, within the limit.
fn is_list<Id: Ord>(ids: &[Id]) {
    assert!(ids.is_sorted_by(|left, right| left < right));
    assert!(ids.len() <= IDS);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::FILTER_NAMES;

    fn pair() -> impl Strategy<Value = String> {
        let name = proptest::sample::select(FILTER_NAMES);
        let value = prop_oneof!["[0-9,]{0,40}", "[0-9]{1,20}[smhdkmbt]", "\\PC{0,12}"];
        (name, value).prop_map(|(name, value)| {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("{name}={value}")
        })
    }

    proptest! {
        #[test]
        fn any_parameters_give_a_filter_or_a_reason(
            pairs in proptest::collection::vec(pair(), 0..6),
        ) {
            play(pairs.join("&").as_bytes());
        }

        #[test]
        fn any_bytes_give_a_filter_or_a_reason(bytes in any::<Vec<u8>>()) {
            play(&bytes);
        }
    }

    #[test]
    fn the_fuzzing_corpus_finds_nothing() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/query");
        let mut played = 0;
        for file in std::fs::read_dir(corpus).expect("the corpus is part of the repository") {
            play(&std::fs::read(file.unwrap().path()).unwrap());
            played += 1;
        }
        assert!(played >= 8, "{played} queries");
    }
}
