//! The handle of one who reads.

use std::sync::Arc;

use killwire_store::{ReadError, Seq};
use metrics::{Counter, counter, gauge};

use super::Hub;
use super::block::Stretch;
use super::filter::Filter;
use super::key::{self, Key};
use super::parcel::Parcel;
use super::registry::{Full, Protocol, ReaderId};
use super::seat::Seat;
use crate::metric;

/// Parcels that a reader without a sink takes out of the log at once.
const HELD: usize = 32;

/// A reader at the hub. It leaves when it is dropped.
///
/// Its owner calls [`Reader::next`] over and over (or [`Reader::catch_up`], where live parcels go to
/// a sink). Both may be given up at any await and called again.
pub(crate) struct Reader {
    hub: Arc<Hub>,
    seat: Arc<Seat>,
    id: ReaderId,
    protocol: Protocol,
    deliveries: Counter,
    /// Those of the seat's filter.
    keys: Arc<[Key]>,
    /// What matches of the log where it was read last, and up to where that is all.
    stretch: std::vec::IntoIter<Arc<Parcel>>,
    through: Seq,
}

/// What there is for a reader.
#[derive(Debug)]
pub(crate) enum Reading {
    /// An event that matches.
    Parcel(Arc<Parcel>),
    /// The log no longer has what came after `after`; reading goes on with `oldest`.
    Gap { after: Seq, oldest: Seq },
}

/// What reading on brought a reader that has a sink.
#[derive(Debug)]
pub(crate) enum Caught {
    /// What comes next; [`Reader::read_to`] says what of it was delivered.
    Stretch(Stretch),
    /// As [`Reading::Gap`].
    Gap { after: Seq, oldest: Seq },
    /// Nothing is missing any more: parcels go to the sink.
    Live,
}

impl Reader {
    pub(super) fn new(
        hub: Arc<Hub>,
        seat: Arc<Seat>,
        keys: Arc<[Key]>,
        (id, protocol): (ReaderId, Protocol),
    ) -> Self {
        gauge!(metric::READERS, "protocol" => protocol.name()).increment(1);
        Self {
            hub,
            seat,
            id,
            protocol,
            deliveries: counter!(metric::DELIVERIES, "protocol" => protocol.name()),
            keys,
            stretch: Vec::new().into_iter(),
            through: Seq::START,
        }
    }

    /// The next event that matches, whenever it comes.
    ///
    /// # Errors
    /// What the store failed with; calling again tries again.
    pub(crate) async fn next(&mut self) -> Result<Reading, ReadError> {
        loop {
            if let Some(parcel) = self.ready() {
                return Ok(Reading::Parcel(parcel));
            }
            match self.catch_up().await? {
                Caught::Stretch(stretch) => self.hold(&stretch),
                Caught::Gap { after, oldest } => {
                    self.read_to(Seq(oldest.0 - 1));
                    return Ok(Reading::Gap { after, oldest });
                }
                Caught::Live => self.seat.bell.notified().await,
            }
        }
    }

    /// The next event that matches, where it is at hand already.
    pub(crate) fn ready(&mut self) -> Option<Arc<Parcel>> {
        let parcel = self.seat.take().or_else(|| self.of_stretch())?;
        self.deliveries.increment(1);
        Some(parcel)
    }

    /// Takes a few parcels out of a block, which is not kept for who takes them slowly.
    fn hold(&mut self, stretch: &Stretch) {
        let held: Vec<_> = stretch.matching().take(HELD).cloned().collect();
        self.through = match held.last() {
            Some(last) if held.len() == HELD => last.event.seq,
            _ => stretch.through,
        };
        self.stretch = held.into_iter();
    }

    /// The next parcel of the stretch that was read last; at its end, all of it is read.
    fn of_stretch(&mut self) -> Option<Arc<Parcel>> {
        let parcel = self.stretch.next();
        let read = parcel
            .as_ref()
            .map_or(self.through, |parcel| parcel.event.seq);
        self.read_to(read);
        parcel
    }

    /// Reads on where the reader is behind: a stretch of the log, to be filtered.
    ///
    /// # Errors
    /// What the store failed with; calling again tries again.
    pub(crate) async fn catch_up(&self) -> Result<Caught, ReadError> {
        let Some((position, filter)) = self.seat.behind() else {
            return Ok(Caught::Live);
        };
        if self.seat.go_live(|| self.hub.announced()) {
            return Ok(Caught::Live);
        }
        let universe = self.hub.universe.load();
        let block = match self.hub.history.after(position, &universe).await {
            Ok(block) => block,
            Err(ReadError::Gone { after, oldest }) => return Ok(Caught::Gap { after, oldest }),
            Err(error) => return Err(error),
        };
        let wanted = (filter, &*self.keys);
        let stretch = Stretch::new(block, position, wanted, universe);
        Ok(Caught::Stretch(stretch))
    }

    /// So many were delivered of what [`Reader::catch_up`] brought.
    pub(crate) fn count(&self, delivered: usize) {
        self.deliveries
            .increment(u64::try_from(delivered).unwrap_or(u64::MAX));
    }

    /// Everything up to here was delivered, or does not match.
    pub(crate) fn read_to(&self, position: Seq) {
        self.seat.read_to(position);
    }

    /// Asks for something else from now on. Answers the position up to which the former filter
    /// held.
    ///
    /// # Errors
    /// [`Full`], and the former filter stays.
    pub(crate) fn ask_for(&mut self, filter: Filter) -> Result<Seq, Full> {
        let keys: Arc<[Key]> = key::of_filter(&filter).into();
        self.hub.registry.move_to(self.id, &keys)?;
        self.keys = keys;
        let position = self.seat.refilter(Arc::new(filter), self.hub.handed());
        self.stretch = Vec::new().into_iter();
        self.through = position;
        // Whoever waits for the bell reads on by the new filter.
        self.seat.bell.notify_one();
        Ok(position)
    }

    /// Ends live delivery. Answers the position up to which everything was judged, and what matched
    /// was delivered: whoever goes on from there misses nothing.
    pub(crate) fn halt(&self) -> Seq {
        self.seat.halt(self.hub.handed())
    }

    /// Everything up to here was judged, and what matched was taken.
    pub(crate) fn position(&self) -> Seq {
        // Not the last event that was announced: that one may be on its way here.
        self.seat.taken(self.hub.handed())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.hub.registry.leave(self.id);
        // The dispatcher may have found it before: nothing is delivered from here on.
        self.halt();
        gauge!(metric::READERS, "protocol" => self.protocol.name()).decrement(1);
    }
}
