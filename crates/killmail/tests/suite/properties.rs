//! Promises that hold for any killmail and any bytes.

use std::collections::BTreeSet;

use killwire_killmail::{Document, Facts, Killmail, KillmailHash, Parsed, killmail_json, parse};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::arbitrary::{Style, esi, killmail, shapes, zkb};
use crate::named::enrichment_of;

fn parsed(document: &[u8]) -> Parsed {
    match parse(document) {
        Ok(Document::Killmail(parsed)) => *parsed,
        other => panic!("{other:?} from {}", String::from_utf8_lossy(document)),
    }
}

/// What must hold of any bytes: no panic; and what is understood stays the same in each of our own
/// forms.
fn check_any_bytes(document: &[u8]) {
    let Ok(Document::Killmail(found)) = parse(document) else {
        return;
    };
    let json = killmail_json(
        &found.killmail,
        found.hash.as_ref(),
        found.zkb.as_ref(),
        None,
    );
    assert_eq!(parsed(&json).killmail, found.killmail);
    assert_eq!(Killmail::from_esi(&found.esi).as_ref(), Ok(&found.killmail));
    let facts = Facts::of(&found, None);
    assert_eq!(Facts::decode(&facts.encode()), Ok(facts));
}

/// One change to a document.
#[derive(Clone, Debug)]
enum Change {
    Set(u8),
    Insert(u8),
    Remove,
    CutHere,
}

fn change() -> impl Strategy<Value = Change> {
    let byte = prop_oneof![
        any::<u8>(),
        proptest::sample::select(b"{}[]\":,0-.en \\".to_vec())
    ];
    prop_oneof![
        4 => byte.clone().prop_map(Change::Set),
        4 => byte.prop_map(Change::Insert),
        4 => Just(Change::Remove),
        1 => Just(Change::CutHere),
    ]
}

fn apply(document: &mut Vec<u8>, at: usize, change: &Change) {
    if document.is_empty() {
        return;
    }
    let at = at % document.len();
    match *change {
        Change::Set(byte) => document[at] = byte,
        Change::Insert(byte) => document.insert(at, byte),
        Change::Remove => drop(document.remove(at)),
        Change::CutHere => document.truncate(at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_shape_of_a_killmail_gives_the_same_killmail(killmail in killmail(), zkb in zkb()) {
        for (shape, document) in shapes(&killmail, &zkb) {
            let found = parsed(document.to_string().as_bytes());
            prop_assert_eq!(&found.killmail, &killmail, "{}", shape);
            let from_esi = Killmail::from_esi(&found.esi);
            prop_assert_eq!(from_esi.as_ref(), Ok(&killmail), "{}", shape);
            if let (Some(found), "R2Z2" | "REST" | "RedisQ package") = (found.zkb, shape) {
                prop_assert_eq!(&found, &zkb, "{}", shape);
            }
        }
    }

    #[test]
    fn our_json_reads_back_as_the_same_killmail(killmail in killmail(), zkb in zkb()) {
        let hash = KillmailHash::compute(&killmail);
        let found = parsed(&killmail_json(&killmail, Some(&hash), Some(&zkb), None));
        prop_assert_eq!(&found.killmail, &killmail);
        prop_assert_eq!((found.hash, found.zkb), (Some(hash), Some(zkb)));
        let found = parsed(&killmail_json(&killmail, None, None, None));
        prop_assert_eq!((found.killmail, found.hash, found.zkb), (killmail, None, None));
    }

    #[test]
    fn our_json_with_names_reads_back_as_the_same_killmail(
        (killmail, enrichment) in killmail().prop_flat_map(|killmail| {
            let enrichment = enrichment_of(&killmail);
            (Just(killmail), enrichment)
        }),
        zkb in option::of(zkb()),
    ) {
        let hash = KillmailHash::compute(&killmail);
        let json = killmail_json(&killmail, Some(&hash), zkb.as_ref(), Some(&enrichment));
        let found = parsed(&json);
        prop_assert_eq!(&found.killmail, &killmail);
        prop_assert_eq!((found.hash, &found.zkb), (Some(hash), &zkb));
        let members: serde_json::Value = serde_json::from_slice(&found.esi).unwrap();
        let members = members.as_object().unwrap().keys().map(String::as_str);
        let expected = esi(&killmail, Style::Esi);
        prop_assert_eq!(
            members.collect::<BTreeSet<_>>(),
            expected.keys().map(String::as_str).collect::<BTreeSet<_>>(),
            "what stands beside ESI's members is not taken for one"
        );
    }

    #[test]
    fn facts_are_read_back_as_they_were_written(killmail in killmail(), zkb in zkb()) {
        let facts = Facts::of(&parsed(&killmail_json(&killmail, None, Some(&zkb), None)), None);
        let decoded = Facts::decode(&facts.encode());
        prop_assert_eq!(decoded.as_ref(), Ok(&facts));
        prop_assert_eq!(facts.timestamp(), killmail.time);
        let pilots = killmail.attackers.iter().map(|attacker| attacker.character_id);
        let pilots: BTreeSet<_> = pilots.chain([killmail.victim.character_id]).flatten().collect();
        prop_assert!(pilots.iter().all(|pilot| facts.involves(*pilot)));
        prop_assert_eq!(facts.characters(), pilots.into_iter().collect::<Vec<_>>());
        let corporations = killmail.attackers.iter().map(|attacker| attacker.corporation_id);
        let corporations: BTreeSet<_> =
            corporations.chain([killmail.victim.corporation_id]).flatten().collect();
        prop_assert_eq!(facts.corporations(), corporations.into_iter().collect::<Vec<_>>());
        let alliances = killmail.attackers.iter().map(|attacker| attacker.alliance_id);
        let alliances: BTreeSet<_> =
            alliances.chain([killmail.victim.alliance_id]).flatten().collect();
        prop_assert_eq!(facts.alliances(), alliances.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn damaged_facts_are_refused_or_read_but_never_panic(
        killmail in killmail(),
        changes in vec((any::<usize>(), change()), 1..8),
    ) {
        let mut bytes = Facts::of(&parsed(&killmail_json(&killmail, None, None, None)), None).encode();
        for (at, change) in &changes {
            apply(&mut bytes, *at, change);
        }
        if let Ok(facts) = Facts::decode(&bytes) {
            prop_assert_eq!(Facts::decode(&facts.encode()), Ok(facts));
        }
    }

    #[test]
    fn damaged_documents_never_panic(
        killmail in killmail(),
        zkb in zkb(),
        changes in vec((any::<usize>(), change()), 1..8),
    ) {
        for (_, document) in shapes(&killmail, &zkb) {
            let mut bytes = document.to_string().into_bytes();
            for (at, change) in &changes {
                apply(&mut bytes, *at, change);
            }
            check_any_bytes(&bytes);
        }
    }
}
