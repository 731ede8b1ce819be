//! A reader's place at the hub: what it wants, how far it has read, and where live events go.
//!
//! A seat is either **live**, and the dispatcher hands it what matches, or **behind**, and its owner
//! reads the log by itself. Every event is judged once, in order, by whoever the seat says:
//!
//! - The dispatcher announces an event's number before it looks for readers, and looks at a seat
//!   under the seat's lock.
//! - A seat becomes live, under its lock, only while no event after its position has been announced.
//!   So an event is either announced before, and the owner reads it from the log, or after, and the
//!   dispatcher finds the seat live.
//! - What cannot be handed over turns the seat back to behind, with nothing kept in between.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use killwire_store::Seq;
use killwire_universe::Universe;
use tokio::sync::Notify;

use super::filter::Filter;
use super::parcel::Parcel;

/// Parcels that a reader without a sink of its own may leave lying before it counts as behind.
const LYING: usize = 32;

/// Where a live reader's parcels go at once. Called by the dispatcher, one event after the other.
pub(crate) trait Sink: Send + Sync {
    /// Takes a parcel for good, or takes nothing of it: then the reader is behind, and its owner
    /// offers it again.
    fn offer(&self, parcel: &Parcel) -> bool;
}

/// A reader's place. Shared by its owner, the registry and the dispatcher.
pub(crate) struct Seat {
    state: Mutex<State>,
    /// Where parcels go; without one they lie in the seat until the owner takes them.
    sink: Option<Arc<dyn Sink>>,
    /// Rung when there is something for the owner to do.
    pub(crate) bell: Arc<Notify>,
}

struct State {
    filter: Arc<Filter>,
    live: bool,
    /// Everything up to here has been judged, and what matched was handed over. While live it may
    /// lag behind what was judged, by events that did not match.
    position: Seq,
    lying: VecDeque<Arc<Parcel>>,
}

/// What a seat looks like from outside.
#[derive(Clone, Debug)]
pub(crate) struct SeatView {
    pub(crate) filter: Arc<Filter>,
    pub(crate) live: bool,
    pub(crate) position: Seq,
}

impl Seat {
    /// A seat that is behind: its owner begins by reading on after `position`.
    /// Whoever has a sink has a bell as well, for all of its seats.
    pub(crate) fn new(
        filter: Arc<Filter>,
        position: Seq,
        sink: Option<(Arc<dyn Sink>, Arc<Notify>)>,
    ) -> Self {
        let (sink, bell) = sink.unzip();
        Self {
            state: Mutex::new(State {
                filter,
                live: false,
                position,
                lying: VecDeque::new(),
            }),
            sink,
            bell: bell.unwrap_or_default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn view(&self) -> SeatView {
        let state = self.state();
        SeatView {
            filter: Arc::clone(&state.filter),
            live: state.live,
            position: state.position,
        }
    }

    /// Hands a live seat an event that it may want. True when it was delivered.
    pub(crate) fn offer(&self, parcel: &Arc<Parcel>, universe: &Universe) -> bool {
        let mut state = self.state();
        let seq = parcel.event.seq;
        // An event that brings several of a filter's keys comes here once for each.
        let lies = state.lying.back().is_some_and(|last| seq <= last.event.seq);
        let known = lies || seq <= state.position;
        if !state.live || known || !state.filter.takes(&parcel.event, universe) {
            return false;
        }
        match &self.sink {
            Some(sink) if sink.offer(parcel) => {
                state.position = seq;
                true
            }
            None if state.lying.len() < LYING => {
                state.lying.push_back(Arc::clone(parcel));
                drop(state);
                self.bell.notify_one();
                false
            }
            _ => {
                // What lies here is read from the log again, after the last that was taken.
                state.lying = VecDeque::new();
                state.live = false;
                // Where a sink was full, all before this event was judged and handed over.
                if self.sink.is_some() {
                    state.position = state.position.max(Seq(seq.0 - 1));
                }
                drop(state);
                self.bell.notify_one();
                false
            }
        }
    }

    /// The next parcel that lies here.
    pub(crate) fn take(&self) -> Option<Arc<Parcel>> {
        let mut state = self.state();
        let parcel = state.lying.pop_front()?;
        state.position = parcel.event.seq;
        if state.lying.is_empty() {
            // An idle reader holds no memory for what it may get one day.
            state.lying = VecDeque::new();
        }
        Some(parcel)
    }

    /// Up to where everything was judged and what matched was taken; `handed` is an event that has
    /// been handed to every live seat.
    pub(crate) fn taken(&self, handed: Seq) -> Seq {
        let state = self.state();
        if state.live && state.lying.is_empty() {
            state.position.max(handed)
        } else {
            state.position
        }
    }

    /// The position to read on from; none while the seat is live.
    pub(crate) fn behind(&self) -> Option<(Seq, Arc<Filter>)> {
        let state = self.state();
        (!state.live).then(|| (state.position, Arc::clone(&state.filter)))
    }

    /// The owner of a seat that is behind has read up to `position`.
    pub(crate) fn read_to(&self, position: Seq) {
        let mut state = self.state();
        state.position = state.position.max(position);
    }

    /// Makes the seat live, unless an event after its position was announced.
    pub(crate) fn go_live(&self, announced: impl FnOnce() -> Seq) -> bool {
        let mut state = self.state();
        state.live = announced() <= state.position;
        state.live
    }

    /// Turns a live seat to behind; `handed` is an event that has been handed to every live seat.
    /// Answers the position up to which everything was judged by the filter as it is.
    pub(crate) fn halt(&self, handed: Seq) -> Seq {
        self.halt_with(&mut self.state(), handed)
    }

    /// Replaces the filter: what comes after the position that is answered is judged by `filter`,
    /// all before it was judged by the one before. The seat is behind then.
    pub(crate) fn refilter(&self, filter: Arc<Filter>, handed: Seq) -> Seq {
        let mut state = self.state();
        let position = self.halt_with(&mut state, handed);
        state.filter = filter;
        position
    }

    fn halt_with(&self, state: &mut State, handed: Seq) -> Seq {
        // What lies here has not been taken: it is read again.
        if state.live && state.lying.is_empty() {
            state.position = state.position.max(handed);
        }
        state.lying = VecDeque::new();
        state.live = false;
        state.position
    }
}
