//! What holds of every text and every JSON document, also a hostile one. Shared by the property
//! tests, the replay of the fuzz corpora and the fuzz targets, so it depends on nothing but the
//! crate's outside.

use killwire_surveillance::tree::{Expr, TreeLimits};
use killwire_surveillance::{json, text};

/// Reads bytes as a profile's text, and holds what it means against what is written of it.
pub(crate) fn play_text(bytes: &[u8]) {
    let Ok(written) = std::str::from_utf8(bytes) else {
        return;
    };
    match text::parse(written, &TreeLimits::default()) {
        Ok(parsed) => {
            keeps(&parsed.expr);
            points_at_what_it_refers_to(written, parsed);
        }
        Err(error) => {
            let line = written.split('\n').nth(error.line - 1);
            let line = line.expect("the error is on a line of the text");
            assert!(error.column <= line.chars().count() + 1, "{error:?}");
            assert!(line.starts_with(&error.source_line), "{error:?}");
            let pretty = error.pretty();
            assert_eq!(pretty.lines().next(), error.to_string().lines().next());
            assert!(pretty.ends_with('^'), "{pretty}");
        }
    }
}

/// Reads bytes as a profile's JSON, and holds what it means against what is written of it.
pub(crate) fn play_json(bytes: &[u8]) {
    match json::read(bytes, &TreeLimits::default()) {
        Ok(expr) => keeps(&expr),
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains(char::is_control), "{message:?}");
            assert!(
                error.path.is_empty() || error.path.starts_with('/'),
                "{error:?}"
            );
        }
    }
}

/// The tree is well formed and within the limits; both forms of it mean the same again, and are
/// canonical.
pub(crate) fn keeps(expr: &Expr) {
    // What is written of a tree may be longer than what the tree was read from.
    let limits = TreeLimits {
        bytes: usize::MAX,
        ..TreeLimits::default()
    };
    assert!(expr.is_well_formed(), "{expr:?}");
    assert_eq!(limits.check(expr), Ok(()));

    let written = text::print(expr);
    match text::parse(&written, &limits) {
        Ok(again) => assert_eq!(&again.expr, expr, "{written}"),
        Err(error) => panic!("what is written cannot be read:\n{}", error.pretty()),
    }

    let document = json::write(expr);
    match json::read(document.to_string().as_bytes(), &limits) {
        Ok(again) => assert_eq!(&again, expr, "{document}"),
        Err(error) => panic!("what is written cannot be read: {error}\n{document}"),
    }
}

/// One place for each reference and name, in the order of the text.
fn points_at_what_it_refers_to(written: &str, parsed: text::Parsed) {
    let text::Parsed {
        mut expr,
        refs,
        names,
    } = parsed;
    let mut count = 0;
    expr.for_each_ref_mut(&mut |_, _| count += 1);
    assert_eq!(refs.len(), count);
    for spans in [&refs, &names] {
        assert!(
            spans.is_sorted_by_key(|span| (span.line, span.column)),
            "{spans:?}"
        );
        for span in spans {
            let line = written.split('\n').nth(span.line - 1).unwrap_or_default();
            let source: String = (line.chars().skip(span.column - 1))
                .take(span.length)
                .collect();
            let fits = source.starts_with(|char: char| char == '"' || char.is_ascii_digit());
            assert!(fits, "{source:?} of {span:?}");
        }
    }
}
