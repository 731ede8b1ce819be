//! The killmail parser on arbitrary bytes: it never panics, and what it understands stays the same
//! in our JSON, in ESI's bytes and in the fact record.

#![no_main]

use killwire_killmail::{Document, Enrichment, Facts, Killmail, killmail_json, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    // Damaged records come from disk rather than from the network; they are tried on the way.
    let _ = Facts::decode(document);
    let _ = Enrichment::decode(document);
    let Ok(Document::Killmail(found)) = parse(document) else { return };
    let json = killmail_json(&found.killmail, found.hash.as_ref(), found.zkb.as_ref(), None);
    let Ok(Document::Killmail(again)) = parse(&json) else {
        panic!("our own JSON is not understood: {}", String::from_utf8_lossy(&json));
    };
    assert_eq!(again.killmail, found.killmail);
    assert_eq!(Killmail::from_esi(&found.esi).as_ref(), Ok(&found.killmail));
    let facts = Facts::of(&found, None);
    assert_eq!(Facts::decode(&facts.encode()), Ok(facts));
});
