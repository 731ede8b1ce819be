//! Reading the log by position.

use killwire_killmail::{CharacterId, Facts};

use crate::column::{self, rows};
use crate::error::database;
use crate::event_row;
use crate::recent::Ends;
use crate::sql::{Sql, sql};
use crate::store::Inner;
use crate::{EventKind, EventPage, EventQuery, LogEvent, ReadError, Seq, Store, StoreError};

/// Events that one page looks at on disk.
const STRETCH: i64 = 10_000;

/// The same where each event's fact record has to be read.
const FACTS_STRETCH: i64 = 1_000;

/// Events that one page brings from disk at most: bodies are a few kilobytes each, at worst
/// hundreds.
const MOST_FROM_DISK: usize = 1_000;

impl Store {
    /// Events after a position, in order. One page looks at a bounded stretch of the log, so it
    /// may come back without events and with a `next` to go on from.
    ///
    /// # Errors
    /// `Gone` when events after the position have been removed, `Ahead` for a position beyond the
    /// head.
    pub async fn read_events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        let inner = self.inner()?;
        let ends = inner.recent.ends();
        if query.after > ends.head {
            return Err(ReadError::Ahead {
                after: query.after,
                head: ends.head,
            });
        }
        if query.after.0 + 1 < ends.oldest.0 {
            return Err(ReadError::Gone {
                after: query.after,
                oldest: ends.oldest,
            });
        }
        let stretch = inner
            .recent
            .scan(query.after, query.limit, |event| matches(query, event));
        if let Some(stretch) = stretch {
            return Ok(EventPage {
                at_head: stretch.next == stretch.head,
                events: stretch.events,
                next: stretch.next,
            });
        }
        let page = from_disk(inner, query, ends).await?;
        // What was removed while we read was perhaps not read.
        let oldest = inner.recent.ends().oldest;
        if query.after.0 + 1 < oldest.0 {
            return Err(ReadError::Gone {
                after: query.after,
                oldest,
            });
        }
        Ok(page)
    }
}

fn matches(query: &EventQuery, event: &LogEvent) -> bool {
    let in_system = |event: &LogEvent| {
        let system = event.system_id;
        system.is_some_and(|system| query.systems.binary_search(&system).is_ok())
    };
    let with_pilot = |event: &LogEvent| {
        event
            .facts
            .as_deref()
            .is_some_and(|facts| involves(facts, &query.characters))
    };
    query.kinds.contains(event.kind)
        && (query.systems.is_empty() || in_system(event))
        && (query.characters.is_empty() || with_pilot(event))
}

/// Whether one of these pilots died or shot.
fn involves(facts: &Facts, characters: &[CharacterId]) -> bool {
    let asked =
        |id: Option<CharacterId>| id.is_some_and(|id| characters.binary_search(&id).is_ok());
    asked(facts.victim.character_id)
        || facts
            .attackers
            .iter()
            .any(|attacker| asked(attacker.character_id))
}

async fn from_disk(inner: &Inner, query: &EventQuery, ends: Ends) -> Result<EventPage, StoreError> {
    let limit = query.limit.min(MOST_FROM_DISK);
    let stretch = if query.characters.is_empty() {
        STRETCH
    } else {
        FACTS_STRETCH
    };
    let up_to = (query.after.0 + stretch).min(ends.window.0 - 1);
    let seqs = if query.characters.is_empty() {
        let asked = select_seqs(query, up_to).bind(rows(limit));
        let found: Vec<(i64,)> = inner
            .readers
            .fetch_all(&asked)
            .await
            .map_err(database("reading the log"))?;
        found.into_iter().map(|(seq,)| seq).collect()
    } else {
        with_characters(inner, query, up_to, limit).await?
    };
    let next = match seqs.last() {
        Some(last) if seqs.len() >= limit => *last,
        _ if limit == 0 => query.after.0,
        _ => up_to,
    };
    Ok(EventPage {
        events: event_row::by_seqs(&inner.readers, seqs).await?,
        next: Seq(next),
        at_head: next == ends.head.0,
    })
}

fn kinds(query: &EventQuery) -> Vec<i64> {
    [EventKind::New, EventKind::Updated, EventKind::Imported]
        .into_iter()
        .filter(|kind| query.kinds.contains(*kind))
        .map(|kind| kind.code().into())
        .collect()
}

fn select_seqs(query: &EventQuery, up_to: i64) -> Sql {
    let systems: Vec<i64> = query.systems.iter().map(|system| system.get()).collect();
    let from = |text| sql(text).bind(query.after.0).bind(up_to).bind(kinds(query));
    if systems.is_empty() {
        from(
            "SELECT seq FROM event WHERE seq > $1 AND seq <= $2 AND kind = ANY($3) \
             ORDER BY seq LIMIT $4",
        )
    } else {
        from(
            "SELECT seq FROM event WHERE seq > $1 AND seq <= $2 AND kind = ANY($3) \
             AND system_id = ANY($4) ORDER BY seq LIMIT $5",
        )
        .bind(systems)
    }
}

/// The same, where each killmail's fact record says who was there.
async fn with_characters(
    inner: &Inner,
    query: &EventQuery,
    up_to: i64,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let select = sql("SELECT e.seq, e.kind, e.system_id, k.facts \
         FROM event e JOIN killmail k ON k.killmail_id = e.killmail_id \
         WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq")
    .bind(query.after.0)
    .bind(up_to);
    let found: Vec<(i64, i16, i64, Vec<u8>)> = inner
        .readers
        .fetch_all(&select)
        .await
        .map_err(database("reading the log"))?;
    let mut seqs = Vec::new();
    for (seq, kind, system, facts) in found {
        let system = column::system_id("event", system)?;
        let fits = query.kinds.contains(EventKind::from_code(kind)?)
            && (query.systems.is_empty() || query.systems.binary_search(&system).is_ok())
            && involves(&column::facts(&facts)?, &query.characters);
        if fits {
            seqs.push(seq);
        }
        if seqs.len() >= limit {
            break;
        }
    }
    Ok(seqs)
}
