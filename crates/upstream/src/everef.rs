//! EVE Ref's day archives: `killmails-YYYY-MM-DD.tar.bz2`, one member per killmail, ESI's body with
//! `killmail_hash` added and without zKillboard's block. They trail the present by about two days.
//!
//! An archive is unpacked while it arrives: neither the compressed nor the unpacked bytes are ever
//! held as a whole.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use jiff::civil::Date;
use tokio::sync::mpsc;

use crate::http::{Body, Limited, Request};
use crate::line::Line;
use crate::policy::{MAX_ARCHIVE, MAX_ARCHIVE_UNPACKED, MAX_KILLMAIL, MAX_TOTALS};
use crate::{DayTotals, Memory, Priority, Upstream, UpstreamConfig, UpstreamError, UpstreamReport};

/// Compressed pieces between the network and the unpacker.
const PIECES_AHEAD: usize = 16;
/// Members between the unpacker and the reader.
const MEMBERS_AHEAD: usize = 16;

/// EVE Ref's archives.
pub struct EveRef {
    line: Line,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path in the archive: `killmails/{id}.json`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Member {
    /// The killmail id in its name.
    #[must_use]
    pub fn killmail_id(&self) -> Option<killwire_killmail::KillmailId> {
        let file = self.name.rsplit('/').next()?;
        file.strip_suffix(".json")?.parse().ok()
    }
}

/// A day archive that is being unpacked. Dropping it stops the download.
pub struct DayArchive {
    members: mpsc::Receiver<Result<Member, UpstreamError>>,
}

impl DayArchive {
    /// The next member; none at the end. Nothing comes after an error.
    ///
    /// # Errors
    /// [`UpstreamError`] when the download breaks off or the archive is damaged. What came before
    /// is good.
    pub async fn next(&mut self) -> Option<Result<Member, UpstreamError>> {
        self.members.recv().await
    }
}

impl EveRef {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::EveRef, config, memory).await?,
        })
    }

    /// How many killmails each archive has.
    ///
    /// # Errors
    /// [`UpstreamError`], [`UpstreamError::Unreadable`] included.
    pub async fn totals(&self) -> Result<DayTotals, UpstreamError> {
        let url = self.line.url("killmails/totals.json");
        let mut request = Request::get(url, MAX_TOTALS);
        request.priority = Priority::Backfill;
        let body = self.line.fetch(&request).await?;
        DayTotals::parse(&body).map_err(|reason| self.line.unreadable(&request.url, &reason))
    }

    /// The archive of one day.
    ///
    /// # Errors
    /// [`UpstreamError::NotFound`] when it is not published (yet); others as they come.
    pub async fn day(&self, day: Date) -> Result<DayArchive, UpstreamError> {
        let name = day.strftime("%Y/killmails-%Y-%m-%d.tar.bz2");
        let url = self.line.url(&format!("killmails/{name}"));
        let mut request = Request::get(url, MAX_ARCHIVE);
        request.streamed = true;
        request.priority = Priority::Backfill;
        let answer = self.line.send(&request).await?;
        if let Some(error) = answer.failure(Upstream::EveRef, &request.url, self.line.clock.now()) {
            return Err(error);
        }
        let Body::Streamed(body) = answer.body else {
            return Err(broken(&request.url, "the body was not streamed"));
        };
        Ok(unpack(body, request.url))
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}

fn broken(url: &str, reason: &str) -> UpstreamError {
    UpstreamError::Broken {
        upstream: Upstream::EveRef,
        url: url.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Starts the two ends of the pipe: one pulls pieces off the network, the other unpacks them on a
/// thread of its own. Both end when the archive is dropped.
fn unpack(mut body: Limited, url: String) -> DayArchive {
    let (pieces, arriving) = mpsc::channel(PIECES_AHEAD);
    let (sender, members) = mpsc::channel(MEMBERS_AHEAD);
    tokio::spawn(async move {
        loop {
            let piece = match body.chunk().await {
                Ok(None) => return,
                Ok(Some(piece)) => Ok(piece),
                Err(error) => Err(io::Error::other(error.to_string())),
            };
            let failed = piece.is_err();
            if pieces.send(piece).await.is_err() || failed {
                return;
            }
        }
    });
    tokio::task::spawn_blocking(move || {
        let arriving = Arriving {
            pieces: arriving,
            current: Bytes::new(),
        };
        if let Err(error) = read_members(arriving, &sender) {
            let _ = sender.blocking_send(Err(broken(&url, &error.to_string())));
        }
    });
    DayArchive { members }
}

fn read_members(
    arriving: Arriving,
    members: &mpsc::Sender<Result<Member, UpstreamError>>,
) -> io::Result<()> {
    let unpacked = bzip2::read::MultiBzDecoder::new(arriving).take(MAX_ARCHIVE_UNPACKED);
    for entry in tar::Archive::new(unpacked).entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path()?.to_string_lossy().into_owned();
        if entry.size() > MAX_KILLMAIL {
            tracing::warn!(
                name,
                size = entry.size(),
                "archive member is too large, skipped"
            );
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if members.blocking_send(Ok(Member { name, bytes })).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The pieces off the network as a blocking reader.
struct Arriving {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.current = piece?,
                None => return Ok(0),
            }
        }
        let taken = self.current.len().min(buffer.len());
        self.current.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}
