//! Where the server is that is followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use reqwest::Url;

use crate::config::Config;
use crate::lock;

/// The port of [`crate::config`]'s default address.
const USUAL_PORT: u16 = 4004;

/// Which server is followed.
#[derive(Debug)]
pub(super) enum Server {
    /// The one that was named.
    At(Url),
    /// The one that runs on this data directory, wherever it listens: after a restart that may be
    /// elsewhere. While none is announced, the last address is good: another one could be that of
    /// a server with another log.
    Of {
        data_dir: PathBuf,
        /// At first the address that a server would listen on.
        last: SocketAddr,
    },
}

impl Server {
    /// The one that `config` is about.
    pub(super) fn of(config: &Config) -> Self {
        Self::Of {
            data_dir: config.data_dir.clone(),
            last: config.listen,
        }
    }

    /// Its address now, without a path.
    pub(super) fn url(&mut self) -> String {
        match self {
            Self::At(url) => url.to_string(),
            Self::Of { data_dir, last } => {
                let announced = lock::announced(data_dir);
                if let Some(address) = announced.and_then(|address| address.parse().ok()) {
                    *last = address;
                }
                format!("http://{}/", reachable(*last))
            }
        }
    }
}

/// How `address`, on which a server listens, is reached from this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    if address.port() == 0 {
        address.set_port(USUAL_PORT);
    }
    address
}

/// Whether `url` is on this machine: no proxy lies between.
pub(super) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_interface_is_reached_over_loopback() {
        for (listens, reached) in [
            ("0.0.0.0:4010", "127.0.0.1:4010"),
            ("[::]:4010", "[::1]:4010"),
            ("10.0.0.7:80", "10.0.0.7:80"),
            ("127.0.0.1:0", "127.0.0.1:4004"),
        ] {
            let address = reachable(listens.parse().unwrap());
            assert_eq!(address.to_string(), reached);
        }
    }

    #[test]
    fn a_server_that_is_away_is_looked_for_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("killwire.lock");
        let mut server = Server::Of {
            data_dir: dir.path().to_owned(),
            last: "127.0.0.1:4004".parse().unwrap(),
        };
        assert_eq!(server.url(), "http://127.0.0.1:4004/");
        let announced = r#"{"pid":1,"command":"serve","since":"2026-11-20T18:04:31Z","address":"127.0.0.1:4010"}"#;
        std::fs::write(&lock, announced).unwrap();
        assert_eq!(server.url(), "http://127.0.0.1:4010/");
        std::fs::write(&lock, "").unwrap();
        assert_eq!(server.url(), "http://127.0.0.1:4010/");
    }

    #[test]
    fn only_this_machine_is_local() {
        let local = |text: &str| is_local(&text.parse().unwrap());
        assert!(
            local("http://127.0.0.1:1/") && local("http://[::1]/") && local("http://localhost/")
        );
        assert!(!local("http://10.0.0.7/") && !local("https://kills.example.org/"));
    }
}
