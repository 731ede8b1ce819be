//! CCP's API.
//!
//! Its rules, kept here for whoever asks:
//! - Every request names the compatibility date that this code was written against, and who asks.
//! - Some routes have a token bucket, spent before the request leaves; on the others errors are
//!   counted, and too many of them close every route. Killwire counts both and stops before either
//!   is reached (`policy`, `ledger`).
//! - A 420, a 429 and few errors left pause everything.
//! - Nothing is asked for again before the last answer has expired (`held`). With an etag, what has
//!   not changed costs little.
//! - During EVE's downtime nothing is asked but whether it is over (`downtime`, `gate`).

mod downtime;
mod entities;
mod fetched;
mod gate;
mod held;
mod ids;
mod killmail;
mod names;
mod prices;
mod status;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use self::gate::Gate;
use crate::http::{Answer, Request};
use crate::line::Line;
use crate::{Memory, Priority, Upstream, UpstreamConfig, UpstreamError, UpstreamReport, json};

pub use self::entities::{AllianceInfo, CharacterInfo, CorporationInfo, Employment};
pub use self::fetched::Fetched;
pub use self::ids::{IdsOfNames, MAX_NAMES, NamedId, is_possible_name};
pub use self::names::{Affiliation, EntityCategory, EntityName, MAX_IDS};
pub use self::prices::MarketPrice;
pub use self::status::ServerStatus;

/// CCP's API.
pub struct Esi {
    gate: Arc<Gate>,
}

impl Esi {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        let line = Line::open(Upstream::Esi, config, memory).await?;
        Ok(Self {
            gate: Arc::new(Gate::new(line)),
        })
    }

    /// EVE's server now, or as it was up to half a minute ago. Asked for also during a downtime: it
    /// is how Killwire finds out that it is over.
    ///
    /// # Errors
    /// Being turned away, an open circuit breaker, and what can happen on the wire.
    pub async fn status(&self) -> Result<ServerStatus, UpstreamError> {
        self.gate.status().await
    }

    /// Whether a call would be refused now without being sent: the circuit breaker is open, EVE is
    /// down, ESI has turned Killwire away, or the errors of this minute are spent.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.gate.check().is_err()
    }

    /// Waits until calls go out again. Looks after ESI meanwhile, at most every 30 s.
    pub async fn until_open(&self) {
        self.gate.until_open().await;
    }

    fn url(&self, path: &str) -> String {
        self.gate.url(path)
    }

    fn now(&self) -> Timestamp {
        self.gate.now()
    }

    /// A thing at a URL of its own.
    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        etag: Option<&str>,
        limit: u64,
        priority: Priority,
    ) -> Result<Fetched<T>, UpstreamError> {
        let url = self.url(path);
        if let Some(answer) = self.still_good(&url, etag) {
            return answer;
        }
        let mut request = Request::get(url, limit);
        request.unless(etag);
        request.priority = priority;
        request.json = true;
        let answer = self.gate.send(&mut request).await?;
        self.gate.keep(&request.url, &answer);
        self.read(&request.url, answer)
    }

    /// The answer to a question that is too long for a URL.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Bytes,
        limit: u64,
        priority: Priority,
    ) -> Result<Fetched<T>, UpstreamError> {
        let mut request = Request::ask(self.url(path), limit, "application/json", body);
        request.priority = priority;
        request.json = true;
        let answer = self.gate.send(&mut request).await?;
        self.read(&request.url, answer)
    }

    /// The answer from before, while it holds. None where it must be asked for: it does not hold
    /// any more, or the caller has lost what was too long to be kept here.
    fn still_good<T: DeserializeOwned>(
        &self,
        url: &str,
        etag: Option<&str>,
    ) -> Option<Result<Fetched<T>, UpstreamError>> {
        let (until, answer) = self.gate.held(url)?;
        match answer {
            held::Answer::Bad(error) => Some(Err(error)),
            held::Answer::Good { etag: kept, .. } if etag.is_some() && etag == kept.as_deref() => {
                Some(Ok(Fetched {
                    value: None,
                    expires: Some(until),
                    etag: kept,
                }))
            }
            held::Answer::Good {
                etag,
                body: Some(body),
            } => Some(json::read(Upstream::Esi, url, &body).map(|value| Fetched {
                value: Some(value),
                expires: Some(until),
                etag,
            })),
            held::Answer::Good { body: None, .. } => None,
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        url: &str,
        answer: Answer,
    ) -> Result<Fetched<T>, UpstreamError> {
        let now = self.now();
        let (expires, etag) = (answer.expires(now), answer.etag());
        let value = if answer.status.as_u16() == 304 {
            None
        } else {
            let body = answer.into_success(Upstream::Esi, url, now)?;
            Some(json::read(Upstream::Esi, url, &body)?)
        };
        Ok(Fetched {
            value,
            expires,
            etag,
        })
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.gate.report()
    }
}
