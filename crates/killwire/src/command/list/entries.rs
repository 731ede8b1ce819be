//! The entries of a list, as a person writes them: one on each line, or as JSON.

use killwire_store::ListEntryKind;
use serde::Deserialize;

use crate::profile_desk::{Meant, Wanted};

/// Every kind, by its word.
const KINDS: [(&str, ListEntryKind); 10] = [
    ("system", ListEntryKind::System),
    ("constellation", ListEntryKind::Constellation),
    ("region", ListEntryKind::Region),
    ("type", ListEntryKind::Type),
    ("group", ListEntryKind::Group),
    ("category", ListEntryKind::Category),
    ("character", ListEntryKind::Character),
    ("corporation", ListEntryKind::Corporation),
    ("alliance", ListEntryKind::Alliance),
    ("faction", ListEntryKind::Faction),
];

/// The entries that `text` names, or what is wrong with it.
pub(super) fn read(text: &str) -> Result<Vec<Wanted>, String> {
    if text.trim_start().starts_with('[') {
        return json(text);
    }
    let mut wanted = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let entry = entry(line).map_err(|wrong| format!("line {number}: {wrong}"))?;
        wanted.extend(entry);
    }
    Ok(wanted)
}

/// The entry on one line, where there is one.
fn entry(line: &str) -> Result<Option<Wanted>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (word, rest) = line
        .split_once(char::is_whitespace)
        .ok_or_else(|| format!("{line:?} has no id or name behind it"))?;
    let word = word.to_lowercase();
    let known = KINDS.iter().find(|(known, _)| *known == word);
    let (_, kind) = known.ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
        let near = known
            .iter()
            .find(|known| strsim::damerau_levenshtein(known, &word) <= 2);
        match near {
            Some(near) => format!("{word:?} is nothing that a list holds; perhaps {near}"),
            None => format!(
                "{word:?} is nothing that a list holds; there are {}",
                known.join(", ")
            ),
        }
    })?;
    let meant = meant(rest.trim())?;
    Ok(Some(Wanted { kind: *kind, meant }))
}

/// An id or a name, with or without quotation marks, and a remark behind it.
fn meant(text: &str) -> Result<Meant, String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, behind) = quoted
            .split_once('"')
            .ok_or_else(|| format!("{text:?} lacks its second quotation mark"))?;
        if !uncommented(behind).is_empty() {
            return Err(format!("{behind:?} is not expected behind the name"));
        }
        return Ok(Meant::Name(name.to_owned()));
    }
    let text = uncommented(text);
    if text.is_empty() {
        return Err("an id or a name is missing".to_owned());
    }
    Ok(match text.parse() {
        Ok(id) => Meant::Id(id),
        Err(_) => Meant::Name(text.to_owned()),
    })
}

/// Without what stands behind a `#` of its own.
fn uncommented(text: &str) -> &str {
    let text = text.trim();
    if text.starts_with('#') {
        return "";
    }
    text.split_once(" #").map_or(text, |(text, _)| text.trim())
}

fn json(text: &str) -> Result<Vec<Wanted>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        kind: ListEntryKind,
        id: Option<i64>,
        name: Option<String>,
    }
    let entries: Vec<Entry> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let wanted = entries.into_iter().enumerate().map(|(place, entry)| {
        let meant = match (entry.id, entry.name) {
            (Some(id), _) => Meant::Id(id),
            (None, Some(name)) => Meant::Name(name),
            (None, None) => return Err(format!("entry {place} has no id and no name")),
        };
        Ok(Wanted {
            kind: entry.kind,
            meant,
        })
    });
    wanted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(kind: ListEntryKind, name: &str) -> Wanted {
        let meant = Meant::Name(name.to_owned());
        Wanted { kind, meant }
    }

    fn id(kind: ListEntryKind, id: i64) -> Wanted {
        let meant = Meant::Id(id);
        Wanted { kind, meant }
    }

    #[test]
    fn a_line_says_what_it_is_and_which() {
        let text = "# friends\n\n alliance \"Friends #1\" # the first\ncorporation\t98000001 # ids\nCharacter Ada Lovelace\nsystem J123456";
        let expected = [
            name(ListEntryKind::Alliance, "Friends #1"),
            id(ListEntryKind::Corporation, 98_000_001),
            name(ListEntryKind::Character, "Ada Lovelace"),
            name(ListEntryKind::System, "J123456"),
        ];
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn json_is_as_good() {
        let text =
            r#"[{"kind":"corporation","id":98000001,"name":"x"},{"kind":"system","name":"Jita"}]"#;
        let expected = [
            id(ListEntryKind::Corporation, 98_000_001),
            name(ListEntryKind::System, "Jita"),
        ];
        assert_eq!(read(text).unwrap(), expected);
        assert!(
            read(r#"[{"kind":"corporation"}]"#)
                .unwrap_err()
                .contains("entry 0")
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, said) in [
            ("alliance 1\ncoporation 2", "line 2: \"coporation\""),
            ("coporation 2", "perhaps corporation"),
            ("station 60003760", "there are system, "),
            ("alliance", "no id or name"),
            ("alliance \"Friends", "second quotation mark"),
            ("alliance \"Friends\" x", "not expected"),
            ("alliance # none", "is missing"),
        ] {
            let wrong = read(text).unwrap_err();
            assert!(wrong.contains(said), "{said} in {wrong}");
        }
    }
}
