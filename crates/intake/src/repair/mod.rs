//! Looking later for what the feed skipped.
//!
//! A gap is tried in two ways: its numbers are asked for again ([`numbers`]; a slow edge, a late
//! upload), and the day indexes that can hold its killmails are compared with what the feed has
//! announced ([`days`]; the bodies come from ESI or EVE Ref). What is found is appended as late news.
//! [`schedule`] decides when a gap is tried again and when it is closed.

mod bodies;
mod days;
mod memory;
mod numbers;
mod round;
mod schedule;

use std::time::Duration;

use killwire_clock::Clock;
use killwire_store::{Gap, GapId, GapState, Store};
use killwire_upstream::Upstreams;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub(crate) use self::memory::note_first_killmail;

use self::round::Round;
use crate::IntakeError;
use crate::enrich::Enricher;

/// How often the store is asked for gaps that are due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The repair task, and the hand that `killwire gaps repair` uses.
pub struct Repairer {
    upstreams: Upstreams,
    store: Store,
    enricher: Enricher,
    clock: Clock,
    /// One round at a time.
    round: Mutex<()>,
}

/// What a round of repairs came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RepairReport {
    /// Gaps looked at.
    pub tried: u64,
    /// Gaps closed: all found, or nothing more to be found.
    pub repaired: u64,
    /// Gaps given up.
    pub abandoned: u64,
    /// Gaps that stay open; they are tried again by themselves.
    pub open: u64,
    /// Killmails brought that were not known.
    pub killmails: u64,
    /// The gaps as they stand now.
    pub gaps: Vec<Gap>,
}

impl RepairReport {
    fn add(&mut self, gap: Gap) {
        self.tried += 1;
        match gap.state {
            GapState::Open => self.open += 1,
            GapState::Repaired => self.repaired += 1,
            GapState::Abandoned => self.abandoned += 1,
        }
        self.gaps.push(gap);
    }
}

impl Repairer {
    /// A repairer that shares the follower's upstreams, and with them all floors.
    #[must_use]
    pub fn new(upstreams: Upstreams, store: Store, enricher: Enricher, clock: Clock) -> Self {
        Self {
            upstreams,
            store,
            enricher,
            clock,
            round: Mutex::default(),
        }
    }

    /// Repairs what is due until `stop` is cancelled. What a cancelled round did not finish stays
    /// due.
    ///
    /// # Errors
    /// [`IntakeError::Store`] when the store fails. An upstream that fails is asked again later.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), IntakeError> {
        while let Some(done) = stop.run_until_cancelled(self.repair_due()).await {
            done?;
        }
        Ok(())
    }

    /// Repairs one gap, or all that are open, whether due or not.
    ///
    /// # Errors
    /// [`IntakeError::NoSuchGap`], or the store's.
    pub async fn repair_now(&self, gap: Option<GapId>) -> Result<RepairReport, IntakeError> {
        let gaps = match gap {
            Some(id) => {
                let gap = self.store.gap(id).await?;
                vec![gap.ok_or(IntakeError::NoSuchGap(id))?]
            }
            None => self.store.gaps(Some(GapState::Open)).await?,
        };
        self.repair(gaps).await
    }

    async fn repair_due(&self) -> Result<(), IntakeError> {
        memory::take_baseline(&self.store, &self.upstreams.r2z2).await?;
        let due = self.store.due_gaps(self.clock.now()).await?;
        if !due.is_empty() {
            let report = self.repair(due).await?;
            tracing::info!(
                tried = report.tried,
                repaired = report.repaired,
                open = report.open,
                abandoned = report.abandoned,
                killmails = report.killmails,
                "repaired gaps"
            );
        }
        self.clock.sleep(LOOK_EVERY).await;
        Ok(())
    }

    async fn repair(&self, gaps: Vec<Gap>) -> Result<RepairReport, IntakeError> {
        let _one_at_a_time = self.round.lock().await;
        let mut round = Round::new(&self.upstreams, &self.store, &self.enricher, &self.clock);
        Ok(round.run(gaps).await?)
    }
}
