//! Values as people write them: `60s`, `7d`, `64MiB`, `127.0.0.1:4004`.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use jiff::{Span, SpanRelativeTo, Timestamp};
use killwire_delivery::{Cors, TrustedProxies};
use killwire_lookup::price::PriceOrder;
use killwire_upstream::{BaseUrl, Contact, Secret};

/// What a setting's values look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Contact,
    Path,
    Address,
    Url,
    DatabaseUrl,
    Duration,
    Bytes,
    Count { min: u64, max: u64 },
    Moment,
    FeedStart,
    LogFilter,
    Secret,
    PriceSources,
    Cors,
    Proxies,
    OneOf(&'static [&'static str]),
}

impl Kind {
    /// Whether `text` is such a value; otherwise what is expected.
    pub(crate) fn check(self, text: &str) -> Result<(), String> {
        let fits = match self {
            Self::Contact => Contact::new(text).is_ok(),
            Self::Path => !text.trim().is_empty(),
            Self::Address => parse_address(text).is_some(),
            Self::Url => text.parse::<BaseUrl>().is_ok(),
            Self::DatabaseUrl => is_postgres(text),
            Self::Duration => parse_duration(text).is_some(),
            Self::Bytes => parse_bytes(text).is_some(),
            Self::Count { min, max } => text
                .parse::<u64>()
                .is_ok_and(|count| (min..=max).contains(&count)),
            Self::Moment => text.parse::<Timestamp>().is_ok(),
            Self::FeedStart => {
                text == "resume-or-head" || text.parse::<u64>().is_ok_and(|number| number > 0)
            }
            Self::LogFilter => tracing_subscriber::EnvFilter::try_new(text).is_ok(),
            Self::Secret => Secret::new(text).is_ok(),
            Self::PriceSources => text.parse::<PriceOrder>().is_ok(),
            Self::Cors => text.parse::<Cors>().is_ok(),
            Self::Proxies => text.parse::<TrustedProxies>().is_ok(),
            Self::OneOf(names) => names.contains(&text),
        };
        if fits { Ok(()) } else { Err(self.expected()) }
    }

    /// What a value should look like.
    pub(crate) fn expected(self) -> String {
        match self {
            Self::Contact => {
                "an e-mail address, a URL or a character's name that reaches you, no placeholder"
                    .to_owned()
            }
            Self::Path => "a path".to_owned(),
            Self::Address => "an address and a port, such as 127.0.0.1:4004".to_owned(),
            Self::Url => "an http:// or https:// URL without a password or a query".to_owned(),
            Self::DatabaseUrl => "postgres://user:password@host/name".to_owned(),
            Self::Duration => "a length of time, such as 250ms, 60s, 10m, 1h 30m or 7d".to_owned(),
            Self::Bytes => "a size, such as 500kB, 64MiB or 20GiB".to_owned(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Moment => "a moment, such as 2026-01-31T12:00:00Z".to_owned(),
            Self::FeedStart => "resume-or-head, or a sequence number".to_owned(),
            Self::LogFilter => {
                "error, warn, info, debug, trace, or a filter such as info,killwire_intake=debug"
                    .to_owned()
            }
            Self::Secret => "printable characters without spaces".to_owned(),
            Self::PriceSources => "a list of janice, mutamarket and esi, each once".to_owned(),
            Self::Cors => {
                "*, off, or origins such as https://map.example.com, http://localhost:3000"
                    .to_owned()
            }
            Self::Proxies => {
                "the proxies' own addresses or networks, such as 10.0.0.5, 172.16.0.0/12".to_owned()
            }
            Self::OneOf(names) => names.join(" or "),
        }
    }
}

/// An address with its port; a host name is looked up.
pub(crate) fn parse_address(text: &str) -> Option<SocketAddr> {
    text.parse()
        .ok()
        .or_else(|| text.to_socket_addrs().ok()?.next())
}

fn is_postgres(text: &str) -> bool {
    reqwest::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && url.has_host())
}

/// A length of time: `250ms`, `60s`, `1h 30m`, `7d`. Days have 24 hours.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(length).ok()
}

const UNITS: &[(&str, u64)] = &[
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("b", 1),
    ("", 1),
];

/// A size: `4096`, `500kB`, `64MiB`.
pub(crate) fn parse_bytes(text: &str) -> Option<u64> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// A size for people: `1.5 GiB`.
pub(crate) fn show_bytes(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}
