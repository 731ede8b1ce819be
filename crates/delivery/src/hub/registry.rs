//! Who reads: every seat, found by what an event brings.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

use super::key::Key;
use super::limits::HubLimits;
use super::matches::MatchPlace;
use super::seat::Seat;

/// A protocol by which readers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Phoenix channels.
    Channel,
    /// Server-sent events.
    Sse,
}

impl Protocol {
    /// As metrics and `/status` name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Sse => "sse",
        }
    }
}

/// A reader's number, for as long as the program runs.
pub(crate) type ReaderId = u64;

/// Why a reader is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// The hub is full.
    #[error("too many readers are connected (at most {0}); try again later")]
    Total(usize),
    /// This address has enough.
    #[error("too many readers from one address (at most {0}); close some, or try again later")]
    Address(usize),
    /// The lists of all readers together are long enough.
    #[error("the filters of all readers together name too many ids (at most {0}); ask for fewer")]
    Keys(usize),
}

/// One who reads.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) id: ReaderId,
    pub(crate) seat: Arc<Seat>,
}

/// Where a reader reads.
#[derive(Clone)]
pub(crate) enum Place {
    /// In the log.
    Log(Arc<Seat>),
    /// Among the matches, by itself: no event is carried there.
    Matches(Arc<MatchPlace>),
}

/// A reader with what is known of it.
pub(crate) struct Registered {
    pub(crate) place: Place,
    pub(crate) protocol: Protocol,
    /// By what its number is limited; none for who is not limited.
    address: Option<IpAddr>,
    pub(crate) since: Timestamp,
    /// Shared with the reader's owner.
    keys: Arc<[Key]>,
}

/// All readers.
pub(crate) struct Registry {
    state: RwLock<State>,
    limits: HubLimits,
}

#[derive(Default)]
struct State {
    next: ReaderId,
    readers: BTreeMap<ReaderId, Registered>,
    /// In ascending order of readers' numbers. Shared, so that the dispatcher goes through a list
    /// without holding the registry.
    by_key: HashMap<Key, Arc<Vec<Entry>>>,
    by_address: HashMap<IpAddr, usize>,
    keys: usize,
}

impl Registry {
    pub(crate) fn new(limits: HubLimits) -> Self {
        Self {
            state: RwLock::default(),
            limits,
        }
    }

    /// Enters a reader, under the keys by which events find it.
    ///
    /// # Errors
    /// [`Full`], and nothing was done.
    pub(crate) fn enter(
        &self,
        place: Place,
        keys: Arc<[Key]>,
        (protocol, address): (Protocol, Option<IpAddr>),
        since: Timestamp,
    ) -> Result<ReaderId, Full> {
        let limits = &self.limits;
        let mut state = self.write();
        let from_there = address.and_then(|address| state.by_address.get(&address).copied());
        if state.readers.len() >= limits.readers {
            return Err(Full::Total(limits.readers));
        }
        if from_there.unwrap_or(0) >= limits.readers_per_address {
            return Err(Full::Address(limits.readers_per_address));
        }
        if state.keys + keys.len() > limits.keys {
            return Err(Full::Keys(limits.keys));
        }
        let id = state.next;
        state.next += 1;
        if let Some(address) = address {
            *state.by_address.entry(address).or_default() += 1;
        }
        if let Place::Log(seat) = &place {
            state.put(id, seat, &keys);
        }
        let registered = Registered {
            place,
            protocol,
            address,
            since,
            keys,
        };
        state.readers.insert(id, registered);
        Ok(id)
    }

    /// Puts a reader under other keys.
    ///
    /// # Errors
    /// [`Full`], and nothing was done.
    pub(crate) fn move_to(&self, id: ReaderId, keys: &Arc<[Key]>) -> Result<(), Full> {
        let mut state = self.write();
        let Some(reader) = state.readers.get_mut(&id) else {
            return Ok(());
        };
        let Place::Log(seat) = reader.place.clone() else {
            return Ok(());
        };
        let had = reader.keys.len();
        if keys.len() > had && state.keys - had + keys.len() > self.limits.keys {
            return Err(Full::Keys(self.limits.keys));
        }
        let Some(reader) = state.readers.get_mut(&id) else {
            return Ok(());
        };
        let before = std::mem::replace(&mut reader.keys, Arc::clone(keys));
        state.strike(id, &before);
        state.put(id, &seat, keys);
        Ok(())
    }

    /// Strikes a reader.
    pub(crate) fn leave(&self, id: ReaderId) {
        let mut state = self.write();
        let Some(reader) = state.readers.remove(&id) else {
            return;
        };
        state.strike(id, &reader.keys);
        let Some(address) = reader.address else {
            return;
        };
        if let Some(count) = state.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                state.by_address.remove(&address);
            }
        }
    }

    /// The readers that may want an event with these keys. One may stand in several lists.
    pub(crate) fn interested(&self, keys: impl IntoIterator<Item = Key>) -> Vec<Arc<Vec<Entry>>> {
        let state = self.read();
        let lists = keys.into_iter().filter_map(|key| state.by_key.get(&key));
        lists.map(Arc::clone).collect()
    }

    /// Every seat in the log.
    pub(crate) fn seats(&self) -> Vec<Arc<Seat>> {
        let state = self.read();
        let readers = state.readers.values();
        let seats = readers.filter_map(|reader| match &reader.place {
            Place::Log(seat) => Some(Arc::clone(seat)),
            Place::Matches(_) => None,
        });
        seats.collect()
    }

    /// Looks at up to `limit` readers, the oldest first; answers how many there are.
    pub(crate) fn look(&self, limit: usize, mut at: impl FnMut(&Registered)) -> usize {
        let state = self.read();
        state.readers.values().take(limit).for_each(&mut at);
        state.readers.len()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, id: ReaderId, seat: &Arc<Seat>, keys: &[Key]) {
        self.keys += keys.len();
        for key in keys {
            let list = Arc::make_mut(self.by_key.entry(*key).or_default());
            let place = list.partition_point(|entry| entry.id < id);
            let seat = Arc::clone(seat);
            list.insert(place, Entry { id, seat });
        }
    }

    fn strike(&mut self, id: ReaderId, keys: &[Key]) {
        self.keys -= keys.len();
        for key in keys {
            let Some(list) = self.by_key.get_mut(key) else {
                continue;
            };
            let entries = Arc::make_mut(list);
            if let Ok(place) = entries.binary_search_by_key(&id, |entry| entry.id) {
                entries.remove(place);
            }
            if entries.is_empty() {
                self.by_key.remove(key);
            }
        }
    }
}
