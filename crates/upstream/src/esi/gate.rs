//! The way to ESI: what every call passes, and how Killwire finds out that ESI is back.
//!
//! Calls are paused during EVE's downtime and while the circuit breaker is open. In either case one
//! question decides when they go out again: `GET /status`, the look, asked at most every 30 s and by
//! one task at a time. A call that meets a pause is refused at once, and sets a look going when one
//! is due; so nothing waits, and nobody needs to remember to look.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rand::RngExt;
use reqwest::header::HeaderValue;

use super::ServerStatus;
use super::downtime::{BETWEEN_LOOKS, Downtime};
use super::held::{self, Held};
use crate::http::{Answer, Body, Request};
use crate::line::Line;
use crate::policy::{ESI_STATUS, MAX_ENTITY};
use crate::report::BreakerState;
use crate::{Pause, Upstream, UpstreamError, UpstreamReport, json};

/// The API's day that this code was written against.
const COMPATIBILITY_DATE: &str = "2026-08-18";

/// How long to wait before the next try, where a look is under way.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// The way to ESI.
pub(super) struct Gate {
    line: Line,
    held: Held,
    downtime: Mutex<Downtime>,
    /// No look before this time.
    next_look: Mutex<Timestamp>,
    /// Held by the one task that looks.
    looking: Arc<tokio::sync::Mutex<()>>,
}

impl Gate {
    pub(super) fn new(line: Line) -> Self {
        let now = line.clock.now();
        Self {
            line,
            held: Held::default(),
            downtime: Mutex::new(Downtime::new(now)),
            next_look: Mutex::new(Timestamp::MIN),
            looking: Arc::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.line.clock.now()
    }

    pub(super) fn url(&self, path: &str) -> String {
        self.line.url(path)
    }

    /// Nothing while calls go out.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`], [`UpstreamError::Paused`].
    pub(super) fn check(&self) -> Result<(), UpstreamError> {
        match self.line.check() {
            Err(UpstreamError::Paused { why, .. }) => Err(self.paused(why)),
            Err(refused) => Err(refused),
            Ok(()) if self.downtime().is_down(self.now()) => Err(self.paused(Pause::Downtime)),
            Ok(()) => Ok(()),
        }
    }

    /// Sends one request; an answer from before is not asked for again while it holds.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`], [`UpstreamError::Paused`], [`UpstreamError::Busy`]; everything
    /// that can happen on the wire.
    pub(super) async fn send(
        self: &Arc<Self>,
        request: &mut Request,
    ) -> Result<Answer, UpstreamError> {
        if let Err(error) = self.check() {
            if matches!(error, UpstreamError::Paused { .. }) {
                self.look_if_due();
            }
            return Err(error);
        }
        self.pass(request).await
    }

    async fn pass(&self, request: &mut Request) -> Result<Answer, UpstreamError> {
        request.headers.insert(
            "x-compatibility-date",
            HeaderValue::from_static(COMPATIBILITY_DATE),
        );
        self.line.send(request).await
    }

    /// The answer from before, while it holds.
    pub(super) fn held(&self, url: &str) -> Option<(Timestamp, held::Answer)> {
        self.held.look_up(url, self.now())
    }

    /// Keeps an answer for as long as it says that it holds.
    pub(super) fn keep(&self, url: &str, answer: &Answer) {
        let now = self.now();
        let Some(until) = answer.expires(now) else {
            return;
        };
        let kept = match (answer.status.as_u16(), &answer.body) {
            (304, _) => held::Answer::Good {
                etag: answer.etag(),
                body: None,
            },
            // Nonsense is no answer: it holds for nothing.
            (200..=299, Body::Whole(body)) if is_json(body) => held::Answer::Good {
                etag: answer.etag(),
                body: Some(body.clone()),
            },
            (400..=499, _) => match answer.failure(Upstream::Esi, url, now) {
                Some(error) => held::Answer::Bad(error),
                None => return,
            },
            _ => return,
        };
        self.held.keep(url, until, kept, now);
    }

    /// EVE's server now, or as it was half a minute ago. What it shows decides about the pause.
    ///
    /// # Errors
    /// As [`Gate::send`], except that EVE's downtime is no hindrance.
    pub(super) async fn status(&self) -> Result<ServerStatus, UpstreamError> {
        let url = self.url("status");
        if let Some((
            until,
            held::Answer::Good {
                body: Some(body), ..
            },
        )) = self.held(&url)
        {
            // It says what it said; the next look is of use when something else may be said.
            let mut next = self.next_look();
            *next = (*next).max(until);
            drop(next);
            let look = json::read(Upstream::Esi, &url, &body);
            self.downtime().judge(look.as_ref(), self.now());
            return look;
        }
        let now = self.now();
        if self.look_due() > now
            && let Err(error @ UpstreamError::Paused { .. }) = self.check()
        {
            return Err(error);
        }
        let jitter = BETWEEN_LOOKS.mul_f64(rand::rng().random_range(0.0..0.1));
        let next = now.checked_add(BETWEEN_LOOKS + jitter);
        *self.next_look() = next.unwrap_or(Timestamp::MAX);
        let look = self.ask_status(url).await;
        let now = self.now();
        self.downtime().judge(look.as_ref(), now);
        look
    }

    async fn ask_status(&self, url: String) -> Result<ServerStatus, UpstreamError> {
        let mut request = Request::get(url, MAX_ENTITY);
        request.json = true;
        request.group = Some(ESI_STATUS);
        request.probe = true;
        let answer = self.pass(&mut request).await?;
        self.keep(&request.url, &answer);
        let body = answer.into_success(Upstream::Esi, &request.url, self.now())?;
        json::read(Upstream::Esi, &request.url, &body)
    }

    /// When the next look is due.
    fn look_due(&self) -> Timestamp {
        let next = *self.next_look();
        self.line.probe_due().map_or(next, |due| due.max(next))
    }

    /// Looks in a task of its own, if a look is due and none is under way.
    fn look_if_due(self: &Arc<Self>) {
        if self.look_due() > self.now() {
            return;
        }
        if let Ok(looking) = Arc::clone(&self.looking).try_lock_owned() {
            let gate = Arc::clone(self);
            tokio::spawn(async move {
                gate.look().await;
                drop(looking);
            });
        }
    }

    /// Looks, if that is still of use.
    async fn look(&self) {
        if self.check().is_ok() || self.look_due() > self.now() {
            return;
        }
        match self.status().await {
            Ok(status) if self.check().is_ok() => {
                tracing::info!(players = status.players, "EVE is up; ESI is asked again");
            }
            Ok(status) => tracing::debug!(?status, "EVE is not open yet"),
            Err(error) => tracing::debug!(%error, "ESI is still not to be asked"),
        }
    }

    /// Waits until calls go out again. Who gives up waiting does not cut off a look: its answer would
    /// be lost, and asked for again before it has expired.
    pub(super) async fn until_open(self: &Arc<Self>) {
        while let Err(error) = self.check() {
            match error {
                UpstreamError::Refused { until, .. } => self.line.clock.sleep_until(until).await,
                _ => {
                    self.line.clock.sleep_until(self.look_due()).await;
                    self.look_if_due();
                    let _looked = self.looking.lock().await;
                }
            }
        }
    }

    pub(super) fn report(&self) -> UpstreamReport {
        let mut report = self.line.report();
        if report.breaker.state == BreakerState::Closed && self.downtime().is_down(self.now()) {
            report.breaker.state = BreakerState::Open;
            report.breaker.until = Some(self.look_due());
            report.breaker.reason = Some("EVE's downtime".to_owned());
        }
        report
    }

    fn paused(&self, why: Pause) -> UpstreamError {
        let soon = self.now().checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
        UpstreamError::Paused {
            upstream: Upstream::Esi,
            until: self.look_due().max(soon),
            why,
        }
    }

    fn downtime(&self) -> MutexGuard<'_, Downtime> {
        self.downtime.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_look(&self) -> MutexGuard<'_, Timestamp> {
        self.next_look
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a body is JSON at all.
fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}
