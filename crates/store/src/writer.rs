//! The one task that writes: it groups what is waiting into one transaction, and only when that is
//! on disk lets readers see it and answers who asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use killwire_clock::Clock;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Blame, Connection, Readers};
use crate::change::{Change, Done, Request};
use crate::error::database;
use crate::matches::head::{self as match_head, MatchEnds};
use crate::profile::ending::Endings;
use crate::recent::Recent;
use crate::sql::sql;
use crate::transaction::{self, Committed};
use crate::{Backend, EventKind, Origin, Seq, StoreError, event_row, metric};

/// Changes that may wait. Whoever has more to write waits with it.
pub(crate) const QUEUE: usize = 256;

/// Killmails in one transaction at most, unless a single change brings more.
const GROUP_WEIGHT: usize = 2_000;

/// How long a transaction may take before the connection counts as lost.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why the last write failed, until one succeeds.
#[derive(Debug, Default)]
pub(crate) struct Fault(Mutex<Option<String>>);

impl Fault {
    /// The reason.
    pub(crate) fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, fault: Option<&StoreError>) {
        let fault = fault.map(ToString::to_string);
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*current, &fault) {
            (None, Some(reason)) => tracing::error!(%reason, "writing fails"),
            (Some(_), None) => tracing::info!("writing works again"),
            _ => {}
        }
        *current = fault;
    }
}

/// The task's state. It owns the only connection that writes.
pub(crate) struct Writer {
    pub(crate) backend: Backend,
    /// None after a failure that left it in doubt.
    pub(crate) connection: Option<Connection>,
    /// Closed after the last write, so that SQLite can tidy up its files.
    pub(crate) readers: Readers,
    pub(crate) epoch: i64,
    pub(crate) clock: Clock,
    pub(crate) recent: Arc<Recent>,
    pub(crate) matches: Arc<MatchEnds>,
    pub(crate) endings: Arc<Endings>,
    pub(crate) fault: Arc<Fault>,
    /// Whether another process has taken over: then nothing is written any more.
    pub(crate) deposed: bool,
}

impl Writer {
    /// Writes until `closing`, or until nobody is left who could ask. Cancels `closed` at its end.
    pub(crate) async fn run(
        mut self,
        mut requests: mpsc::Receiver<Request>,
        closing: CancellationToken,
        closed: CancellationToken,
    ) {
        let _closed = closed.drop_guard();
        loop {
            let first = tokio::select! {
                biased;
                () = closing.cancelled(), if !requests.is_closed() => {
                    requests.close();
                    continue;
                }
                first = requests.recv() => first,
            };
            let Some(first) = first else {
                break;
            };
            let mut weight = first.change.weight();
            let mut group = vec![first];
            while weight < GROUP_WEIGHT && group.len() < QUEUE {
                let Ok(next) = requests.try_recv() else {
                    break;
                };
                weight += next.change.weight();
                group.push(next);
            }
            metrics::gauge!(metric::QUEUE).set(count(requests.len()));
            self.write(group).await;
        }
        self.readers.close().await;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close cleanly; it recovers when it is opened next");
        }
    }

    async fn write(&mut self, group: Vec<Request>) {
        metrics::histogram!(metric::GROUP_SIZE).record(count(group.len()));
        let changes: Vec<&Change> = group.iter().map(|request| &request.change).collect();
        match self.attempt(&changes).await {
            Ok(done) => {
                for (request, done) in group.into_iter().zip(done) {
                    answer(request, Ok(done));
                }
            }
            // One of them is at fault, and the others are not to suffer for it.
            Err(error) if group.len() > 1 && error.blame() == Blame::Statement => {
                for request in group {
                    let done = self.attempt(&[&request.change]).await;
                    answer(request, done.map(|mut done| done.pop().unwrap_or_default()));
                }
            }
            Err(error) => {
                for request in group {
                    answer(request, Err(error.clone()));
                }
            }
        }
    }

    /// One transaction. Whatever fails, the next attempt starts from a sound connection and from
    /// what the log really holds.
    async fn attempt(&mut self, changes: &[&Change]) -> Result<Vec<Done>, StoreError> {
        let begun = Instant::now();
        match self.transact(changes).await {
            Ok(committed) => {
                metrics::histogram!(metric::COMMIT_SECONDS).record(begun.elapsed());
                self.fault.set(None);
                Ok(self.publish(committed))
            }
            Err(error) => {
                metrics::counter!(metric::WRITE_FAILURES).increment(1);
                self.deposed |= matches!(error, StoreError::Deposed);
                self.fault.set(Some(&error));
                Err(error)
            }
        }
    }

    async fn transact(&mut self, changes: &[&Change]) -> Result<Committed, StoreError> {
        if self.deposed {
            return Err(StoreError::Deposed);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reconnect().await?,
        };
        let now = self.clock.now();
        let transaction = transaction::run(&mut connection, self.epoch, now, changes);
        match tokio::time::timeout(PATIENCE, transaction).await {
            Ok(Ok(committed)) => {
                self.connection = Some(connection);
                Ok(committed)
            }
            Ok(Err(failed)) => {
                if failed.clean && failed.error.blame() == Blame::Statement {
                    self.connection = Some(connection);
                }
                Err(failed.error)
            }
            Err(_) => Err(database("writing")(sqlx::Error::PoolTimedOut)),
        }
    }

    /// A new connection after a failure. The failed commit may have happened after all (the answer
    /// was lost on the way): then its events are shown now.
    async fn reconnect(&mut self) -> Result<Connection, StoreError> {
        let doing = database("connecting to the database");
        let mut connection = Connection::open(&self.backend).await.map_err(&doing)?;
        let query = sql("SELECT epoch, seq, oldest FROM log_head");
        let row: Option<(i64, i64, i64)> =
            connection.fetch_optional(&query).await.map_err(&doing)?;
        let Some((epoch, head, oldest)) = row else {
            return Err(crate::column::damaged("log_head", "its row is missing"));
        };
        if epoch != self.epoch {
            return Err(StoreError::Deposed);
        }
        connection.retake_lead().await.map_err(&doing)?;
        let shown = self.recent.ends();
        if head > shown.head.0 {
            let events = event_row::by_range(&mut connection, shown.head, Seq(head)).await?;
            let updates = events
                .iter()
                .filter(|event| event.kind == EventKind::Updated);
            let changed: HashMap<_, _> = updates
                .filter_map(|event| Some((event.killmail_id?, event.killmail.clone()?)))
                .collect();
            self.recent.publish(events, &changed);
        }
        if oldest > shown.oldest.0 {
            self.recent.prune(Seq(oldest));
        }
        let (head, oldest) = match_head::read(&mut connection).await?;
        self.matches.show(Some(head), Some(oldest));
        self.endings.look(&mut connection).await?;
        Ok(connection)
    }

    /// Lets readers see what is on disk now.
    fn publish(&self, committed: Committed) -> Vec<Done> {
        for event in &committed.events {
            metrics::counter!(metric::EVENTS, "kind" => kind(event.kind), "origin" => origin(event.origin))
                .increment(1);
        }
        self.recent.publish(committed.events, &committed.changed);
        if !committed.forgotten.is_empty() {
            self.recent.forget(&committed.forgotten);
        }
        if let Some(oldest) = committed.oldest {
            self.recent.prune(oldest);
        }
        for done in &committed.done {
            metrics::counter!(metric::MATCHES).increment(done.matched.len() as u64);
        }
        self.matches
            .show(committed.match_head, committed.match_oldest);
        for (profile, end) in committed.ended {
            self.endings.tell(profile, end);
        }
        committed.done
    }
}

fn answer(request: Request, done: Result<Done, StoreError>) {
    if let (Change::Append { .. }, Ok(_)) = (&request.change, &done) {
        metrics::histogram!(metric::APPEND_SECONDS).record(request.arrived.elapsed());
    }
    // Who asked may have gone; what was written stands all the same.
    let _ = request.reply.send(done);
}

#[allow(clippy::cast_precision_loss, reason = "a count for a gauge")]
fn count(number: usize) -> f64 {
    number as f64
}

fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::New => "new",
        EventKind::Updated => "updated",
        EventKind::Imported => "imported",
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Live => "live",
        Origin::Late => "late",
        Origin::Archive => "archive",
    }
}

#[cfg(test)]
mod tests;
