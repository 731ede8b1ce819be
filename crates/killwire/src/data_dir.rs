//! The folder that holds everything: made if absent, for its owner only.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::failure::Failure;

/// Makes sure that `dir` is there. A new one is readable by its owner only.
pub(crate) fn make(dir: &Path) -> Result<(), Failure> {
    create(dir).map_err(|source| Failure::File {
        doing: "cannot make the data directory",
        path: dir.to_owned(),
        source,
    })
}

fn create(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Whether `dir`, or the nearest folder above it that exists, can be written to. Leaves nothing
/// behind.
pub(crate) fn probe(dir: &Path) -> io::Result<()> {
    let mut folder = dir;
    while !folder.exists() {
        match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => folder = parent,
            _ => folder = Path::new("."),
        }
    }
    let file = folder.join(format!(".killwire-probe-{}", std::process::id()));
    std::fs::File::create_new(&file)?;
    std::fs::remove_file(&file)
}
