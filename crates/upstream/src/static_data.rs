//! CCP's static data export: which build is the newest, and the file of a build.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::http::{Body, Request};
use crate::json::optional_moment;
use crate::line::Line;
use crate::policy::{MAX_LATEST_BUILD, MAX_STATIC_DATA};
use crate::{Memory, Priority, Upstream, UpstreamConfig, UpstreamError, UpstreamReport};

/// The key of the line in `latest.jsonl` that names the newest build.
const EXPORT_KEY: &str = "sde";

/// The site of CCP's static data export.
pub struct StaticDataSite {
    line: Line,
}

/// A published build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// Its number, which grows.
    pub number: u32,
    /// When it was published.
    pub released: Option<Timestamp>,
}

/// A line of `latest.jsonl`: `{"_key":"sde","buildNumber":3503375,"releaseDate":"…"}`.
#[derive(Deserialize)]
struct Note {
    #[serde(rename = "_key")]
    key: String,
    #[serde(rename = "buildNumber")]
    number: u32,
    #[serde(default, rename = "releaseDate", deserialize_with = "optional_moment")]
    released: Option<Timestamp>,
}

/// A file that is removed again unless it was finished.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone already once it has its final name.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl StaticDataSite {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::StaticData, config, memory).await?,
        })
    }

    /// The newest build.
    ///
    /// # Errors
    /// [`UpstreamError::Unreadable`], the pauses and what can happen on the wire.
    pub async fn latest(&self) -> Result<Build, UpstreamError> {
        let url = self.line.url("tranquility/latest.jsonl");
        let mut request = Request::get(url, MAX_LATEST_BUILD);
        request.json = true;
        let body = self.line.fetch(&request).await?;
        let notes = body.split(|byte| *byte == b'\n');
        notes
            .filter_map(|line| serde_json::from_slice::<Note>(line).ok())
            .find(|note| note.key == EXPORT_KEY)
            .map(|note| Build {
                number: note.number,
                released: note.released,
            })
            .ok_or_else(|| {
                self.line
                    .unreadable(&request.url, "it names no build of the export")
            })
    }

    /// Downloads the export of `build` (JSONL, a ZIP of some 100 MB, at most 512 MB) to `to`, and
    /// gives its size in bytes. It is written under a name of its own and gets the name `to` only
    /// when it is there whole and on the disk; until then an earlier file stays. `progress` is told
    /// the bytes so far, and all bytes where the site says how many there are.
    ///
    /// # Errors
    /// [`UpstreamError::NotFound`] for a build that is not there, [`UpstreamError::TooLarge`],
    /// [`UpstreamError::File`] when it cannot be written; the pauses and what can happen on the wire.
    pub async fn download(
        &self,
        build: u32,
        to: &Path,
        progress: &mut (dyn FnMut(u64, Option<u64>) + Send),
    ) -> Result<u64, UpstreamError> {
        let name = format!("tranquility/eve-online-static-data-{build}-jsonl.zip");
        let mut request = Request::get(self.line.url(&name), MAX_STATIC_DATA);
        request.streamed = true;
        request.priority = Priority::Backfill;
        let answer = self.line.send(&request).await?;
        if let Some(error) = answer.failure(self.line.upstream, &request.url, self.line.clock.now())
        {
            return Err(error);
        }
        let whole = answer.number("content-length");
        if whole.is_some_and(|bytes| bytes > MAX_STATIC_DATA) {
            return Err(UpstreamError::TooLarge {
                upstream: self.line.upstream,
                url: request.url,
                limit: MAX_STATIC_DATA,
            });
        }
        let Body::Streamed(mut body) = answer.body else {
            return Err(self
                .line
                .unreadable(&request.url, "the body was not streamed"));
        };
        let unfinished = Unfinished(unfinished_name(to));
        let failed = |error: std::io::Error| UpstreamError::File {
            upstream: Upstream::StaticData,
            path: unfinished.0.display().to_string(),
            reason: error.to_string(),
        };
        let mut file = File::create(&unfinished.0).await.map_err(failed)?;
        let mut bytes = 0;
        progress(bytes, whole);
        while let Some(piece) = body.chunk().await? {
            file.write_all(&piece).await.map_err(failed)?;
            bytes += piece.len() as u64;
            progress(bytes, whole);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        drop(file);
        fs::rename(&unfinished.0, to).await.map_err(failed)?;
        Ok(bytes)
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}

/// Beside the final name, so that renaming does not copy.
fn unfinished_name(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    to.with_file_name(name)
}
