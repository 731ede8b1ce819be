//! The killfeed's clients in RAM: their offsets, read from disk when they first ask.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard};

use crate::backend::Readers;
use crate::client_offsets::Offsets;
use crate::column::{self, CLIENT, from_micros, micros};
use crate::error::database;
use crate::sql::{Rows, sql};
use crate::{ClientId, StoreError};

/// A client that has not asked for so long is dropped from RAM once its state is on disk.
const IDLE: Duration = Duration::from_secs(300);

/// All clients that asked lately.
#[derive(Debug)]
pub(crate) struct Clients {
    slots: Lock<HashMap<ClientId, Arc<Slot>>>,
    /// Clients that there are, in RAM or on disk.
    count: AtomicUsize,
    most: usize,
}

/// One client. Whoever holds the lock has the client to itself, so that two polls at once never
/// bring the same event.
pub(crate) type Slot = Mutex<Option<Client>>;

/// A client's state.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) offsets: Offsets,
    pub(crate) last_seen: Timestamp,
    /// Whether what stands here is not on disk yet. Losing it loses nothing that a client was told.
    pub(crate) unsaved: bool,
    /// Whether there is a row on disk.
    stored: bool,
    /// Whether it is among the clients counted.
    counted: bool,
}

impl Client {
    /// What stands here is on disk now.
    pub(crate) fn is_stored(&mut self) {
        self.unsaved = false;
        self.stored = true;
    }
}

impl Clients {
    /// Clients as counted on disk.
    pub(crate) fn new(count: usize, most: usize) -> Self {
        Self {
            slots: Lock::default(),
            count: AtomicUsize::new(count),
            most,
        }
    }

    /// How many clients there are.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// A client's place; to be locked, and then loaded.
    pub(crate) fn slot(&self, id: &ClientId) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(id) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot::default());
        slots.insert(id.clone(), Arc::clone(&slot));
        slot
    }

    /// The state in a locked slot, read from disk where it is not there. It is taken out: who
    /// changes it puts it back when the change is durable, and if that never comes to pass, the
    /// next poll reads it from disk again.
    ///
    /// # Errors
    /// `TooManyClients` for one more than there may be.
    pub(crate) async fn take(
        &self,
        readers: &Readers,
        id: &ClientId,
        place: &Arc<Slot>,
        slot: &mut MutexGuard<'_, Option<Client>>,
        now: Timestamp,
    ) -> Result<Client, StoreError> {
        if let Some(client) = slot.take() {
            return Ok(client);
        }
        let query =
            sql("SELECT base, systems, exceptions, last_seen FROM client WHERE client_id = $1")
                .bind(id.as_str());
        let row: Option<(i64, Vec<u8>, Vec<u8>, i64)> = readers
            .fetch_optional(&query)
            .await
            .map_err(database("reading a client's offsets"))?;
        if let Some((base, systems, exceptions, last_seen)) = row {
            return Ok(Client {
                offsets: Offsets::decode(base, &systems, &exceptions)?,
                last_seen: from_micros("client", last_seen)?,
                unsaved: false,
                stored: true,
                counted: true,
            });
        }
        if self.count() >= self.most {
            self.let_go(id, place);
            return Err(StoreError::TooManyClients(self.most));
        }
        Ok(Client {
            offsets: Offsets::default(),
            last_seen: now,
            unsaved: true,
            stored: false,
            counted: false,
        })
    }

    /// Puts a client back whose state is on disk now, or need not be.
    pub(crate) fn put_back(&self, slot: &mut MutexGuard<'_, Option<Client>>, mut client: Client) {
        if !client.counted {
            self.count.fetch_add(1, Ordering::Relaxed);
            client.counted = true;
        }
        **slot = Some(client);
    }

    /// Lets go of a place that came to nothing, unless someone else waits for it.
    fn let_go(&self, id: &ClientId, place: &Arc<Slot>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // Ours and the map's.
        if Arc::strong_count(place) <= 2 {
            slots.remove(id);
        }
    }

    /// The clients whose state is not on disk. Those that are being polled right now are left for
    /// the next round.
    pub(crate) fn unsaved(&self) -> Vec<(ClientId, Client)> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unsaved = Vec::new();
        for (id, slot) in slots.iter() {
            if let Ok(slot) = slot.try_lock()
                && let Some(client) = slot.as_ref().filter(|client| client.unsaved)
            {
                unsaved.push((id.clone(), client.clone()));
            }
        }
        unsaved
    }

    /// Notes that a state as given is on disk.
    pub(crate) fn saved(&self, id: &ClientId, state: &Client) {
        let slot = self.slot(id);
        if let Ok(mut slot) = slot.try_lock()
            && let Some(client) = slot.as_mut()
        {
            client.stored = true;
            client.unsaved = client.offsets != state.offsets || client.last_seen != state.last_seen;
        }
    }

    /// Drops from RAM who has not asked for a while, and counts anew.
    pub(crate) fn tidy(&self, now: Timestamp, on_disk: usize) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut only_here = 0;
        slots.retain(|_, slot| {
            // Someone else holds it, or is about to.
            if Arc::strong_count(slot) > 1 {
                return true;
            }
            let Ok(held) = slot.try_lock() else {
                return true;
            };
            match held.as_ref() {
                None => false,
                Some(client) if client.unsaved => {
                    only_here += usize::from(!client.stored);
                    true
                }
                Some(client) => {
                    let idle = now.duration_since(client.last_seen).unsigned_abs();
                    idle < IDLE
                }
            }
        });
        self.count.store(on_disk + only_here, Ordering::Relaxed);
    }
}

/// Adds a client's row.
pub(crate) fn push_row(rows: &mut Rows, id: &ClientId, client: &Client) -> Result<(), StoreError> {
    let (base, systems, exceptions) = client.offsets.encode()?;
    rows.push([
        id.as_str().into(),
        client.offsets.lowest().unwrap_or(0).into(),
        base.into(),
        systems.into(),
        exceptions.into(),
        micros(client.last_seen).into(),
    ]);
    Ok(())
}

/// A client's row.
pub(crate) fn row(id: &ClientId, client: &Client) -> Result<Rows, StoreError> {
    let mut rows = Rows::of(&CLIENT);
    push_row(&mut rows, id, client)?;
    Ok(rows)
}

/// How many clients there are on disk, and the lowest offset of all.
pub(crate) async fn on_disk(readers: &Readers) -> Result<(usize, Option<i64>), StoreError> {
    let query = sql("SELECT COUNT(*), MIN(passed) FROM client");
    let row: Option<(i64, Option<i64>)> = readers
        .fetch_optional(&query)
        .await
        .map_err(database("counting clients"))?;
    let (count, lowest) = row.unwrap_or_default();
    Ok((
        usize::try_from(column::unsigned(count)).unwrap_or(usize::MAX),
        lowest,
    ))
}
