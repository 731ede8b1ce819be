//! Repeats a failed request where that is safe: only what has no effect, only failures that may pass
//! by themselves. Waits exponentially longer, with full jitter, and gets a permission of its own for
//! each repeat. Once the breaker has opened, nothing is repeated, and a probe never is.

use std::sync::Arc;
use std::time::Duration;

use killwire_clock::Clock;
use metrics::counter;
use rand::RngExt;

use super::breaker::SharedCircuit;
use super::permits::Permits;
use super::{Answer, Exchange, Request};
use crate::metric::RETRIES;
use crate::policy::Retry;
use crate::{Upstream, UpstreamError};

pub(super) struct Retrying<E> {
    inner: E,
    clock: Clock,
    upstream: Upstream,
    permits: Arc<Permits>,
    circuit: Arc<SharedCircuit>,
    policy: Option<Retry>,
}

impl<E> Retrying<E> {
    pub(super) fn new(
        inner: E,
        clock: Clock,
        upstream: Upstream,
        permits: Arc<Permits>,
        circuit: Arc<SharedCircuit>,
        policy: Option<Retry>,
    ) -> Self {
        Self {
            inner,
            clock,
            upstream,
            permits,
            circuit,
            policy,
        }
    }
}

/// Whether the same request may do better in a moment. A refusal (403, 420, 429) may not: there is
/// a pause for it. Nor may what was too large.
fn may_pass(outcome: &Result<Answer, UpstreamError>, policy: Retry) -> bool {
    match outcome {
        Ok(answer) => matches!(answer.status.as_u16(), 500 | 502 | 503 | 504),
        Err(UpstreamError::Timeout { .. }) => policy.timeouts,
        Err(error) => matches!(
            error,
            UpstreamError::Connect { .. } | UpstreamError::Broken { .. }
        ),
    }
}

fn wait(policy: Retry, failures: u32) -> Duration {
    let doubled = policy
        .first
        .saturating_mul(1 << failures.saturating_sub(1).min(16));
    let longest = doubled.min(policy.longest);
    longest.mul_f64(rand::rng().random_range(0.0..=1.0))
}

impl<E: Exchange> Exchange for Retrying<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let mut failures = 0;
        loop {
            let outcome = self.inner.exchange(request).await;
            self.permits.settle(request, &outcome).await;
            failures += 1;
            let Some(policy) = self.policy.filter(|policy| {
                request.safe && failures < policy.attempts && may_pass(&outcome, *policy)
            }) else {
                return outcome;
            };
            if !self.circuit.is_closed() {
                return outcome;
            }
            self.clock.sleep(wait(policy, failures)).await;
            if !self.circuit.is_closed() {
                return outcome;
            }
            if let Err(refused) = self.permits.take(request).await {
                tracing::debug!(upstream = %self.upstream, url = request.url, %refused, "not repeated");
                return outcome;
            }
            counter!(RETRIES, "upstream" => self.upstream.name()).increment(1);
            tracing::debug!(upstream = %self.upstream, url = request.url, failures, "repeated");
        }
    }
}
