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

mod concurrency;
mod deadline;
mod retry;
mod size;
mod spacing;
mod telemetry;
#[cfg(test)]
pub(crate) mod tests;
mod wire;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_clock::Clock;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};

use crate::policy::{MAX_RETRY_AFTER, Policy};
use crate::{Upstream, UpstreamConfig, UpstreamError};

pub(crate) use self::size::Limited;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    /// The most bytes that the answer may have, decompressed.
    pub(crate) limit: u64,
    /// Whether the body is handed on as it arrives instead of whole.
    pub(crate) streamed: bool,
}

impl Request {
    pub(crate) fn get(url: String, limit: u64) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            limit,
            streamed: false,
        }
    }
}

/// One answer, of any status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// An answer's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// All of it, within the request's limit.
    Whole(Bytes),
    /// Still on its way, watched for the limit.
    Streamed(Limited),
    /// As the wire gives it; the size layer turns it into one of the others.
    Open(reqwest::Response),
}

impl Answer {
    /// The number in a header, where there is one.
    pub(crate) fn number(&self, header: &str) -> Option<u64> {
        self.headers.get(header)?.to_str().ok()?.trim().parse().ok()
    }

    /// What `Retry-After` says, in seconds or as a date, capped.
    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => {
                let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
                Duration::try_from(at.duration_since(now)).unwrap_or_default()
            }
        };
        Some(wait.min(MAX_RETRY_AFTER))
    }

    /// The whole body of a success; every other status is an error.
    pub(crate) fn into_success(
        self,
        upstream: Upstream,
        url: &str,
        now: Timestamp,
    ) -> Result<Bytes, UpstreamError> {
        if let Some(error) = self.failure(upstream, url, now) {
            return Err(error);
        }
        match self.body {
            Body::Whole(bytes) => Ok(bytes),
            Body::Streamed(_) | Body::Open(_) => Err(UpstreamError::Unreadable {
                upstream,
                url: url.to_owned(),
                reason: "the body was not collected".to_owned(),
            }),
        }
    }

    /// The error that a status other than success stands for.
    pub(crate) fn failure(
        &self,
        upstream: Upstream,
        url: &str,
        now: Timestamp,
    ) -> Option<UpstreamError> {
        let url = url.to_owned();
        match self.status {
            StatusCode::NOT_FOUND => Some(UpstreamError::NotFound { upstream, url }),
            status if !status.is_success() => Some(UpstreamError::Status {
                upstream,
                url,
                status: status.as_u16(),
                retry_after: self.retry_after(now),
            }),
            _ => None,
        }
    }
}

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
