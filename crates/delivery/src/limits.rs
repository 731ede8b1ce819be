//! What one client may ask for. Every limit has an error that names it.

use std::time::Duration;

use crate::HubLimits;

use crate::TrustedProxies;

/// Limits of requests. The defaults suit a server that its owner's friends use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Ids in one list (`systems`, `characters`, the acknowledgement's systems). New Eden has about
    /// 8,500 systems, so the default, 10,000, never stops a client that wants all of them. In a URL
    /// `query_bytes` comes first: it holds about 7,200 ids written `systems=1,2,3`.
    pub ids: usize,
    /// Events in one answer when `limit` is absent.
    pub default_page: usize,
    /// The largest `limit`.
    pub max_page: usize,
    /// An answer of `/api/v1/events` ends after the event with which its killmails reach so many
    /// bytes. Keeps a thousand fleet fights from becoming one answer.
    pub page_bytes: usize,
    /// The longest `wait`, in whole seconds.
    pub max_wait: Duration,
    /// The longest query string. The HTTP library cannot read a request target above 65,534 bytes.
    pub query_bytes: usize,
    /// The largest request body: an acknowledgement with `ids` ids fits.
    pub body_bytes: usize,
    /// The largest body with a condition: as text it may have 256 KiB, and more where JSON has to
    /// escape it.
    pub condition_bytes: usize,
    /// The largest body with the entries of a named list: 50,000 with names fit.
    pub list_bytes: usize,
    /// Conditions that are read, explained or imported at the same time.
    pub conditions: usize,
    /// Conditions that are tried on the past at the same time: each reads up to millions of fact
    /// records. Half of them may be of clients without a token.
    pub trials: usize,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
    /// Long polls waiting at the same time.
    pub long_polls: usize,
    /// Killmails in the older lists (`/system_killmails/{id}`, `/system/{id}/killmails`).
    pub system_killmails: usize,
    /// Limits of those who are connected and given events.
    pub hub: HubLimits,
    /// Limits of connections.
    pub connections: ConnectionLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ids: 10_000,
            default_page: 100,
            max_page: 1_000,
            page_bytes: 8 << 20,
            max_wait: Duration::from_secs(60),
            query_bytes: 65_000,
            body_bytes: 128 << 10,
            condition_bytes: 1 << 20,
            list_bytes: 8 << 20,
            conditions: 32,
            trials: 4,
            body_timeout: Duration::from_secs(10),
            long_polls: 4_096,
            system_killmails: 200,
            hub: HubLimits::default(),
            connections: ConnectionLimits::default(),
        }
    }
}

/// Limits of connections, on real time: networks are not scaled.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Connections open at the same time. Those beyond get a 503.
    pub open: usize,
    /// Connections open at the same time from one address (of IPv6 from one /64). Those beyond get
    /// a 429. This machine and trusted proxies are not counted: behind them are many clients.
    pub per_address: usize,
    /// The proxies whose word about a client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// Bytes of a request's head: its target and its headers.
    pub head_bytes: usize,
    /// How long a request's head may take to arrive; also how long a kept-alive connection may be
    /// idle.
    pub head_timeout: Duration,
    /// How long a client may leave an answer unread before it is dropped.
    pub write_timeout: Duration,
    /// How long open requests have to end when the server stops.
    pub shutdown_grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            open: 8_192,
            per_address: 256,
            trusted_proxies: TrustedProxies::default(),
            head_bytes: 96 << 10,
            head_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            shutdown_grace: Duration::from_secs(3),
        }
    }
}
