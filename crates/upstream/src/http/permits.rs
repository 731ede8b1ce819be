//! Permission for one request to leave. The rate limit gets it for the first attempt of a call, the
//! retry for each further one, from the same place; so every request waits for its turn and pays,
//! however it comes about.
//!
//! A request needs: no pause that the upstream has asked for, some time since the last answer, and
//! enough left of each budget that it pays into.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;

use super::{Answer, Request};
use crate::ledger::Ledger;
use crate::meter::Meter;
use crate::policy::Policy;
use crate::refusal::Refusals;
use crate::{BudgetReport, Memory, Refusal, Upstream, UpstreamError};

pub(crate) struct Permits {
    upstream: Upstream,
    clock: Clock,
    refusals: Refusals,
    spacing: Duration,
    /// Held by whoever is next, while it waits.
    turn: tokio::sync::Mutex<()>,
    /// No request begins before this time.
    free_at: Mutex<Timestamp>,
    ledgers: Vec<Ledger>,
    meter: Arc<Meter>,
}

impl Permits {
    /// Recalls the pause and the budgets that an earlier process left.
    pub(super) async fn recall(
        policy: &Policy,
        clock: Clock,
        memory: Arc<dyn Memory>,
        meter: Arc<Meter>,
    ) -> Self {
        let upstream = meter.upstream();
        let mut ledgers = Vec::new();
        for budget in policy.budgets {
            let ledger = Ledger::recall(upstream, *budget, clock.now(), memory.clone());
            ledgers.push(ledger.await);
        }
        Self {
            upstream,
            refusals: Refusals::recall(upstream, clock.clone(), memory).await,
            clock,
            spacing: policy.spacing,
            turn: tokio::sync::Mutex::default(),
            free_at: Mutex::new(Timestamp::MIN),
            ledgers,
            meter,
        }
    }

    /// Nothing while requests may leave, as far as what holds for all of them goes.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause, and while a budget of all requests is spent.
    pub(crate) fn check(&self) -> Result<(), UpstreamError> {
        self.refusals.check()?;
        self.afford(Ledger::is_for_all)
    }

    /// Waits for the turn of one request and pays for it.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause, and while one of its budgets is spent. Then
    /// nothing is paid.
    pub(super) async fn take(&self, request: &Request) -> Result<(), UpstreamError> {
        // Before waiting, so that a refusal comes at once, and after it.
        self.may_leave(request)?;
        let _turn = self.turn.lock().await;
        loop {
            let free_at = *self.free_at();
            if free_at <= self.clock.now() {
                break;
            }
            // An answer that comes meanwhile moves it on.
            self.clock.sleep_until(free_at).await;
        }
        self.may_leave(request)?;
        // Before the first await: also for a request that is dropped half way.
        self.space_out();
        let now = self.clock.now();
        for ledger in self.ledgers.iter().filter(|ledger| ledger.is_for(request)) {
            ledger.reserve(now).await;
        }
        self.meter.sent();
        Ok(())
    }

    fn may_leave(&self, request: &Request) -> Result<(), UpstreamError> {
        self.refusals.check()?;
        self.afford(|ledger| ledger.is_for(request))
    }

    /// Whether there is enough left of the budgets that `pays` picks.
    fn afford(&self, pays: impl Fn(&Ledger) -> bool) -> Result<(), UpstreamError> {
        let now = self.clock.now();
        let budgets = self.ledgers.iter().filter(|ledger| pays(ledger));
        match budgets.filter_map(|ledger| ledger.full_until(now)).max() {
            None => Ok(()),
            Some(until) => Err(UpstreamError::Refused {
                upstream: self.upstream,
                until,
                why: Refusal::Throttled,
            }),
        }
    }

    /// Takes note of how a request ended: what it cost, and whether we are turned away. One that is
    /// dropped half way stays paid for at the highest price.
    pub(super) async fn settle(&self, request: &Request, outcome: &Result<Answer, UpstreamError>) {
        let now = self.clock.now();
        for ledger in self.ledgers.iter().filter(|ledger| ledger.is_for(request)) {
            ledger.settle(now, outcome).await;
        }
        if let Ok(answer) = outcome {
            self.refusals.read(answer).await;
        }
        // Counting from the answer, not from the question, holds the spacing also as the upstream
        // sees it, whatever the latency does.
        self.space_out();
    }

    fn free_at(&self) -> MutexGuard<'_, Timestamp> {
        self.free_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the next request's time to one spacing from now.
    fn space_out(&self) {
        let later = self.clock.now().checked_add(self.spacing);
        let mut free_at = self.free_at();
        *free_at = (*free_at).max(later.unwrap_or(Timestamp::MAX));
    }

    /// Spends from a budget what no answer's status shows.
    pub(crate) async fn spend(&self, budget: &str, cost: u32) {
        for ledger in self.ledgers.iter().filter(|ledger| ledger.name() == budget) {
            ledger.spend(self.clock.now(), cost).await;
        }
    }

    /// Being turned away by this upstream.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// What is left of each budget.
    pub(crate) fn budgets(&self) -> Vec<BudgetReport> {
        let now = self.clock.now();
        let reports = self.ledgers.iter().map(|ledger| ledger.report(now));
        reports.collect()
    }
}
