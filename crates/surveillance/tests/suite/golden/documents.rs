//! The examples of `docs/profiles.md`: read, and compiled with CCP's real names.

use std::collections::HashMap;
use std::path::Path;

use killwire_surveillance::compile::{List, Lists, compile};
use killwire_surveillance::resolve::{self, Open};
use killwire_surveillance::text;
use killwire_surveillance::tree::{Check, Expr, RefKind, TreeLimits};

use super::data::{Real, real};

fn document() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/profiles.md");
    std::fs::read_to_string(file).unwrap()
}

fn read(written: &str) -> Result<Expr, String> {
    let parsed = text::parse(written, &TreeLimits::default());
    parsed
        .map(|parsed| parsed.expr)
        .map_err(|error| error.pretty())
}

/// The two tables of the last section: their rows' cells.
fn comparison() -> [Vec<Vec<String>>; 2] {
    let document = document();
    let mut tables = document.split("| criterion |").skip(1).map(|table| {
        let lines = table.lines().skip(2);
        let rows = lines.take_while(|line| line.starts_with('|'));
        let cells = |row: &str| row.trim_matches('|').split('|').map(trimmed).collect();
        rows.map(cells).collect()
    });
    [tables.next().unwrap(), tables.next().unwrap()]
}

fn trimmed(cell: &str) -> String {
    cell.trim().to_owned()
}

/// Whatever is marked as code and is a profile; in a line `code` stands between backticks.
fn examples() -> Vec<String> {
    let document = document();
    let mut examples = Vec::new();
    for (place, part) in document.split("```").enumerate() {
        if place % 2 == 1 {
            examples.extend(part.strip_prefix("profile\n").map(ToOwned::to_owned));
            continue;
        }
        for line in part.lines() {
            let code = line.split('`').skip(1).step_by(2);
            examples.extend(
                code.filter(|code| read(code).is_ok())
                    .map(ToOwned::to_owned),
            );
        }
    }
    examples
}

/// Compiles it; names that static data does not have get ids as if somebody had been asked.
fn compiled(written: &str, real: &Real) -> Result<(), String> {
    let mut expr = read(written)?;
    resolve::by_static_data(&mut expr, &real.ground);
    let has_factions = real.ground.universe().factions().next().is_some();
    let asked = |open: &Open| match open.kind {
        // The shared export is without factions.
        RefKind::Faction => !has_factions,
        kind => resolve::is_asked_for(kind),
    };
    let open = resolve::open(&mut expr).into_iter().filter(asked);
    let answers: HashMap<Open, i64> = open.zip(2_000_000_001..).collect();
    if let Some(left) = resolve::by_answers(&mut expr, &answers, &real.ground).first() {
        return Err(left.to_string());
    }
    let mut lists = Lists::new();
    expr.for_each_test(&mut |test| {
        if let Check::List(name) = &test.check {
            lists.insert(name.clone(), List::default());
        }
    });
    let plan = compile(&expr, &real.ground, &lists);
    plan.map(|_| ()).map_err(|error| error.to_string())
}

#[test]
fn every_criterion_of_other_bots_has_an_example_that_can_be_read() {
    let [said, asked] = comparison();
    let criteria =
        |rows: &[Vec<String>]| -> Vec<String> { rows.iter().map(|row| row[0].clone()).collect() };
    assert_eq!(criteria(&said), criteria(&asked));
    assert_eq!(said.len(), 38);
    for row in &said {
        if let Err(error) = read(row[1].trim_matches('`')) {
            panic!("{}: {error}", row[0]);
        }
    }
    // Eight programs, and Killwire, which can ask for all of it.
    for row in &asked {
        assert_eq!(row.len(), 10, "{row:?}");
        assert_ne!(row[9], "–", "{row:?}");
    }
}

#[test]
fn every_example_of_the_document_compiles_with_the_names_of_the_game() {
    let examples = examples();
    assert!(examples.len() >= 120, "{}", examples.len());
    let Some(real) = real("every_example_of_the_document_compiles_with_the_names_of_the_game")
    else {
        return;
    };
    let faults: Vec<String> = (examples.iter())
        .filter_map(|example| Some(format!("{example}\n  {}", compiled(example, real).err()?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
