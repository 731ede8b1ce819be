//! The topics that a connection follows: what each is delivered, and how far it is.

use std::net::IpAddr;
use std::sync::Arc;

use killwire_store::{Origin, Seq};
use tokio::sync::Notify;

use super::action::{JoinRequest, Joined, Subscriptions};
use super::delivered::Delivered;
use super::outlet::Outlet;
use super::protocol::Shape;
use super::sent::Sent;
use super::topic::Topic;
use crate::hub::block::Stretch;
use crate::hub::filter::{Filter, FilterError, FilterLimits, Watch};
use crate::hub::reader::Reader;
use crate::hub::{Caller, Full, Hub, Protocol};

/// All of them.
pub(super) struct Following {
    pub(super) hub: Arc<Hub>,
    pub(super) outlet: Arc<Outlet>,
    /// The connection's.
    pub(super) bell: Arc<Notify>,
    /// By what its readers are counted.
    pub(super) address: Option<IpAddr>,
    /// Ids that one list of a filter may have.
    pub(super) ids: usize,
    pub(super) topics: Vec<Followed>,
}

/// A topic that is joined.
pub(super) struct Followed {
    pub(super) topic: Topic,
    pub(super) reader: Reader,
    pub(super) filter: Filter,
    pub(super) delivered: Arc<Delivered>,
}

/// Why a join is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error("resume_from {start} lies beyond the log's end {head}; it is not from this log")]
    Ahead { start: Seq, head: Seq },
    #[error(transparent)]
    NoRoom(#[from] Full),
}

impl Refused {
    /// What there is no room for, where that is why.
    pub(super) const fn no_room(&self) -> Option<Full> {
        match self {
            Self::NoRoom(full) => Some(*full),
            Self::Filter(_) | Self::Ahead { .. } => None,
        }
    }
}

impl Followed {
    /// Sends what was read of the log. False: the socket is full, and the rest is to be read again.
    pub(super) fn send_on(&self, stretch: &Stretch) -> bool {
        let all = self.delivered.send_on(stretch, |events, last| {
            self.reader.count(events);
            self.reader.read_to(last);
        });
        if all {
            self.reader.read_to(stretch.through);
        }
        all
    }
}

impl Following {
    /// A topic, where it is joined.
    pub(super) fn find(&mut self, topic: Topic) -> Option<&mut Followed> {
        self.topics.iter_mut().find(|one| one.topic == topic)
    }

    /// Joins a topic, anew where it was joined before.
    pub(super) fn join(&mut self, request: &JoinRequest, shape: Shape) -> Result<Joined, Refused> {
        let topic = request.topic;
        let former = self.leave(topic);
        let (former, sent) = match former {
            // Who says where to go on from knows what it has.
            Some((position, sent)) if request.resume_from.is_none() => (Some(position), sent),
            _ => (None, Sent::default()),
        };
        let filter = self.filter(request)?;
        let head = self.hub.store().head();
        let start = request.resume_from.or(former).unwrap_or(head);
        if start > head {
            return Err(Refused::Ahead { start, head });
        }
        let outlet = Arc::clone(&self.outlet);
        let delivered = Delivered::new(outlet, topic, shape, request.updates, sent);
        let delivered = Arc::new(delivered);
        let caller = Caller {
            protocol: Protocol::Channel,
            address: self.address,
            sink: Some((Arc::clone(&delivered) as _, Arc::clone(&self.bell))),
        };
        let reader = self.hub.open(caller, filter.clone(), start)?;
        self.topics.push(Followed {
            topic,
            reader,
            filter,
            delivered,
        });
        Ok(Joined { seq: start })
    }

    fn filter(&self, request: &JoinRequest) -> Result<Filter, FilterError> {
        let limits = FilterLimits {
            ids: self.ids,
            ..FilterLimits::default()
        };
        let values = |name: &'static str| {
            let of_name = request
                .filters
                .iter()
                .filter(move |(known, _)| *known == name);
            of_name.flat_map(|(_, values)| values.iter().map(String::as_str))
        };
        let mut filter = Filter::parse(values, &self.hub.universe(), limits)?;
        filter.updates = request.updates;
        filter.watch = request.wanted.as_ref().map(watch);
        let says_origin = request.filters.iter().any(|(name, _)| *name == "origin");
        if !says_origin && request.wanted.is_some() {
            // A map shows what happens now; what turned up late is no news to it.
            filter.origin = Some(Origin::Live);
        }
        Ok(filter)
    }

    /// Delivers something else from now on.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub(super) fn change(&mut self, topic: Topic, wanted: &Subscriptions) -> Result<(), Full> {
        let Some(followed) = self.find(topic) else {
            return Ok(());
        };
        followed.filter.watch = Some(watch(wanted));
        followed.reader.ask_for(followed.filter.clone()).map(|_| ())
    }

    /// Ends a topic; answers up to where it was delivered and what was sent, if it was joined.
    pub(super) fn leave(&mut self, topic: Topic) -> Option<(Seq, Sent)> {
        let place = self.topics.iter().position(|one| one.topic == topic)?;
        let left = self.topics.swap_remove(place);
        let position = left.reader.halt();
        let sent = left.delivered.sent().take();
        Some((position, sent))
    }
}

fn watch(wanted: &Subscriptions) -> Watch {
    Watch {
        systems: wanted.systems.to_vec(),
        characters: wanted.characters.to_vec(),
    }
}
