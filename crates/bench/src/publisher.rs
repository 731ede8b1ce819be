//! Who publishes killmails to a crowd: Killwire itself, or a broker.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use killwire_killmail::SystemId;
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::crowd::{Order, Speech};
use crate::peer::{Talk, text};

/// What was published.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Published {
    /// The first event's seq; those after it follow.
    pub(crate) first: i64,
    /// When each was given to whoever carries it.
    pub(crate) stamps: Vec<u64>,
}

impl Published {
    /// The last event's seq.
    pub(crate) fn last(&self) -> Outcome<i64> {
        Ok(self.first + i64::try_from(self.stamps.len())? - 1)
    }
}

/// Carries what is published to whoever subscribes.
pub(crate) trait Publisher {
    /// The server's process.
    fn process(&self) -> u32;

    /// Subscribers to everything that is published from now on.
    fn subscribers(&self, clients: usize) -> Order;

    /// Makes so many killmails ready.
    fn prepare(&mut self, killmails: usize) -> Outcome<()>;

    /// Publishes killmails so far apart, or as fast as they go where `every` is zero.
    fn publish(&mut self, killmails: usize, every: Duration) -> Outcome<Published>;
}

/// What Killwire is told in a process of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    Prepare(usize),
    Publish {
        killmails: usize,
        every: Duration,
    },
    /// How many readers do not keep up?
    Behind,
}

/// Killwire's store, hub and delivery in a process of their own, on an empty log.
pub(crate) struct Killwire {
    talk: Talk,
    address: SocketAddr,
    system: SystemId,
    _folder: tempfile::TempDir,
}

impl Killwire {
    /// Starts it for so many clients. All killmails are in `system`.
    pub(crate) fn start(system: SystemId, clients: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut talk = Talk::start(&[
            "live",
            text(folder.path())?,
            &system.to_string(),
            &clients.to_string(),
        ])?;
        let port: u16 = talk.hear()?;
        Ok(Self {
            talk,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            system,
            _folder: folder,
        })
    }

    /// How many readers do not keep up.
    pub(crate) fn behind(&mut self) -> Outcome<usize> {
        self.talk.ask(&Request::Behind)
    }

    /// Copies the texts of so many killmails, as subscribers get them, to a file.
    pub(crate) fn copy(system: SystemId, killmails: usize, file: &Path) -> Outcome<()> {
        let mut server = Self::start(system, 1)?;
        server.prepare(killmails)?;
        let mut crowd = crate::crowd::Crowd::start(&Order {
            copy: Some(file.to_owned()),
            ..server.subscribers(1)
        })?;
        let published = server.publish(killmails, Duration::ZERO)?;
        crowd.wait_for(published.last()?)?;
        Ok(())
    }
}

impl Publisher for Killwire {
    fn process(&self) -> u32 {
        self.talk.process()
    }

    fn subscribers(&self, clients: usize) -> Order {
        let join = format!(r#"{{"systems":[{}],"preload":false}}"#, self.system);
        Order {
            joins: vec![join],
            ..Order::new(Speech::Channel, self.address, clients)
        }
    }

    fn prepare(&mut self, killmails: usize) -> Outcome<()> {
        self.talk.ask(&Request::Prepare(killmails))
    }

    fn publish(&mut self, killmails: usize, every: Duration) -> Outcome<Published> {
        self.talk.ask(&Request::Publish { killmails, every })
    }
}
