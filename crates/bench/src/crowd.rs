//! A crowd of subscribers, as the bench sees it: told what to do, and asked what it received. It is
//! a process of its own ([`crate::peer`]).

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::peer::Talk;

/// What a broker's messages are published under.
pub(crate) const SUBJECT: &str = "killmails";

/// How subscribers talk to their server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Speech {
    /// Phoenix channels, version 2, without compression.
    Channel,
    /// The protocol of `nats-server`.
    Nats,
    /// The protocol of `redis-server`.
    Redis,
    /// One request, and then the connection stays open.
    Http,
}

/// What makes a crowd.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) speech: Speech,
    pub(crate) address: SocketAddr,
    pub(crate) clients: usize,
    /// How many of them never read once they have subscribed. Nothing is awaited from these.
    pub(crate) stalled: usize,
    /// With what the lobby is joined, for channels; where there are several, they take turns.
    pub(crate) joins: Vec<String>,
    /// The event after which all of them begin; 0 where that is not known.
    pub(crate) after: i64,
    /// Whether each is to get every event.
    pub(crate) dense: bool,
    /// A file for each event's text, one in a line.
    pub(crate) copy: Option<PathBuf>,
}

impl Order {
    /// So many who want every event from now on.
    pub(crate) const fn new(speech: Speech, address: SocketAddr, clients: usize) -> Self {
        Self {
            speech,
            address,
            clients,
            stalled: 0,
            joins: Vec::new(),
            after: 0,
            dense: true,
            copy: None,
        }
    }
}

/// What a crowd is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// To keep the time of each receipt.
    Record,
    /// To say when everyone has this event.
    Await(i64),
    /// How long events were on their way since `Record`.
    Latency {
        /// The first of them.
        first: i64,
        /// When it was sent, and those after it.
        stamps: Vec<u64>,
    },
}

/// Everyone has an event.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Reached {
    /// When the last of all receipts was.
    pub(crate) at: u64,
    /// Events received by all of them together, from the beginning.
    pub(crate) received: u64,
    /// Those that were missing, double or out of order.
    pub(crate) faults: u64,
}

/// How long events were on their way, in nanoseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Latency {
    /// Of how many receipts.
    pub(crate) received: usize,
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) longest: u64,
}

/// A crowd at work; it goes when this is dropped.
pub(crate) struct Crowd(Talk);

impl Crowd {
    /// Begins to bring everyone in.
    pub(crate) fn begin(order: &Order) -> Outcome<Self> {
        let mut talk = Talk::start(&["crowd"])?;
        talk.say(order)?;
        Ok(Self(talk))
    }

    /// Waits until everyone has subscribed.
    pub(crate) fn entered(&mut self) -> Outcome<()> {
        self.0.hear()
    }

    /// A crowd that has subscribed.
    pub(crate) fn start(order: &Order) -> Outcome<Self> {
        let mut crowd = Self::begin(order)?;
        crowd.entered()?;
        Ok(crowd)
    }

    /// Keeps the time of each receipt from now on.
    pub(crate) fn record(&mut self) -> Outcome<()> {
        self.0.ask(&Ask::Record)
    }

    /// Waits until everyone has an event. An error where one has missed another.
    pub(crate) fn wait_for(&mut self, seq: i64) -> Outcome<Reached> {
        let reached: Reached = self.0.ask(&Ask::Await(seq))?;
        if reached.faults > 0 {
            let faults = reached.faults;
            return Err(format!("{faults} events were missing, double or out of order").into());
        }
        Ok(reached)
    }

    /// How long what was recorded was on its way.
    pub(crate) fn latency(&mut self, first: i64, stamps: Vec<u64>) -> Outcome<Latency> {
        self.0.ask(&Ask::Latency { first, stamps })
    }
}
