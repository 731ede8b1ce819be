//! What a field is compared with: references and words.

use killwire_universe::Tag;

use super::{Problem, nearest, shown};
use crate::tree::{Field, Ref, RefKind};

/// Whether a name or word says nothing.
pub(crate) fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// A reference by what was written of it, if such a thing can be referred to so.
pub(crate) fn reference(kind: RefKind, id: Option<i64>, name: Option<&str>) -> Option<Ref> {
    let named = |name: &str| kind.has_names() && !blank(name);
    match (id, name) {
        (Some(id), None) if id > 0 => Some(Ref::Id(id)),
        (None, Some(name)) if named(name) => Some(Ref::Name(name.into())),
        (Some(id), Some(name)) if id > 0 && named(name) => Some(Ref::Both(id, name.into())),
        _ => None,
    }
}

/// What a reference must be, for messages.
pub(crate) fn expected_ref(kind: RefKind) -> String {
    let noun = kind.noun();
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    if kind.has_names() {
        format!("the id or, in quotes, the name of {article} {noun}")
    } else {
        format!("the id of {article} {noun}, a whole number above 0")
    }
}

/// A word that a field can carry, spelt as it does. Module tags are a closed set; labels are
/// whatever zKillboard says.
///
/// # Errors
/// What is wrong with it, and the tag that was probably meant.
pub(crate) fn word(field: Field, written: &str) -> Result<Box<str>, Problem> {
    let wrong = || Problem::unexpected(shown(written), expected_word(field));
    let tags = || Tag::ALL.iter().map(|tag| tag.name());
    match field {
        Field::Tags | Field::ItemTags => tags()
            .find(|tag| tag.eq_ignore_ascii_case(written))
            .map(Into::into)
            .ok_or_else(|| wrong().near(nearest(written, tags()))),
        _ if blank(written) => Err(wrong()),
        _ => Ok(written.into()),
    }
}

/// What a word must be, for messages.
pub(crate) fn expected_word(field: Field) -> &'static str {
    match field {
        Field::Tags | Field::ItemTags => "a module tag in quotes, such as \"T2\" or \"Cynosural\"",
        _ => "a label in quotes, such as \"ganked\"",
    }
}
