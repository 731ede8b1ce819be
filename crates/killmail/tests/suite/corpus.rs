//! The fuzzer's corpus, replayed: what once was interesting stays right on a stable toolchain too.

use std::path::PathBuf;

use killwire_killmail::{Document, Facts, Killmail, killmail_json, parse};

#[test]
fn every_document_of_the_fuzz_corpus_keeps_its_promises() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/parse");
    let mut killmails = 0;
    let mut documents = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        documents += 1;
        let Ok(Document::Killmail(found)) = parse(&std::fs::read(&path).unwrap()) else {
            continue;
        };
        killmails += 1;
        let json = killmail_json(
            &found.killmail,
            found.hash.as_ref(),
            found.zkb.as_ref(),
            None,
        );
        let Ok(Document::Killmail(again)) = parse(&json) else {
            panic!("{}", path.display())
        };
        assert_eq!(again.killmail, found.killmail, "{}", path.display());
        let esi = Killmail::from_esi(&found.esi);
        assert_eq!(esi.as_ref(), Ok(&found.killmail), "{}", path.display());
        let facts = Facts::of(&found, None);
        assert_eq!(
            Facts::decode(&facts.encode()),
            Ok(facts),
            "{}",
            path.display()
        );
    }
    assert!(
        documents >= 15 && killmails >= 8,
        "{killmails} killmails in {documents} documents"
    );
}
