//! Static data in use: loaded at start, replaced when CCP publishes a new build or a person brings a
//! file.
//!
//! A build is read whole into a new snapshot beside the one in use, stored beside the one in the
//! store, and only then do both switch. Whatever is killed on the way, the old build stays in use.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_store::{StaticBuild, Store, StoreError};
use killwire_universe::{
    Build, Counts, CurrentUniverse, ENCODING, ExportError, Universe, read_export_file,
};
use killwire_upstream::{StaticDataSite, UpstreamError};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// How often CCP's site is asked for its newest build. Builds come every few days.
const LOOK_EVERY: Duration = Duration::from_secs(6 * 3_600);
/// The pause after a look that failed; doubles from there up to [`LOOK_EVERY`].
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// Imports that people asked for and whose outcome is remembered.
const REMEMBERED: usize = 16;
/// What an export is called while it is being downloaded.
const DOWNLOAD: &str = "static-data.zip";

/// Why static data could not be brought.
#[derive(Debug, thiserror::Error)]
pub enum StaticDataError {
    /// The site did not give it.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// It is not an export, or a damaged one.
    #[error("{}: {source}", file.display())]
    Export {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        source: ExportError,
    },
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading it was cut off.
    #[error("reading the export was cut off: {0}")]
    CutOff(String),
}

/// How far an import has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// `downloading`, `reading` or `storing`.
    pub phase: Phase,
    /// Bytes done in this phase.
    pub done: u64,
    /// Bytes to be done, where known.
    pub total: Option<u64>,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// From CCP's site to a file.
    Downloading,
    /// From the file to a snapshot.
    Reading,
    /// From the snapshot to the store.
    Storing,
}

/// An import that somebody asked for, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedImport {
    /// Its number, from 1.
    pub number: u64,
    /// Whether it has ended.
    pub ended: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

/// What static data there is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StaticDataStatus {
    /// CCP's number of the build in use; none before the first import.
    pub build: Option<u32>,
    /// When CCP published it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Timestamp>,
    /// When it was imported here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub imported_at: Option<Timestamp>,
    /// How much of what it holds.
    #[serde(flatten)]
    pub counts: Counts,
    /// The newest build that CCP's site told of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newest: Option<u32>,
    /// When the site was last asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub looked_at: Option<Timestamp>,
    /// An import under way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub importing: Option<ImportProgress>,
    /// The last imports that people asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub asked: Vec<AskedImport>,
    /// What went wrong the last time; none when it went well.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_error: Option<String>,
}

/// The one who keeps static data. Clones share it.
#[derive(Clone)]
pub struct StaticData {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    site: Arc<StaticDataSite>,
    current: CurrentUniverse,
    clock: Clock,
    /// Where downloads are put.
    folder: PathBuf,
    status: watch::Sender<StaticDataStatus>,
    changes: watch::Sender<Option<u32>>,
    /// One import at a time.
    turn: Mutex<()>,
}

impl StaticData {
    /// Takes what the store holds into use. A build that another version of Killwire encoded is
    /// passed over: the next look at the site brings it again.
    ///
    /// # Errors
    /// [`StaticDataError::Store`] when the store fails.
    pub async fn open(
        store: Store,
        site: Arc<StaticDataSite>,
        current: CurrentUniverse,
        clock: Clock,
        folder: PathBuf,
    ) -> Result<Self, StaticDataError> {
        let static_data = Self {
            inner: Arc::new(Inner {
                store,
                site,
                current,
                clock,
                folder,
                status: watch::channel(StaticDataStatus::default()).0,
                changes: watch::channel(None).0,
                turn: Mutex::default(),
            }),
        };
        static_data.load().await?;
        Ok(static_data)
    }

    /// What there is.
    #[must_use]
    pub fn status(&self) -> StaticDataStatus {
        self.inner.status.borrow().clone()
    }

    /// Changes when a build has come into use; the number of the build.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Option<u32>> {
        self.inner.changes.subscribe()
    }

    /// Begins an import of `file`, or of the newest build of CCP's site, in a task of its own, and
    /// answers its number. [`StaticDataStatus::asked`] says what becomes of it.
    pub fn begin(&self, file: Option<PathBuf>) -> u64 {
        let mut number = 0;
        self.inner.status.send_modify(|status| {
            number = status.asked.last().map_or(1, |last| last.number + 1);
            if status.asked.len() == REMEMBERED {
                status.asked.remove(0);
            }
            status.asked.push(AskedImport {
                number,
                ended: false,
                error: None,
            });
        });
        let static_data = self.clone();
        let import = tokio::spawn({
            let static_data = self.clone();
            async move {
                match file {
                    Some(file) => static_data.import_file(&file).await,
                    None => static_data.refresh().await,
                }
            }
        });
        tokio::spawn(async move {
            // A task of its own, so that a panic ends in an answer.
            let error = match import.await {
                Ok(done) => done.err().map(|error| error.to_string()),
                Err(cut_off) => Some(cut_off.to_string()),
            };
            static_data.inner.status.send_modify(|status| {
                let asked = status.asked.iter_mut();
                for import in asked.filter(|import| import.number == number) {
                    import.ended = true;
                    import.error.clone_from(&error);
                }
            });
        });
        number
    }

    /// Imports the export in `file`. The same build again replaces itself.
    ///
    /// # Errors
    /// [`StaticDataError`]; then the build in use stays.
    pub async fn import_file(&self, file: &Path) -> Result<StaticDataStatus, StaticDataError> {
        let _turn = self.inner.turn.lock().await;
        let done = self.read_and_store(file).await;
        self.conclude(done)
    }

    /// Asks the site for its newest build and imports it, where it is not in use already.
    ///
    /// # Errors
    /// [`StaticDataError`]; then the build in use stays.
    pub async fn refresh(&self) -> Result<StaticDataStatus, StaticDataError> {
        let _turn = self.inner.turn.lock().await;
        let done = self.download_newer().await;
        self.conclude(done)
    }

    /// Keeps static data up to date until `stop` is cancelled: looks at once, then now and then.
    pub async fn run(&self, stop: CancellationToken) {
        let keeping = async {
            let mut pause = FIRST_PAUSE;
            loop {
                match self.refresh().await {
                    Ok(_) => {
                        pause = FIRST_PAUSE;
                        self.inner.clock.sleep(LOOK_EVERY).await;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "static data cannot be brought up to date; it is tried again");
                        self.inner.clock.sleep(pause).await;
                        pause = (pause * 2).min(LOOK_EVERY);
                    }
                }
            }
        };
        let _: Option<()> = stop.run_until_cancelled(keeping).await;
    }

    /// Takes the stored build into use.
    async fn load(&self) -> Result<(), StaticDataError> {
        let Some((stored, bytes)) = self.inner.store.load_static().await? else {
            return Ok(());
        };
        if stored.encoding != ENCODING {
            tracing::info!(
                build = stored.build,
                "the stored static data is of another version and is imported again"
            );
            return Ok(());
        }
        match blocking(move || Universe::decode(&bytes)).await? {
            Ok(universe) => self.take_into_use(universe, stored.imported_at),
            Err(error) => {
                tracing::warn!(%error, "the stored static data is damaged and is imported again");
            }
        }
        Ok(())
    }

    async fn download_newer(&self) -> Result<(), StaticDataError> {
        let newest = self.inner.site.latest().await?;
        let now = self.inner.clock.now();
        self.inner.status.send_modify(|status| {
            status.newest = Some(newest.number);
            status.looked_at = Some(now);
        });
        if self.inner.status.borrow().build == Some(newest.number) {
            return Ok(());
        }
        let file = self.inner.folder.join(DOWNLOAD);
        self.show(Phase::Downloading, 0, None);
        let mut told = |done, total| self.show(Phase::Downloading, done, total);
        self.inner
            .site
            .download(newest.number, &file, &mut told)
            .await?;
        let done = self.read_and_store(&file).await;
        if let Err(error) = std::fs::remove_file(&file) {
            tracing::debug!(%error, "the downloaded export stays where it is");
        }
        done
    }

    async fn read_and_store(&self, file: &Path) -> Result<(), StaticDataError> {
        let (path, status) = (file.to_owned(), self.inner.status.clone());
        let read = blocking(move || read(&path, &status)).await?;
        let (universe, bytes) = read?;
        let Build { number, released } = *universe.build().ok_or(StaticDataError::CutOff(
            "the export does not say which build it is".to_owned(),
        ))?;
        self.show(Phase::Storing, 0, Some(bytes.len() as u64));
        let imported_at = self.inner.clock.now();
        let build = StaticBuild {
            build: number,
            released,
            encoding: ENCODING,
            imported_at,
            counts_json: serde_json::to_string(&universe.counts()).unwrap_or_default(),
        };
        self.inner.store.save_static(build, bytes).await?;
        self.take_into_use(universe, imported_at);
        tracing::info!(build = number, "static data is in use");
        Ok(())
    }

    fn take_into_use(&self, universe: Universe, imported_at: Timestamp) {
        let build = universe.build().copied();
        let counts = universe.counts();
        self.inner.current.swap(universe);
        self.inner.status.send_modify(|status| {
            status.build = build.map(|build| build.number);
            status.released = build.and_then(|build| build.released);
            status.imported_at = Some(imported_at);
            status.counts = counts;
        });
        self.inner
            .changes
            .send_replace(build.map(|build| build.number));
    }

    fn conclude(
        &self,
        done: Result<(), StaticDataError>,
    ) -> Result<StaticDataStatus, StaticDataError> {
        self.inner.status.send_modify(|status| {
            status.importing = None;
            status.last_error = done.as_ref().err().map(ToString::to_string);
        });
        done.map(|()| self.status())
    }

    fn show(&self, phase: Phase, done: u64, total: Option<u64>) {
        show(&self.inner.status, phase, done, total);
    }
}

fn show(status: &watch::Sender<StaticDataStatus>, phase: Phase, done: u64, total: Option<u64>) {
    status.send_modify(|status| {
        status.importing = Some(ImportProgress { phase, done, total });
    });
}

fn read(
    file: &Path,
    status: &watch::Sender<StaticDataStatus>,
) -> Result<(Universe, Vec<u8>), StaticDataError> {
    let mut told = |progress: killwire_universe::Progress| {
        let (done, total) = (progress.bytes, progress.total_bytes);
        show(status, Phase::Reading, done, Some(total));
    };
    let universe = read_export_file(file, &mut told).map_err(|source| StaticDataError::Export {
        file: file.to_owned(),
        source,
    })?;
    let bytes = universe.encode();
    Ok((universe, bytes))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StaticDataError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StaticDataError::CutOff(error.to_string()))
}
