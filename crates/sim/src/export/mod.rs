//! The site of CCP's static data export: which builds there are, and their zips.

mod rows;
mod served;
mod universe;

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use jiff::Timestamp;
use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

use crate::config::SimError;

/// One build of the export.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) build: u32,
    pub(crate) released: Timestamp,
    /// The zip that is served instead of the simulator's own universe.
    served: Option<PathBuf>,
}

/// All builds that have appeared.
#[derive(Debug)]
pub(crate) struct Exports {
    builds: BTreeMap<u32, Export>,
    latest: u32,
}

impl Exports {
    /// The site with its first build: `build` of the simulator's own universe, or `served` with
    /// the build that it says it is.
    pub(crate) fn new(
        build: u32,
        served: Option<PathBuf>,
        now: Timestamp,
    ) -> Result<Self, SimError> {
        let first = match served {
            None => Export {
                build,
                released: now,
                served: None,
            },
            Some(path) => match served::build_of(&path) {
                Ok((build, released)) => Export {
                    build,
                    released: released.unwrap_or(now),
                    served: Some(path),
                },
                Err(reason) => return Err(SimError::StaticData { path, reason }),
            },
        };
        Ok(Self {
            latest: first.build,
            builds: BTreeMap::from([(first.build, first)]),
        })
    }

    /// A newer build appears, with the content of the one before.
    pub(crate) fn release(&mut self, build: u32, now: Timestamp) {
        let served = self.latest().and_then(|export| export.served.clone());
        self.builds.entry(build).or_insert(Export {
            build,
            released: now,
            served,
        });
        self.latest = build;
    }

    /// The newest build.
    pub(crate) fn latest(&self) -> Option<&Export> {
        self.builds.get(&self.latest)
    }

    pub(crate) fn get(&self, build: u32) -> Option<&Export> {
        self.builds.get(&build)
    }
}

/// The simulator's own universe as CCP would publish it, for those who want the file and not the
/// site: a ZIP of JSON Lines that says it is `build`.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn static_export(build: u32) -> Result<Vec<u8>, SimError> {
    let export = Export {
        build,
        released: Timestamp::UNIX_EPOCH,
        served: None,
    };
    export.zip().map_err(|error| SimError::StaticData {
        path: PathBuf::new(),
        reason: error.to_string(),
    })
}

impl Export {
    /// The line that names the build, as `latest.jsonl` and `_sde.jsonl` have it.
    pub(crate) fn line(&self) -> Vec<u8> {
        let released = self.released.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!(
            "{{\"_key\":\"sde\",\"buildNumber\":{},\"releaseDate\":\"{released}\"}}\n",
            self.build
        )
        .into_bytes()
    }

    /// The zip. It is written anew each time and always the same.
    pub(crate) fn zip(&self) -> ZipResult<Vec<u8>> {
        if let Some(path) = &self.served {
            return served::zip(path, &self.line());
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("_sde", self.line())].into_iter().chain(universe::files()) {
            zip.start_file(format!("{name}.jsonl"), SimpleFileOptions::default())?;
            zip.write_all(&bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}
