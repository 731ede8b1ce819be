//! What can be set: how long each domain's entries hold, and how much of them there may be.

use std::time::Duration;

use killwire_cache::Policy;

use crate::price::PriceConfig;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const MIB: u64 = 1 << 20;

/// What look-ups are set up with.
#[derive(Clone, Debug, Default)]
pub struct LookupConfig {
    /// The caches.
    pub caches: CacheConfig,
    /// Prices: whose, and their caches.
    pub prices: PriceConfig,
}

/// One policy per domain. Weights are bytes, roughly, but for the one that counts systems. The
/// defaults of the spans stand in `docs/caches.md`, with what they follow from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// Names of pilots, corporations and alliances.
    pub names: Policy,
    /// Who bears a name.
    pub bearers: Policy,
    /// Tickers of corporations and alliances.
    pub tickers: Policy,
    /// Pilots with their birthday and standing.
    pub characters: Policy,
    /// Corporation and alliance of a pilot now.
    pub affiliations: Policy,
    /// Corporation histories.
    pub histories: Policy,
    /// Killmails by id and hash.
    pub killmails: Policy,
    /// Recent killmails of solar systems, from zKillboard.
    pub system_kills: Policy,
    /// Systems that somebody watches; weighs 1 each.
    pub active_systems: Policy,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            names: Policy::new("names", DAY, 24 * MIB)
                .stale_for(7 * DAY)
                .missing_for(6 * HOUR),
            bearers: Policy::new("bearers", 12 * HOUR, MIB),
            tickers: Policy::new("tickers", 30 * DAY, 6 * MIB)
                .stale_for(60 * DAY)
                .missing_for(6 * HOUR),
            characters: Policy::new("characters", DAY, MIB)
                .stale_for(DAY)
                .missing_for(6 * HOUR),
            affiliations: Policy::new("affiliations", 10 * MINUTE, 4 * MIB),
            histories: Policy::new("histories", HOUR, 2 * MIB),
            killmails: Policy::new("killmails", HOUR, 8 * MIB).missing_for(10 * MINUTE),
            system_kills: Policy::new("system_kills", HOUR, 8 * MIB),
            active_systems: Policy::new("active_systems", 10 * MINUTE, 10_000),
        }
    }
}
