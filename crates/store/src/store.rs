//! The handle that everything else holds.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{KillmailId, Parsed, SystemId};
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    Append, ClientFetch, ClientId, ClientPoll, EventPage, EventQuery, FeedPosition, Gap, GapId,
    GapState, ImportReport, LogEvent, Offer, Outcome, Participant, QuarantineId, Quarantined,
    ReadError, Seq, SourceName, StoreConfig, StoreError, StoredKillmail, TimeRange,
};

/// The handle to durable state. Clones share it; the last one dropped closes it.
#[derive(Clone)]
pub struct Store {
    _todo: Arc<()>,
}

/// Figures for `/status` and `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoreStats {
    /// The log's end.
    pub head: Seq,
    /// The oldest event still there.
    pub oldest: Seq,
    /// Killmails stored.
    pub killmails: u64,
    /// Clients with offsets.
    pub clients: u64,
    /// The slowest client's distance from the head, in events.
    pub slowest_client_lag: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Gaps still open.
    pub open_gaps: u64,
    /// Bytes of database.
    pub bytes: u64,
    /// Events in the window.
    pub window_events: u64,
    /// Bytes in the window.
    pub window_bytes: u64,
}

#[allow(
    unused_variables,
    clippy::unused_async,
    missing_docs,
    clippy::missing_errors_doc
)]
impl Store {
    /// Opens or makes the database, migrates it, takes the lead (a new epoch), fills the window.
    pub async fn open(config: StoreConfig, clock: Clock) -> Result<Self, StoreError> {
        todo!()
    }
    /// Commits what is waiting and closes. Later calls answer `StoreError::Closed`.
    pub async fn close(&self) {
        todo!()
    }

    // The log: writing.
    /// Makes `append` durable, all of it or nothing; one outcome per offer, in order.
    pub async fn append(&self, append: Append) -> Result<Vec<Outcome>, StoreError> {
        todo!()
    }
    /// Appends one killmail; [`Store::append`] for a single offer.
    pub async fn insert_event(&self, offer: Offer) -> Result<Outcome, StoreError> {
        todo!()
    }
    /// Stores archive killmails in bulk: rows outside the log and one `imported` event.
    pub async fn import(&self, batch: Vec<Parsed>) -> Result<ImportReport, StoreError> {
        todo!()
    }

    // The log: reading.
    pub fn head(&self) -> Seq {
        todo!()
    }
    /// The oldest event still in the log (head + 1 when it is empty).
    pub fn oldest(&self) -> Seq {
        todo!()
    }
    /// Changes when a commit has become visible.
    pub fn head_changes(&self) -> watch::Receiver<Seq> {
        todo!()
    }
    pub async fn read_events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        todo!()
    }

    // The killfeed's clients.
    pub async fn fetch_for_client(&self, poll: &ClientPoll) -> Result<ClientFetch, StoreError> {
        todo!()
    }
    pub async fn fetch_one_event(
        &self,
        poll: &ClientPoll,
    ) -> Result<Option<Arc<LogEvent>>, StoreError> {
        todo!()
    }
    /// Moves the client's offset of each of `systems` to `seq`, never back and never beyond the
    /// head; durable when it returns.
    pub async fn acknowledge(
        &self,
        client: &ClientId,
        seq: Seq,
        systems: &[SystemId],
    ) -> Result<(), StoreError> {
        todo!()
    }

    // Killmails.
    /// Stores one killmail without an event (an import of one, without the batch).
    pub async fn put(&self, parsed: Parsed) -> Result<(), StoreError> {
        todo!()
    }
    pub async fn get(&self, id: KillmailId) -> Result<Option<StoredKillmail>, StoreError> {
        todo!()
    }
    pub async fn list_by_system(
        &self,
        system: SystemId,
        range: TimeRange,
    ) -> Result<Vec<StoredKillmail>, StoreError> {
        todo!()
    }
    pub async fn list_by_participant(
        &self,
        who: Participant,
        range: TimeRange,
    ) -> Result<Vec<StoredKillmail>, StoreError> {
        todo!()
    }
    pub async fn count_by_system(
        &self,
        system: SystemId,
        since: Option<Timestamp>,
    ) -> Result<u64, StoreError> {
        todo!()
    }
    /// Deletes a killmail for good; its log entries become tombstones. False when there was none.
    pub async fn delete(&self, id: KillmailId) -> Result<bool, StoreError> {
        todo!()
    }
    /// Which of `ids` the feed has announced (a `new` event) or their owner deleted.
    pub async fn announced(&self, ids: &[KillmailId]) -> Result<HashSet<KillmailId>, StoreError> {
        todo!()
    }

    // The feed.
    pub async fn position(&self, source: &SourceName) -> Result<Option<FeedPosition>, StoreError> {
        todo!()
    }
    pub async fn gaps(&self, state: Option<GapState>) -> Result<Vec<Gap>, StoreError> {
        todo!()
    }
    /// Open gaps whose next attempt is due.
    pub async fn due_gaps(&self, now: Timestamp) -> Result<Vec<Gap>, StoreError> {
        todo!()
    }
    /// Writes a gap's state, attempts, found, next attempt and note back.
    pub async fn update_gap(&self, gap: &Gap) -> Result<(), StoreError> {
        todo!()
    }
    pub async fn gap(&self, id: GapId) -> Result<Option<Gap>, StoreError> {
        todo!()
    }
    pub async fn quarantined(&self, limit: usize) -> Result<Vec<Quarantined>, StoreError> {
        todo!()
    }
    pub async fn quarantined_bytes(
        &self,
        id: QuarantineId,
    ) -> Result<Option<(Quarantined, Vec<u8>)>, StoreError> {
        todo!()
    }
    /// Takes an entry out of quarantine (it was taken in after all).
    pub async fn release(&self, id: QuarantineId) -> Result<(), StoreError> {
        todo!()
    }
    /// Notes that an entry was tried again and why it failed.
    pub async fn retried(&self, id: QuarantineId, reason: &str) -> Result<(), StoreError> {
        todo!()
    }

    // Small things that upstreams must remember across restarts (blocks, budgets, totals).
    pub async fn recall(&self, key: &str) -> Result<Option<String>, StoreError> {
        todo!()
    }
    pub async fn remember(&self, key: &str, value: &str) -> Result<(), StoreError> {
        todo!()
    }

    // Keeping house.
    /// One round of garbage collection, in small batches between appends. `serve` runs it every
    /// `gc_interval` by itself; tests call it.
    pub async fn collect_garbage(&self) -> Result<u64, StoreError> {
        todo!()
    }
    pub async fn stats(&self) -> Result<StoreStats, StoreError> {
        todo!()
    }
    /// Whether the last write succeeded; otherwise why not. For `/health/ready`.
    pub fn write_fault(&self) -> Option<String> {
        todo!()
    }
    /// A consistent copy of the whole database in a new file.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        todo!()
    }
}
