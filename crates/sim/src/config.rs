//! What a simulator is told at its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;

use crate::faults::FaultPlan;

/// The settings of a simulator. Begin with [`SimConfig::new`] and change what matters.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Where to listen; port 0 picks a free one. `127.0.0.1:0` by default.
    pub listen: SocketAddr,
    /// The time by which the feed runs and breaches are measured. Its client must hold a clock of
    /// the same epoch and scale.
    pub clock: Clock,
    /// What all random choices follow from: the same seed plays the same New Eden.
    pub seed: u64,
    /// What the feed offers.
    pub feed: Feed,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// When a killmail appears in the day files of R2Z2's history and of EVE Ref.
    pub history: HistoryPolicy,
    /// The number of the first entry. 96,000,000 by default, as the real feed was in 2026.
    pub first_sequence: u64,
    /// How many entries were published before the start. 0 by default; the entry after them is
    /// published at the very start, so that `sequence.json` never names a number that does not
    /// exist.
    pub backlog: u64,
    /// How long an entry stays readable. 24 h by default, as R2Z2 documents.
    pub retention: Duration,
    /// How long a 403 blocks the whole host. 5 min by default.
    pub block: Duration,
    /// How many pilots there are, from 2,000 to 1,000,000. 4,000 by default, all equally active;
    /// of more than that, few are often seen and most hardly ever ([`crate::generator`] says how).
    pub population: u64,
    /// Of the pilots, corporations and alliances that killmails name, the share that ESI does not
    /// know: deleted ones. 0 by default.
    pub unknown_ids: f64,
    /// How long ESI is down from 11:00 UTC on, every day. `None`, the default, is never.
    pub esi_downtime: Option<Duration>,
    /// How long ESI thinks about each answer, by the clock. No time by default.
    pub esi_latency: Duration,
    /// The only key that Janice accepts; [`JANICE_KEY`] by default.
    pub janice_key: String,
    /// The build number of the first static data export.
    pub static_build: u32,
    /// An export of CCP's, a zip of JSONL files, to be served instead of the simulator's own small
    /// universe. Its own build number is used then.
    pub static_data: Option<PathBuf>,
}

/// The key that the simulated Janice accepts unless told otherwise.
pub const JANICE_KEY: &str = "sim-key";

/// The build number of the simulator's first static data export.
pub const STATIC_BUILD: u32 = 3_400_000;

/// What the feed offers.
#[derive(Clone, Debug)]
pub enum Feed {
    /// Killmails of the generator.
    Generated {
        /// Entries per hour of the clock; the real feed has about 860.
        per_hour: f64,
        /// After how many killmails the feed ends. `None` never ends.
        total: Option<u64>,
    },
    /// Killmails from outside, each once, in this order.
    Files {
        /// One JSON document each: an R2Z2 entry, an ESI body with or without `killmail_hash` and
        /// `zkb` beside it (EVE Ref, zKillboard's REST elements).
        documents: Vec<Vec<u8>>,
        /// Entries per hour of the clock.
        per_hour: f64,
    },
}

/// When a killmail appears in the day files of R2Z2's history and of EVE Ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryPolicy {
    /// A job writes them once a day, this long after midnight UTC, for days that are over. R2Z2
    /// takes 6 h.
    AfterDayEnd {
        /// How long after midnight.
        delay: Duration,
    },
    /// At once, also for the day that is not over. No real archive does; it keeps tests fast.
    Continuous,
}

impl SimConfig {
    /// The real feed's rate without end, no faults, real history, on a free port of loopback.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock,
            seed: 1,
            feed: Feed::Generated {
                per_hour: 860.0,
                total: None,
            },
            faults: FaultPlan::none(),
            history: HistoryPolicy::AfterDayEnd {
                delay: Duration::from_secs(6 * 3_600),
            },
            first_sequence: 96_000_000,
            backlog: 0,
            retention: Duration::from_secs(24 * 3_600),
            block: Duration::from_secs(300),
            population: crate::generator::DEFAULT_POPULATION,
            unknown_ids: 0.0,
            esi_downtime: None,
            esi_latency: Duration::ZERO,
            janice_key: JANICE_KEY.to_owned(),
            static_build: STATIC_BUILD,
            static_data: None,
        }
    }
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The address is taken or not ours.
    #[error("the simulator cannot listen on {address}: {source}; choose another --listen address")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A document of [`Feed::Files`] is not a killmail.
    #[error("document {index} (counted from 0) cannot be played: {reason}")]
    Document {
        /// Its place in the list.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A population that cannot be played.
    #[error("{population} pilots cannot be played: 2,000 to 1,000,000 are possible")]
    Population {
        /// The number asked for.
        population: u64,
    },
    /// The static data to serve is no export.
    #[error("{} cannot be served as static data: {reason}; name a zip of CCP's JSONL export", path.display())]
    StaticData {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A rate that no feed can have.
    #[error("a feed of {per_hour} entries per hour cannot be played: more than 0 and at most {max} are possible", max = MAX_PER_HOUR)]
    Rate {
        /// The rate asked for.
        per_hour: f64,
    },
}

/// The busiest feed that can be played: a million entries a second of the clock.
pub(crate) const MAX_PER_HOUR: f64 = 3.6e9;

/// One killmail that the feed offered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Offered {
    /// Which killmail.
    pub killmail_id: i64,
    /// The numbers it was published under, the first one first.
    pub sequences: Vec<u64>,
    /// True where its number never showed it, so that only history, EVE Ref and ESI have it: a
    /// hole, a number that expired at once, or a null placeholder.
    pub hole: bool,
    /// Its hash, 40 hex digits.
    pub hash: String,
    /// When the ship died.
    pub time: Timestamp,
    /// When the feed first offered it.
    pub published: Timestamp,
}
