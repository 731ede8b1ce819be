//! The line to one upstream: its root, its stack, and being turned away by it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_clock::Clock;

use crate::http::{Answer, Http, Request};
use crate::policy::policy;
use crate::refusal::Refusals;
use crate::report::UpstreamReport;
use crate::{BaseUrl, Memory, Refusal, Upstream, UpstreamConfig, UpstreamError, json};

/// Everything that is asked of one upstream goes through its one line.
pub(crate) struct Line {
    pub(crate) upstream: Upstream,
    pub(crate) clock: Clock,
    base: BaseUrl,
    http: Http,
    refusals: Refusals,
}

impl Line {
    /// Sets the stack up and recalls what it had to remember. Asks nobody anything.
    pub(crate) async fn open(
        upstream: Upstream,
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        let clock = config.clock.clone();
        Ok(Self {
            upstream,
            base: config.base(upstream).clone(),
            http: Http::new(upstream, policy(upstream), config)?,
            refusals: Refusals::recall(upstream, clock.clone(), memory).await,
            clock,
        })
    }

    /// The URL of `path` at this upstream.
    pub(crate) fn url(&self, path: &str) -> String {
        self.base.join(path)
    }

    /// The answer, of any status that is not a refusal.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause, and for an answer that begins one; everything that
    /// can happen on the wire.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, UpstreamError> {
        self.check()?;
        let answer = self.http.send(request).await?;
        let asked = answer.retry_after(self.clock.now());
        match answer.status.as_u16() {
            403 => Err(self.refusals.note(Refusal::Blocked, asked).await),
            429 => Err(self.refusals.note(Refusal::Throttled, asked).await),
            _ => Ok(answer),
        }
    }

    /// Nothing while the upstream may be asked.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause.
    pub(crate) fn check(&self) -> Result<(), UpstreamError> {
        self.refusals.check()
    }

    /// Notes that the upstream has turned us away, and gives the error that says until when.
    pub(crate) async fn refuse(&self, why: Refusal, asked: Option<Duration>) -> UpstreamError {
        self.refusals.note(why, asked).await
    }

    /// Spends from a budget what no answer's status shows.
    pub(crate) async fn spend(&self, _budget: &str, _cost: u32) {}

    /// The body of a success; every other answer is an error.
    ///
    /// # Errors
    /// As [`Line::send`], and one for each status that is no success.
    pub(crate) async fn fetch(&self, request: &Request) -> Result<Bytes, UpstreamError> {
        let answer = self.send(request).await?;
        answer.into_success(self.upstream, &request.url, self.clock.now())
    }

    /// The body of a success as JSON.
    ///
    /// # Errors
    /// As [`Line::fetch`], and [`UpstreamError::Unreadable`].
    pub(crate) async fn fetch_json<T: serde::de::DeserializeOwned>(
        &self,
        mut request: Request,
    ) -> Result<T, UpstreamError> {
        request.json = true;
        let body = self.fetch(&request).await?;
        json::read(self.upstream, &request.url, &body)
    }

    /// The error for a success that is not what it should be.
    pub(crate) fn unreadable(&self, url: &str, reason: &str) -> UpstreamError {
        UpstreamError::Unreadable {
            upstream: self.upstream,
            url: url.to_owned(),
            reason: json::shortened(reason),
        }
    }

    /// What the stack shows of itself.
    pub(crate) fn report(&self) -> UpstreamReport {
        UpstreamReport {
            name: self.upstream.name(),
            requests: 0,
            errors: 0,
            in_flight: 0,
            waiting: 0,
            breaker: crate::report::BreakerReport {
                state: crate::report::BreakerState::Closed,
                until: None,
                reason: None,
            },
            refused_until: None::<Timestamp>,
            budgets: Vec::new(),
            last_error: None,
        }
    }
}
