//! The hub: from the log to any number of readers, filtered, in order, each event once.
//!
//! A reader ([`reader::Reader`]) has a [`filter::Filter`] and a position. While it keeps up, the
//! dispatcher ([`dispatch`]) hands it what matches, having found it by what the event brings
//! ([`key`], [`registry`]). A reader that does not keep up is left alone: it reads on from
//! [`history`] at its own speed and becomes live again at the end ([`seat`] says how neither loses
//! or doubles an event). Nothing here is queued for anyone.
//!
//! Matches of profiles are a log of their own, with readers of their own: [`matches`].

pub(crate) mod block;
mod dispatch;
pub(crate) mod filter;
mod history;
mod key;
mod limits;
pub(crate) mod matches;
pub(crate) mod parcel;
pub(crate) mod reader;
mod registry;
mod report;
pub(crate) mod seat;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_store::{MatchSeq, Seq, Store};
use killwire_universe::CurrentUniverse;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

pub use self::limits::HubLimits;
pub use self::registry::{Full, Protocol};
pub use self::report::{HubReport, ReaderReport};

use self::filter::Filter;
use self::history::History;
use self::key::Key;
use self::matches::reader::MatchReader;
use self::matches::{MatchPlace, Matches, Whose};
use self::reader::Reader;
use self::registry::{Place, Registry};
use self::seat::{Seat, Sink};

/// Everything that readers share. One per program.
pub struct Hub {
    store: Store,
    clock: Clock,
    universe: CurrentUniverse,
    registry: Registry,
    history: History,
    matches: Matches,
    /// The last event that the dispatcher has begun to hand around.
    announced: AtomicI64,
    /// The last event that all live readers were handed.
    handed: AtomicI64,
    /// Connections that have left the HTTP server.
    connections: TaskTracker,
}

/// Who wants to read.
pub(crate) struct Caller {
    pub(crate) protocol: Protocol,
    /// By what readers are counted against the limit for each address; none where there is none.
    pub(crate) address: Option<IpAddr>,
    /// Where its live events go at once, and what is rung when the reader is behind; none for one who
    /// asks [`Reader::next`].
    pub(crate) sink: Option<(Arc<dyn Sink>, Arc<Notify>)>,
}

impl Hub {
    /// A hub that carries what is appended to `store` from now on. Something must run
    /// [`Hub::dispatch`]. `clock` is the one by which killmails happen.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        universe: CurrentUniverse,
        limits: HubLimits,
    ) -> Arc<Self> {
        Arc::new(Self {
            announced: AtomicI64::new(store.head().0),
            handed: AtomicI64::new(store.head().0),
            history: History::new(store.clone(), clock.clone(), &limits),
            matches: Matches::new(store.clone()),
            registry: Registry::new(limits),
            store,
            clock,
            universe,
            connections: TaskTracker::new(),
        })
    }

    /// Waits until all channel connections have ended, which they do when the server stops.
    pub async fn ended(&self) {
        self.connections.close();
        self.connections.wait().await;
        self.connections.reopen();
    }

    pub(crate) const fn connections(&self) -> &TaskTracker {
        &self.connections
    }

    /// Takes a reader that wants what comes after `position`.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn open(
        self: &Arc<Self>,
        caller: Caller,
        filter: Filter,
        position: Seq,
    ) -> Result<Reader, Full> {
        let keys: Arc<[Key]> = key::of_filter(&filter).into();
        let seat = Arc::new(Seat::new(Arc::new(filter), position, caller.sink));
        let who = (caller.protocol, caller.address);
        let now = self.clock.now();
        let place = Place::Log(Arc::clone(&seat));
        let id = self.registry.enter(place, Arc::clone(&keys), who, now)?;
        let named = (id, caller.protocol);
        Ok(Reader::new(Arc::clone(self), seat, keys, named))
    }

    /// Takes a reader that wants the matches after `position`. It counts as any other.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn open_matches(
        self: &Arc<Self>,
        (protocol, address): (Protocol, Option<IpAddr>),
        whose: Whose,
        position: MatchSeq,
    ) -> Result<MatchReader, Full> {
        let place = Arc::new(MatchPlace::new(whose, position));
        let entered = Place::Matches(Arc::clone(&place));
        let who = (protocol, address);
        let id = self
            .registry
            .enter(entered, Arc::default(), who, self.clock.now())?;
        Ok(MatchReader::new(Arc::clone(self), place, id, protocol))
    }

    /// What profiles found.
    pub(crate) const fn matches(&self) -> &Matches {
        &self.matches
    }

    /// The time by which killmails happen.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The log, and the killmails in it.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// The snapshot of the static data by which filters are read.
    pub(crate) fn universe(&self) -> Arc<killwire_universe::Universe> {
        self.universe.load()
    }
}
