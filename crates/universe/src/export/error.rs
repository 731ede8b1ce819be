//! Why an export cannot be read, in words that say what to do.

use std::io;
use std::path::PathBuf;

/// Why an export cannot be read. Nothing of it is used then.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive's file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Not an archive, or a damaged one.
    #[error(
        "cannot read the archive ({0}): it must be CCP's static data export as a zip of JSON lines; download it again"
    )]
    Archive(#[source] zip::result::ZipError),
    /// Files without which nothing works are not in the archive.
    #[error(
        "the archive has no {}: it must be CCP's whole static data export as JSON lines (…-jsonl.zip, not …-yaml.zip)",
        files.join(", ")
    )]
    Missing {
        /// Their names.
        files: Vec<&'static str>,
    },
    /// The archive breaks off, or its checksum is wrong.
    #[error("{file} is damaged at line {line} ({source}): download the export again")]
    Damaged {
        /// The file in the archive.
        file: &'static str,
        /// The line that could not be read, from 1.
        line: u64,
        /// What the archive's reader says.
        source: io::Error,
    },
    /// A row that is not what CCP documents.
    #[error("{file}, line {line}: {why}")]
    Row {
        /// The file in the archive.
        file: &'static str,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The same id twice in one file.
    #[error("{file} has {key} twice")]
    Twice {
        /// The file in the archive.
        file: &'static str,
        /// The id.
        key: u32,
    },
    /// More than a real export has: the archive is broken, or meant to fill the memory.
    #[error("{what} has more than {limit}: this is no export of CCP's")]
    TooLarge {
        /// What is too large: a file, a line in it, the archive.
        what: String,
        /// How much of what is allowed.
        limit: String,
    },
}
