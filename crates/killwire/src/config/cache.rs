//! The settings of the caches: for each domain how long its entries hold, and how much of them there
//! may be. `docs/caches.md` says what the defaults follow from.

use killwire_cache::Policy;
use killwire_lookup::LookupConfig;

use super::setting::{Setting, setting};
use super::value::Kind;

const fn holds(
    key: &'static str,
    env: &'static [&'static str],
    default: &'static str,
    doc: &'static str,
) -> Setting {
    setting(key, Kind::Duration, default, env, doc)
}

const fn room(
    key: &'static str,
    env: &'static [&'static str],
    default: &'static str,
    doc: &'static str,
) -> Setting {
    setting(key, Kind::Bytes, default, env, doc)
}

/// Every cache's settings.
pub(super) const CACHE_SETTINGS: &[Setting] = &[
    holds(
        "cache.names_ttl",
        &["KILLWIRE_CACHE_NAMES_TTL"],
        "24h",
        "How long these hold, at least: names of pilots, corporations and alliances.",
    ),
    room(
        "cache.names_weight",
        &["KILLWIRE_CACHE_NAMES_WEIGHT"],
        "24MiB",
        "How much memory these may take: names of pilots, corporations and alliances.",
    ),
    holds(
        "cache.bearers_ttl",
        &["KILLWIRE_CACHE_BEARERS_TTL"],
        "12h",
        "How long these hold, at least: who bears a name that somebody looked up, or that nobody does.",
    ),
    room(
        "cache.bearers_weight",
        &["KILLWIRE_CACHE_BEARERS_WEIGHT"],
        "1MiB",
        "How much memory these may take: who bears a name that somebody looked up.",
    ),
    holds(
        "cache.tickers_ttl",
        &["KILLWIRE_CACHE_TICKERS_TTL"],
        "30d",
        "How long these hold, at least: tickers of corporations and alliances, which never change.",
    ),
    room(
        "cache.tickers_weight",
        &["KILLWIRE_CACHE_TICKERS_WEIGHT"],
        "6MiB",
        "How much memory these may take: tickers of corporations and alliances, which never change.",
    ),
    holds(
        "cache.characters_ttl",
        &["KILLWIRE_CACHE_CHARACTERS_TTL"],
        "24h",
        "How long these hold, at least: pilots with birthday and standing.",
    ),
    room(
        "cache.characters_weight",
        &["KILLWIRE_CACHE_CHARACTERS_WEIGHT"],
        "1MiB",
        "How much memory these may take: pilots with birthday and standing.",
    ),
    holds(
        "cache.affiliations_ttl",
        &["KILLWIRE_CACHE_AFFILIATIONS_TTL"],
        "10m",
        "How long these hold, at least: to which corporation and alliance a pilot belongs now.",
    ),
    room(
        "cache.affiliations_weight",
        &["KILLWIRE_CACHE_AFFILIATIONS_WEIGHT"],
        "4MiB",
        "How much memory these may take: to which corporation and alliance a pilot belongs now.",
    ),
    holds(
        "cache.histories_ttl",
        &["KILLWIRE_CACHE_HISTORIES_TTL"],
        "1h",
        "How long these hold, at least: the corporations a pilot was in.",
    ),
    room(
        "cache.histories_weight",
        &["KILLWIRE_CACHE_HISTORIES_WEIGHT"],
        "2MiB",
        "How much memory these may take: the corporations a pilot was in.",
    ),
    holds(
        "cache.killmails_ttl",
        &["KILLWIRE_CACHE_KILLMAILS_TTL"],
        "1h",
        "How long these hold, at least: killmails looked up by id and hash.",
    ),
    room(
        "cache.killmails_weight",
        &["KILLWIRE_CACHE_KILLMAILS_WEIGHT"],
        "8MiB",
        "How much memory these may take: killmails looked up by id and hash.",
    ),
    holds(
        "cache.system_kills_ttl",
        &["KILLWIRE_CACHE_SYSTEM_KILLS_TTL"],
        "1h",
        "How long these hold, at least: recent killmails of a solar system, from zKillboard.",
    ),
    room(
        "cache.system_kills_weight",
        &["KILLWIRE_CACHE_SYSTEM_KILLS_WEIGHT"],
        "8MiB",
        "How much memory these may take: recent killmails of a solar system, from zKillboard.",
    ),
    holds(
        "cache.active_systems_ttl",
        &["KILLWIRE_CACHE_ACTIVE_SYSTEMS_TTL"],
        "10m",
        "How long these hold, at least: solar systems that somebody watches.",
    ),
    room(
        "cache.active_systems_weight",
        &["KILLWIRE_CACHE_ACTIVE_SYSTEMS_WEIGHT"],
        "10000",
        "How many of these there may be: solar systems that somebody watches.",
    ),
    holds(
        "cache.janice_prices_ttl",
        &["KILLWIRE_CACHE_JANICE_PRICES_TTL"],
        "1h",
        "How long these hold, at least: prices from Janice.",
    ),
    room(
        "cache.janice_prices_weight",
        &["KILLWIRE_CACHE_JANICE_PRICES_WEIGHT"],
        "10MiB",
        "How much memory these may take: prices from Janice.",
    ),
    holds(
        "cache.mutamarket_prices_ttl",
        &["KILLWIRE_CACHE_MUTAMARKET_PRICES_TTL"],
        "6h",
        "How long these hold, at least: estimates from MutaMarket.",
    ),
    room(
        "cache.mutamarket_prices_weight",
        &["KILLWIRE_CACHE_MUTAMARKET_PRICES_WEIGHT"],
        "256KiB",
        "How much memory these may take: estimates from MutaMarket.",
    ),
    holds(
        "cache.esi_prices_ttl",
        &["KILLWIRE_CACHE_ESI_PRICES_TTL"],
        "1h",
        "How long these hold, at least: ESI's list of prices.",
    ),
    room(
        "cache.esi_prices_weight",
        &["KILLWIRE_CACHE_ESI_PRICES_WEIGHT"],
        "4MiB",
        "How much memory these may take: ESI's list of prices.",
    ),
];

/// Each cache's policy with the keys of its two settings.
pub(super) fn policies(
    lookup: &mut LookupConfig,
) -> [(&mut Policy, &'static str, &'static str); 12] {
    let LookupConfig { caches, prices } = lookup;
    [
        (&mut caches.names, "cache.names_ttl", "cache.names_weight"),
        (
            &mut caches.bearers,
            "cache.bearers_ttl",
            "cache.bearers_weight",
        ),
        (
            &mut caches.tickers,
            "cache.tickers_ttl",
            "cache.tickers_weight",
        ),
        (
            &mut caches.characters,
            "cache.characters_ttl",
            "cache.characters_weight",
        ),
        (
            &mut caches.affiliations,
            "cache.affiliations_ttl",
            "cache.affiliations_weight",
        ),
        (
            &mut caches.histories,
            "cache.histories_ttl",
            "cache.histories_weight",
        ),
        (
            &mut caches.killmails,
            "cache.killmails_ttl",
            "cache.killmails_weight",
        ),
        (
            &mut caches.system_kills,
            "cache.system_kills_ttl",
            "cache.system_kills_weight",
        ),
        (
            &mut caches.active_systems,
            "cache.active_systems_ttl",
            "cache.active_systems_weight",
        ),
        (
            &mut prices.janice,
            "cache.janice_prices_ttl",
            "cache.janice_prices_weight",
        ),
        (
            &mut prices.mutamarket,
            "cache.mutamarket_prices_ttl",
            "cache.mutamarket_prices_weight",
        ),
        (
            &mut prices.esi,
            "cache.esi_prices_ttl",
            "cache.esi_prices_weight",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::value::{parse_bytes, parse_duration};
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_caches_themselves() {
        let mut lookup = LookupConfig::default();
        let default = |key: &str| {
            let found = CACHE_SETTINGS.iter().find(|setting| setting.key == key);
            found.unwrap().default
        };
        for (policy, holds, room) in policies(&mut lookup) {
            assert_eq!(parse_duration(default(holds)), Some(policy.ttl), "{holds}");
            assert_eq!(parse_bytes(default(room)), Some(policy.weight), "{room}");
        }
    }
}
