//! `docs/profiles.md` says what the code does, and every example in it can be read.

use std::path::Path;

use killwire_surveillance::tree::{Expr, Field, RefKind, Scope, TreeLimits, Unit, ValueKind};
use killwire_surveillance::{json, text};

fn document() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/profiles.md");
    std::fs::read_to_string(file).unwrap()
}

fn read_text(written: &str) -> Expr {
    match text::parse(written, &TreeLimits::default()) {
        Ok(parsed) => parsed.expr,
        Err(error) => panic!("{}", error.pretty()),
    }
}

fn read_json(written: &str) -> Expr {
    match json::read(written.as_bytes(), &TreeLimits::default()) {
        Ok(expr) => expr,
        Err(error) => panic!("{error}\n{written}"),
    }
}

/// What stands in fenced blocks of a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = document.split(&fence).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The cells of the rows of the tables under a heading, down to the next one.
fn rows(document: &str, heading: &str) -> Vec<Vec<String>> {
    let lines = document.lines().skip_while(|line| *line != heading).skip(1);
    let rows = lines
        .take_while(|line| !line.starts_with('#'))
        .filter(|line| line.starts_with("| `"));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// What stands between backticks.
fn code(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// What the column `holds` says of a field.
fn holds(field: Field) -> String {
    let holds = match field.kind() {
        ValueKind::Flag => "yes or no".to_owned(),
        ValueKind::Words => "words".to_owned(),
        ValueKind::Ref(kind) => kind.noun().to_owned(),
        ValueKind::Number(unit) => match unit {
            Unit::Plain => "number",
            Unit::Isk => "ISK",
            Unit::Security => "security",
            Unit::Status => "security status",
            Unit::Seconds => "duration",
            Unit::Moment => "moment",
        }
        .to_owned(),
        ValueKind::Choice([first, .., last]) if field == Field::Hour => {
            format!("one of {first} to {last}")
        }
        ValueKind::Choice(of) => format!("one of {}", of.join(", ")),
    };
    if field.may_be_absent() {
        return holds + ", or absent";
    }
    holds
}

#[test]
fn every_field_stands_in_its_table_with_what_it_holds_and_an_example() {
    let document = document();
    let tables = [
        ("### Of the killmail", Scope::Killmail),
        ("### Of the victim and attackers", Scope::Party),
        ("### Of items", Scope::Item),
    ];
    for (heading, scope) in tables {
        let fields: Vec<Field> = (Field::ALL.iter().copied())
            .filter(|field| field.scope() == scope)
            .collect();
        let rows = rows(&document, heading);
        let written: Vec<&str> = rows.iter().map(|row| code(&row[0])).collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        assert_eq!(written, names, "{heading}");
        for (row, field) in rows.iter().zip(fields) {
            assert_eq!(row[2], holds(field), "{}", field.name());
            let mut is_shown = false;
            read_text(code(&row[3])).for_each_test(&mut |test| is_shown |= test.field == field);
            assert!(is_shown, "{}", row[3]);
        }
    }
}

#[test]
fn every_example_of_text_can_be_read_and_what_is_laid_out_is_canonical() {
    let blocks = blocks(&document(), "profile");
    assert!(blocks.len() >= 3);
    for block in &blocks {
        let expr = read_text(block);
        let without_comments = block.lines().filter(|line| !line.starts_with('#'));
        let lines: Vec<&str> = without_comments.collect();
        assert_eq!(text::print(&expr), lines.join("\n"));
    }
    for row in rows(&document(), "## Who and how many") {
        read_text(code(&row[0]));
    }
}

#[test]
fn the_two_forms_of_the_first_example_are_one_profile() {
    let document = document();
    let (texts, documents) = (blocks(&document, "profile"), blocks(&document, "json"));
    assert_eq!(read_text(&texts[0]), read_json(&documents[0]));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&documents[0]).unwrap(),
        json::write(&read_json(&documents[0]))
    );
}

#[test]
fn each_row_of_json_says_what_the_text_beside_it_says() {
    let rows = rows(&document(), "## JSON");
    assert!(rows.len() >= 10);
    for row in rows {
        assert_eq!(
            read_json(code(&row[0])),
            read_text(code(&row[1])),
            "{row:?}"
        );
    }
}

#[test]
fn the_limits_are_those_of_the_code() {
    let document = document();
    let limits = TreeLimits::default();
    let table = [
        ("levels of nesting", limits.depth),
        ("conditions and connectives", limits.nodes),
        ("values in lists, all together", limits.values),
        ("bytes of text or JSON", limits.bytes),
    ];
    for (what, most) in table {
        let written = most.to_string();
        let (thousands, rest) = written.split_at(written.len().saturating_sub(3));
        let separator = if thousands.is_empty() { "" } else { "," };
        let row = format!("| {what} | {thousands}{separator}{rest} |");
        assert!(document.contains(&row), "{row}");
    }
}

#[test]
fn locations_and_wars_alone_have_ids_only_as_the_document_says() {
    assert!(document().contains("Locations and wars have ids only."));
    let without_names = Field::ALL.iter().filter_map(|field| match field.kind() {
        ValueKind::Ref(kind) if !kind.has_names() => Some(kind),
        _ => None,
    });
    assert_eq!(
        without_names.collect::<Vec<_>>(),
        [RefKind::Location, RefKind::War]
    );
}
