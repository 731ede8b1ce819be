//! Whose request it is: the client's address, also behind proxies.
//!
//! A socket's own address is certain. Behind a proxy it is the proxy's; the client's then stands in
//! `X-Forwarded-For`, to whose right end each proxy appends the address that connected to it. Anyone
//! can send that header, so it is read from the right, and only as long as whoever appended is
//! trusted.
//!
//! `Forwarded` (RFC 7239) is not read. A proxy that writes the one header passes the other on as the
//! client sent it, so only one of them can be believed, and every proxy writes this one.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Proxies in a row that are looked through; nobody has so many.
const MAX_HOPS: usize = 16;

/// Networks in one list. The largest provider of proxies has 22.
const MAX_NETWORKS: usize = 64;

/// The bits of an IPv6 address that name a subscriber: a single one is given at least a /64, and
/// could use another address of it for each connection.
const SUBSCRIBER_BITS: u32 = 64;

/// The address that a request comes from. An extension of every request that [`crate::serve`] hands
/// on, and an extractor; a request that came another way counts as this machine's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    ip: IpAddr,
    exempt: bool,
}

impl ClientAddress {
    /// The address; an IPv4 address also where it came written as IPv6.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.ip
    }

    /// What limits for each address count by: the address, of IPv6 its /64. None for this machine
    /// and for trusted proxies, behind which there are many clients.
    #[must_use]
    pub fn limited_as(self) -> Option<IpAddr> {
        match self.ip {
            _ if self.exempt => None,
            IpAddr::V4(_) => Some(self.ip),
            IpAddr::V6(ip) => {
                let network = u128::MAX << (u128::BITS - SUBSCRIBER_BITS);
                Some(Ipv6Addr::from_bits(ip.to_bits() & network).into())
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let this_machine = Self {
            ip: Ipv4Addr::LOCALHOST.into(),
            exempt: true,
        };
        Ok(parts.extensions.get().copied().unwrap_or(this_machine))
    }
}

/// The proxies whose word about a client's address is believed. Clones share one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// Why a text is no list of proxies.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxiesError {
    /// This part is neither an address nor a network.
    #[error("{0:?} is neither an address nor a network such as 10.0.0.0/8")]
    NoNetwork(String),
    /// A network of all addresses: everyone's header would be believed.
    #[error("{0} is everyone: name the proxies' own addresses or networks")]
    Everyone(IpNet),
    /// More networks than are looked through for each request.
    #[error("{0} networks: at most {MAX_NETWORKS} are looked through")]
    TooMany(usize),
}

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    /// Reads addresses and networks, separated by commas: `10.0.0.0/8, ::1`.
    fn from_str(text: &str) -> Result<Self, TrustedProxiesError> {
        let parts = text.split(',').map(str::trim);
        let networks = parts
            .filter(|part| !part.is_empty())
            .map(network)
            .collect::<Result<Vec<_>, _>>()?;
        if networks.len() > MAX_NETWORKS {
            return Err(TrustedProxiesError::TooMany(networks.len()));
        }
        Ok(Self(networks.into()))
    }
}

fn network(text: &str) -> Result<IpNet, TrustedProxiesError> {
    let address = || text.parse().map(|ip: IpAddr| ip.to_canonical().into());
    let network: IpNet = text
        .parse()
        .or_else(|_| address())
        .map_err(|_| TrustedProxiesError::NoNetwork(text.to_owned()))?;
    if network.prefix_len() == 0 {
        return Err(TrustedProxiesError::Everyone(network));
    }
    Ok(network)
}

impl TrustedProxies {
    /// Who sent a request with these `headers` over a connection from `socket`.
    #[must_use]
    pub fn client(&self, socket: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut ip = socket.to_canonical();
        let mut trusted = self.trusts(ip);
        let mut hops = hops_from_the_right(headers).take(MAX_HOPS);
        // What a trusted proxy wrote and cannot be read leaves the address at that proxy.
        while trusted && let Some(Some(before)) = hops.next() {
            ip = before;
            trusted = self.trusts(ip);
        }
        ClientAddress {
            ip,
            exempt: trusted || ip.is_loopback(),
        }
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip))
    }
}

/// The addresses in `X-Forwarded-For`, the last one first; none for a part that is no address.
fn hops_from_the_right(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter().rev();
    values
        .flat_map(|value| value.to_str().unwrap_or("not text").rsplit(','))
        .map(hop)
}

/// One address, as proxies write it: bare, with a port, in brackets.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let ip = bare
        .parse()
        .or_else(|_| bare.parse().map(|with_port: SocketAddr| with_port.ip()));
    ip.ok().map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests;
