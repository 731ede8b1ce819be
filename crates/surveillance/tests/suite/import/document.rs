//! `docs/profiles-import.md` shows what importers do.

use std::path::Path;

use killwire_surveillance::import::Source;
use killwire_surveillance::text;
use killwire_surveillance::tree::{Expr, TreeLimits};

use super::trees::tree;

/// What the document says under a source's heading.
fn chapter(heading: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/profiles-import.md");
    let document = std::fs::read_to_string(file).unwrap();
    let chapter = document
        .split("\n## ")
        .find(|chapter| chapter.starts_with(heading));
    chapter.unwrap().to_owned()
}

fn written(condition: &str) -> Expr {
    match text::parse(condition, &TreeLimits::default()) {
        Ok(parsed) => parsed.expr,
        Err(error) => panic!("{}", error.pretty()),
    }
}

/// The rows of tables of examples: what is imported, and what becomes of it.
fn rows(chapter: &str) -> Vec<(String, String)> {
    let header = "| for example | becomes |";
    let table = chapter.lines().skip_while(|line| *line != header).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    let code = |cell: &str| cell.trim().trim_matches('`').to_owned();
    rows.map(|row| {
        let (example, becomes) = row.trim_matches('|').split_once('|').unwrap();
        (code(example), code(becomes))
    })
    .collect()
}

/// The fenced block of a language.
fn block(chapter: &str, language: &str) -> String {
    let block = chapter.split(&format!("```{language}\n")).nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn the_examples_become_what_the_document_says() {
    for (heading, source, least) in [
        ("zkillbot", Source::Zkillbot, 10),
        ("zKillboard's addresses", Source::ZkillboardUrl, 6),
    ] {
        let rows = rows(&chapter(heading));
        assert!(rows.len() >= least, "{} rows", rows.len());
        for (example, becomes) in rows {
            assert_eq!(tree(source, &example), written(&becomes), "{example}");
        }
    }
    for (heading, source) in [
        ("aa-killtracker", Source::Killtracker),
        ("eveDMV", Source::EveDmv),
    ] {
        let chapter = chapter(heading);
        let becomes = written(&block(&chapter, "killwire"));
        assert_eq!(tree(source, &block(&chapter, "json")), becomes, "{heading}");
    }
}
