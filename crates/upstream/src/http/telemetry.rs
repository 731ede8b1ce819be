//! Counts, times and logs every call. URLs and what is logged of a request carry no secrets: keys
//! travel in headers, and headers are not logged.

use std::sync::Arc;
use std::time::Instant;

use killwire_clock::Clock;
use metrics::{counter, gauge, histogram};

use super::{Answer, Body, Exchange, Request};
use crate::UpstreamError;
use crate::meter::Meter;
use crate::metric::{IN_FLIGHT, REQUESTS, SECONDS};

pub(super) struct Telemetry<E> {
    inner: E,
    clock: Clock,
    meter: Arc<Meter>,
}

impl<E> Telemetry<E> {
    pub(super) fn new(inner: E, clock: Clock, meter: Arc<Meter>) -> Self {
        Self {
            inner,
            clock,
            meter,
        }
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
        Err(UpstreamError::Unreadable { .. }) => "unreadable",
        Err(UpstreamError::Refused { .. }) => "refused",
        Err(UpstreamError::Paused { .. }) => "paused",
        Err(UpstreamError::Busy { .. }) => "busy",
        Err(_) => "broken",
    }
}

/// The bytes of a body that is there.
fn bytes(body: &Body) -> Option<usize> {
    match body {
        Body::Whole(bytes) => Some(bytes.len()),
        Body::Streamed(_) | Body::Open(_) => None,
    }
}

impl<E: Exchange> Telemetry<E> {
    /// What an error of this call reads like; none where it is an answer like any other, and where a
    /// pause is in force: what led to the pause is what a person wants to read.
    fn trouble(
        &self,
        request: &Request,
        outcome: &Result<Answer, UpstreamError>,
    ) -> Option<String> {
        match outcome {
            Ok(answer) if matches!(answer.status.as_u16(), 304 | 404) => None,
            Ok(answer) => answer
                .failure(self.meter.upstream(), &request.url, self.clock.now())
                .map(|error| error.to_string()),
            Err(UpstreamError::Paused { .. } | UpstreamError::Refused { .. }) => None,
            Err(error) => Some(error.to_string()),
        }
    }
}

impl<E: Exchange> Exchange for Telemetry<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let upstream = self.meter.upstream().name();
        let _in_flight = InFlight::enter(upstream);
        let started = Instant::now();
        let (method, url) = (&request.method, request.url.as_str());
        tracing::debug!(upstream, %method, url, priority = ?request.priority, "request");
        let outcome = self.inner.exchange(request).await;
        let result = result_name(&outcome);
        let duration = started.elapsed();
        histogram!(SECONDS, "upstream" => upstream).record(duration);
        counter!(REQUESTS, "upstream" => upstream, "result" => result).increment(1);
        if let Some(text) = self.trouble(request, &outcome) {
            self.meter.failed(self.clock.now(), text);
        }
        let answer = outcome.as_ref().ok();
        let status = answer.map(|answer| answer.status.as_u16());
        let bytes = answer.and_then(|answer| bytes(&answer.body));
        tracing::debug!(upstream, %method, url, result, status, bytes, ?duration, "response");
        outcome
    }
}
