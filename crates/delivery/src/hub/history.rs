//! The log for readers that are behind: the same blocks for all of them.
//!
//! The newest parcels are those that the dispatcher sent around. What is older is read from the
//! store in blocks of fixed boundaries, each once, however many ask for it.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use killwire_cache::{Cache, Loaded, Policy, Validity};
use killwire_clock::Clock;
use killwire_store::{EventQuery, Kinds, LogEvent, ReadError, Seq, Store};
use killwire_universe::Universe;
use metrics::counter;

use super::block::Block;
use super::limits::HubLimits;
use super::parcel::Parcel;
use crate::metric;

/// Events in a block.
const BLOCK: i64 = 256;

/// Parcels that the dispatcher's last ones are kept of, at most.
const TAIL: usize = 1_024;

/// What was sent and what was read, shared by all.
pub(crate) struct History {
    store: Store,
    clock: Clock,
    /// By their number and the last event of them.
    blocks: Cache<(i64, Seq), Arc<Block>, ReadError>,
    tail: RwLock<Tail>,
    tail_bytes: usize,
}

#[derive(Default)]
struct Tail {
    parcels: VecDeque<Arc<Parcel>>,
    bytes: usize,
}

impl History {
    pub(crate) fn new(store: Store, clock: Clock, limits: &HubLimits) -> Self {
        let policy = Policy::new("log_blocks", limits.history_age, limits.history_bytes);
        let blocks = Cache::new(policy, clock.clone(), |_, block: Option<&Arc<Block>>| {
            let bytes = block.map_or(0, |block| block.weight());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        });
        Self {
            store,
            clock,
            blocks,
            tail: RwLock::default(),
            tail_bytes: usize::try_from(limits.history_bytes / 4).unwrap_or(usize::MAX),
        }
    }

    /// Keeps what the dispatcher sends, in the log's order.
    pub(crate) fn sent(&self, parcel: &Arc<Parcel>) {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        let follows = tail
            .parcels
            .back()
            .is_none_or(|last| last.event.seq.0 + 1 == parcel.event.seq.0);
        if !follows {
            *tail = Tail::default();
        }
        tail.bytes += weight_sent(parcel);
        tail.parcels.push_back(Arc::clone(parcel));
        while tail.parcels.len() > TAIL || (tail.bytes > self.tail_bytes && tail.parcels.len() > 1)
        {
            if let Some(oldest) = tail.parcels.pop_front() {
                tail.bytes -= weight_sent(&oldest);
            }
        }
    }

    /// What comes after `position`: at least one event, unless it is the log's end. The block may
    /// begin before that.
    ///
    /// # Errors
    /// As [`Store::read_events`].
    pub(crate) async fn after(
        &self,
        position: Seq,
        universe: &Arc<Universe>,
    ) -> Result<Arc<Block>, ReadError> {
        if let Some(block) = self.of_tail(position) {
            return Ok(Arc::new(block));
        }
        let (head, oldest) = (self.store.head(), self.store.oldest());
        if position.0 + 1 < oldest.0 {
            return Err(ReadError::Gone {
                after: position,
                oldest,
            });
        }
        let number = position.0.max(0) / BLOCK;
        let (start, whole) = (Seq(number * BLOCK), Seq((number + 1) * BLOCK));
        let end = if whole <= head {
            whole
        } else {
            // The block at the log's end stays the same, too, for all who come back after a restart.
            self.before_tail(position).unwrap_or(head)
        };
        if start.0 + 1 >= oldest.0 {
            return self.block((number, start, end), universe).await;
        }
        // What begins before the log's beginning may lose more of it.
        let parcels = read(&self.store, position, end).await?;
        Ok(Arc::new(Block::new(parcels)))
    }

    fn of_tail(&self, position: Seq) -> Option<Block> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let first = tail.parcels.front()?.event.seq;
        let last = tail.parcels.back()?.event.seq;
        if position.0 + 1 < first.0 || position >= last {
            return None;
        }
        let skip = usize::try_from(position.0 + 1 - first.0).ok()?;
        let most = usize::try_from(BLOCK).ok()?;
        let parcels = tail.parcels.iter().skip(skip).take(most);
        Some(Block::new(parcels.cloned().collect()))
    }

    /// The last event before those that were sent, where it comes after `position`.
    fn before_tail(&self, position: Seq) -> Option<Seq> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let before = Seq(tail.parcels.front()?.event.seq.0 - 1);
        (before > position).then_some(before)
    }

    /// The block of this number, from one event to another.
    async fn block(
        &self,
        (number, start, end): (i64, Seq, Seq),
        universe: &Arc<Universe>,
    ) -> Result<Arc<Block>, ReadError> {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let universe = Arc::clone(universe);
        let loader = async move {
            counter!(metric::BLOCKS_READ).increment(1);
            let parcels = read(&store, start, end).await?;
            let block = Arc::new(Block::indexed(parcels, &universe));
            Ok(Loaded::new(block, Validity::since(clock.now())))
        };
        let block = self.blocks.fetch(&(number, end), loader).await?;
        Ok(block.unwrap_or_default())
    }
}

/// Those of the stream who are live share a copy of the killmail.
fn weight_sent(parcel: &Parcel) -> usize {
    parcel.weight() + parcel.event.killmail.as_ref().map_or(0, Bytes::len)
}

/// The events after one position up to another.
async fn read(store: &Store, mut after: Seq, end: Seq) -> Result<Vec<Arc<Parcel>>, ReadError> {
    let mut parcels = Vec::new();
    while after < end {
        let page = store
            .read_events(&EventQuery {
                after,
                limit: usize::try_from(end.0 - after.0).unwrap_or(1),
                kinds: Kinds::ALL,
                systems: Vec::new(),
                characters: Vec::new(),
            })
            .await?;
        let until_end = |event: &Arc<LogEvent>| event.seq <= end;
        parcels.extend(page.events.into_iter().filter(until_end).map(Parcel::new));
        if page.next <= after {
            break;
        }
        after = page.next;
    }
    Ok(parcels)
}
