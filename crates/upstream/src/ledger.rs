//! A budget that survives the process: it is written down ahead of what is spent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use metrics::gauge;
use serde::{Deserialize, Serialize};

use crate::budget::Bucket;
use crate::http::{Answer, Request};
use crate::metric::BUDGET_REMAINING;
use crate::policy::{Budget, Payer};
use crate::{BudgetReport, Memory, Upstream, UpstreamError};

/// One budget of one upstream.
pub(crate) struct Ledger {
    upstream: Upstream,
    policy: Budget,
    key: String,
    memory: Arc<dyn Memory>,
    state: Mutex<State>,
}

struct State {
    bucket: Bucket,
    written: Option<Written>,
}

/// The budget as remembered: so much counts as spent at that time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Written {
    at: Timestamp,
    spent: u32,
}

impl Ledger {
    /// Recalls what an earlier process has spent.
    pub(crate) async fn recall(
        upstream: Upstream,
        policy: Budget,
        now: Timestamp,
        memory: Arc<dyn Memory>,
    ) -> Self {
        let key = format!("upstream.{}.budget.{}", upstream.name(), policy.name);
        let mut bucket = Bucket::new(policy);
        match memory.recall(&key).await {
            Ok(text) => {
                let written = text.and_then(|text| serde_json::from_str::<Written>(&text).ok());
                // It is written anew at least every third of a window.
                let holds = policy.window + policy.window / 3;
                if let Some(written) = written
                    && age(written.at, now) < holds
                {
                    bucket.spend(now, written.spent);
                }
            }
            Err(error) => tracing::warn!(%upstream, %error, "cannot recall a budget"),
        }
        let ledger = Self {
            upstream,
            policy,
            key,
            memory,
            state: Mutex::new(State {
                bucket,
                written: None,
            }),
        };
        let _ = ledger.report(now);
        ledger
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its name in the table.
    pub(crate) fn name(&self) -> &'static str {
        self.policy.name
    }

    /// Whether every request pays into it.
    pub(crate) fn is_for_all(&self) -> bool {
        self.policy.payer == Payer::All
    }

    /// Whether `request` pays into it.
    pub(crate) fn is_for(&self, request: &Request) -> bool {
        self.is_for_all() || request.group == Some(self.policy.name)
    }

    /// When the next request may leave; none for now.
    pub(crate) fn full_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.lock().bucket.full_until(now)
    }

    /// Spends for a request that is about to leave. What is spent is durable when it returns, give
    /// or take what is written ahead.
    pub(crate) async fn reserve(&self, now: Timestamp) {
        self.change(now, |bucket| bucket.reserve(now)).await;
    }

    /// Puts what the answer cost in the place of what was reserved, and takes over the upstream's
    /// own count where that is worse.
    pub(crate) async fn settle(&self, now: Timestamp, outcome: &Result<Answer, UpstreamError>) {
        let price = self.policy.price;
        let cost = match outcome {
            Ok(answer) => price.of(answer.status.as_u16()),
            // Nothing arrived there.
            Err(UpstreamError::Connect { .. }) => 0,
            // HTML with status 200.
            Err(UpstreamError::Unreadable { .. }) => price.of(200),
            Err(_) => price.dearest(),
        };
        let remaining = outcome.as_ref().ok().and_then(|answer| self.told(answer));
        let settle = |bucket: &mut Bucket| {
            bucket.settle(now, cost);
            if let Some(remaining) = remaining {
                bucket.adopt_remaining(now, remaining);
            }
        };
        self.change(now, settle).await;
    }

    /// What the upstream says that is left of this budget.
    fn told(&self, answer: &Answer) -> Option<u32> {
        let remaining = answer.number(self.policy.remaining?)?;
        let group = answer.text("x-ratelimit-group");
        group
            .is_none_or(|group| group == self.policy.name)
            .then(|| u32::try_from(remaining).unwrap_or(u32::MAX))
    }

    /// Spends what no status shows.
    pub(crate) async fn spend(&self, now: Timestamp, cost: u32) {
        self.change(now, |bucket| bucket.spend(now, cost)).await;
    }

    /// Changes what is spent, and writes it down where what is written does not cover it any more,
    /// covers much more, or is old.
    async fn change(&self, now: Timestamp, change: impl FnOnce(&mut Bucket) + Send) {
        let due = {
            let mut state = self.lock();
            change(&mut state.bucket);
            let spent = state.bucket.spent(now);
            let stands = state.written.is_some_and(|written| {
                spent <= written.spent
                    && written.spent - spent <= 2 * self.policy.ahead
                    && age(written.at, now) < self.policy.window / 3
            });
            if stands {
                None
            } else {
                let spent = spent + self.policy.ahead;
                state.written = Some(Written { at: now, spent });
                state.written
            }
        };
        let _ = self.report(now);
        let Some(written) = due else { return };
        let text = serde_json::to_string(&written).unwrap_or_default();
        if let Err(error) = self.memory.remember(&self.key, &text).await {
            tracing::warn!(upstream = %self.upstream, %error, "cannot remember a budget");
        }
    }

    /// How it stands; shown as a metric, too.
    pub(crate) fn report(&self, now: Timestamp) -> BudgetReport {
        let mut state = self.lock();
        let spent = state.bucket.spent(now);
        let remaining = self.policy.ours.saturating_sub(spent);
        let upstream = self.upstream.name();
        gauge!(BUDGET_REMAINING, "upstream" => upstream, "budget" => self.policy.name)
            .set(f64::from(remaining));
        BudgetReport {
            name: self.policy.name,
            remaining,
            limit: self.policy.ours,
            resets_at: state.bucket.resets_at(),
        }
    }
}

fn age(at: Timestamp, now: Timestamp) -> Duration {
    now.duration_since(at).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use killwire_clock::Clock;

    use super::*;
    use crate::Volatile;
    use crate::policy::{Price, policy};

    fn killmails() -> Budget {
        policy(Upstream::Esi).budgets[0]
    }

    async fn recall(clock: &Clock, memory: &Arc<dyn Memory>) -> Ledger {
        Ledger::recall(Upstream::Esi, killmails(), clock.now(), memory.clone()).await
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    #[tokio::test]
    async fn a_process_knows_what_the_one_before_has_spent_give_or_take_what_is_written_ahead() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let before = recall(&clock, &memory).await;
        for _ in 0..400 {
            before.reserve(clock.now()).await;
        }
        let spent = 400 * Price::EsiTokens.dearest();
        let after = recall(&clock, &memory).await.report(clock.now());
        let counted = after.limit - after.remaining;
        assert!(
            (spent..=spent + killmails().ahead).contains(&counted),
            "{counted}"
        );
        clock.advance(killmails().window);
        let later = recall(&clock, &memory).await.report(clock.now());
        assert!(later.remaining < later.limit, "the last third still counts");
        clock.advance(minutes(6));
        let later = recall(&clock, &memory).await.report(clock.now());
        assert_eq!(later.remaining, later.limit);
    }

    #[tokio::test]
    async fn a_steady_trickle_is_not_forgotten_because_it_was_written_down_long_ago() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let before = recall(&clock, &memory).await;
        for _ in 0..60 {
            before.reserve(clock.now()).await;
            clock.advance(minutes(1));
        }
        let after = recall(&clock, &memory).await.report(clock.now());
        assert!(after.limit - after.remaining >= 15 * 5);
    }
}
