//! Configuration files: TOML, flattened to dotted names with the line each value stands on.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// A value out of a file.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Why a file gives no values.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    /// It is not TOML.
    #[error("{}:{line}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
}

/// All values of the file at `path`, in its order.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>, FileError> {
    let text = std::fs::read_to_string(path).map_err(|source| FileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let table = DeTable::parse(&text).map_err(|error| FileError::Syntax {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_of(&text, span.start)),
        message: error.message().to_owned(),
    })?;
    let mut entries = Vec::new();
    flatten(&text, "", table.get_ref(), &mut entries);
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

fn flatten(text: &str, group: &str, table: &DeTable<'_>, entries: &mut Vec<Entry>) {
    for (name, value) in table {
        let key = if group.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{group}.{}", name.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(text, &key, inner, entries),
            other => entries.push(Entry {
                key,
                text: scalar(other),
                line: line_of(text, name.span().start),
            }),
        }
    }
}

fn scalar(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string().replace('_', ""),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        // Lists are written with commas wherever there are no brackets.
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| scalar(item.get_ref())).collect();
            items.join(", ")
        }
        DeValue::Table(_) => "a table".to_owned(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}
