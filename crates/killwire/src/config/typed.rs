//! Configuration as the rest of the program holds it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_delivery::{AccessPolicy, ConnectionLimits, HubLimits, Limits, TrustedProxies};
use killwire_intake::EnrichConfig;
use killwire_lookup::LookupConfig;
use killwire_store::{Backend, ProfileLimits, Retention, StoreConfig, WindowLimits};
use killwire_upstream::{BaseUrl, Contact, Secret};

use super::cache;
use super::check::{Problem, Severity, check};
use super::layers::Layers;
use super::value::{parse_address, parse_bytes, parse_duration};

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Auto,
    Human,
    Json,
}

/// Where following the feed begins when it has never been followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FeedStart {
    Head,
    At(u64),
}

/// Every setting, typed.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) max_lag: Duration,
    /// Who may ask.
    pub(crate) access: AccessPolicy,
    /// What one client may ask for.
    pub(crate) limits: Limits,
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: Option<String>,
    pub(crate) upstream: Upstream,
    pub(crate) feed_start: FeedStart,
    /// Whether static data is fetched without being asked for.
    pub(crate) static_data_auto: bool,
    pub(crate) enrich: EnrichConfig,
    pub(crate) lookup: LookupConfig,
    /// How many profiles there may be.
    pub(crate) profiles: ProfileLimits,
    pub(crate) window: WindowLimits,
    pub(crate) retention: Retention,
    pub(crate) gc_interval: Duration,
    pub(crate) document_bytes: usize,
    pub(crate) log: Log,
}

/// The world outside.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    pub(crate) contact: Option<Contact>,
    pub(crate) r2z2: BaseUrl,
    pub(crate) esi: BaseUrl,
    pub(crate) everef: BaseUrl,
    pub(crate) zkillboard: BaseUrl,
    pub(crate) static_data: BaseUrl,
    pub(crate) janice: BaseUrl,
    pub(crate) janice_key: Option<Secret>,
    pub(crate) mutamarket: BaseUrl,
    pub(crate) clock_scale: u32,
    pub(crate) clock_epoch: Option<Timestamp>,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

/// Configuration that cannot be used: every problem at once.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} to solve:\n{}", count(.0), lines(.0))]
pub(crate) struct ConfigError(pub(crate) Vec<Problem>);

fn count(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "a problem".to_owned(),
        many => format!("{many} problems"),
    }
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("  {problem}"))
        .collect();
    lines.join("\n")
}

impl Config {
    /// The typed form of `layers`.
    pub(crate) fn of(layers: &Layers) -> Result<Self, ConfigError> {
        let mut problems = check(layers);
        problems.retain(|problem| problem.severity == Severity::Error);
        if !problems.is_empty() {
            return Err(ConfigError(problems));
        }
        Reader(layers).config().map_err(|key| {
            ConfigError(vec![Problem {
                key: key.to_owned(),
                severity: Severity::Error,
                place: String::new(),
                what: "cannot be read".to_owned(),
                fix: "run `killwire config check`".to_owned(),
            }])
        })
    }

    /// What the store is opened with.
    pub(crate) fn store(&self) -> StoreConfig {
        let backend = match &self.database_url {
            Some(url) => Backend::Postgres(url.clone()),
            None => Backend::Sqlite(self.data_dir.join("killwire.db")),
        };
        StoreConfig {
            window: self.window,
            retention: self.retention,
            gc_interval: self.gc_interval,
            ..StoreConfig::new(backend)
        }
    }
}

impl Upstream {
    /// Whether all of it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        [
            &self.r2z2,
            &self.esi,
            &self.everef,
            &self.zkillboard,
            &self.static_data,
            &self.janice,
            &self.mutamarket,
        ]
        .into_iter()
        .all(BaseUrl::is_loopback)
    }

    /// The clock that upstream and simulator share: scaled only on loopback.
    pub(crate) fn clock(&self) -> Clock {
        match self.clock_epoch {
            Some(epoch) if self.clock_scale > 1 && self.is_loopback() => {
                Clock::scaled(epoch, self.clock_scale)
            }
            _ => Clock::system(),
        }
    }
}

/// The platform's place for a program's data.
pub(crate) fn default_data_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "killwire").map_or_else(
        || PathBuf::from("killwire-data"),
        |dirs| dirs.data_dir().to_owned(),
    )
}

/// Reads values by key; the error is the key of a value that cannot be read.
struct Reader<'a>(&'a Layers);

impl Reader<'_> {
    fn config(&self) -> Result<Config, &'static str> {
        Ok(Config {
            listen: self.read("server.listen", parse_address)?,
            max_lag: self.read("server.max_lag", parse_duration)?,
            access: AccessPolicy {
                read_open: self.text("server.reading")? == "open",
                cors: self.read("server.cors", |text| text.parse().ok())?,
            },
            limits: self.limits()?,
            data_dir: self
                .0
                .get("storage.data_dir")
                .map_or_else(default_data_dir, |value| PathBuf::from(&value.text)),
            database_url: self
                .0
                .get("storage.database_url")
                .map(|value| value.text.clone()),
            upstream: self.upstream()?,
            feed_start: self.read("feed.start", |text| {
                Some(match text {
                    "resume-or-head" => FeedStart::Head,
                    number => FeedStart::At(number.parse().ok()?),
                })
            })?,
            static_data_auto: self.text("static_data.update")? == "auto",
            enrich: EnrichConfig {
                budget: self.read("enrich.budget", parse_duration)?,
                at_once: self.count("enrich.at_once")?,
            },
            lookup: self.lookup()?,
            profiles: ProfileLimits {
                per_token: self.count("profiles.per_token")?,
                total: self.count("profiles.total")?,
            },
            window: WindowLimits {
                events: self.count("window.events")?,
                bytes: self.bytes("window.bytes")?,
            },
            retention: self.retention()?,
            gc_interval: Duration::from_millis(self.number("retention.gc_interval_ms")?),
            document_bytes: self.bytes("limits.document_bytes")?,
            log: Log {
                level: self.text("log.level")?.to_owned(),
                format: match self.text("log.format")? {
                    "human" => LogFormat::Human,
                    "json" => LogFormat::Json,
                    _ => LogFormat::Auto,
                },
            },
        })
    }

    fn upstream(&self) -> Result<Upstream, &'static str> {
        let url = |key| self.read(key, |text| text.parse().ok());
        Ok(Upstream {
            contact: self
                .0
                .get("upstream.contact")
                .and_then(|value| Contact::new(&value.text).ok()),
            r2z2: url("upstream.r2z2_url")?,
            esi: url("upstream.esi_url")?,
            everef: url("upstream.everef_url")?,
            zkillboard: url("upstream.zkillboard_url")?,
            static_data: url("upstream.static_data_url")?,
            janice: url("upstream.janice_url")?,
            janice_key: self
                .0
                .get("upstream.janice_key")
                .and_then(|value| Secret::new(&value.text).ok()),
            mutamarket: url("upstream.mutamarket_url")?,
            clock_scale: self.read("upstream.clock_scale", |text| text.parse().ok())?,
            clock_epoch: self
                .0
                .get("upstream.clock_epoch")
                .and_then(|value| value.text.parse().ok()),
        })
    }

    fn limits(&self) -> Result<Limits, &'static str> {
        Ok(Limits {
            long_polls: self.count("limits.long_polls")?,
            hub: HubLimits {
                readers: self.count("limits.readers")?,
                readers_per_address: self.count("limits.readers_per_address")?,
                keys: self.count("limits.reader_ids")?,
                ..HubLimits::default()
            },
            connections: ConnectionLimits {
                open: self.count("limits.connections")?,
                per_address: self.count("limits.connections_per_address")?,
                trusted_proxies: self.trusted_proxies()?,
                head_timeout: self.read("limits.head_timeout", parse_duration)?,
                write_timeout: self.read("limits.write_timeout", parse_duration)?,
                ..ConnectionLimits::default()
            },
            ..Limits::default()
        })
    }

    fn trusted_proxies(&self) -> Result<TrustedProxies, &'static str> {
        const KEY: &str = "server.trusted_proxies";
        match self.0.get(KEY) {
            Some(value) => value.text.parse().map_err(|_| KEY),
            None => Ok(TrustedProxies::default()),
        }
    }

    fn lookup(&self) -> Result<LookupConfig, &'static str> {
        let mut lookup = LookupConfig::default();
        lookup.prices.order = self.read("prices.sources", |text| text.parse().ok())?;
        lookup.prices.market = self.read("prices.market", |text| text.parse().ok())?;
        for (policy, holds, weight) in cache::policies(&mut lookup) {
            policy.ttl = self.read(holds, parse_duration)?;
            policy.weight = self.read(weight, parse_bytes)?;
        }
        Ok(lookup)
    }

    fn retention(&self) -> Result<Retention, &'static str> {
        let age = |key| self.read(key, parse_duration);
        Ok(Retention {
            log_min_age: age("retention.log_min_age")?,
            log_max_age: age("retention.log_max_age")?,
            log_max_bytes: self.read("retention.log_max_bytes", parse_bytes)?,
            killmail_age: age("retention.killmail_age")?,
            client_age: age("retention.client_age")?,
            max_clients: self.count("retention.max_clients")?,
            max_events_per_system: self.count("retention.max_events_per_system")?,
            max_quarantined: self.count("retention.max_quarantined")?,
            match_age: age("retention.match_age")?,
            max_matches: self.count("retention.max_matches")?,
            ..Retention::default()
        })
    }

    fn text(&self, key: &'static str) -> Result<&str, &'static str> {
        self.0.get(key).map(|value| value.text.as_str()).ok_or(key)
    }

    fn read<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, &'static str> {
        parse(self.text(key)?).ok_or(key)
    }

    fn number(&self, key: &'static str) -> Result<u64, &'static str> {
        self.read(key, |text| text.parse().ok())
    }

    fn count(&self, key: &'static str) -> Result<usize, &'static str> {
        self.read(key, |text| text.parse().ok())
    }

    fn bytes(&self, key: &'static str) -> Result<usize, &'static str> {
        self.read(key, |text| usize::try_from(parse_bytes(text)?).ok())
    }
}
