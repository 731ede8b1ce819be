//! The HTTP stack: one request through layers in a fixed order, outermost first.
//!
//! 1. [`telemetry`] counts and times the whole, waiting included.
//! 2. [`concurrency`] lets only so many requests be under way.
//! 3. (Room for a circuit breaker: outside the retry, so that it sees outcomes, not attempts.)
//! 4. [`retry`] repeats what failed, where that is safe.
//! 5. [`spacing`] keeps requests apart. It stands inside the retry, so that a repeated request waits
//!    for permission like any other.
//! 6. [`deadline`] bounds one attempt.
//! 7. [`size`] bounds the answer, counted after decompression.
//! 8. [`wire`] speaks HTTP: connect and read timeouts, gzip, redirects on the same host only, no
//!    cache.
//!
//! Each layer is a struct around the next one; none knows more than the [`Exchange`] it wraps.

mod answer;
mod concurrency;
mod deadline;
mod request;
mod retry;
mod size;
mod spacing;
mod telemetry;
#[cfg(test)]
pub(crate) mod tests;
mod wire;

use killwire_clock::Clock;

use crate::policy::Policy;
use crate::{Upstream, UpstreamConfig, UpstreamError};

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
        retry::Retrying<spacing::Spacing<deadline::Deadline<size::Size<wire::Wire>>>>,
    >,
>;

/// The stack of one upstream.
pub(crate) struct Http {
    layers: Layers,
}

impl Http {
    /// Stacks the layers by the upstream's policy.
    pub(crate) fn new(
        upstream: Upstream,
        policy: Policy,
        config: &UpstreamConfig,
    ) -> Result<Self, UpstreamError> {
        let clock: &Clock = &config.clock;
        let wire = wire::Wire::new(upstream, policy, config)?;
        let size = size::Size::new(wire, upstream, clock.real_timeout(policy.read));
        let deadline = deadline::Deadline::new(size, upstream, clock.real_timeout(policy.total));
        let spacing = spacing::Spacing::new(deadline, clock.clone(), policy.spacing);
        let retry = retry::Retrying::new(spacing, clock.clone(), upstream, policy.retry);
        let concurrency = concurrency::Concurrency::new(retry, policy.concurrency);
        Ok(Self {
            layers: telemetry::Telemetry::new(concurrency, upstream),
        })
    }

    /// Sends one request down the stack.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, UpstreamError> {
        self.layers.exchange(request).await
    }
}
