//! zKillboard's REST API: the recent killmails of a solar system.
//!
//! Its rules: the path ends with a slash and has no query; no rate is published, a request per
//! second is what well-behaved clients keep to; an error comes with status 200, and more than 40 of
//! them in five minutes lead to a page that says "blocked". Answers are an hour old at the edge, and
//! leave out the last five minutes: this is no live feed. So a system is asked for once an hour
//! ([`SYSTEM_FLOOR`]), whoever asks, also over a restart.

mod asked;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::{Document, Parsed, Reference, SystemId, parse};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::asked::AskedSystems;
use crate::http::Request;
use crate::line::Line;
use crate::policy::{ERRORS, MAX_KILLMAIL_LIST};
use crate::{
    Memory, Priority, Refusal, Upstream, UpstreamConfig, UpstreamError, UpstreamReport, json,
};

pub use self::asked::SYSTEM_FLOOR;

/// The furthest that a list may look back, in hours: a week.
pub const MAX_PAST_HOURS: u32 = 168;

/// zKillboard's REST API.
pub struct Zkillboard {
    line: Line,
    asked: AskedSystems,
}

/// The recent killmails of a solar system, newest first, at most 200.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SystemKills {
    /// Those that came whole.
    pub killmails: Vec<Parsed>,
    /// Those that came without their body, which ESI has: all of them before June 2026.
    pub references: Vec<Reference>,
    /// Elements that are no killmail.
    pub unreadable: u32,
}

/// What an error looks like, with status 200.
#[derive(Deserialize)]
struct Complaint {
    error: String,
}

impl Zkillboard {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::Zkillboard, config, Arc::clone(&memory)).await?,
            asked: AskedSystems::recall(memory).await,
        })
    }

    /// The killmails in a solar system over the past hours (kept within 1 to [`MAX_PAST_HOURS`]).
    ///
    /// # Errors
    /// [`UpstreamError::TooSoon`] within [`SYSTEM_FLOOR`] of the last question about this system,
    /// unless that failed. [`UpstreamError::Said`] when zKillboard answers with an error,
    /// [`UpstreamError::Unreadable`]; the pauses and what can happen on the wire.
    pub async fn system_kills(
        &self,
        id: SystemId,
        past_hours: u32,
        priority: Priority,
    ) -> Result<SystemKills, UpstreamError> {
        let clock = &self.line.clock;
        self.line.check()?;
        if let Err(until) = self.asked.begin(id, clock.now()).await {
            return Err(UpstreamError::TooSoon {
                upstream: self.line.upstream,
                what: "this system",
                until,
            });
        }
        let kills = self.ask(id, past_hours, priority).await;
        match &kills {
            Ok(_) => self.asked.answered(id, clock.now()).await,
            Err(_) => self.asked.failed(id, clock.now()).await,
        }
        kills
    }

    /// When a system was last asked for, where that was within [`SYSTEM_FLOOR`].
    #[must_use]
    pub fn fetch_timestamp(&self, id: SystemId) -> Option<Timestamp> {
        self.asked.at(id, self.line.clock.now())
    }

    async fn ask(
        &self,
        id: SystemId,
        past_hours: u32,
        priority: Priority,
    ) -> Result<SystemKills, UpstreamError> {
        let seconds = past_hours.clamp(1, MAX_PAST_HOURS) * 3_600;
        let path = format!("kills/systemID/{id}/pastSeconds/{seconds}/");
        let mut request = Request::get(self.line.url(&path), MAX_KILLMAIL_LIST);
        request.priority = priority;
        request.json = true;
        let answer = self.line.send(&request).await?;
        if answer.path.ends_with("/blocked.json") {
            return Err(self.line.refuse(Refusal::Blocked, None).await);
        }
        let now = self.line.clock.now();
        let body = answer.into_success(self.line.upstream, &request.url, now)?;
        self.read(&request.url, &body).await
    }

    async fn read(&self, url: &str, body: &Bytes) -> Result<SystemKills, UpstreamError> {
        if let Ok(complaint) = serde_json::from_slice::<Complaint>(body) {
            // It counts as an error over there, whatever its status is.
            self.line.spend(ERRORS, 1).await;
            return Err(UpstreamError::Said {
                upstream: self.line.upstream,
                url: url.to_owned(),
                message: json::shortened(&complaint.error),
            });
        }
        let elements: Vec<Box<RawValue>> = json::read(self.line.upstream, url, body)?;
        let mut kills = SystemKills::default();
        for element in &elements {
            match parse(element.get().as_bytes()) {
                Ok(Document::Killmail(parsed)) => kills.killmails.push(*parsed),
                Ok(Document::Reference(reference)) => kills.references.push(*reference),
                Ok(Document::Placeholder(_) | Document::Empty) => kills.unreadable += 1,
                Err(error) => {
                    tracing::info!(url, %error, "an element of the list is no killmail");
                    kills.unreadable += 1;
                }
            }
        }
        Ok(kills)
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}
