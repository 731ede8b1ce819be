//! Real killmails, where the shared data is at hand (`KILLWIRE_SHARED`).

use std::path::PathBuf;

use killwire_killmail::{Document, Facts, HashCheck, Parsed, killmail_json, parse};

use crate::schema::violations;

/// The folder with shared data, or `None` with a visible word.
fn shared(test: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("KILLWIRE_SHARED").unwrap_or_else(|| "../shared".into());
    let data = root.join(shared).join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED {test}: no shared data at {} (set KILLWIRE_SHARED)",
        data.display()
    );
    None
}

fn killmail(document: &[u8]) -> Parsed {
    match parse(document) {
        Ok(Document::Killmail(parsed)) => *parsed,
        other => panic!(
            "{other:?} from {}",
            String::from_utf8_lossy(&document[..100])
        ),
    }
}

fn lines(folder: &std::path::Path, file: &str) -> Vec<Parsed> {
    let text = std::fs::read_to_string(folder.join("killmails").join(file)).unwrap();
    text.lines().map(|line| killmail(line.as_bytes())).collect()
}

#[test]
fn every_captured_killmail_parses_and_has_the_right_hash() {
    let Some(data) = shared("every_captured_killmail_parses_and_has_the_right_hash") else {
        return;
    };
    let full = lines(&data, "esi-full.jsonl");
    let old = lines(&data, "zkb-2018-items-stripped.jsonl");
    assert_eq!((full.len(), old.len()), (64, 451));
    let right = |parsed: &&Parsed| parsed.hash_check == HashCheck::Right;
    assert_eq!(
        full.iter().filter(right).count(),
        62,
        "two have no hash to compare with"
    );
    assert_eq!(old.iter().filter(right).count(), 451);
    assert_eq!(
        full.iter().filter(|parsed| parsed.zkb.is_some()).count(),
        11
    );
    assert_eq!(
        full.iter()
            .map(|parsed| parsed.killmail.attackers.len())
            .max(),
        Some(3_753)
    );
}

#[test]
fn every_captured_killmail_survives_our_json_our_esi_bytes_and_our_facts() {
    let Some(data) = shared("every_captured_killmail_survives_our_json") else {
        return;
    };
    for file in ["esi-full.jsonl", "zkb-2018-items-stripped.jsonl"] {
        for parsed in lines(&data, file) {
            let json = killmail_json(
                &parsed.killmail,
                parsed.hash.as_ref(),
                parsed.zkb.as_ref(),
                None,
            );
            assert_eq!(violations(&json), [""; 0]);
            let again = killmail(&json);
            assert_eq!(again.killmail, parsed.killmail);
            assert_eq!((again.hash, &again.zkb), (parsed.hash, &parsed.zkb));
            assert_eq!(killmail(&parsed.esi).killmail, parsed.killmail);
            let facts = Facts::of(&parsed, None);
            assert_eq!(Facts::decode(&facts.encode()), Ok(facts));
        }
    }
}

#[test]
fn the_captured_feed_entries_parse() {
    let Some(data) = shared("the_captured_feed_entries_parse") else {
        return;
    };
    let entry = std::fs::read(data.join("feeds/r2z2-entry-134435757.json")).unwrap();
    let entry = killmail(&entry);
    assert_eq!(entry.hash_check, HashCheck::Right);
    assert_eq!(entry.feed.map(|feed| feed.sequence_id), Some(96_724_073));
    assert_eq!(
        entry
            .zkb
            .and_then(|zkb| zkb.total_value)
            .unwrap()
            .hundredths(),
        62_786_822_910
    );

    let package = std::fs::read(data.join("feeds/redisq-package-119689329.json")).unwrap();
    let package = killmail(&package);
    assert_eq!(package.hash_check, HashCheck::Right);
    assert_eq!(package.killmail.id.get(), 119_689_329);
    assert!(
        package
            .killmail
            .victim
            .items
            .iter()
            .any(|item| !item.items.is_empty())
    );
}
