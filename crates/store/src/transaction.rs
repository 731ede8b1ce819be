//! One transaction of the writer: what is known is looked up, a plan made, and the plan written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::{Facts, KillmailId};

use crate::backend::Connection;
use crate::change::{Change, Done};
use crate::column::{
    self, EVENT, IMPORTED, KILLMAIL, PARTICIPANT, SEEN, State, UNFINISHED, as_stored, micros,
};
use crate::error::database;
use crate::history::{self, History};
use crate::plan::{Known, KnownRow, Plan, PlannedOutcome};
use crate::removal::{delete, remove, strike_off};
use crate::sql::{Rows, Sql, sql};
use crate::{
    ImportReport, LogEvent, MatchSeq, Origin, ProfileEnd, ProfileId, Seq, StoreError, matches,
    named_list, profile,
};

/// What a commit has made durable.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    /// One per change.
    pub(crate) done: Vec<Done>,
    /// To be shown to readers, in order.
    pub(crate) events: Vec<Arc<LogEvent>>,
    /// Killmails of which more is known now than when earlier events of theirs were appended, as
    /// clients read them.
    pub(crate) changed: HashMap<KillmailId, Bytes>,
    /// Killmails that are gone.
    pub(crate) forgotten: HashSet<KillmailId>,
    /// Where the log begins now, where that has changed.
    pub(crate) oldest: Option<Seq>,
    /// The last number given to a match, where there were new ones.
    pub(crate) match_head: Option<MatchSeq>,
    /// Where the matches begin now, where that has changed.
    pub(crate) match_oldest: Option<MatchSeq>,
    /// Profiles of which nothing comes any more.
    pub(crate) ended: Vec<(ProfileId, ProfileEnd)>,
}

/// A transaction that did not come about.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: StoreError,
    /// Whether the connection is as it was before. Otherwise it is to be replaced, and it is open
    /// whether the commit happened.
    pub(crate) clean: bool,
}

/// Writes and commits a group of changes. When it returns, they are on disk.
pub(crate) async fn run(
    connection: &mut Connection,
    epoch: i64,
    now: Timestamp,
    group: &[&Change],
) -> Result<Committed, Failed> {
    let unclean = |error| Failed {
        error,
        clean: false,
    };
    let begun = connection.begin().await;
    begun.map_err(|error| unclean(database("beginning to write")(error)))?;
    match write(connection, epoch, now, group).await {
        Ok(committed) => {
            let ended = connection.commit().await;
            ended.map_err(|error| unclean(database("committing")(error)))?;
            Ok(committed)
        }
        Err(error) => Err(Failed {
            error,
            clean: connection.rollback().await.is_ok(),
        }),
    }
}

async fn write(
    connection: &mut Connection,
    epoch: i64,
    now: Timestamp,
    group: &[&Change],
) -> Result<Committed, StoreError> {
    let mut plan = Plan::knowing(look_up(connection, group).await?, as_stored(now));
    let planned: Vec<(Vec<PlannedOutcome>, ImportReport)> = group
        .iter()
        .map(|change| match change {
            Change::Append { offers, .. } => {
                let outcomes = offers.iter().map(|offer| plan.offer(offer)).collect();
                (outcomes, ImportReport::default())
            }
            Change::Enrich(killmails) => {
                let outcomes = killmails.iter().map(|killmail| plan.enrich(killmail));
                (outcomes.collect(), ImportReport::default())
            }
            Change::Import { batch, event } => (Vec::new(), plan.import(batch, *event)),
            _ => Default::default(),
        })
        .collect();
    let first = take_numbers(connection, epoch, &plan).await?;
    let histories = history::read(connection, plan.changed_since_shown()).await?;
    let numbered = number_events(&plan, first, now, histories);
    write_plan(connection, &plan, &numbered)
        .await
        .map_err(database("appending"))?;
    let mut committed = Committed {
        events: numbered.events,
        changed: changed(&plan),
        ..Committed::default()
    };
    for (change, (outcomes, report)) in group.iter().zip(planned) {
        let rest = write_rest(connection, change, now, &mut committed).await?;
        let numbered = |outcome: PlannedOutcome| outcome.numbered(first);
        committed.done.push(Done {
            outcomes: outcomes.into_iter().map(numbered).collect(),
            report,
            ..rest
        });
    }
    Ok(committed)
}

/// What is stored of the killmails that the group brings.
async fn look_up(
    connection: &mut Connection,
    group: &[&Change],
) -> Result<HashMap<KillmailId, Known>, StoreError> {
    type Row = (
        i64,
        i16,
        Option<i16>,
        Option<i64>,
        Option<Vec<u8>>,
        Option<Vec<u8>>,
        Option<Vec<u8>>,
    );
    let mut ids: Vec<i64> = Vec::new();
    for change in group {
        match change {
            Change::Append { offers, .. } => {
                ids.extend(offers.iter().map(|offer| offer.killmail.id().get()));
            }
            Change::Import { batch, .. } | Change::Enrich(batch) => {
                ids.extend(batch.iter().map(|killmail| killmail.id().get()));
            }
            _ => {}
        }
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    ids.sort_unstable();
    ids.dedup();
    let query = sql(
        "SELECT s.killmail_id, s.state, k.origin, k.stored_at, k.hash, k.zkb, \
                k.enrichment \
         FROM seen s LEFT JOIN killmail k ON k.killmail_id = s.killmail_id \
         WHERE s.killmail_id = ANY($1)",
    )
    .bind(ids);
    let rows: Vec<Row> = connection
        .fetch_all(&query)
        .await
        .map_err(database("looking up killmails"))?;
    let mut known = HashMap::with_capacity(rows.len());
    for (id, state, origin, stored_at, hash, zkb, enrichment) in rows {
        let row = match (origin, stored_at) {
            (Some(origin), Some(stored_at)) => Some(KnownRow {
                hash: column::hash(hash)?,
                zkb: column::zkb(zkb)?,
                enrichment: column::enrichment(enrichment)?.map(Arc::new),
                origin: Origin::from_code(origin)?,
                stored_at: column::from_micros("killmail", stored_at)?,
            }),
            _ => None,
        };
        let state = State::from_code(state)?;
        known.insert(column::killmail_id("seen", id)?, Known { state, row });
    }
    Ok(known)
}

/// Gives the plan's events their numbers, and proves that this process still leads: another one
/// that took over has changed the epoch, and then nothing is written. Answers the first number.
async fn take_numbers(
    connection: &mut Connection,
    epoch: i64,
    plan: &Plan,
) -> Result<Seq, StoreError> {
    let events = column::rows(plan.events.len());
    let fresh = plan.rows.iter().filter(|row| row.fresh).count();
    let fence = sql(
        "UPDATE log_head SET seq = seq + $1, killmails = killmails + $2 \
         WHERE epoch = $3 RETURNING seq",
    )
    .bind(events)
    .bind(column::rows(fresh))
    .bind(epoch);
    let taken: Vec<(i64,)> = connection
        .fetch_all(&fence)
        .await
        .map_err(database("taking the next numbers"))?;
    match taken.first() {
        Some((head,)) => Ok(Seq(head - events + 1)),
        None => Err(StoreError::Deposed),
    }
}

/// A plan's events with their numbers, and what becomes of fact records by them.
struct Numbered {
    events: Vec<Arc<LogEvent>>,
    /// The records that events replace.
    replaced: HashMap<Seq, Arc<Facts>>,
    /// Of each killmail that an event has shown before and that has changed, what it was up to
    /// here and is from here on.
    histories: HashMap<KillmailId, History>,
}

fn number_events(
    plan: &Plan,
    first: Seq,
    now: Timestamp,
    mut histories: HashMap<KillmailId, History>,
) -> Numbered {
    let mut replaced = HashMap::new();
    let events = (first.0..)
        .map(Seq)
        .zip(&plan.events)
        .map(|(seq, event)| {
            let killmail = event.killmail.as_deref();
            let parsed = killmail.map(|killmail| &killmail.parsed.killmail);
            let mut earlier = Vec::new();
            if let Some(killmail) = killmail.filter(|killmail| plan.shows_again(killmail.id())) {
                // The history of one that this plan announces begins here.
                let history = histories.entry(killmail.id());
                let history = history.or_insert_with(|| History::of(Arc::clone(&killmail.facts)));
                let before = history.tell(seq, &killmail.facts);
                replaced.extend(before.map(|before| (seq, before)));
                earlier = history.earlier(seq);
            }
            Arc::new(LogEvent {
                seq,
                kind: event.kind,
                origin: event.origin,
                killmail_id: parsed.map(|killmail| killmail.id),
                system_id: parsed.map(|killmail| killmail.system_id),
                time: parsed.map_or_else(|| whole_second(now), |killmail| killmail.time),
                appended_at: as_stored(now),
                killmail: killmail.map(|killmail| killmail.json.clone()),
                facts: killmail.map(|killmail| Arc::clone(&killmail.facts)),
                earlier,
                imported: event.imported.len() as u64,
                trace: event.trace.clone(),
            })
        })
        .collect();
    Numbered {
        events,
        replaced,
        histories,
    }
}

fn changed(plan: &Plan) -> HashMap<KillmailId, Bytes> {
    let rows = plan.rows.iter().filter(|row| row.changed);
    rows.map(|row| (row.killmail.id(), row.killmail.json.clone()))
        .collect()
}

fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

async fn write_plan(
    connection: &mut Connection,
    plan: &Plan,
    numbered: &Numbered,
) -> Result<(), sqlx::Error> {
    let mut event_rows = Rows::of(&EVENT);
    let mut imported = Rows::of(&IMPORTED);
    for (event, planned) in numbered.events.iter().zip(&plan.events) {
        let replaced = numbered.replaced.get(&event.seq);
        event_rows.push([
            event.seq.0.into(),
            event.kind.code().into(),
            event.origin.code().into(),
            event.killmail_id.map(i64::from).into(),
            event.system_id.map(i64::from).into(),
            event.time.as_second().into(),
            micros(event.appended_at).into(),
            column::signed(event.imported).into(),
            event.trace.as_ref().map(|trace| trace.0.clone()).into(),
            replaced.map(|facts| facts.encode()).into(),
        ]);
        for id in &planned.imported {
            imported.push([event.seq.0.into(), id.get().into()]);
        }
    }
    let mut killmails = Rows::of(&KILLMAIL);
    let mut unfinished = Rows::of(&UNFINISHED);
    let mut finished: Vec<i64> = Vec::new();
    let mut involved: Vec<(i64, i64, i64, i64)> = Vec::new();
    for row in &plan.rows {
        let parsed = &row.killmail.parsed;
        let (id, time) = (parsed.killmail.id.get(), parsed.killmail.time.as_second());
        let history = numbered.histories.get(&parsed.killmail.id);
        let shown = history.map(History::latest);
        let shown = shown.filter(|shown| **shown != row.killmail.facts);
        killmails.push([
            id.into(),
            time.into(),
            parsed.killmail.system_id.get().into(),
            row.origin.code().into(),
            micros(row.stored_at).into(),
            parsed.hash.map(|hash| hash.as_bytes().to_vec()).into(),
            column::zkb_bytes(parsed.zkb.as_ref()).into(),
            row.killmail.facts_bytes.clone().into(),
            parsed.esi.clone().into(),
            row.killmail.enrichment_bytes.clone().into(),
            shown.map(|facts| facts.encode()).into(),
        ]);
        match (row.was_unfinished, row.is_unfinished()) {
            (false, true) => unfinished.push([id.into(), micros(row.stored_at).into()]),
            (true, false) => finished.push(id),
            _ => {}
        }
        if row.fresh {
            let who = column::participants(&row.killmail.facts);
            involved.extend(who.into_iter().map(|(kind, who)| (kind, who, time, id)));
        }
    }
    // In the order of the key, so that neighbours in the tree are written together.
    involved.sort_unstable();
    let mut participants = Rows::of(&PARTICIPANT);
    for (kind, who, time, id) in involved {
        participants.push([kind.into(), who.into(), time.into(), id.into()]);
    }
    let mut states: Vec<(i64, i16)> = plan
        .states
        .iter()
        .map(|(id, state)| (id.get(), state.code()))
        .collect();
    states.sort_unstable();
    let mut seen = Rows::of(&SEEN);
    for (id, state) in states {
        seen.push([id.into(), state.into()]);
    }
    for rows in [
        event_rows,
        imported,
        killmails,
        participants,
        seen,
        unfinished,
    ] {
        connection.insert(&rows).await?;
    }
    strike_off(connection, finished).await
}

/// Writes what a change brings besides killmails and events.
async fn write_rest(
    connection: &mut Connection,
    change: &Change,
    now: Timestamp,
    committed: &mut Committed,
) -> Result<Done, StoreError> {
    let rows = match change {
        Change::Append { also, .. } => write_all(connection, also, &[])
            .await
            .map_err(database("appending"))?,
        Change::Import { .. } | Change::Enrich(_) => 0,
        Change::Delete(id) => {
            // What has no row is not to be shown either, whatever the window holds.
            committed.forgotten.insert(*id);
            delete(connection, *id).await?
        }
        Change::Expire {
            killmails,
            participants,
        } => {
            committed.forgotten.extend(killmails);
            remove(connection, killmails, participants)
                .await
                .map_err(database("removing old killmails"))?
        }
        Change::Prune { oldest, gone } => {
            committed.oldest = Some(*oldest);
            let statements = [
                sql("DELETE FROM imported WHERE seq < $1").bind(oldest.0),
                sql("UPDATE log_head SET oldest = $1").bind(oldest.0),
                sql("DELETE FROM event WHERE seq < $1").bind(oldest.0),
            ];
            write_all(connection, &statements, std::slice::from_ref(gone))
                .await
                .map_err(database("removing old events"))?
        }
        Change::Profile(change) => {
            let done = profile::write::write(connection, change, now).await?;
            committed.ended.extend(change.ended(&done));
            return Ok(done);
        }
        Change::List(change) => return named_list::write::write(connection, change, now).await,
        Change::Match(found) => {
            let matched = matches::write::write(connection, found, now).await?;
            let last = matched.last().map(|(match_seq, _)| *match_seq);
            committed.match_head = last.or(committed.match_head);
            return Ok(Done {
                matched,
                ..Done::default()
            });
        }
        Change::PruneMatches(oldest) => {
            committed.match_oldest = Some(*oldest);
            let statements = [
                sql("UPDATE surveillance SET match_oldest = $1").bind(oldest.0),
                sql("DELETE FROM profile_match WHERE match_seq < $1").bind(oldest.0),
            ];
            write_all(connection, &statements, &[])
                .await
                .map_err(database("removing old matches"))?
        }
        Change::Write { statements, rows } => write_all(connection, statements, rows)
            .await
            .map_err(database("writing"))?,
    };
    Ok(Done {
        rows,
        ..Done::default()
    })
}

/// Answers how many rows the last statement changed, or else the rows.
async fn write_all(
    connection: &mut Connection,
    statements: &[Sql],
    rows: &[Rows],
) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    for rows in rows {
        changed = connection.insert(rows).await?;
    }
    for statement in statements {
        changed = connection.execute(statement).await?;
    }
    Ok(changed)
}
