//! CCP's API.

mod entities;
mod fetched;
mod killmail;
mod names;
mod prices;
mod status;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;

use crate::http::{Answer, Request};
use crate::line::Line;
use crate::{Memory, Priority, Upstream, UpstreamConfig, UpstreamError, UpstreamReport, json};

pub use self::entities::{AllianceInfo, CharacterInfo, CorporationInfo, Employment};
pub use self::fetched::Fetched;
pub use self::names::{Affiliation, EntityCategory, EntityName, MAX_IDS};
pub use self::prices::MarketPrice;
pub use self::status::ServerStatus;

/// The API's day that this code was written against.
const COMPATIBILITY_DATE: &str = "2026-08-18";

/// CCP's API.
pub struct Esi {
    line: Line,
}

impl Esi {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::Esi, config, memory).await?,
        })
    }

    /// EVE's server now. Asked for also during a pause for downtime: this is how Killwire finds out
    /// that it is over.
    ///
    /// # Errors
    /// Being turned away and what can happen on the wire.
    pub async fn status(&self) -> Result<ServerStatus, UpstreamError> {
        let fetched: Fetched<ServerStatus> =
            self.get("status", None, 4_096, Priority::Live).await?;
        fetched
            .value
            .ok_or_else(|| self.line.unreadable("status", "nothing new"))
    }

    /// Whether a call would be refused now without being sent: the circuit breaker is open, EVE is
    /// down, ESI has turned Killwire away, or the errors of this minute are spent.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.line.check().is_err()
    }

    /// Waits until calls go out again. Looks after ESI meanwhile, at most every 30 s.
    pub async fn until_open(&self) {
        while let Err(error) = self.line.check() {
            let until = error.refused_until().unwrap_or_else(|| self.now());
            self.line.clock.sleep_until(until).await;
        }
    }

    fn url(&self, path: &str) -> String {
        self.line.url(path)
    }

    fn now(&self) -> Timestamp {
        self.line.clock.now()
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        etag: Option<&str>,
        limit: u64,
        priority: Priority,
    ) -> Result<Fetched<T>, UpstreamError> {
        let mut request = Request::get(self.url(path), limit);
        request.unless(etag);
        request.priority = priority;
        self.fetch(request).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Bytes,
        limit: u64,
        priority: Priority,
    ) -> Result<Fetched<T>, UpstreamError> {
        let mut request = Request::ask(self.url(path), limit, "application/json", body);
        request.priority = priority;
        self.fetch(request).await
    }

    async fn fetch<T: DeserializeOwned>(
        &self,
        mut request: Request,
    ) -> Result<Fetched<T>, UpstreamError> {
        request.json = true;
        let answer = self.send(&mut request).await?;
        let now = self.now();
        let (expires, etag) = (answer.expires(now), answer.etag());
        let value = if answer.status.as_u16() == 304 {
            None
        } else {
            let body = answer.into_success(Upstream::Esi, &request.url, now)?;
            Some(json::read(Upstream::Esi, &request.url, &body)?)
        };
        Ok(Fetched {
            value,
            expires,
            etag,
        })
    }

    async fn send(&self, request: &mut Request) -> Result<Answer, UpstreamError> {
        request.headers.insert(
            "x-compatibility-date",
            HeaderValue::from_static(COMPATIBILITY_DATE),
        );
        self.line.send(request).await
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}
