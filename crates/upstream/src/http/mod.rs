//! The HTTP stack: one call through layers in a fixed order, outermost first.
//!
//! 1. [`telemetry`] counts, times and logs the whole, waiting included.
//! 2. [`concurrency`] lets only so many calls be inside; live ones first.
//! 3. [`breaker`] refuses calls at once while the upstream is down.
//! 4. [`rate`] gets the permission for the first request from [`permits`]: pauses that the upstream
//!    has asked for, the time between requests, budgets.
//! 5. [`retry`] repeats what failed, where that is safe, and gets a new permission for each repeat
//!    from the same [`permits`]. So a repeat waits and pays like any other request, although the
//!    rate limit stands outside.
//! 6. [`deadline`] bounds one request in time.
//! 7. [`size`] bounds the answer, counted after decompression.
//! 8. [`wire`] speaks HTTP: connect and read timeouts, gzip, redirects on the same host only, no
//!    cache.
//!
//! Each layer is a struct around the next one; none knows more than the [`Exchange`] it wraps. Why
//! this order: `docs/adr/0012-the-order-of-the-layers.md`.

mod answer;
mod breaker;
mod concurrency;
mod deadline;
mod permits;
mod rate;
mod request;
mod retry;
mod size;
#[cfg(test)]
mod stack_tests;
mod telemetry;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use killwire_clock::Clock;

use self::breaker::SharedCircuit;
use self::permits::Permits;
use crate::meter::Meter;
use crate::policy::Policy;
use crate::{Memory, Upstream, UpstreamConfig, UpstreamError, UpstreamReport};

pub(crate) use self::answer::{Answer, Body};
pub(crate) use self::request::Request;
pub(crate) use self::size::Limited;

/// Something that answers requests: the wire itself, or a layer around it.
pub(crate) trait Exchange: Send + Sync {
    fn exchange(
        &self,
        request: &Request,
    ) -> impl Future<Output = Result<Answer, UpstreamError>> + Send;
}

type Layers = telemetry::Telemetry<
    concurrency::Concurrency<
        breaker::Breaker<rate::Rate<retry::Retrying<deadline::Deadline<size::Size<wire::Wire>>>>>,
    >,
>;

/// The stack of one upstream.
pub(crate) struct Http {
    layers: Layers,
    permits: Arc<Permits>,
    circuit: Arc<SharedCircuit>,
    meter: Arc<Meter>,
}

impl Http {
    /// Stacks the layers by the upstream's policy, and recalls what they had to remember.
    pub(crate) async fn open(
        upstream: Upstream,
        policy: Policy,
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        let clock: &Clock = &config.clock;
        let meter = Arc::new(Meter::new(upstream));
        let permits = Permits::recall(&policy, clock.clone(), memory, meter.clone()).await;
        let permits = Arc::new(permits);
        let circuit = SharedCircuit::new(upstream, clock.clone(), policy.breaker);
        let circuit = Arc::new(circuit);
        let wire = wire::Wire::new(upstream, policy, config)?;
        let size = size::Size::new(wire, upstream, clock.real_timeout(policy.read));
        let deadline = deadline::Deadline::new(size, upstream, clock.real_timeout(policy.total));
        let retry = retry::Retrying::new(
            deadline,
            clock.clone(),
            upstream,
            permits.clone(),
            circuit.clone(),
            policy.retry,
        );
        let rate = rate::Rate::new(retry, permits.clone());
        let breaker = breaker::Breaker::new(rate, circuit.clone());
        let concurrency =
            concurrency::Concurrency::new(breaker, policy.concurrency, policy.queue, meter.clone());
        Ok(Self {
            layers: telemetry::Telemetry::new(concurrency, clock.clone(), meter.clone()),
            permits,
            circuit,
            meter,
        })
    }

    /// Sends one request down the stack. A refusal (403, 420, 429) is an answer here.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, UpstreamError> {
        self.layers.exchange(request).await
    }

    /// What a request needs before it may leave.
    pub(crate) fn permits(&self) -> &Permits {
        &self.permits
    }

    /// The circuit breaker.
    pub(crate) fn circuit(&self) -> &SharedCircuit {
        &self.circuit
    }

    /// What the stack shows of itself.
    pub(crate) fn report(&self) -> UpstreamReport {
        UpstreamReport {
            name: self.meter.upstream().name(),
            requests: self.meter.requests(),
            errors: self.meter.errors(),
            in_flight: self.meter.in_flight(),
            waiting: self.meter.queued(),
            breaker: self.circuit.report(),
            refused_until: self.permits.refusals().until(),
            budgets: self.permits.budgets(),
            last_error: self.meter.last_error(),
        }
    }
}
