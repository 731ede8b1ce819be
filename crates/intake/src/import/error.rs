//! Why an import cannot start.

use std::path::PathBuf;

/// Why files cannot be imported. What goes wrong inside a file is not an error of the import: it
/// goes to quarantine and the import goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path that cannot be looked at.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file whose name does not tell what is in it.
    #[error(
        "{}: the name does not say what is inside; .jsonl, .json and .tar are read, also with .gz, .bz2 or .zst after them",
        .0.display()
    )]
    UnknownKind(PathBuf),
    /// Nothing to read.
    #[error("no killmail files under {}", .0.display())]
    NothingThere(PathBuf),
}
