//! Killmails from files: captures, exports, EVE Ref's day archives.
//!
//! The road: [`find_files`] names the files, [`stream`] reads them in a thread of its own and hands
//! out bounded batches of documents, [`take_in`] parses a batch and stores it. Memory depends on
//! the batch, never on the file.

mod elements;
mod error;
mod find;
mod lines;
mod open;
mod stream;
mod take_in;
#[cfg(test)]
mod tests;

pub use error::ImportError;
pub use find::{ImportFile, find_files};
pub use stream::{BatchLimits, ImportStream, Progress, stream};
pub use take_in::{ImportMode, ImportTotals, Verdict, judge, take_in};

use serde::{Deserialize, Serialize};

/// One document out of a file, as it stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportDocument {
    /// Where it stood: `file:line`, or `archive!member`.
    pub place: String,
    /// Its bytes.
    pub body: Body,
    /// Why it could not be read whole; then `body` holds its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A document's bytes, so that JSON carries them unchanged: text where they are text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Body {
    /// UTF-8, as every JSON document is.
    Text(String),
    /// Anything else: on its way to quarantine.
    Bytes(Vec<u8>),
}

impl Body {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The bytes, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(not_text) => Self::Bytes(not_text.into_bytes()),
        }
    }
}
