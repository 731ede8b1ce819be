//! An export from outside, served as it is.

use std::fs::File;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The member that names the build.
const BUILD: &str = "_sde.jsonl";

/// How long the line that names the build may be.
const MAX_LINE: u64 = 64 << 10;

/// Which build a zip is and when it was released.
pub(super) fn build_of(path: &Path) -> Result<(u32, Option<Timestamp>), String> {
    let text = build_line(path).map_err(|error| error.to_string())?;
    let row: Value = serde_json::from_str(&text).map_err(|error| format!("{BUILD}: {error}"))?;
    let build = row["buildNumber"]
        .as_u64()
        .and_then(|build| u32::try_from(build).ok())
        .ok_or_else(|| format!("{BUILD} names no buildNumber"))?;
    let released = row["releaseDate"].as_str();
    Ok((build, released.and_then(|text| text.parse().ok())))
}

fn build_line(path: &Path) -> ZipResult<String> {
    let mut zip = ZipArchive::new(File::open(path)?)?;
    let mut text = String::new();
    zip.by_name(BUILD)?
        .take(MAX_LINE)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// The same zip under the build that `line` names.
pub(super) fn zip(path: &Path, line: &[u8]) -> ZipResult<Vec<u8>> {
    let mut from = ZipArchive::new(File::open(path)?)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    to.start_file(BUILD, SimpleFileOptions::default())?;
    to.write_all(line)?;
    for place in 0..from.len() {
        let member = from.by_index_raw(place)?;
        if !member.name().is_ok_and(|name| name == BUILD) {
            to.raw_copy_file(member)?;
        }
    }
    Ok(to.finish()?.into_inner())
}
