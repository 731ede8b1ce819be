//! Completing later what was not known in time.
//!
//! The store keeps a list of the killmails that are not complete. The completer goes through it,
//! oldest first, fetches what they miss in large batches behind everything live, and puts back those
//! that have become complete: each then has one `updated` event.

use std::time::Duration;

use killwire_clock::Clock;
use killwire_killmail::{KillmailId, Progress};
use killwire_lookup::{LookupError, Priority};
use killwire_store::{Store, StoredKillmail};
use metrics::{counter, gauge};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Enricher;
use super::assemble::Assembly;
use crate::IntakeError;
use crate::metric::{COMPLETED, UNFINISHED};

/// Killmails looked at together: their names fit few requests of a thousand.
const PAGE: usize = 100;
/// Between an append and looking at what it left open: the answers of a spent budget arrive in it.
const SETTLE: Duration = Duration::from_secs(2);
/// The pause after a pass through the list that completed nothing; doubles from there.
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

/// What one pass through the list came to.
#[derive(Default)]
struct Pass {
    completed: usize,
    left: usize,
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
        loop {
            self.enricher.lookup.until_open().await;
            head.mark_unchanged();
            let pass = self.pass().await?;
            gauge!(UNFINISHED).set(pass.left as f64);
            if pass.completed > 0 {
                pause = FIRST_PAUSE;
            }
            let patience = async {
                if pass.left > 0 {
                    self.clock.sleep(pause).await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                changed = head.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    self.clock.sleep(SETTLE).await;
                }
                Ok(()) = static_data.changed() => pause = FIRST_PAUSE,
                () = patience => pause = (pause * 2).min(LONGEST_PAUSE),
            }
        }
    }

    /// Once through the list.
    async fn pass(&self) -> Result<Pass, IntakeError> {
        let mut pass = Pass::default();
        let mut after: Option<KillmailId> = None;
        loop {
            let page = self.store.unfinished(after, PAGE).await?;
            let Some(last) = page.last().map(|killmail| killmail.id) else {
                return Ok(pass);
            };
            let full = page.len() == PAGE;
            let looked_at = page.len();
            let completed = self.complete(page).await?;
            pass.completed += completed;
            pass.left += looked_at - completed;
            if !full || self.enricher.lookup.is_paused() {
                return Ok(pass);
            }
            after = Some(last);
        }
    }

    /// Completes those of a page that can be; answers how many.
    async fn complete(&self, page: Vec<StoredKillmail>) -> Result<usize, IntakeError> {
        let mut open = Vec::with_capacity(page.len());
        let mut missing = Assembly::default();
        for stored in page {
            let Ok(parsed) = stored.parsed() else {
                continue;
            };
            missing.absorb(self.enricher.assemble(&parsed));
            open.push(parsed);
        }
        if missing.can_be_fetched()
            && let Err(error) = self.fetch(&missing).await
        {
            tracing::debug!(%error, "not everything can be looked up now");
        }
        let complete: Vec<_> = open
            .iter()
            .map(|parsed| (parsed.killmail.id, self.enricher.known(parsed)))
            .filter(|(_, enrichment)| enrichment.progress == Progress::Complete)
            .collect();
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
