//! `parse`: from a document's bytes to the typed killmail (`typed`), and on to the encoded fact
//! record (`facts`), against `serde_json::Value` of the same bytes. One thread.

use std::hint::black_box;
use std::time::Duration;

use killwire_killmail::{Document, Facts};

use crate::documents;
use crate::report::{Counts, Line};
use crate::rounds::{in_turns, per_second};
use crate::{Outcome, documents::Documents};

const DOCUMENTS: usize = 2_000;
const ROUNDS: usize = 7;
const SPAN: Duration = Duration::from_millis(500);

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let documents = match case {
        "typed-real" | "facts-real" => match documents::real()? {
            Some(documents) => documents,
            None => {
                eprintln!("parse {case}: skipped, there are no real killmails to read");
                return Ok(None);
            }
        },
        _ => documents::generated(DOCUMENTS),
    };
    let ours: fn(&[u8]) -> Outcome<usize> = if case.starts_with("typed") {
        typed
    } else {
        facts
    };
    let (value, baseline) = in_turns(
        ROUNDS,
        || per_second(SPAN, || each(&documents, ours)),
        || per_second(SPAN, || each(&documents, untyped)),
    )?;
    Ok(Some(Line::new(
        ("parse", case),
        (value, "killmails/s", Counts::Work),
        (Some(baseline), "serde_json::Value"),
    )))
}

fn each(documents: &Documents, read: fn(&[u8]) -> Outcome<usize>) -> Outcome<u32> {
    let mut done = 0;
    for document in documents {
        black_box(read(black_box(document))?);
        done += 1;
    }
    Ok(done)
}

fn typed(document: &[u8]) -> Outcome<usize> {
    match killwire_killmail::parse(document)? {
        Document::Killmail(parsed) => Ok(black_box(&parsed).killmail.attackers.len()),
        other => Err(format!("not a killmail: {other:?}").into()),
    }
}

fn facts(document: &[u8]) -> Outcome<usize> {
    match killwire_killmail::parse(document)? {
        Document::Killmail(parsed) => Ok(black_box(Facts::of(&parsed, None).encode()).len()),
        other => Err(format!("not a killmail: {other:?}").into()),
    }
}

fn untyped(document: &[u8]) -> Outcome<usize> {
    let value: serde_json::Value = serde_json::from_slice(document)?;
    Ok(black_box(&value)
        .as_object()
        .map_or(0, serde_json::Map::len))
}
