//! The circuit breaker's layer. It stands outside the retry, so that it counts calls that failed for
//! good, not attempts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use killwire_clock::Clock;
use metrics::gauge;
use rand::RngExt;

use super::{Answer, Exchange, Request};
use crate::circuit::{Admitted, Circuit, Ended};
use crate::metric::BREAKER;
use crate::policy;
use crate::report::{BreakerReport, BreakerState};
use crate::{Pause, Upstream, UpstreamError};

/// A breaker that its layer and its observers share.
pub(crate) struct SharedCircuit {
    upstream: Upstream,
    clock: Clock,
    circuit: Mutex<Circuit>,
}

impl SharedCircuit {
    pub(super) fn new(upstream: Upstream, clock: Clock, policy: policy::Breaker) -> Self {
        gauge!(BREAKER, "upstream" => upstream.name()).set(0.0);
        Self {
            upstream,
            clock,
            circuit: Mutex::new(Circuit::new(policy)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing while calls go through.
    pub(crate) fn check(&self) -> Result<(), UpstreamError> {
        match self.lock().paused_until(self.clock.now()) {
            Some(until) => Err(self.error(until)),
            None => Ok(()),
        }
    }

    /// Whether calls go through as usual.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().state() == BreakerState::Closed
    }

    /// When the next probe may go out; none while calls go through, or one is under way.
    pub(crate) fn probe_due(&self) -> Option<Timestamp> {
        self.lock().probe_due()
    }

    pub(crate) fn report(&self) -> BreakerReport {
        let circuit = self.lock();
        let state = circuit.state();
        BreakerReport {
            state,
            until: circuit.probe_due(),
            reason: (state != BreakerState::Closed)
                .then(|| "it has failed several times in a row".to_owned()),
        }
    }

    fn error(&self, until: Timestamp) -> UpstreamError {
        UpstreamError::Paused {
            upstream: self.upstream,
            until,
            why: Pause::Failing,
        }
    }

    fn admit(self: &Arc<Self>, probe: bool) -> Result<Ticket, UpstreamError> {
        let admitted = self.lock().admit(self.clock.now(), probe);
        self.show();
        match admitted {
            Ok(admitted) => Ok(Ticket {
                circuit: Arc::clone(self),
                admitted,
                ended: Ended::Unasked,
            }),
            Err(until) => Err(self.error(until)),
        }
    }

    fn show(&self) {
        let value = match self.lock().state() {
            BreakerState::Closed => 0.0,
            BreakerState::HalfOpen => 1.0,
            BreakerState::Open => 2.0,
        };
        gauge!(BREAKER, "upstream" => self.upstream.name()).set(value);
    }
}

/// A call that was let through. Dropped half way, it has taught nothing.
struct Ticket {
    circuit: Arc<SharedCircuit>,
    admitted: Admitted,
    ended: Ended,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let upstream = self.circuit.upstream;
        let jitter = rand::rng().random_range(0.0..=1.0);
        let (before, after, until) = {
            let mut circuit = self.circuit.lock();
            let before = circuit.state();
            circuit.settle(self.admitted, self.ended, self.circuit.clock.now(), jitter);
            (before, circuit.state(), circuit.probe_due())
        };
        match (before, after, until) {
            (BreakerState::Closed | BreakerState::HalfOpen, BreakerState::Open, Some(until))
                if self.ended == Ended::Badly =>
            {
                tracing::warn!(%upstream, %until, "fails again and again; it is left alone");
            }
            (BreakerState::HalfOpen, BreakerState::Closed, _) => {
                tracing::info!(%upstream, "is back");
            }
            _ => {}
        }
        self.circuit.show();
    }
}

fn ended(outcome: &Result<Answer, UpstreamError>) -> Ended {
    match outcome {
        Ok(answer) if answer.status.is_server_error() => Ended::Badly,
        Ok(_) | Err(UpstreamError::TooLarge { .. }) => Ended::Well,
        Err(
            UpstreamError::Connect { .. }
            | UpstreamError::Timeout { .. }
            | UpstreamError::Broken { .. }
            | UpstreamError::Unreadable { .. },
        ) => Ended::Badly,
        Err(_) => Ended::Unasked,
    }
}

pub(super) struct Breaker<E> {
    inner: E,
    circuit: Arc<SharedCircuit>,
}

impl<E> Breaker<E> {
    pub(super) fn new(inner: E, circuit: Arc<SharedCircuit>) -> Self {
        Self { inner, circuit }
    }
}

impl<E: Exchange> Exchange for Breaker<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let mut ticket = self.circuit.admit(request.probe)?;
        let outcome = self.inner.exchange(request).await;
        ticket.ended = ended(&outcome);
        outcome
    }
}
