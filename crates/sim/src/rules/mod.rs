//! The upstreams' rules, and every breach of them.
//!
//! A breach is counted only when an honest client cannot have caused it. Two things make an honest
//! client look hasty: a request that was on its way when the answer that forbids it went out, and a
//! process that was killed before it could write that answer down. Each rule says what it allows
//! for them; nothing else is forgiven.

mod esi;
mod held;
mod outage;
mod pause;
mod rate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::faults::Service;
pub(crate) use esi::{EsiBudget, KILLMAIL, Regime, STATUS};
use held::HeldAnswers;
pub(crate) use outage::Knock;
use outage::Outage;
pub(crate) use pause::Refusal;
use pause::{Cause, Pauses};
use rate::RateWindow;

/// A missing number must not be asked for again sooner.
const MISSING_WAIT: SignedDuration = SignedDuration::from_secs(6);

/// The feed's documented limit, requests per second.
const FEED_LIMIT: usize = 15;

/// What Killwire promises instead.
const FEED_PROMISE: usize = 10;

/// What is decent towards archives.
const ARCHIVE_LIMIT: usize = 2;

/// What is decent towards zKillboard's REST.
const ZKILLBOARD_LIMIT: usize = 1;

/// How many breaches are kept with their details; all are counted.
const MAX_LISTED: usize = 1_000;

/// How many missing numbers are remembered before old ones are dropped.
const MAX_MISSING: usize = 10_000;

/// A broken rule of an upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Which rule: `rate-15`, `rate-10`, `archive-rate`, `missing-again`, `request-in-block`,
    /// `before-retry-after`, `request-during-420`, `user-agent`, `conditional-request`,
    /// `esi-compatibility-date`, `esi-bucket-overdrawn`, `esi-before-expires`, `esi-batch-size`,
    /// `esi-during-downtime`, `zkillboard-rate` or `zkillboard-again`.
    pub rule: &'static str,
    /// What happened.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

/// A request, as far as the rules are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) service: Service,
    pub(crate) path: &'a str,
    /// The feed's number, where an entry is asked for.
    pub(crate) sequence: Option<u64>,
    /// What of the service a 429 is about; the whole of it where there is no name.
    pub(crate) part: Option<&'static str>,
    /// One client's connections are told apart by it.
    pub(crate) connection: SocketAddr,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) conditional: bool,
    /// How long a request may have been on its way, on the clock.
    pub(crate) in_flight: SignedDuration,
    pub(crate) at: Timestamp,
}

/// Watches every request.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    listed: Vec<Breach>,
    counts: BTreeMap<&'static str, u64>,
    requests: BTreeMap<Service, u64>,
    esi_requests: BTreeMap<&'static str, u64>,
    pub(crate) esi_batch_ids: u64,
    feed: RateWindow,
    history: RateWindow,
    everef: RateWindow,
    zkillboard: RateWindow,
    missing: HashMap<u64, Timestamp>,
    pauses: Pauses,
    outage: Option<Outage>,
    pub(crate) esi: EsiBudget,
    pub(crate) held: HeldAnswers,
}

impl Rules {
    pub(crate) fn breaches(&self) -> &[Breach] {
        &self.listed
    }

    pub(crate) fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    pub(crate) fn requests(&self) -> &BTreeMap<Service, u64> {
        &self.requests
    }

    pub(crate) fn esi_requests(&self) -> &BTreeMap<&'static str, u64> {
        &self.esi_requests
    }

    /// Counts a request to one of ESI's routes.
    pub(crate) fn count_esi(&mut self, route: &'static str) {
        *self.esi_requests.entry(route).or_default() += 1;
    }

    /// The most feed requests (history included) seen in any second.
    pub(crate) fn busiest_second(&self) -> usize {
        self.feed.most()
    }

    pub(crate) fn breach(&mut self, rule: &'static str, at: Timestamp, detail: String) {
        tracing::warn!(rule, detail, "a rule of the upstream was broken");
        *self.counts.entry(rule).or_default() += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Breach { rule, detail, at });
        }
    }

    /// A request has arrived: counts what it breaks, and refuses it where the real upstream would.
    pub(crate) fn arrive(&mut self, arrival: &Arrival<'_>) -> Result<(), Refusal> {
        *self.requests.entry(arrival.service).or_default() += 1;
        self.check_rates(arrival);
        self.check_missing(arrival);
        if arrival.conditional && arrival.service == Service::R2z2 {
            let detail = format!(
                "{} was asked for conditionally: a cache freezes",
                arrival.path
            );
            self.breach("conditional-request", arrival.at, detail);
        }
        let refused = self.pauses.check(arrival);
        if let Some((rule, detail)) = refused.breach {
            self.breach(rule, arrival.at, detail);
        }
        if let Some(refusal) = refused.refusal {
            return Err(refusal);
        }
        self.check_user_agent(arrival)
    }

    fn check_rates(&mut self, arrival: &Arrival<'_>) {
        let at = arrival.at;
        if matches!(arrival.service, Service::R2z2 | Service::History) {
            let seen = self.feed.arrive(at, arrival.connection);
            if seen.count > FEED_LIMIT {
                let detail = format!(
                    "{} requests within a second, {FEED_LIMIT} allowed",
                    seen.count
                );
                self.breach("rate-15", at, detail);
            }
            if seen.exceeds(FEED_PROMISE) {
                let detail = format!(
                    "{} requests within a second, {FEED_PROMISE} promised",
                    seen.count
                );
                self.breach("rate-10", at, detail);
            }
        }
        let archive = match arrival.service {
            Service::History => self.history.arrive(at, arrival.connection),
            Service::Everef => self.everef.arrive(at, arrival.connection),
            Service::Zkillboard => {
                let seen = self.zkillboard.arrive(at, arrival.connection);
                if seen.exceeds(ZKILLBOARD_LIMIT) {
                    let detail = format!(
                        "{} requests within a second, {ZKILLBOARD_LIMIT} is decent",
                        seen.count
                    );
                    self.breach("zkillboard-rate", at, detail);
                }
                return;
            }
            _ => return,
        };
        if archive.exceeds(ARCHIVE_LIMIT) {
            let detail = format!(
                "{} requests within a second at {}, {ARCHIVE_LIMIT} are decent",
                archive.count, arrival.path
            );
            self.breach("archive-rate", at, detail);
        }
    }

    fn check_missing(&mut self, arrival: &Arrival<'_>) {
        let Some(sequence) = arrival.sequence else {
            return;
        };
        let Some(missed) = self.missing.get(&sequence) else {
            return;
        };
        let waited = arrival.at.duration_since(*missed);
        if waited < MISSING_WAIT {
            let detail = format!(
                "{sequence} was missing and asked for again after {} ms, 6000 ms are due",
                waited.as_millis()
            );
            self.breach("missing-again", arrival.at, detail);
        }
    }

    fn check_user_agent(&mut self, arrival: &Arrival<'_>) -> Result<(), Refusal> {
        match arrival.user_agent.map(str::trim) {
            None | Some("") => {
                let detail = format!("{} was asked for without a User-Agent", arrival.path);
                self.breach("user-agent", arrival.at, detail);
                Err(Refusal {
                    status: 403,
                    retry_after: None,
                })
            }
            Some(agent) if !has_contact(agent) => {
                let detail = format!("User-Agent {agent:?} names no contact");
                self.breach("user-agent", arrival.at, detail);
                Ok(())
            }
            Some(_) => Ok(()),
        }
    }

    /// The feed has answered that a number is missing.
    pub(crate) fn missed(&mut self, sequence: u64, at: Timestamp) {
        if self.missing.len() >= MAX_MISSING {
            self.missing
                .retain(|_, missed| at.duration_since(*missed) < MISSING_WAIT);
        }
        self.missing.insert(sequence, at);
    }

    /// The upstream has blocked the client.
    pub(crate) fn block(&mut self, arrival: &Arrival<'_>, span: SignedDuration) {
        self.pauses.begin(Cause::Block, arrival, span);
    }

    /// The upstream has asked the client to come back later.
    pub(crate) fn ask_to_wait(&mut self, arrival: &Arrival<'_>, span: SignedDuration) {
        self.pauses.begin(Cause::RetryAfter, arrival, span);
    }

    /// A request to ESI while it is down.
    pub(crate) fn knock(&mut self, knock: &Knock) {
        match &mut self.outage {
            Some(outage) if outage.is_of(knock) => {
                if let Some(detail) = outage.knock(knock) {
                    self.breach("esi-during-downtime", knock.at, detail);
                }
            }
            other => *other = Some(Outage::new(knock)),
        }
    }

    /// ESI has had enough of errors.
    pub(crate) fn error_limited(&mut self, arrival: &Arrival<'_>, span: SignedDuration) {
        self.pauses.begin(Cause::ErrorLimit, arrival, span);
    }
}

/// An address, a page, or a handle that ESI's rules name.
fn has_contact(agent: &str) -> bool {
    ["@", "http://", "https://", "discord:", "eve:"]
        .iter()
        .any(|mark| agent.contains(mark))
}
