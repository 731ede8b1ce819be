//! zKillboard's file store R2Z2: the live feed (`ephemeral/`) and the day indexes (`history/`).
//!
//! One object owns all floors towards zKillboard, and everything that asks (the follower, the repair
//! task, a command) shares it:
//! - one request at a time, 100 ms after the last answer ([`FEED_FLOOR`]);
//! - a number that was missing is not asked for again within six seconds ([`MISS_FLOOR`]), nor one
//!   whose answer never came, because it may have been a 404;
//! - two looks at the day indexes lie two seconds apart;
//! - after a 403 or 429 nothing is asked until the pause is over, also after a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::http::Request;
use crate::line::Line;
use crate::policy::{MAX_HEAD, MAX_HISTORY_DAY, MAX_KILLMAIL, MAX_TOTALS, policy};
use crate::{
    DayTotals, HistoryDay, Memory, Upstream, UpstreamConfig, UpstreamError, UpstreamReport,
};

/// The least time between an answer and the next request: at most 10 requests per second.
pub const FEED_FLOOR: Duration = policy(Upstream::R2z2).spacing;

/// The least time between two requests for a number that is not there. zKillboard's documentation:
/// asking sooner can by itself lead to a block.
pub const MISS_FLOOR: Duration = Duration::from_secs(6);

/// The least time between two looks at the archive (`history/`): what the gentlest peer leaves
/// between two days. A repair is never in a hurry.
const HISTORY_FLOOR: Duration = Duration::from_secs(2);

/// How many missing numbers are remembered; those past their floor are dropped beyond it.
const MAX_MISSES: usize = 1_024;

/// zKillboard's file store.
pub struct R2z2 {
    line: Line,
    /// Held from the check of the floors to the answer: one request at a time.
    turn: tokio::sync::Mutex<()>,
    /// When the archive may be asked next. Held over a request to it.
    history_free_at: tokio::sync::Mutex<Timestamp>,
    /// When each number that was missing may be asked for again.
    misses: Mutex<HashMap<u64, Timestamp>>,
}

/// `sequence.json`. The key is `sequence`, not `sequence_id`.
#[derive(Deserialize)]
struct Head {
    sequence: u64,
}

/// A number that has been asked for. Unless it is found, it is not asked for again for a while,
/// also when the request was dropped half way.
struct Asked<'a> {
    r2z2: &'a R2z2,
    number: u64,
}

impl Asked<'_> {
    /// Found, or never asked for.
    fn free(self) {
        self.r2z2.misses().remove(&self.number);
        std::mem::forget(self);
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let now = self.r2z2.line.clock.now();
        let mut misses = self.r2z2.misses();
        if misses.len() >= MAX_MISSES {
            misses.retain(|_, free_at| *free_at > now);
        }
        let free_at = now.checked_add(MISS_FLOOR).unwrap_or(Timestamp::MAX);
        misses.insert(self.number, free_at);
    }
}

impl R2z2 {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::R2z2, config, memory).await?,
            turn: tokio::sync::Mutex::default(),
            history_free_at: tokio::sync::Mutex::new(Timestamp::MIN),
            misses: Mutex::default(),
        })
    }

    /// The bytes of entry `number`. Waits for the floors first.
    ///
    /// # Errors
    /// [`UpstreamError::NotFound`] when it is not there, [`UpstreamError::Refused`] inside a pause,
    /// and everything that can happen on the wire.
    pub async fn entry(&self, number: u64) -> Result<Bytes, UpstreamError> {
        let url = self.line.url(&format!("ephemeral/{number}.json"));
        let _turn = loop {
            self.line.clock.sleep_until(self.free_at(number)).await;
            let turn = self.turn.lock().await;
            if self.free_at(number) <= self.line.clock.now() {
                break turn;
            }
        };
        self.line.check()?;
        let asked = Asked { r2z2: self, number };
        let answer = self.ask(url, MAX_KILLMAIL).await;
        match &answer {
            Ok(_) => asked.free(),
            Err(error) if error.is_unsent() => asked.free(),
            Err(_) => drop(asked),
        }
        answer
    }

    /// The feed's head as `sequence.json` has it. It trails the newest entry by up to 51 numbers.
    ///
    /// # Errors
    /// As [`R2z2::entry`], and [`UpstreamError::Unreadable`].
    pub async fn head(&self) -> Result<u64, UpstreamError> {
        let url = self.line.url("ephemeral/sequence.json");
        let body = self.in_turn(url.clone(), MAX_HEAD).await?;
        serde_json::from_slice::<Head>(&body)
            .map(|head| head.sequence)
            .map_err(|error| self.line.unreadable(&url, &error.to_string()))
    }

    /// The killmails of one day. Published some 6 hours after the day's end, rewritten when
    /// killmails of that day are added later.
    ///
    /// # Errors
    /// As [`R2z2::head`].
    pub async fn history_day(&self, day: Date) -> Result<HistoryDay, UpstreamError> {
        let name = day.strftime("%Y%m%d");
        let url = self.line.url(&format!("history/{name}.json"));
        let body = self.ask_history(url.clone(), MAX_HISTORY_DAY).await?;
        HistoryDay::parse(&body).map_err(|reason| self.line.unreadable(&url, &reason))
    }

    /// How many killmails each published day has.
    ///
    /// # Errors
    /// As [`R2z2::head`].
    pub async fn history_totals(&self) -> Result<DayTotals, UpstreamError> {
        let url = self.line.url("history/totals.json");
        let body = self.ask_history(url.clone(), MAX_TOTALS).await?;
        DayTotals::parse(&body).map_err(|reason| self.line.unreadable(&url, &reason))
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }

    async fn in_turn(&self, url: String, limit: u64) -> Result<Bytes, UpstreamError> {
        let _turn = self.turn.lock().await;
        self.line.check()?;
        self.ask(url, limit).await
    }

    async fn ask_history(&self, url: String, limit: u64) -> Result<Bytes, UpstreamError> {
        let later = || self.line.clock.now().checked_add(HISTORY_FLOOR);
        let mut free_at = self.history_free_at.lock().await;
        self.line.clock.sleep_until(*free_at).await;
        // Also for a request that is dropped half way.
        *free_at = later().unwrap_or(Timestamp::MAX);
        let body = self.in_turn(url, limit).await;
        *free_at = later().unwrap_or(Timestamp::MAX);
        body
    }

    async fn ask(&self, url: String, limit: u64) -> Result<Bytes, UpstreamError> {
        self.line.fetch(&Request::get(url, limit)).await
    }

    fn free_at(&self, number: u64) -> Timestamp {
        self.misses()
            .get(&number)
            .copied()
            .unwrap_or(Timestamp::MIN)
    }

    fn misses(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Timestamp>> {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
