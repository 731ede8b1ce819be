//! The killfeed's polls: what a client has not passed, and how its offsets move.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use killwire_killmail::SystemId;

use crate::change::Change;
use crate::clients::{self, Client};
use crate::column::rows;
use crate::error::database;
use crate::offered::Picked;
use crate::sql::sql;
use crate::store::Inner;
use crate::{
    AckMode, ClientFetch, ClientId, ClientPoll, EventKind, LogEvent, Seq, Store, StoreError,
    column, event_row, metric,
};

impl Store {
    /// The next `new` events of the asked systems that the client has not passed. Two polls of one
    /// client never bring the same event with [`AckMode::OnFetch`], even at the same time.
    ///
    /// # Errors
    /// `TooManyClients` for one client more than there may be, `TooManySystems` for a client that
    /// asks for more systems than there are, others when the database fails; the offsets then
    /// stand where they stood.
    pub async fn fetch_for_client(&self, poll: &ClientPoll) -> Result<ClientFetch, StoreError> {
        metrics::counter!(metric::FETCHES).increment(1);
        let inner = self.inner()?;
        let place = inner.clients.slot(&poll.client);
        let mut slot = place.lock().await;
        let now = inner.clock.now();
        let mut client = inner
            .clients
            .take(&inner.readers, &poll.client, &place, &mut slot, now)
            .await?;
        client.last_seen = now;

        let looked = look(inner, &client, &poll.systems, poll.limit).await?;
        let moves_now = poll.ack == AckMode::OnFetch && !looked.fetch.events.is_empty();
        if moves_now {
            client.offsets.advance(&poll.systems, looked.reached)?;
            let row = clients::row(&poll.client, &client)?;
            self.submit(Change::Write {
                statements: Vec::new(),
                rows: vec![row],
            })
            .await?;
            client.is_stored();
        } else {
            // Where nothing was found there is nothing that could be lost: the offset moves in RAM,
            // and garbage collection writes it when it comes by.
            let reached = if looked.fetch.events.is_empty() {
                looked.reached
            } else {
                0
            };
            client.offsets.advance(&poll.systems, reached)?;
            client.unsaved = true;
        }
        inner.clients.put_back(&mut slot, client);
        Ok(looked.fetch)
    }

    /// The first event that [`Store::fetch_for_client`] would bring, alone.
    ///
    /// # Errors
    /// As [`Store::fetch_for_client`].
    pub async fn fetch_one_event(
        &self,
        poll: &ClientPoll,
    ) -> Result<Option<Arc<LogEvent>>, StoreError> {
        let one = ClientPoll {
            limit: 1,
            ..poll.clone()
        };
        Ok(self.fetch_for_client(&one).await?.events.pop())
    }

    /// Moves the client's offset of each of `systems` (sorted, unique) to `seq`, never back and
    /// never beyond the head; durable when it returns.
    ///
    /// # Errors
    /// As [`Store::fetch_for_client`].
    pub async fn acknowledge(
        &self,
        client: &ClientId,
        seq: Seq,
        systems: &[SystemId],
    ) -> Result<(), StoreError> {
        let inner = self.inner()?;
        let place = inner.clients.slot(client);
        let mut slot = place.lock().await;
        let now = inner.clock.now();
        let mut state = inner
            .clients
            .take(&inner.readers, client, &place, &mut slot, now)
            .await?;
        state.last_seen = now;
        let to = seq.0.min(inner.recent.ends().head.0);
        state.offsets.advance(systems, to)?;
        let row = clients::row(client, &state)?;
        self.submit(Change::Write {
            statements: Vec::new(),
            rows: vec![row],
        })
        .await?;
        state.is_stored();
        inner.clients.put_back(&mut slot, state);
        Ok(())
    }
}

/// What a poll found.
struct Looked {
    fetch: ClientFetch,
    /// How far the asked systems have been looked at.
    reached: i64,
}

async fn look(
    inner: &Inner,
    client: &Client,
    systems: &[SystemId],
    limit: usize,
) -> Result<Looked, StoreError> {
    let mut looked = Looked {
        fetch: ClientFetch::default(),
        reached: 0,
    };
    loop {
        let wanted = limit - looked.fetch.events.len();
        let offsets: Vec<(SystemId, i64)> = systems
            .iter()
            .map(|system| {
                let offset = client.offsets.get(*system).unwrap_or(0);
                (*system, offset.max(looked.reached))
            })
            .collect();
        let Some(picked) = inner.recent.pick(&offsets, wanted) else {
            read_offers(inner, systems).await?;
            continue;
        };
        if looked.reached == 0 {
            looked.fetch.missed_before = missed(client, &picked, inner.recent.ends().head);
        }
        looked.reached = looked.reached.max(picked.reached);
        let exhausted = picked.exhausted;
        looked.fetch.events.extend(load(inner, picked.seqs).await?);
        if exhausted || looked.fetch.events.len() >= limit {
            return Ok(looked);
        }
    }
}

/// The oldest event still offered, when the client had not passed one that is not any more.
fn missed(client: &Client, picked: &Picked, head: Seq) -> Option<Seq> {
    let passed = |system| client.offsets.get(system);
    let missed = picked
        .gone
        .iter()
        .any(|(system, gone)| passed(*system).is_some_and(|offset| offset < *gone));
    missed.then(|| Seq(picked.oldest.unwrap_or(head.0 + 1)))
}

/// The events of these numbers, in order; without those whose killmail is gone.
pub(crate) async fn load(inner: &Inner, seqs: Vec<i64>) -> Result<Vec<Arc<LogEvent>>, StoreError> {
    let (mut events, missing) = inner.recent.take(&seqs);
    if !missing.is_empty() {
        events.extend(event_row::by_seqs(&inner.readers, missing).await?);
        events.sort_unstable_by_key(|event| event.seq);
    }
    events.retain(|event| event.killmail.is_some());
    Ok(events)
}

/// Reads from disk what systems offer whose lists are not in RAM.
async fn read_offers(inner: &Inner, systems: &[SystemId]) -> Result<(), StoreError> {
    let doing = database("reading what systems offer");
    loop {
        let unknown = inner.recent.unknown_offers(systems);
        if unknown.is_empty() {
            return Ok(());
        }
        let up_to = inner.recent.ends().head;
        let keep = inner.config.retention.max_events_per_system;
        let mut offers: HashMap<SystemId, (VecDeque<i64>, i64)> = HashMap::new();
        for system in &unknown {
            // One more than is offered, to see whether there is more.
            let query = sql("SELECT seq FROM event \
                 WHERE system_id = $1 AND kind = $2 AND seq <= $3 ORDER BY seq DESC LIMIT $4")
            .bind(system.get())
            .bind(EventKind::New.code())
            .bind(up_to.0)
            .bind(rows(keep.saturating_add(1)));
            let newest: Vec<(i64,)> = inner.readers.fetch_all(&query).await.map_err(&doing)?;
            let seqs = newest.into_iter().rev().map(|(seq,)| seq).collect();
            offers.insert(*system, (seqs, 0));
        }
        let ids: Vec<i64> = unknown.iter().map(|system| system.get()).collect();
        let query =
            sql("SELECT system_id, seq FROM system_gone WHERE system_id = ANY($1)").bind(ids);
        let gone: Vec<(i64, i64)> = inner.readers.fetch_all(&query).await.map_err(&doing)?;
        for (system, seq) in gone {
            if let Some((_, gone)) = offers.get_mut(&column::system_id("system_gone", system)?) {
                *gone = seq;
            }
        }
        inner.recent.install_offers(up_to, offers);
    }
}
