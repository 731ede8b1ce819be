//! How a simulator stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::faults::Service;
use crate::server::State;

/// How a simulator stands, as `/sim/status` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimStatus {
    /// The simulator's time.
    pub now: Timestamp,
    /// The highest number published.
    pub head: u64,
    /// What `sequence.json` says, which lags.
    pub sequence_json: u64,
    /// How many killmails have been offered.
    pub offered: u64,
    /// How many of them no number shows.
    pub holes: u64,
    /// Numbers whose entry is no killmail and has none behind it.
    pub bad_entries: u64,
    /// Whether all there is has been published and can be read.
    pub feed_done: bool,
    /// Broken rules, by rule.
    pub breaches: BTreeMap<&'static str, u64>,
    /// Faults played, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Requests, by service.
    pub requests: BTreeMap<Service, u64>,
    /// Requests to ESI, by route as its specification writes it: `POST /universe/names`.
    pub esi_requests: BTreeMap<&'static str, u64>,
    /// Ids asked for in the batches of `POST /universe/names` and `POST /characters/affiliation`.
    pub esi_batch_ids: u64,
    /// The most requests to R2Z2 in any second of the clock.
    pub busiest_second: usize,
}

impl SimStatus {
    pub(crate) fn of(state: &State, now: Timestamp) -> Self {
        let State { world, rules, .. } = state;
        Self {
            now,
            head: world.head(),
            sequence_json: world.pointer(),
            offered: world.offered_count(),
            holes: world.hole_count(),
            bad_entries: world.bad_entries().len() as u64,
            feed_done: world.is_done(now),
            breaches: rules.counts().clone(),
            faults: world.script.played().clone(),
            requests: rules.requests().clone(),
            esi_requests: rules.esi_requests().clone(),
            esi_batch_ids: rules.esi_batch_ids,
            busiest_second: rules.busiest_second(),
        }
    }
}
