//! From the paths a person gives to the files that are read.

use std::path::{Path, PathBuf};

use super::ImportError;
use super::open::{Packing, Shape};

/// How deep folders are followed.
const MAX_DEPTH: usize = 32;

/// A file to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFile {
    /// Where it is, as given.
    pub path: PathBuf,
    /// Its size on disk.
    pub bytes: u64,
    pub(super) packing: Packing,
    pub(super) shape: Shape,
}

/// The files under `paths`: a file stands for itself, a folder for every file below it whose name
/// is known, in the order of their names. Linked folders are not followed.
///
/// # Errors
/// [`ImportError`] for a path that cannot be read, a file of unknown kind, an empty folder.
pub fn find_files(paths: &[PathBuf]) -> Result<Vec<ImportFile>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        let about = std::fs::metadata(path).map_err(|source| ImportError::Unreadable {
            path: path.clone(),
            source,
        })?;
        if about.is_dir() {
            let before = files.len();
            walk(path, 0, &mut files)?;
            if files.len() == before {
                return Err(ImportError::NothingThere(path.clone()));
            }
        } else {
            let file = known(path, about.len());
            files.push(file.ok_or_else(|| ImportError::UnknownKind(path.clone()))?);
        }
    }
    Ok(files)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<ImportFile>) -> Result<(), ImportError> {
    let unreadable = |source| ImportError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type().map_err(unreadable)?.is_dir() {
            walk(&path, depth + 1, files)?;
        } else if let Ok(about) = std::fs::metadata(&path)
            && about.is_file()
        {
            files.extend(known(&path, about.len()));
        }
    }
    Ok(())
}

fn known(path: &Path, bytes: u64) -> Option<ImportFile> {
    let name = path.file_name()?.to_str()?;
    let (packing, inner) = Packing::of(name);
    Some(ImportFile {
        path: path.to_owned(),
        bytes,
        packing,
        shape: Shape::of(inner)?,
    })
}
