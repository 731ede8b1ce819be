//! Completing later what was not known in time.
//!
//! The store keeps a list of the killmails that are not complete. The completer goes through it,
//! oldest first, fetches what they miss in large batches behind everything live, and puts back those
//! that have become complete: each then has one `updated` event.
//!
//! What is new on the list is looked at soon. The whole list is gone through only when something has
//! changed that may complete old entries (static data came, ESI is back), and now and then.

use std::time::Duration;

use killwire_clock::Clock;
use killwire_killmail::{KillmailId, Parsed, Progress};
use killwire_lookup::{LookupError, Priority};
use killwire_store::{Store, StoredKillmail};
use metrics::counter;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Enricher;
use super::assemble::Assembly;
use crate::IntakeError;
use crate::metric::COMPLETED;

/// Killmails looked at together: their names fit few requests of a thousand.
const PAGE: usize = 100;
/// Killmails parsed before other tasks get a turn.
const STRETCH: usize = 16;
/// Between an append and looking at what it left open: the answers of a spent budget arrive in it.
const SETTLE: Duration = Duration::from_secs(2);
/// The pause after the whole list was gone through in vain; doubles from there.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Completes enrichments. One per process.
pub struct Completer {
    enricher: Enricher,
    store: Store,
    clock: Clock,
    /// Changes when a build of the static data has come into use.
    static_data: watch::Receiver<Option<u32>>,
}

/// What going through the list, or a part of it, came to.
#[derive(Default)]
struct Pass {
    completed: usize,
    left: usize,
    /// The last killmail looked at; none where there was none.
    last: Option<KillmailId>,
}

impl Completer {
    /// A completer of what `store` lists; `static_data` tells of each build that comes into use.
    #[must_use]
    pub fn new(
        enricher: Enricher,
        store: Store,
        clock: Clock,
        static_data: watch::Receiver<Option<u32>>,
    ) -> Self {
        Self {
            enricher,
            store,
            clock,
            static_data,
        }
    }

    /// Completes what can be completed, until `stop` is cancelled.
    ///
    /// # Errors
    /// [`IntakeError::Store`] when the store fails; what was done by then is kept. An upstream that
    /// fails is asked again later.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), IntakeError> {
        let done = stop.run_until_cancelled(self.complete_for_ever()).await;
        done.unwrap_or(Ok(()))
    }

    async fn complete_for_ever(&self) -> Result<(), IntakeError> {
        let mut head = self.store.head_changes();
        let mut static_data = self.static_data.clone();
        let mut pause = FIRST_PAUSE;
        // Where the part of the list begins that has not been looked at; none for all of it.
        let mut after: Option<KillmailId> = None;
        loop {
            // Without static data nothing is ever complete.
            while static_data.borrow_and_update().is_none() {
                if static_data.changed().await.is_err() {
                    return Ok(());
                }
            }
            head.mark_unchanged();
            let whole = after.is_none();
            let pass = self.pass(after).await?;
            if pass.completed > 0 {
                pause = FIRST_PAUSE;
            } else if whole && pass.left > 0 {
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            after = pass.last.or(after);
            let paused = self.enricher.lookup.is_paused();
            tokio::select! {
                changed = head.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    // In real time: on a fast clock it would ask the store all the time.
                    tokio::time::sleep(self.clock.real_timeout(SETTLE)).await;
                }
                Ok(()) = static_data.changed() => after = None,
                () = self.enricher.lookup.until_open(), if paused => after = None,
                () = self.clock.sleep(pause) => after = None,
            }
        }
    }

    /// Through the list behind `after`, to its end.
    async fn pass(&self, mut after: Option<KillmailId>) -> Result<Pass, IntakeError> {
        let mut pass = Pass::default();
        loop {
            let page = self.store.unfinished(after, PAGE).await?;
            let Some(last) = page.last().map(|killmail| killmail.id) else {
                return Ok(pass);
            };
            let (full, looked_at) = (page.len() == PAGE, page.len());
            let completed = self.complete(page).await?;
            pass.completed += completed;
            pass.left += looked_at - completed;
            pass.last = Some(last);
            if !full {
                return Ok(pass);
            }
            after = pass.last;
        }
    }

    /// Completes those of a page that can be; answers how many.
    async fn complete(&self, page: Vec<StoredKillmail>) -> Result<usize, IntakeError> {
        let mut open: Vec<Parsed> = Vec::with_capacity(page.len());
        let mut missing = Assembly::default();
        for (place, stored) in page.into_iter().enumerate() {
            if place % STRETCH == STRETCH - 1 {
                tokio::task::yield_now().await;
            }
            match stored.parsed() {
                Ok(parsed) => {
                    missing.absorb(self.enricher.assemble(&parsed));
                    open.push(parsed);
                }
                Err(error) => {
                    tracing::error!(id = %stored.id, %error, "a killmail cannot be completed");
                    self.store.strike_unfinished(stored.id).await?;
                }
            }
        }
        if missing.can_be_fetched()
            && !self.enricher.lookup.is_paused()
            && let Err(error) = self.fetch(&missing).await
        {
            tracing::debug!(%error, "not everything can be looked up now");
        }
        let mut complete = Vec::new();
        for (place, parsed) in open.iter().enumerate() {
            if place % STRETCH == STRETCH - 1 {
                tokio::task::yield_now().await;
            }
            let enrichment = self.enricher.known(parsed);
            if enrichment.progress == Progress::Complete {
                complete.push((parsed.killmail.id, enrichment));
            }
        }
        let completed = complete.len();
        if completed > 0 {
            self.store.enrich(complete).await?;
            counter!(COMPLETED).increment(completed as u64);
        }
        Ok(completed)
    }

    async fn fetch(&self, missing: &Assembly) -> Result<(), LookupError> {
        let (names, prices) = (&missing.names, &missing.prices);
        self.enricher.fetch(names, prices, Priority::Backfill).await
    }
}
