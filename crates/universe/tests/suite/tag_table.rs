//! `docs/module-tags.md` says what the code does.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use killwire_universe::{Tag, group_rules};

/// The table's rows: a tag, and what it follows from.
pub(crate) fn rows() -> HashMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/module-tags.md");
    let text = std::fs::read_to_string(file).unwrap();
    let cells = |line: &str| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    };
    let rows: Vec<_> = text.lines().filter_map(cells).collect();
    let rows = rows.into_iter();
    rows.filter(|(tag, _)| !["tag", "---"].contains(&tag.as_str()))
        .collect()
}

/// The groups that a cell names: `group 41 Remote Shield Booster, 67 …`, up to a semicolon.
pub(crate) fn groups(cell: &str) -> BTreeMap<i64, String> {
    let Some((_, list)) = cell.rsplit_once("group ") else {
        return BTreeMap::new();
    };
    let of_groups = cell.starts_with("group ") || cell.contains("or group ");
    let entries = list.split(", ").filter(|_| of_groups);
    let entry = |entry: &str| {
        let (id, name) = entry.split_once(' ').unwrap();
        (id.parse().unwrap(), name.to_owned())
    };
    entries.map(entry).collect()
}

#[test]
fn every_tag_stands_in_the_table_and_nothing_else_does() {
    let mut rows: Vec<String> = rows().into_keys().collect();
    let mut tags: Vec<String> = Tag::ALL.iter().map(Tag::to_string).collect();
    rows.sort();
    tags.sort();
    assert_eq!(rows, tags);
}

#[test]
fn the_table_names_the_groups_that_the_code_goes_by() {
    let rows = rows();
    for tag in Tag::ALL {
        let with_tag = group_rules().filter(|rule| rule.tags.contains(*tag));
        let code: BTreeMap<i64, String> = with_tag
            .map(|rule| (rule.group_id().unwrap().get(), rule.name.to_owned()))
            .collect();
        let table = groups(&rows[tag.name()]);
        // Rigs have a rule of their own: they are rigs only where no flag says where they were.
        if *tag == Tag::Rig {
            assert_eq!(table.len(), 14);
            continue;
        }
        assert_eq!(table, code, "{tag}");
    }
}
