//! Counts and times every request.

use std::time::Instant;

use metrics::{counter, gauge, histogram};

use super::{Answer, Exchange, Request};
use crate::metric::{IN_FLIGHT, REQUESTS, SECONDS};
use crate::{Upstream, UpstreamError};

pub(super) struct Telemetry<E> {
    inner: E,
    upstream: Upstream,
}

impl<E> Telemetry<E> {
    pub(super) fn new(inner: E, upstream: Upstream) -> Self {
        Self { inner, upstream }
    }
}

/// Takes itself out of the gauge also when the request is dropped half way.
struct InFlight(&'static str);

impl InFlight {
    fn enter(upstream: &'static str) -> Self {
        gauge!(IN_FLIGHT, "upstream" => upstream).increment(1.0);
        Self(upstream)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT, "upstream" => self.0).decrement(1.0);
    }
}

fn result_name(outcome: &Result<Answer, UpstreamError>) -> &'static str {
    match outcome {
        Ok(answer) => match answer.status.as_u16() {
            200..=299 => "2xx",
            300..=399 => "3xx",
            403 => "403",
            404 => "404",
            420 => "420",
            429 => "429",
            400..=499 => "4xx",
            _ => "5xx",
        },
        Err(UpstreamError::Timeout { .. }) => "timeout",
        Err(UpstreamError::Connect { .. }) => "connect",
        Err(UpstreamError::TooLarge { .. }) => "too_large",
        Err(_) => "broken",
    }
}

impl<E: Exchange> Exchange for Telemetry<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let upstream = self.upstream.name();
        let _in_flight = InFlight::enter(upstream);
        let started = Instant::now();
        let outcome = self.inner.exchange(request).await;
        let result = result_name(&outcome);
        histogram!(SECONDS, "upstream" => upstream).record(started.elapsed());
        counter!(REQUESTS, "upstream" => upstream, "result" => result).increment(1);
        tracing::debug!(upstream, url = request.url, result, "outbound request");
        outcome
    }
}
