//! Where the upstreams are and who is asking.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use killwire_clock::Clock;
use reqwest::Url;

use crate::{Contact, Esi, EveRef, Memory, R2z2, UpstreamError};

/// zKillboard's file store.
pub const R2Z2_URL: &str = "https://r2z2.zkillboard.com";
/// CCP's API.
pub const ESI_URL: &str = "https://esi.evetech.net";
/// EVE Ref's archives.
pub const EVEREF_URL: &str = "https://data.everef.net";

/// An upstream's root: `http` or `https`, a host, perhaps a path, nothing behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Whether it leads to this machine only: `localhost`, 127.0.0.0/8, `::1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        host.eq_ignore_ascii_case("localhost")
            || host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// The URL of `path` (without a leading slash) below this root.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{self}/{path}")
    }
}

impl FromStr for BaseUrl {
    type Err = UpstreamError;

    fn from_str(text: &str) -> Result<Self, UpstreamError> {
        let bad = |reason: &str| UpstreamError::BadUrl {
            url: text.to_owned(),
            reason: reason.to_owned(),
        };
        let url = Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("it must begin with https:// or http://"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it must end with its path"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it must not carry a user name or password"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Where the upstreams are and who is asking.
#[derive(Clone, Debug)]
pub struct UpstreamConfig {
    /// Who runs this Killwire.
    pub contact: Contact,
    /// Root of zKillboard's file store.
    pub r2z2_url: BaseUrl,
    /// Root of CCP's API.
    pub esi_url: BaseUrl,
    /// Root of EVE Ref's archives.
    pub everef_url: BaseUrl,
    /// The time that all floors are measured on. A scaled one only with loopback URLs.
    pub clock: Clock,
}

impl UpstreamConfig {
    /// The real upstreams on the system's clock.
    ///
    /// # Errors
    /// None in practice: the built-in URLs are URLs.
    pub fn new(contact: Contact) -> Result<Self, UpstreamError> {
        Ok(Self {
            contact,
            r2z2_url: R2Z2_URL.parse()?,
            esi_url: ESI_URL.parse()?,
            everef_url: EVEREF_URL.parse()?,
            clock: Clock::system(),
        })
    }

    /// A simulator that serves all three below `root`, on the clock it shares.
    ///
    /// # Errors
    /// [`UpstreamError::BadUrl`] when `root` is not a URL.
    pub fn simulated(root: &str, contact: Contact, clock: Clock) -> Result<Self, UpstreamError> {
        let root = root.trim_end_matches('/');
        Ok(Self {
            contact,
            r2z2_url: format!("{root}/r2z2").parse()?,
            esi_url: format!("{root}/esi").parse()?,
            everef_url: format!("{root}/everef").parse()?,
            clock,
        })
    }

    /// Refuses a scaled clock unless every URL is loopback.
    ///
    /// # Errors
    /// [`UpstreamError::ScaledClock`] names the URL that leads outside.
    pub fn check_clock(&self) -> Result<(), UpstreamError> {
        if self.clock.scale() == 1 {
            return Ok(());
        }
        for url in [&self.r2z2_url, &self.esi_url, &self.everef_url] {
            if !url.is_loopback() {
                return Err(UpstreamError::ScaledClock {
                    url: url.to_string(),
                });
            }
        }
        Ok(())
    }
}

/// One object per upstream. Clones share them, and with them all floors and budgets.
#[derive(Clone)]
pub struct Upstreams {
    /// zKillboard's feed and history.
    pub r2z2: Arc<R2z2>,
    /// CCP's API.
    pub esi: Arc<Esi>,
    /// EVE Ref's archives.
    pub everef: Arc<EveRef>,
}

impl Upstreams {
    /// Sets the clients up and recalls what they had to remember. Asks nobody anything.
    ///
    /// # Errors
    /// [`UpstreamError::ScaledClock`], [`UpstreamError::Contact`], [`UpstreamError::Client`].
    pub async fn open(
        config: UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        config.check_clock()?;
        Ok(Self {
            r2z2: Arc::new(R2z2::open(&config, memory.clone()).await?),
            esi: Arc::new(Esi::open(&config, memory).await?),
            everef: Arc::new(EveRef::open(&config)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn simulated(root: &str) -> UpstreamConfig {
        let contact = Contact::new("pilot@wormhole.space").unwrap();
        let clock = Clock::scaled(Timestamp::now(), 100);
        UpstreamConfig::simulated(root, contact, clock).unwrap()
    }

    #[test]
    fn a_scaled_clock_is_for_this_machine_only() {
        for root in [
            "http://127.0.0.1:9",
            "http://127.1.2.3:9",
            "http://[::1]:9",
            "http://LocalHost:9",
        ] {
            assert!(simulated(root).check_clock().is_ok(), "{root}");
        }
        for root in [
            "http://10.0.0.1:9",
            "https://localhost.evil.space",
            "http://0.0.0.0:9",
        ] {
            assert!(
                matches!(
                    simulated(root).check_clock(),
                    Err(UpstreamError::ScaledClock { .. })
                ),
                "{root}"
            );
        }
        let mut one_outside = simulated("http://127.0.0.1:9");
        one_outside.esi_url = ESI_URL.parse().unwrap();
        assert!(one_outside.check_clock().is_err());
        one_outside.clock = Clock::system();
        assert!(one_outside.check_clock().is_ok());
    }

    #[test]
    fn a_base_url_says_what_is_wrong_with_it() {
        for text in ["r2z2", "ftp://x.y", "https://a.b/?q=1", "https://u:p@a.b"] {
            assert!(
                matches!(text.parse::<BaseUrl>(), Err(UpstreamError::BadUrl { .. })),
                "{text}"
            );
        }
        let base: BaseUrl = "https://a.b/c/".parse().unwrap();
        assert_eq!(base.join("d.json"), "https://a.b/c/d.json");
    }
}
