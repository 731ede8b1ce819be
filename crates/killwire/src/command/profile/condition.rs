//! Conditions as a person gives them: in a file, on standard input, or by a stored profile.

use std::path::Path;

use killwire_delivery::{ProfileFault, ProfileSource};

use crate::cli::Written;
use crate::command::written::text;
use crate::failure::Failure;

/// A condition, and how a person calls the place where it is written.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) source: ProfileSource,
    name: Option<String>,
}

impl Condition {
    /// What went wrong with it, said of its place.
    pub(super) fn blamed(&self, failure: Failure) -> Failure {
        match &self.name {
            Some(name) => failure.in_file(name),
            None => failure,
        }
    }
}

/// The condition that `written` names.
pub(super) fn read(written: &Written) -> Result<Condition, Failure> {
    if let Written::Profile(id) = written {
        return Ok(Condition {
            source: ProfileSource::Profile(*id),
            name: None,
        });
    }
    let (name, text) = text(written)?;
    let is_named_json = Path::new(&name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let source = if is_named_json || text.trim_start().starts_with(['{', '[']) {
        let json = serde_json::from_str(&text).map_err(|error| no_json(&name, &error))?;
        ProfileSource::Json(json)
    } else {
        ProfileSource::Text(text)
    };
    Ok(Condition {
        source,
        name: Some(name),
    })
}

/// What another program has written, and the name of its place.
pub(super) fn foreign(written: &Written) -> Result<(String, String), Failure> {
    match written {
        Written::Address(address) => Ok(("the address".to_owned(), address.clone())),
        written => text(written),
    }
}

fn no_json(name: &str, error: &serde_json::Error) -> Failure {
    let fault = ProfileFault::Invalid {
        message: format!("not JSON: {error}"),
        line: Some(error.line()),
        column: Some(error.column()),
        shown: None,
    };
    Failure::from(fault).in_file(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, text: &str) -> Result<ProfileSource, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&Written::File(path)).map(|read| read.source)
    }

    #[test]
    fn a_condition_is_json_where_it_looks_like_it_or_the_file_is_called_so() {
        let json = |text: &str| ProfileSource::Json(serde_json::from_str(text).unwrap());
        let flag = r#"{"field":"npc"}"#;
        assert_eq!(source("a.txt", flag).unwrap(), json(flag));
        assert_eq!(source("a.json", "true").unwrap(), json("true"));
        for text in ["npc", "true or npc", "true", "\u{feff}npc"] {
            let plain = text.trim_start_matches('\u{feff}').to_owned();
            assert_eq!(source("a.txt", text).unwrap(), ProfileSource::Text(plain));
        }
    }

    #[test]
    fn what_is_no_json_is_said_with_file_line_and_column() {
        let failure = source("a.json", "{\n\"and\": }").unwrap_err().to_string();
        assert!(failure.contains("a.json: not JSON"), "{failure}");
        assert!(failure.contains("line 2 column 8"), "{failure}");
    }
}
