//! Reader of CCP's static data export: a zip archive with files of JSON lines.
//!
//! Row by row: never more of the archive is in memory than one line. Members that are not used, and
//! files that are not, are passed over; every member but `_key` may be absent. A row that is not
//! JSON, or has no `_key`, is an error with file and line: half an export is worth nothing.

mod archive;
mod assembly;
mod error;
mod lines;
mod modules;
mod row;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use jiff::Timestamp;

use archive::{Archive, Source, Unpacked};
use assembly::Assembly;
use lines::{Budget, Lines};
use row::SdeRow;

use crate::Universe;
use crate::build::Build;

pub use error::ExportError;

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file being read.
    pub file: &'static str,
    /// Rows read so far, of all files.
    pub rows: u64,
    /// Bytes read so far, unpacked.
    pub bytes: u64,
    /// Bytes to read in all, unpacked, as the archive announces them.
    pub total_bytes: u64,
}

/// Progress is told at the start of each file, every so many rows, and at the end.
const ROWS_PER_PROGRESS: u64 = 10_000;

/// A file of the export that is read.
struct ExportFile {
    name: &'static str,
    required: bool,
    take: fn(&mut Assembly, &[u8]) -> Result<(), String>,
}

/// In the order in which they are read: what is pointed to before what points to it, so that a
/// missing file is told early.
const FILES: [ExportFile; 13] = [
    required("_sde.jsonl", Assembly::sde),
    required("categories.jsonl", Assembly::category),
    required("groups.jsonl", Assembly::group),
    optional("metaGroups.jsonl", Assembly::meta_group),
    required("types.jsonl", Assembly::item_type),
    optional("typeDogma.jsonl", Assembly::type_dogma),
    optional("dynamicItemAttributes.jsonl", Assembly::mutaplasmid),
    required("mapRegions.jsonl", Assembly::region),
    required("mapConstellations.jsonl", Assembly::constellation),
    required("mapSolarSystems.jsonl", Assembly::system),
    required("mapStargates.jsonl", Assembly::stargate),
    optional("factions.jsonl", Assembly::faction),
    optional("npcCorporations.jsonl", Assembly::npc_corporation),
];
const SDE: &str = "_sde.jsonl";

const fn required(
    name: &'static str,
    take: fn(&mut Assembly, &[u8]) -> Result<(), String>,
) -> ExportFile {
    ExportFile {
        name,
        required: true,
        take,
    }
}

const fn optional(
    name: &'static str,
    take: fn(&mut Assembly, &[u8]) -> Result<(), String>,
) -> ExportFile {
    ExportFile {
        name,
        required: false,
        take,
    }
}

/// Reads CCP's export (the zip archive of JSON lines), and tells `progress` how far it is.
///
/// # Errors
/// [`ExportError`]: not an archive, a file missing, a row that cannot be read, a limit passed.
pub fn read_export<R: Read + Seek>(
    archive: R,
    progress: &mut dyn FnMut(Progress),
) -> Result<Universe, ExportError> {
    read(&mut Archive::open(archive)?, progress)
}

/// Reads CCP's export from a file: see [`read_export`].
///
/// # Errors
/// [`ExportError`], also where the file cannot be opened.
pub fn read_export_file(
    path: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Universe, ExportError> {
    let file = File::open(path).map_err(|source| ExportError::Open {
        path: path.to_owned(),
        source,
    })?;
    read_export(BufReader::new(file), progress)
}

/// Reads an export that is unpacked already: pairs of a file's name (`types.jsonl`) and its lines.
/// The same rules as for an archive. It is public because tests of other crates make small
/// universes with it; the program reads archives.
///
/// # Errors
/// [`ExportError`] as of [`read_export`].
pub fn read_unpacked(files: &[(&str, &str)]) -> Result<Universe, ExportError> {
    read(&mut Unpacked(files), &mut |_| ())
}

fn read<S: Source>(
    source: &mut S,
    progress: &mut dyn FnMut(Progress),
) -> Result<Universe, ExportError> {
    let missing: Vec<&'static str> = (FILES.iter())
        .filter(|file| file.required && source.size(file.name).is_none())
        .map(|file| file.name)
        .collect();
    if !missing.is_empty() {
        return Err(ExportError::Missing { files: missing });
    }
    let total_bytes = (FILES.iter())
        .filter_map(|file| source.size(file.name))
        .fold(0, u64::saturating_add);
    let mut assembly = Assembly::default();
    let mut budget = Budget::default();
    let mut rows = 0;
    for file in &FILES {
        let mut tell = |rows, bytes| {
            progress(Progress {
                file: file.name,
                rows,
                bytes,
                total_bytes,
            });
        };
        tell(rows, budget.spent());
        source.read(file.name, &mut |stream| {
            let mut lines = Lines::new(file.name, stream, &mut budget);
            while let Some(line) = lines.next()? {
                (file.take)(&mut assembly, line.bytes).map_err(|why| line.wrong(why))?;
                rows += 1;
                if rows % ROWS_PER_PROGRESS == 0 {
                    tell(rows, lines.spent());
                }
            }
            Ok(())
        })?;
    }
    let last = FILES.last().map_or(SDE, |file| file.name);
    let bytes = budget.spent();
    let tables = assembly.finish()?;
    if tables.build.is_none() {
        return Err(ExportError::Missing { files: vec![SDE] });
    }
    let universe = Universe::new(tables);
    progress(Progress {
        file: last,
        rows,
        bytes,
        total_bytes,
    });
    Ok(universe)
}

/// The build from the only row of `_sde.jsonl`.
fn read_build(line: &[u8]) -> Result<Build, String> {
    let row: SdeRow<'_> = row::parse(line)?;
    let released = row.release_date.map(|text| {
        text.parse::<Timestamp>()
            .map_err(|_| format!("releaseDate {text:?} is not a time in RFC 3339"))
    });
    Ok(Build {
        number: row.build_number.ok_or("it has no buildNumber")?,
        released: released.transpose()?,
    })
}
