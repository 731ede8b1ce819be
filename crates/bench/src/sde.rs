//! `sde`: CCP's static data export, from the archive to a snapshot that can be asked and searched,
//! against unzipping the same files and parsing each line to `serde_json::Value`. One thread.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use killwire_universe::{Universe, read_export_file};

use crate::Outcome;
use crate::report::{Counts, Line};
use crate::rounds::in_turns;

const ROUNDS: usize = 7;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let Some(archive) = archive() else {
        eprintln!("sde {case}: skipped, there is no static data export to read");
        return Ok(None);
    };
    let (value, baseline) = in_turns(
        ROUNDS,
        || milliseconds(|| Ok(black_box(import(&archive)?).counts().types)),
        || milliseconds(|| untyped(&archive)),
    )?;
    let universe = import(&archive)?;
    eprintln!(
        "the snapshot takes {:.1} MB, {:.1} MB as bytes; {}",
        megabytes(universe.memory()),
        megabytes(universe.encode().len()),
        peak_memory(),
    );
    Ok(Some(Line::new(
        ("sde", case),
        (value, "ms", Counts::Cost),
        (Some(baseline), "unzipping, and serde_json::Value"),
    )))
}

/// The export, from the folder that `KILLWIRE_SHARED` names; none where it is not at hand.
pub(crate) fn archive() -> Option<PathBuf> {
    let shared = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = root.join(shared).join("data/sde").read_dir().ok()?;
    files.find_map(|file| {
        let path = file.ok()?.path();
        path.extension()
            .is_some_and(|end| end == "zip")
            .then_some(path)
    })
}

/// The snapshot.
pub(crate) fn import(archive: &Path) -> Outcome<Universe> {
    Ok(read_export_file(archive, &mut |_| ())?)
}

fn milliseconds(once: impl FnOnce() -> Outcome<usize>) -> Outcome<f64> {
    let start = Instant::now();
    black_box(once()?);
    Ok(start.elapsed().as_secs_f64() * 1_000.0)
}

fn untyped(archive: &Path) -> Outcome<usize> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(archive)?))?;
    let mut rows = 0;
    for place in 0..archive.len() {
        let file = archive.by_index(place)?;
        for line in BufReader::new(file).lines() {
            let value: serde_json::Value = serde_json::from_str(&line?)?;
            rows += usize::from(black_box(&value).is_object());
        }
    }
    Ok(rows)
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}

/// The most memory that this process had, the baseline's included. Linux only.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<usize>().ok());
    match kilobytes {
        Some(kilobytes) => format!("at most {:.1} MB resident", megabytes(kilobytes * 1_024)),
        None => "peak memory is not known here".to_owned(),
    }
}
