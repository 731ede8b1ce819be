//! CCP's API: killmails by id and hash.
//!
//! Its rules, kept here for whoever asks: the `killmail` group's token bucket is spent before a
//! request leaves ([`crate::budget`]); a low error limit, a 420 and a 429 pause everything; the same
//! killmail is not asked for again before the last answer has expired. Every request names the
//! compatibility date that this code was written against. Downtime (daily from 11:00 UTC) shows as
//! 5xx and is an error like any other: the caller comes back later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{KillmailHash, KillmailId};
use reqwest::header::{EXPIRES, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::budget::{Bucket, WINDOW};
use crate::http::{Answer, Http, Request};
use crate::policy::{MAX_KILLMAIL, policy};
use crate::refusal::Refusals;
use crate::{BaseUrl, Memory, Refusal, Upstream, UpstreamConfig, UpstreamError};

/// The API's day that this code was written against.
const COMPATIBILITY_DATE: &str = "2026-08-18";
/// Below so many errors left in the window everything pauses until it turns. CCP allows 100.
const LOW_ERROR_LIMIT: u64 = 20;
/// The error limit's window, where a 420 does not say how much of it is left.
const ERROR_WINDOW: Duration = Duration::from_secs(60);
/// Refused killmails that are remembered at most.
const MAX_HELD: usize = 10_000;
/// Tokens that are written down ahead as spent, so that a restart never forgets more.
const WRITTEN_AHEAD: u32 = 200;
/// Where the budget is remembered.
const BUDGET_KEY: &str = "upstream.esi.budget";

/// CCP's API.
pub struct Esi {
    http: Http,
    base: BaseUrl,
    clock: Clock,
    memory: Arc<dyn Memory>,
    refusals: Refusals,
    budget: tokio::sync::Mutex<Budget>,
    /// Refusals of single killmails (unknown, wrong hash), and until when each holds. A success
    /// needs none: whoever has the killmail does not ask for it again.
    held: Mutex<HashMap<KillmailId, Held>>,
}

struct Held {
    until: Timestamp,
    answer: UpstreamError,
}

#[derive(Default)]
struct Budget {
    bucket: Bucket,
    /// Up to so many spent tokens are written down.
    written: u32,
}

/// The budget as remembered: so much counts as spent at that time.
#[derive(Serialize, Deserialize)]
struct Written {
    at: Timestamp,
    spent: u32,
}

impl Esi {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        let upstream = Upstream::Esi;
        let clock = config.clock.clone();
        let mut budget = Budget::default();
        let written = memory.recall(BUDGET_KEY).await.ok().flatten();
        if let Some(written) = written.and_then(|text| serde_json::from_str::<Written>(&text).ok())
        {
            let now = clock.now();
            if now.duration_since(written.at).unsigned_abs() < WINDOW {
                budget.bucket.spend(now, written.spent);
            }
        }
        Ok(Self {
            http: Http::new(upstream, policy(upstream), config)?,
            base: config.esi_url.clone(),
            refusals: Refusals::recall(upstream, clock.clone(), memory.clone()).await,
            clock,
            memory,
            budget: tokio::sync::Mutex::new(budget),
            held: Mutex::default(),
        })
    }

    /// The body of one killmail.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause and while the budget is spent;
    /// [`UpstreamError::NotFound`] and [`UpstreamError::Status`] (422: wrong hash), repeated without
    /// asking while that answer holds; everything that can happen on the wire.
    pub async fn killmail(
        &self,
        id: KillmailId,
        hash: KillmailHash,
    ) -> Result<Bytes, UpstreamError> {
        self.refusals.check().await?;
        self.check_held(id)?;
        self.reserve().await?;
        let url = self.base.join(&format!("killmails/{id}/{hash}"));
        let mut request = Request::get(url.clone(), MAX_KILLMAIL);
        request.headers.insert(
            "x-compatibility-date",
            HeaderValue::from_static(COMPATIBILITY_DATE),
        );
        let answer = self.http.send(&request).await?;
        self.settle(&answer).await;
        if let Some(refused) = self.refusal(&answer).await {
            return Err(refused);
        }
        let now = self.clock.now();
        if let Some(error) = answer.failure(Upstream::Esi, &url, now) {
            self.hold(id, &answer, &error, now);
        }
        answer.into_success(Upstream::Esi, &url, now)
    }

    /// Spends for one request, and writes ahead what is spent.
    async fn reserve(&self) -> Result<(), UpstreamError> {
        let mut budget = self.budget.lock().await;
        let now = self.clock.now();
        if let Some(until) = budget.bucket.full_until(now) {
            return Err(refused(until));
        }
        budget.bucket.reserve(now);
        let spent = budget.bucket.spent(now);
        if spent > budget.written || budget.written - spent > 2 * WRITTEN_AHEAD {
            budget.written = spent + WRITTEN_AHEAD;
            let written = Written {
                at: now,
                spent: budget.written,
            };
            let text = serde_json::to_string(&written).unwrap_or_default();
            if let Err(error) = self.memory.remember(BUDGET_KEY, &text).await {
                tracing::warn!(%error, "cannot remember ESI's budget");
            }
        }
        Ok(())
    }

    async fn settle(&self, answer: &Answer) {
        let mut budget = self.budget.lock().await;
        budget.bucket.settle(answer.status.as_u16());
        if let Some(remaining) = answer.number("x-ratelimit-remaining") {
            let remaining = u32::try_from(remaining).unwrap_or(u32::MAX);
            budget.bucket.adopt_remaining(self.clock.now(), remaining);
        }
    }

    /// Notes a pause where the answer asks for one. A success that leaves few errors pauses the
    /// next request, not this one.
    async fn refusal(&self, answer: &Answer) -> Option<UpstreamError> {
        let reset = answer
            .number("x-esi-error-limit-reset")
            .map(Duration::from_secs);
        match answer.status.as_u16() {
            403 => Some(self.refusals.note(Refusal::Blocked, None).await),
            420 => {
                let pause = Some(reset.unwrap_or(ERROR_WINDOW));
                Some(self.refusals.note(Refusal::Throttled, pause).await)
            }
            429 => {
                let pause = answer.retry_after(self.clock.now());
                Some(self.refusals.note(Refusal::Throttled, pause).await)
            }
            _ => {
                let left = answer.number("x-esi-error-limit-remain");
                if left.is_some_and(|left| left < LOW_ERROR_LIMIT) {
                    let pause = Some(reset.unwrap_or(ERROR_WINDOW));
                    self.refusals.note(Refusal::Throttled, pause).await;
                }
                None
            }
        }
    }

    fn check_held(&self, id: KillmailId) -> Result<(), UpstreamError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get(&id) {
            Some(held) if held.until > self.clock.now() => Err(held.answer.clone()),
            _ => Ok(()),
        }
    }

    fn hold(&self, id: KillmailId, answer: &Answer, error: &UpstreamError, now: Timestamp) {
        let Some(until) = answer
            .headers
            .get(EXPIRES)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| jiff::fmt::rfc2822::parse(text).ok())
            .map(|at| at.timestamp())
            .filter(|until| *until > now)
        else {
            return;
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAX_HELD {
            held.retain(|_, held| held.until > now);
        }
        if held.len() < MAX_HELD {
            let answer = error.clone();
            held.insert(id, Held { until, answer });
        }
    }
}

fn refused(until: Timestamp) -> UpstreamError {
    UpstreamError::Refused {
        upstream: Upstream::Esi,
        until,
        why: Refusal::Throttled,
    }
}
