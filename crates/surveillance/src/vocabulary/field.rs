//! The names of fields.

use crate::tree::{Field, Scope};

/// The names of a scope's fields, in the order of the documentation.
pub(crate) fn field_names(scope: Scope) -> impl Iterator<Item = &'static str> {
    let fields = Field::ALL
        .iter()
        .filter(move |field| field.scope() == scope);
    fields.map(|field| field.name())
}

/// The field of this name that is in another scope.
pub(crate) fn field_elsewhere(scope: Scope, name: &str) -> Option<Field> {
    (Field::ALL.iter().copied())
        .find(|field| field.scope() != scope && field.name().eq_ignore_ascii_case(name))
}

/// The value of which this is the last word: `dropped` is also a flag of items.
pub(crate) fn part_of_value(word: &str) -> Option<&'static str> {
    field_names(Scope::Killmail).find(|name| {
        let behind = name.strip_prefix("value.");
        behind.is_some_and(|behind| behind.eq_ignore_ascii_case(word))
    })
}
