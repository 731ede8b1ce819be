//! The reader: follows the log at its own speed, and stores what matches together with how far it
//! has come. So no killmail is missed, and none matched twice, whatever interrupts it.

use std::sync::Arc;
use std::time::Duration;

use killwire_clock::Clock;
use killwire_store::{
    EventKind, EventQuery, Kinds, LogEvent, NewMatch, ReadError, ReaderName, ScanBy, ScanQuery,
    Seq, Store, StoreError,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::index::Matcher;
use crate::live::{Live, View};
use crate::matching::{Item, matches_of};
use crate::metric;
use crate::subject::Chains;

/// Events in one stretch of work.
const STRETCH: usize = 256;

/// How long a position that brought no match may wait to be stored. Reading it again finds the same.
const QUIET: Duration = Duration::from_secs(5);

/// How many events may be read again after a crash for the same reason.
const QUIET_EVENTS: i64 = 1_000;

/// Why the reader stopped. It is started again, and goes on from where it stored that it was.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The store failed.
    #[error("following the log: {0}")]
    Store(#[from] StoreError),
    /// The log ends before the reader's position: it is not the log that was read.
    #[error("following the log: {0}")]
    Read(ReadError),
    /// Matching panicked.
    #[error("matching ended early: {0}")]
    Matching(#[from] tokio::task::JoinError),
}

/// Follows the log for the profiles in force.
pub struct Reader {
    store: Store,
    live: Arc<Live>,
    chains: Arc<dyn Chains>,
    clock: Clock,
    name: ReaderName,
    matcher: Matcher,
    /// How far everything is matched.
    position: Seq,
    /// How far it is stored that everything is matched.
    stored: Seq,
    /// For who wants to see the position.
    shown: Option<watch::Sender<Option<Seq>>>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Where the reader goes on. The first time that is the log's end: profiles look forward, and
    /// `profile test` looks back. Asked before the log moves, so that nothing is passed over that
    /// comes while the program starts.
    ///
    /// # Errors
    /// [`ReaderError`] when the store fails.
    pub async fn place(store: &Store) -> Result<Seq, ReaderError> {
        let name = reader_name();
        if let Some(position) = store.reader_position(&name).await? {
            return Ok(position);
        }
        let head = store.head();
        store.record_matches(&name, head, Vec::new()).await?;
        Ok(head)
    }

    /// A reader that goes on where it was, see [`Reader::place`].
    ///
    /// # Errors
    /// [`ReaderError`] when the store fails.
    pub async fn open(
        store: Store,
        live: Arc<Live>,
        chains: Arc<dyn Chains>,
        clock: Clock,
    ) -> Result<Self, ReaderError> {
        let position = Self::place(&store).await?;
        Ok(Self {
            store,
            live,
            chains,
            clock,
            name: reader_name(),
            matcher: Matcher::default(),
            position,
            stored: position,
            shown: None,
        })
    }

    /// Shows from now on how far everything is matched.
    #[must_use]
    pub fn showing(mut self, position: watch::Sender<Option<Seq>>) -> Self {
        position.send_replace(Some(self.position));
        self.shown = Some(position);
        self
    }

    /// Follows the log until `stop`.
    ///
    /// # Errors
    /// [`ReaderError`]; what was stored stays so.
    pub async fn run(mut self, stop: &CancellationToken) -> Result<(), ReaderError> {
        let mut head = self.store.head_changes();
        loop {
            head.mark_unchanged();
            while self.step().await? {
                if stop.is_cancelled() {
                    return Ok(());
                }
            }
            let quiet = self.stored < self.position;
            tokio::select! {
                () = stop.cancelled() => {
                    self.store_position().await?;
                    return Ok(());
                }
                changed = head.changed() => if changed.is_err() {
                    return Err(StoreError::Closed.into());
                },
                () = self.clock.sleep(QUIET), if quiet => self.store_position().await?,
            }
        }
    }

    /// Matches a stretch. False at the log's end.
    async fn step(&mut self) -> Result<bool, ReaderError> {
        let query = EventQuery {
            after: self.position,
            limit: STRETCH,
            kinds: Kinds {
                new: true,
                updated: true,
                imported: false,
            },
            systems: Vec::new(),
            characters: Vec::new(),
        };
        let page = match self.store.read_events(&query).await {
            Ok(page) => page,
            Err(ReadError::Gone { oldest, .. }) => {
                self.catch_up(oldest).await?;
                return Ok(true);
            }
            Err(ReadError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(ReaderError::Read(error)),
        };
        let items: Vec<Item> = page.events.iter().filter_map(|event| item(event)).collect();
        let matches = self.matched(items).await?;
        self.position = page.next;
        let many = self.position.0 - self.stored.0 >= QUIET_EVENTS;
        if !matches.is_empty() || many {
            self.record(self.position, matches).await?;
        }
        metric::lag(self.store.head().0 - self.position.0);
        if let Some(shown) = &self.shown {
            shown.send_replace(Some(self.position));
        }
        Ok(!page.at_head)
    }

    /// What retention took from the log before it was read is among the killmails themselves.
    async fn catch_up(&mut self, oldest: Seq) -> Result<(), ReaderError> {
        let Some(mark) = self.store.reader_mark(&self.name).await? else {
            return Ok(());
        };
        tracing::warn!(
            position = self.position.0,
            oldest = oldest.0,
            "the log went on without the reader; reading the killmails stored since"
        );
        let mut scan = self.store.scan_facts(ScanQuery {
            by: ScanBy::Stored,
            since: mark.reached,
            until: self.clock.now(),
        })?;
        let mut found = Vec::new();
        while let Some(killmails) = scan.next().await {
            let items = killmails?.into_iter().map(|killmail| Item {
                seq: Seq(oldest.0 - 1),
                published: killmail.stored_at,
                facts: Arc::new(killmail.facts),
            });
            found.extend(self.matched(items.collect()).await?);
        }
        self.position = Seq(oldest.0 - 1);
        self.record(self.position, found).await
    }

    /// Off the threads that serve clients: a stretch may take milliseconds.
    async fn matched(&mut self, items: Vec<Item>) -> Result<Vec<NewMatch>, ReaderError> {
        let view: Arc<View> = self.live.load();
        if items.is_empty() || view.snapshot.is_empty() {
            return Ok(Vec::new());
        }
        let before = *self.matcher.probe();
        let mut matcher = std::mem::take(&mut self.matcher);
        let chains = Arc::clone(&self.chains);
        let matching = tokio::task::spawn_blocking(move || {
            let matches = matches_of(&view, &mut matcher, &*chains, &items);
            (matcher, matches)
        });
        let (matcher, matches) = matching.await?;
        self.matcher = matcher;
        metric::probed(&self.matcher.probe().since(&before));
        Ok(matches)
    }

    async fn record(&mut self, through: Seq, matches: Vec<NewMatch>) -> Result<(), ReaderError> {
        let new = self
            .store
            .record_matches(&self.name, through, matches)
            .await?;
        metric::recorded(new.len());
        self.stored = through;
        Ok(())
    }

    async fn store_position(&mut self) -> Result<(), ReaderError> {
        if self.stored < self.position {
            self.record(self.position, Vec::new()).await?;
        }
        Ok(())
    }
}

/// What the store knows the reader by.
#[must_use]
pub fn reader_name() -> ReaderName {
    ReaderName("surveillance".to_owned())
}

/// Of an event, what is matched. A tombstone has nothing.
fn item(event: &LogEvent) -> Option<Item> {
    if event.kind == EventKind::Imported {
        return None;
    }
    Some(Item {
        seq: event.seq,
        published: event.appended_at,
        facts: Arc::clone(event.facts.as_ref()?),
    })
}
