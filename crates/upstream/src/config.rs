//! Where the upstreams are and who is asking.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use killwire_clock::Clock;
use reqwest::Url;

use crate::{Contact, Secret, Upstream, UpstreamError};

/// zKillboard's file store.
pub const R2Z2_URL: &str = "https://r2z2.zkillboard.com";
/// CCP's API.
pub const ESI_URL: &str = "https://esi.evetech.net";
/// EVE Ref's archives.
pub const EVEREF_URL: &str = "https://data.everef.net";
/// Janice's API.
pub const JANICE_URL: &str = "https://janice.e-351.com/api/rest/v2";
/// MutaMarket's API.
pub const MUTAMARKET_URL: &str = "https://mutamarket.com/api";
/// CCP's static data export.
pub const STATIC_DATA_URL: &str = "https://developers.eveonline.com/static-data";
/// zKillboard's REST API.
pub const ZKILLBOARD_URL: &str = "https://zkillboard.com/api";

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
    /// Who runs this Killwire. Without a contact nobody is asked: every call fails with
    /// [`UpstreamError::Contact`].
    pub contact: Option<Contact>,
    /// Root of zKillboard's file store.
    pub r2z2_url: BaseUrl,
    /// Root of CCP's API.
    pub esi_url: BaseUrl,
    /// Root of EVE Ref's archives.
    pub everef_url: BaseUrl,
    /// Root of Janice's API.
    pub janice_url: BaseUrl,
    /// The key for Janice, which its author gives out; without one it is not asked.
    pub janice_key: Option<Secret>,
    /// Root of MutaMarket's API.
    pub mutamarket_url: BaseUrl,
    /// Root of CCP's static data export.
    pub static_data_url: BaseUrl,
    /// Root of zKillboard's REST API.
    pub zkillboard_url: BaseUrl,
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
            contact: Some(contact),
            r2z2_url: R2Z2_URL.parse()?,
            esi_url: ESI_URL.parse()?,
            everef_url: EVEREF_URL.parse()?,
            janice_url: JANICE_URL.parse()?,
            janice_key: None,
            mutamarket_url: MUTAMARKET_URL.parse()?,
            static_data_url: STATIC_DATA_URL.parse()?,
            zkillboard_url: ZKILLBOARD_URL.parse()?,
            clock: Clock::system(),
        })
    }

    /// A simulator that serves all of them below `root`, on the clock it shares.
    ///
    /// # Errors
    /// [`UpstreamError::BadUrl`] when `root` is not a URL.
    pub fn simulated(root: &str, contact: Contact, clock: Clock) -> Result<Self, UpstreamError> {
        let root = root.trim_end_matches('/');
        Ok(Self {
            contact: Some(contact),
            r2z2_url: format!("{root}/r2z2").parse()?,
            esi_url: format!("{root}/esi").parse()?,
            everef_url: format!("{root}/everef").parse()?,
            janice_url: format!("{root}/janice").parse()?,
            janice_key: None,
            mutamarket_url: format!("{root}/mutamarket").parse()?,
            static_data_url: format!("{root}/static-data").parse()?,
            zkillboard_url: format!("{root}/zkillboard").parse()?,
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
        for upstream in Upstream::ALL {
            let url = self.base(upstream);
            if !url.is_loopback() {
                return Err(UpstreamError::ScaledClock {
                    url: url.to_string(),
                });
            }
        }
        Ok(())
    }

    /// An upstream's root.
    pub(crate) const fn base(&self, upstream: Upstream) -> &BaseUrl {
        match upstream {
            Upstream::R2z2 => &self.r2z2_url,
            Upstream::Esi => &self.esi_url,
            Upstream::EveRef => &self.everef_url,
            Upstream::Janice => &self.janice_url,
            Upstream::MutaMarket => &self.mutamarket_url,
            Upstream::StaticData => &self.static_data_url,
            Upstream::Zkillboard => &self.zkillboard_url,
        }
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
