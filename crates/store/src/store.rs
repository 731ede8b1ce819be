//! The handle that everything else holds.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Instant;

use futures::StreamExt;
use killwire_clock::Clock;
use killwire_killmail::{KillmailId, Parsed};
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::backend::{self, Connection, Readers};
use crate::change::{Change, Done, Request};
use crate::clients::{self, Clients};
use crate::column::damaged;
use crate::error::database;
use crate::event_row;
use crate::matches::head::{self as match_head, MatchEnds};
use crate::profile::ending::Endings;
use crate::recent::Recent;
use crate::sql::sql;
use crate::writer::{Fault, QUEUE, Writer};
use crate::{
    Append, ImportReport, Offer, Outcome, Seq, StoreConfig, StoreError, metric, prepared, scan,
    schema, static_data,
};

/// Events that are read at a time when the window is filled. Few: what is read and not kept leaves
/// holes in memory that the process keeps.
const FILL_CHUNK: i64 = 64;

/// The handle to durable state. Clones share it; the last one dropped closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let backend = &self.inner.config.backend;
        f.debug_struct("Store")
            .field("backend", backend)
            .finish_non_exhaustive()
    }
}

/// What all handles share.
pub(crate) struct Inner {
    pub(crate) config: StoreConfig,
    pub(crate) clock: Clock,
    pub(crate) readers: Readers,
    pub(crate) recent: Arc<Recent>,
    pub(crate) matches: Arc<MatchEnds>,
    endings: Arc<Endings>,
    /// Held by whoever scans killmails.
    pub(crate) scans: Arc<Semaphore>,
    pub(crate) clients: Clients,
    /// When garbage collection counts names and prices again: Unix seconds.
    pub(crate) counted_next: AtomicI64,
    /// Held while a new build of static data is written.
    pub(crate) static_import: tokio::sync::Mutex<()>,
    requests: mpsc::Sender<Request>,
    fault: Arc<Fault>,
    closing: CancellationToken,
    closed: CancellationToken,
}

/// Figures for `/status` and `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoreStats {
    /// The log's end.
    pub head: Seq,
    /// The oldest event still there.
    pub oldest: Seq,
    /// Killmails stored.
    pub killmails: u64,
    /// Clients with offsets.
    pub clients: u64,
    /// The slowest client's distance from the head, in events.
    pub slowest_client_lag: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Gaps still open.
    pub open_gaps: u64,
    /// Killmails of which something is still looked for.
    pub unfinished: u64,
    /// Bytes of database.
    pub bytes: u64,
    /// Events in the window.
    pub window_events: u64,
    /// Bytes in the window.
    pub window_bytes: u64,
}

impl Store {
    /// Opens or makes the database, migrates it, takes the lead (a new epoch), fills the window.
    ///
    /// # Errors
    /// `NewerSchema` for a database of a newer Killwire, `Led` when another process keeps the lead,
    /// others when the database cannot be reached or read.
    pub async fn open(config: StoreConfig, clock: Clock) -> Result<Self, StoreError> {
        let backend = &config.backend;
        let doing = database("opening the database");
        let mut connection = Connection::open(backend).await.map_err(&doing)?;
        connection.take_lead(config.lead).await?;
        schema::migrate(&mut connection, backend, clock.now()).await?;
        // From here on, whoever led before writes nothing any more.
        let lead = sql("UPDATE log_head SET epoch = epoch + 1 RETURNING epoch, seq, oldest");
        let rows: Vec<(i64, i64, i64)> = connection.fetch_all(&lead).await.map_err(&doing)?;
        let Some((epoch, head, oldest)) = rows.first().copied() else {
            return Err(damaged("log_head", "its row is missing"));
        };
        static_data::tidy(&mut connection).await?;
        let matches = MatchEnds::new(match_head::read(&mut connection).await?);
        let matches = Arc::new(matches);
        let endings: Arc<Endings> = Arc::default();
        let readers = Readers::open(backend).map_err(&doing)?;
        let recent = Arc::new(Recent::new(
            config.window,
            config.retention.max_events_per_system,
            Seq(oldest),
            Seq(head),
        ));
        fill_window(&recent, &readers, config.window.events).await?;
        let (count, _) = clients::on_disk(&readers).await?;

        let (requests, waiting) = mpsc::channel(QUEUE);
        let fault = Arc::new(Fault::default());
        let (closing, closed) = (CancellationToken::new(), CancellationToken::new());
        let writer = Writer {
            backend: config.backend.clone(),
            connection: Some(connection),
            readers: readers.clone(),
            epoch,
            clock: clock.clone(),
            recent: Arc::clone(&recent),
            matches: Arc::clone(&matches),
            endings: Arc::clone(&endings),
            fault: Arc::clone(&fault),
            deposed: false,
        };
        tokio::spawn(writer.run(waiting, closing.clone(), closed.clone()));
        let clients = Clients::new(count, config.retention.max_clients);
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                clock,
                readers,
                recent,
                matches,
                endings,
                scans: Arc::new(Semaphore::new(scan::AT_ONCE)),
                clients,
                counted_next: AtomicI64::new(i64::MIN),
                static_import: tokio::sync::Mutex::new(()),
                requests,
                fault,
                closing,
                closed,
            }),
        })
    }

    /// Commits what is waiting and closes. Later calls answer `StoreError::Closed`.
    pub async fn close(&self) {
        // What clients moved past without getting anything; it loses nothing when this fails.
        if let Err(error) = self.save_clients().await
            && !matches!(error, StoreError::Closed)
        {
            tracing::warn!(%error, "closing without the last offsets of quiet clients");
        }
        self.inner.closing.cancel();
        self.inner.closed.cancelled().await;
    }

    pub(crate) fn endings(&self) -> Arc<Endings> {
        Arc::clone(&self.inner.endings)
    }

    /// Makes `append` durable, all of it or nothing; one outcome per offer, in order.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it was written, or when it is not known whether it was (the
    /// connection was lost while committing): then offering it again does no harm.
    #[tracing::instrument(level = "debug", skip_all, fields(offers = append.offers.len()))]
    pub async fn append(&self, append: Append) -> Result<Vec<Outcome>, StoreError> {
        let now = self.inner()?.clock.now();
        let mut also = Vec::new();
        also.extend(append.position.as_ref().map(crate::position::write));
        also.extend(append.gaps.iter().map(|gap| crate::gap::write(gap, now)));
        let entries = append.quarantined.into_iter();
        also.extend(entries.map(|entry| crate::quarantine::write(entry, now)));
        if append.offers.is_empty() && also.is_empty() {
            return Ok(Vec::new());
        }
        let offers = prepared::offers(append.offers).await;
        Ok(self.submit(Change::Append { offers, also }).await?.outcomes)
    }

    /// Appends one killmail; [`Store::append`] for a single offer.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn insert_event(&self, offer: Offer) -> Result<Outcome, StoreError> {
        let append = Append {
            offers: vec![offer],
            ..Append::default()
        };
        let outcomes = self.append(append).await?;
        Ok(outcomes.first().copied().unwrap_or(Outcome::Duplicate))
    }

    /// Stores archive killmails in bulk: rows outside the log and one `imported` event. A batch
    /// that brings nothing new leaves no event.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn import(&self, batch: Vec<Parsed>) -> Result<ImportReport, StoreError> {
        if batch.is_empty() {
            return Ok(ImportReport::default());
        }
        let batch = prepared::archive(batch).await;
        Ok(self
            .submit(Change::Import { batch, event: true })
            .await?
            .report)
    }

    /// Stores one killmail without an event (an import of one, without the batch).
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn put(&self, parsed: Parsed) -> Result<(), StoreError> {
        let batch = prepared::archive(vec![parsed]).await;
        self.submit(Change::Import {
            batch,
            event: false,
        })
        .await?;
        Ok(())
    }

    /// Deletes a killmail for good; its log entries become tombstones. False when there was none.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn delete(&self, id: KillmailId) -> Result<bool, StoreError> {
        Ok(self.submit(Change::Delete(id)).await?.rows > 0)
    }

    /// The log's end.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.inner.recent.ends().head
    }

    /// The oldest event still in the log (head + 1 when it is empty).
    #[must_use]
    pub fn oldest(&self) -> Seq {
        self.inner.recent.ends().oldest
    }

    /// Changes when a commit has become visible.
    #[must_use]
    pub fn head_changes(&self) -> watch::Receiver<Seq> {
        self.inner.recent.head_changes()
    }

    /// Whether the last write succeeded; otherwise why not. For `/health/ready`.
    #[must_use]
    pub fn write_fault(&self) -> Option<String> {
        self.inner.fault.get()
    }

    /// A consistent copy of the whole database in a new file: on SQLite a database, on PostgreSQL
    /// what `pg_dump --format=custom` writes.
    ///
    /// # Errors
    /// `Backup` when the file cannot be written, is there already, or `pg_dump` is missing.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        backend::backup(&self.inner()?.config.backend, file).await
    }

    /// Figures of the whole store. Cheap enough to be asked every few seconds.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn stats(&self) -> Result<StoreStats, StoreError> {
        let inner = self.inner()?;
        let doing = database("counting what is stored");
        let query = sql("SELECT (SELECT killmails FROM log_head), \
                    (SELECT COUNT(*) FROM quarantine), \
                    (SELECT COUNT(*) FROM gap WHERE state = 0), \
                    (SELECT COUNT(*) FROM unfinished), \
                    (SELECT MIN(passed) FROM client)");
        let row: Option<(i64, i64, i64, i64, Option<i64>)> =
            inner.readers.fetch_optional(&query).await.map_err(&doing)?;
        let (killmails, quarantined, open_gaps, unfinished, passed) = row.unwrap_or_default();
        let (bytes, _) = inner.readers.size().await.map_err(&doing)?;
        let ends = inner.recent.ends();
        let (window_events, window_bytes) = inner.recent.window_size();
        let lag = passed.map_or(0, |passed| ends.head.0 - passed);
        let stats = StoreStats {
            head: ends.head,
            oldest: ends.oldest,
            killmails: crate::column::unsigned(killmails),
            clients: inner.clients.count() as u64,
            slowest_client_lag: crate::column::unsigned(lag),
            quarantined: crate::column::unsigned(quarantined),
            open_gaps: crate::column::unsigned(open_gaps),
            unfinished: crate::column::unsigned(unfinished),
            bytes,
            window_events: window_events as u64,
            window_bytes: window_bytes as u64,
        };
        metric::show(&stats);
        Ok(stats)
    }

    /// What all handles share, while the store is open.
    pub(crate) fn inner(&self) -> Result<&Inner, StoreError> {
        if self.inner.closing.is_cancelled() {
            return Err(StoreError::Closed);
        }
        Ok(&self.inner)
    }

    /// The ends of the matches.
    pub(crate) fn match_ends(&self) -> &MatchEnds {
        &self.inner.matches
    }

    /// The connections that read, while the store is open.
    pub(crate) fn readers(&self) -> Result<&Readers, StoreError> {
        Ok(&self.inner()?.readers)
    }

    /// Hands a change to the writer and waits until it is on disk.
    pub(crate) async fn submit(&self, change: Change) -> Result<Done, StoreError> {
        let (reply, answer) = oneshot::channel();
        let request = Request {
            change,
            reply,
            arrived: Instant::now(),
        };
        let sent = self.inner()?.requests.send(request).await;
        sent.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// Reads the log's end into the window, newest first, until it is full. Several chunks are read
/// and parsed at the same time.
async fn fill_window(recent: &Recent, readers: &Readers, events: usize) -> Result<(), StoreError> {
    let ends = recent.ends();
    let room = i64::try_from(events).unwrap_or(i64::MAX);
    let first = ends.oldest.0.max((ends.head.0 + 1).saturating_sub(room));
    let mut chunks = Vec::new();
    let mut up_to = ends.head.0;
    while up_to >= first {
        let after = (up_to - FILL_CHUNK).max(first - 1);
        chunks.push((Seq(after), Seq(up_to)));
        up_to = after;
    }
    let mut read = futures::stream::iter(chunks)
        .map(|(after, up_to)| async move {
            let rows = readers.fetch_all(&event_row::range(after, up_to)).await;
            event_row::decode(rows.map_err(database("reading the log's end"))?).await
        })
        .buffered(3);
    while let Some(events) = read.next().await {
        if !recent.prepend(events?) {
            break;
        }
    }
    Ok(())
}
