//! The registry: every setting, once.

use super::cache::CACHE_SETTINGS;
use super::value::Kind;

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in the file, with its group: `server.listen`.
    pub key: &'static str,
    /// What its values look like.
    pub kind: Kind,
    /// Its default, as a person would write it; empty where it has none.
    pub default: &'static str,
    /// The environment variables that set it, the first one winning.
    pub env: &'static [&'static str],
    /// Whether it is never shown.
    pub secret: bool,
    /// What it does, in one sentence.
    pub doc: &'static str,
}

pub(super) const fn setting(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    env: &'static [&'static str],
    doc: &'static str,
) -> Setting {
    Setting {
        key,
        kind,
        default,
        env,
        secret: false,
        doc,
    }
}

/// The settings by group; those of the caches stand in `cache`.
const SETTINGS: &[Setting] = &[
    setting(
        "profile",
        Kind::OneOf(&["development", "production"]),
        "development",
        &["KILLWIRE_PROFILE"],
        "How strict `config check` is: production also asks for what only matters on a real machine.",
    ),
    setting(
        "server.listen",
        Kind::Address,
        "127.0.0.1:4004",
        &["KILLWIRE_LISTEN"],
        "Where clients connect; port 0 picks a free one and prints it.",
    ),
    setting(
        "server.max_lag",
        Kind::Duration,
        "10m",
        &["KILLWIRE_MAX_LAG"],
        "How far the log may lie behind the feed before /health/ready says no.",
    ),
    setting(
        "server.reading",
        Kind::OneOf(&["open", "token"]),
        "open",
        &["KILLWIRE_READING"],
        "Who may read: open means everyone who reaches the server, token only those who show one (`killwire token create`).",
    ),
    setting(
        "server.cors",
        Kind::Cors,
        "*",
        &["KILLWIRE_CORS"],
        "Which web pages may read the answers: * for all, off for none, or their origins with commas between them.",
    ),
    setting(
        "server.trusted_proxies",
        Kind::Proxies,
        "",
        &["KILLWIRE_TRUSTED_PROXIES"],
        "Addresses and networks of the proxies in front, whose X-Forwarded-For says who the clients are; nobody else's is believed.",
    ),
    setting(
        "storage.data_dir",
        Kind::Path,
        "",
        &["KILLWIRE_DATA_DIR"],
        "Where the database, the lock and the control socket live; without it the platform's place for a program's data.",
    ),
    Setting {
        secret: true,
        ..setting(
            "storage.database_url",
            Kind::DatabaseUrl,
            "",
            &["KILLWIRE_DATABASE_URL", "DATABASE_URL"],
            "A PostgreSQL database (postgres://user:password@host/name); without it SQLite in the data directory.",
        )
    },
    setting(
        "upstream.contact",
        Kind::Contact,
        "",
        &["KILLWIRE_CONTACT"],
        "Whom zKillboard and CCP can reach about this program's requests: an e-mail address, a URL or a character's name.",
    ),
    setting(
        "upstream.r2z2_url",
        Kind::Url,
        "https://r2z2.zkillboard.com",
        &["KILLWIRE_R2Z2_URL"],
        "Where the live killmail feed is.",
    ),
    setting(
        "upstream.esi_url",
        Kind::Url,
        "https://esi.evetech.net",
        &["KILLWIRE_ESI_URL"],
        "Where CCP serves killmails by id and hash.",
    ),
    setting(
        "upstream.everef_url",
        Kind::Url,
        "https://data.everef.net",
        &["KILLWIRE_EVEREF_URL"],
        "Where EVE Ref's day archives are.",
    ),
    setting(
        "upstream.zkillboard_url",
        Kind::Url,
        "https://zkillboard.com/api",
        &["KILLWIRE_ZKILLBOARD_URL"],
        "Where zKillboard lists a system's recent killmails.",
    ),
    setting(
        "upstream.static_data_url",
        Kind::Url,
        "https://developers.eveonline.com/static-data",
        &["KILLWIRE_STATIC_DATA_URL"],
        "Where CCP publishes its static data.",
    ),
    setting(
        "upstream.janice_url",
        Kind::Url,
        "https://janice.e-351.com/api/rest/v2",
        &["KILLWIRE_JANICE_URL"],
        "Where Janice gives prices.",
    ),
    Setting {
        secret: true,
        ..setting(
            "upstream.janice_key",
            Kind::Secret,
            "",
            &["KILLWIRE_JANICE_KEY"],
            "Your key for Janice's prices, which its author gives out; without it Janice is not asked.",
        )
    },
    setting(
        "upstream.mutamarket_url",
        Kind::Url,
        "https://mutamarket.com/api",
        &["KILLWIRE_MUTAMARKET_URL"],
        "Where MutaMarket estimates abyssal modules.",
    ),
    setting(
        "upstream.clock_scale",
        Kind::Count { min: 1, max: 5_000 },
        "1",
        &["KILLWIRE_CLOCK_SCALE"],
        "How fast time runs against a simulator; only where every upstream is on loopback.",
    ),
    setting(
        "upstream.clock_epoch",
        Kind::Moment,
        "",
        &["KILLWIRE_CLOCK_EPOCH"],
        "The moment at which scaled time and real time agree (RFC 3339); the simulator prints it.",
    ),
    setting(
        "feed.start",
        Kind::FeedStart,
        "resume-or-head",
        &["KILLWIRE_FEED_START"],
        "Where to begin when the feed has never been followed: at its head, or at a sequence number; a stored position always wins.",
    ),
    setting(
        "static_data.update",
        Kind::OneOf(&["auto", "manual"]),
        "auto",
        &["KILLWIRE_STATIC_DATA_UPDATE"],
        "Whether `serve` fetches CCP's static data by itself, at first start and when a new build appears.",
    ),
    setting(
        "enrich.budget",
        Kind::Duration,
        "2s",
        &["KILLWIRE_ENRICH_BUDGET"],
        "How long a killmail may wait for names and prices; what is missing then follows as an update.",
    ),
    setting(
        "enrich.at_once",
        Kind::Count { min: 1, max: 256 },
        "32",
        &["KILLWIRE_ENRICH_AT_ONCE"],
        "How many killmails wait for names and prices at the same time.",
    ),
    setting(
        "prices.sources",
        Kind::PriceSources,
        "janice, mutamarket, esi",
        &["KILLWIRE_PRICES_SOURCES"],
        "Who is asked for prices, in this order; the first that knows a price gives it.",
    ),
    setting(
        "prices.market",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "2",
        &["KILLWIRE_PRICES_MARKET"],
        "Janice's number of the market: 2 Jita 4-4, 115 Amarr, 117 Dodixie, 116 Rens, 118 Hek.",
    ),
    setting(
        "profiles.per_token",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "1000",
        &["KILLWIRE_PROFILES_PER_TOKEN"],
        "How many profiles one token may have; whoever runs the machine is bound by profiles.total only.",
    ),
    setting(
        "profiles.total",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "100000",
        &["KILLWIRE_PROFILES_TOTAL"],
        "How many profiles there may be in all; each in force takes about a kilobyte of memory.",
    ),
    setting(
        "window.events",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "10000",
        &["KILLWIRE_WINDOW_EVENTS"],
        "How many of the newest events are held in memory.",
    ),
    setting(
        "window.bytes",
        Kind::Bytes,
        "40MiB",
        &["KILLWIRE_WINDOW_BYTES"],
        "How much memory they may take; older ones are read from disk.",
    ),
    setting(
        "retention.log_min_age",
        Kind::Duration,
        "7d",
        &["KILLWIRE_RETENTION_LOG_MIN_AGE"],
        "No event younger than this is removed.",
    ),
    setting(
        "retention.log_max_age",
        Kind::Duration,
        "30d",
        &["KILLWIRE_RETENTION_LOG_MAX_AGE"],
        "Older events are removed even when a client has not passed them.",
    ),
    setting(
        "retention.log_max_bytes",
        Kind::Bytes,
        "20GiB",
        &["KILLWIRE_RETENTION_LOG_MAX_BYTES"],
        "Above this database size, events past log_min_age go even when not passed.",
    ),
    setting(
        "retention.killmail_age",
        Kind::Duration,
        "90d",
        &["KILLWIRE_RETENTION_KILLMAIL_AGE"],
        "Killmails are removed this long after they were stored.",
    ),
    setting(
        "retention.client_age",
        Kind::Duration,
        "30d",
        &["KILLWIRE_RETENTION_CLIENT_AGE"],
        "Clients that have not asked for so long are forgotten.",
    ),
    setting(
        "retention.max_clients",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "10000",
        &["KILLWIRE_RETENTION_MAX_CLIENTS"],
        "How many clients may keep an offset here.",
    ),
    setting(
        "retention.max_events_per_system",
        Kind::Count {
            min: 1,
            max: 10_000_000,
        },
        "10000",
        &["KILLWIRE_RETENTION_MAX_EVENTS_PER_SYSTEM"],
        "How many events the killfeed offers per solar system.",
    ),
    setting(
        "retention.max_quarantined",
        Kind::Count {
            min: 1,
            max: 10_000_000,
        },
        "10000",
        &["KILLWIRE_RETENTION_MAX_QUARANTINED"],
        "How many quarantined entries are kept; the oldest go first.",
    ),
    setting(
        "retention.match_age",
        Kind::Duration,
        "90d",
        &["KILLWIRE_RETENTION_MATCH_AGE"],
        "What profiles found is removed this long after it was found, or with its killmail.",
    ),
    setting(
        "retention.max_matches",
        Kind::Count {
            min: 1,
            max: 1_000_000_000,
        },
        "5000000",
        &["KILLWIRE_RETENTION_MAX_MATCHES"],
        "How many of the newest matches of all profiles together are kept.",
    ),
    setting(
        "retention.gc_interval_ms",
        Kind::Count {
            min: 100,
            max: 86_400_000,
        },
        "60000",
        &["KILLWIRE_GC_INTERVAL_MS"],
        "Milliseconds between two rounds of garbage collection.",
    ),
    setting(
        "limits.document_bytes",
        Kind::Bytes,
        "16MiB",
        &["KILLWIRE_LIMITS_DOCUMENT_BYTES"],
        "The largest single document that `replay` takes in.",
    ),
    setting(
        "limits.connections",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "8192",
        &["KILLWIRE_LIMITS_CONNECTIONS"],
        "How many connections may be open at the same time; each takes a file descriptor.",
    ),
    setting(
        "limits.connections_per_address",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "256",
        &["KILLWIRE_LIMITS_CONNECTIONS_PER_ADDRESS"],
        "How many of them from one address; this machine and trusted proxies are not counted.",
    ),
    setting(
        "limits.readers",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "20000",
        &["KILLWIRE_LIMITS_READERS"],
        "How many event streams and joined channel topics there may be at the same time.",
    ),
    setting(
        "limits.readers_per_address",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "1000",
        &["KILLWIRE_LIMITS_READERS_PER_ADDRESS"],
        "How many of them from one address; this machine and trusted proxies are not counted.",
    ),
    setting(
        "limits.reader_ids",
        Kind::Count {
            min: 1,
            max: 100_000_000,
        },
        "5000000",
        &["KILLWIRE_LIMITS_READER_IDS"],
        "How many systems, pilots and so on all of them together may ask for; each takes some 40 bytes.",
    ),
    setting(
        "limits.long_polls",
        Kind::Count {
            min: 1,
            max: 1_000_000,
        },
        "4096",
        &["KILLWIRE_LIMITS_LONG_POLLS"],
        "How many requests may wait for something to happen at the same time.",
    ),
    setting(
        "limits.head_timeout",
        Kind::Duration,
        "30s",
        &["KILLWIRE_LIMITS_HEAD_TIMEOUT"],
        "How long a request's headers may take to arrive, and an open connection may be idle.",
    ),
    setting(
        "limits.write_timeout",
        Kind::Duration,
        "30s",
        &["KILLWIRE_LIMITS_WRITE_TIMEOUT"],
        "How long a client may leave an answer unread before it is dropped.",
    ),
    setting(
        "log.level",
        Kind::LogFilter,
        "info",
        &["KILLWIRE_LOG"],
        "What is logged: error, warn, info, debug, trace, or a filter such as info,killwire_intake=debug.",
    ),
    setting(
        "log.format",
        Kind::OneOf(&["auto", "human", "json"]),
        "auto",
        &["KILLWIRE_LOG_FORMAT"],
        "How it is logged; auto means human on a terminal and json elsewhere.",
    ),
];

/// Every setting there is, by group.
pub(crate) fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().chain(CACHE_SETTINGS)
}

/// The setting called `key`.
pub(crate) fn find(key: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.key == key)
}

/// The known name that `key` was probably meant to be.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    let name = |key: &'static str| key.rsplit_once('.').map_or(key, |(_, name)| name);
    let given = key.rsplit_once('.').map_or(key, |(_, name)| name);
    settings()
        .map(|setting| {
            let whole = strsim::damerau_levenshtein(key, setting.key);
            let last = strsim::damerau_levenshtein(given, name(setting.key));
            // A right name in a wrong group is close, too.
            (whole.min(last + 1), setting.key)
        })
        .min()
        .filter(|(distance, _)| *distance <= 1 + key.len() / 4)
        .map(|(_, key)| key)
}
