//! The line to one upstream: its root, its stack, and being turned away by it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_clock::Clock;

use crate::http::{Answer, Http, Request};
use crate::policy::policy;
use crate::report::UpstreamReport;
use crate::{BaseUrl, Memory, Refusal, Upstream, UpstreamConfig, UpstreamError, json};

/// Everything that is asked of one upstream goes through its one line.
pub(crate) struct Line {
    pub(crate) upstream: Upstream,
    pub(crate) clock: Clock,
    base: BaseUrl,
    http: Http,
}

impl Line {
    /// Sets the stack up and recalls what it had to remember. Asks nobody anything.
    pub(crate) async fn open(
        upstream: Upstream,
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            upstream,
            clock: config.clock.clone(),
            base: config.base(upstream).clone(),
            http: Http::open(upstream, policy(upstream), config, memory).await?,
        })
    }

    /// The URL of `path` at this upstream.
    pub(crate) fn url(&self, path: &str) -> String {
        self.base.join(path)
    }

    /// Nothing while the upstream may be asked.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause that the upstream has asked for, and while a budget
    /// of all requests is spent; [`UpstreamError::Paused`] while the circuit breaker is open.
    pub(crate) fn check(&self) -> Result<(), UpstreamError> {
        self.http.permits().check()?;
        self.http.circuit().check()
    }

    /// When the breaker wants its next probe; none while calls go through, or one is under way.
    pub(crate) fn probe_due(&self) -> Option<Timestamp> {
        self.http.circuit().probe_due()
    }

    /// The answer, of any status that is not a refusal.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause, and for an answer that begins one;
    /// [`UpstreamError::Paused`], [`UpstreamError::Busy`]; everything that can happen on the wire.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, UpstreamError> {
        // At once, and not when its turn comes.
        self.http.permits().check()?;
        if !request.probe {
            self.http.circuit().check()?;
        }
        let answer = self.http.send(request).await?;
        match answer.status.as_u16() {
            status @ (403 | 420 | 429) => Err(self.http.permits().refusals().error_now(status)),
            _ => Ok(answer),
        }
    }

    /// Notes that the upstream has turned us away otherwise than by a status, and gives the error
    /// that says until when.
    pub(crate) async fn refuse(&self, why: Refusal, asked: Option<Duration>) -> UpstreamError {
        self.http.permits().refusals().note(why, asked).await
    }

    /// Spends from a budget what no answer's status shows.
    pub(crate) async fn spend(&self, budget: &str, cost: u32) {
        self.http.permits().spend(budget, cost).await;
    }

    /// The body of a success; every other answer is an error.
    ///
    /// # Errors
    /// As [`Line::send`], and one for each status that is no success.
    pub(crate) async fn fetch(&self, request: &Request) -> Result<Bytes, UpstreamError> {
        let answer = self.send(request).await?;
        answer.into_success(self.upstream, &request.url, self.clock.now())
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
        self.http.report()
    }
}
