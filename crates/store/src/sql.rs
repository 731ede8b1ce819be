//! SQL as data: a statement with its values, and rows for a table, independent of the backend.

use std::borrow::Cow;

/// A value for a parameter or a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// A list of whole numbers, for `= ANY($n)`.
    Ints(Vec<i64>),
    /// A list of texts, for `= ANY($n)`.
    Texts(Vec<String>),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Whole numbers.
    Ints,
    /// Text.
    Texts,
    /// Bytes.
    Blobs,
}

/// One statement with its values. Written in the SQL that both backends understand, with `$1`, `$2`
/// for parameters; `column = ANY($n)` with [`Value::Ints`] or [`Value::Texts`] is the one form that
/// the SQLite backend rewrites.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    pub(crate) text: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
}

/// A statement without values so far.
pub(crate) fn sql(text: &'static str) -> Sql {
    Sql {
        text: Cow::Borrowed(text),
        values: Vec::new(),
    }
}

impl Sql {
    /// Gives the next parameter its value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

/// A table as bulk statements see it.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns written, in the order of the rows' values. For bulk deletes: the key.
    pub(crate) columns: &'static [(&'static str, Holds)],
    /// What an insert does with a row that is there already. No two rows of one bulk insert may
    /// have the same key where this updates.
    pub(crate) conflict: &'static str,
}

/// Rows for a table, row after row.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) table: &'static Table,
    pub(crate) values: Vec<Value>,
}

impl Rows {
    /// No rows yet.
    pub(crate) fn of(table: &'static Table) -> Self {
        Self {
            table,
            values: Vec::new(),
        }
    }

    /// Adds a row; as many values as the table has columns.
    pub(crate) fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.table.columns.len(), "{}", self.table.name);
        self.values.extend(row);
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.table.columns.len().max(1)
    }
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}

into_value! {
    i64 => |value| Self::Int(Some(value));
    Option<i64> => |value| Self::Int(value);
    i16 => |value| Self::Int(Some(value.into()));
    &str => |value| Self::Text(Some(value.to_owned()));
    String => |value| Self::Text(Some(value));
    Option<String> => |value| Self::Text(value);
    Vec<u8> => |value| Self::Bytes(Some(value));
    Option<Vec<u8>> => |value| Self::Bytes(value);
    Vec<i64> => |value| Self::Ints(value);
    Vec<String> => |value| Self::Texts(value);
}
