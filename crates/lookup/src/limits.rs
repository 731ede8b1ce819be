//! All limits of all kinds, in one table.
//!
//! Sources: CCP's API description of 2026-08-18 for the greatest batches (`POST /universe/names` and
//! `POST /characters/affiliation`: 1,000 ids, `POST /universe/ids`: 500 names) and for its error limit (100 errors a minute over all
//! routes, whatever they are about). How often an upstream may be asked at all is not said here but
//! in the table of `killwire-upstream`, which holds for every caller; here stands how much may be
//! under way and wait, so that a burst of unknown ids costs memory within bounds.

use std::time::Duration;

use killwire_upstream::{MAX_NAMES, Upstream};

/// What a kind's pipeline is allowed. Spans are of the injected clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The kind's name in metrics and `/status`.
    pub name: &'static str,
    /// Whom it asks.
    pub upstream: Upstream,
    /// What it is doing then, as errors say it.
    pub operation: &'static str,
    /// Keys in one call, at most.
    pub max_batch: usize,
    /// How long the first live key of a batch waits for others.
    pub live_window: Duration,
    /// From the start of one call with live keys to the next, at least, unless a batch is full. A
    /// single killmail waits no longer for it; many in a row share their calls.
    pub live_spacing: Duration,
    /// The window for backfill, which is in no hurry and fills its batches.
    pub backfill_window: Duration,
    /// Calls with live keys under way at once.
    pub live_calls: usize,
    /// Calls with nothing but backfill under way at once.
    pub backfill_calls: usize,
    /// Keys that are waiting or under way at most. Backfill may take half of it.
    pub max_waiting: usize,
    /// How long a key whose question failed is not asked for again. It keeps a single id that an
    /// upstream trips over from spending everybody's errors.
    pub hold: Duration,
}

/// Into how many parts a batch is split that has an id which does not exist. Errors are dear at CCP
/// and successes are not: one bad id among 1,000 costs 6 errors this way, 11 when halving.
pub const SPLIT: usize = 4;
/// How many errors one batch may cost while its bad ids are looked for: a fifth of CCP's limit.
pub const MAX_BAD_ANSWERS: usize = 20;
/// How long what was fetched waits for more before it goes to the store.
pub const SAVE_WINDOW: Duration = Duration::from_secs(1);
/// Rows that wait for the store at most. Above it the newest are not stored; they are in RAM, and
/// fetched again after a restart.
pub const MAX_UNSAVED: usize = 50_000;
/// Failed keys that are remembered for each kind at most.
pub const MAX_HELD: u64 = 10_000;

const SECOND: Duration = Duration::from_secs(1);
/// Live keys gather this long: short beside the time budget of a killmail, long beside the distance
/// of two killmails of a busy feed.
const LIVE_WINDOW: Duration = Duration::from_millis(100);

/// Names of pilots, corporations and alliances: `POST /universe/names`.
pub const NAMES: Limits = Limits {
    name: "names",
    upstream: Upstream::Esi,
    operation: "looking up names",
    max_batch: 1_000,
    live_window: LIVE_WINDOW,
    live_spacing: SECOND,
    backfill_window: SECOND,
    live_calls: 2,
    backfill_calls: 1,
    max_waiting: 50_000,
    hold: Duration::from_secs(15),
};

/// Who bears a name: `POST /universe/ids`. Only people ask, so that few names wait.
pub const BEARERS: Limits = Limits {
    name: "bearers",
    operation: "looking up who bears a name",
    max_batch: MAX_NAMES,
    max_waiting: 2 * MAX_NAMES,
    ..NAMES
};

/// Tickers: `GET /corporations/{id}`, `GET /alliances/{id}`.
pub const TICKERS: Limits = Limits {
    name: "tickers",
    operation: "looking up a ticker",
    live_calls: 8,
    backfill_calls: 2,
    ..one_by_one("tickers", 20_000)
};

/// Pilots with their birthday and standing: `GET /characters/{id}`.
pub const CHARACTERS: Limits = Limits {
    operation: "looking up a character",
    ..one_by_one("characters", 5_000)
};

/// Corporations and alliances of pilots now: `POST /characters/affiliation`.
pub const AFFILIATIONS: Limits = Limits {
    name: "affiliations",
    operation: "looking up affiliations",
    ..NAMES
};

/// In which corporations a pilot was: `GET /characters/{id}/corporationhistory`.
pub const HISTORIES: Limits = Limits {
    operation: "looking up a corporation history",
    ..one_by_one("histories", 5_000)
};

/// Killmails by id and hash: `GET /killmails/{id}/{hash}`.
pub const KILLMAILS: Limits = Limits {
    operation: "looking up a killmail",
    ..one_by_one("killmails", 5_000)
};

/// Recent killmails of a solar system from zKillboard. One request a second goes out (`upstream`);
/// the waiting keys are what it serves in some minutes.
pub const SYSTEM_KILLS: Limits = Limits {
    upstream: Upstream::Zkillboard,
    operation: "looking up a system's recent killmails",
    live_calls: 1,
    backfill_calls: 1,
    hold: Duration::from_secs(60),
    ..one_by_one("system_kills", 500)
};

/// A kind that ESI answers one key a call.
const fn one_by_one(name: &'static str, max_waiting: usize) -> Limits {
    Limits {
        name,
        max_batch: 1,
        live_window: Duration::ZERO,
        live_spacing: Duration::ZERO,
        backfill_window: Duration::ZERO,
        live_calls: 4,
        backfill_calls: 1,
        max_waiting,
        ..NAMES
    }
}

/// Prices at a market. Janice names no limit; well-behaved clients send 100 types a call. Prices that
/// have expired are in no hurry, and gather for longer.
pub const JANICE_PRICES: Limits = Limits {
    name: "janice_prices",
    upstream: Upstream::Janice,
    operation: "asking Janice for prices",
    max_batch: 100,
    live_window: LIVE_WINDOW,
    live_spacing: Duration::ZERO,
    backfill_window: Duration::from_secs(10),
    live_calls: 1,
    backfill_calls: 1,
    max_waiting: 5_000,
    hold: Duration::from_secs(60),
};
/// Prices of abyssal types: one type a call, a few hundred types in all.
pub const MUTAMARKET_PRICES: Limits = Limits {
    name: "mutamarket_prices",
    upstream: Upstream::MutaMarket,
    operation: "asking MutaMarket for the price of an abyssal type",
    max_batch: 1,
    live_window: Duration::ZERO,
    live_spacing: Duration::ZERO,
    backfill_window: Duration::ZERO,
    live_calls: 2,
    backfill_calls: 1,
    max_waiting: 500,
    hold: Duration::from_secs(60),
};
/// CCP's list of prices: one key.
pub const ESI_PRICES: Limits = Limits {
    name: "esi_prices",
    upstream: Upstream::Esi,
    operation: "asking ESI for its list of prices",
    max_batch: 1,
    live_window: Duration::ZERO,
    live_spacing: Duration::ZERO,
    backfill_window: Duration::ZERO,
    live_calls: 1,
    backfill_calls: 1,
    max_waiting: 4,
    hold: Duration::from_secs(60),
};
