//! What a group of changes means for the log and the rows. Pure: what is known goes in, what is to
//! be written comes out.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use killwire_killmail::{Enrichment, KillmailHash, KillmailId, ZkbInfo};

use crate::column::State;
use crate::prepared::{Prepared, PreparedOffer};
use crate::{EventKind, ImportReport, Origin, Outcome, Seq, TraceContext};

/// What is stored of a killmail that has been seen before.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) state: State,
    /// Its row; none when it has outlived its retention.
    pub(crate) row: Option<KnownRow>,
}

/// The parts of a killmail's row that a source may know more of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KnownRow {
    pub(crate) hash: Option<KillmailHash>,
    pub(crate) zkb: Option<ZkbInfo>,
    pub(crate) enrichment: Option<Arc<Enrichment>>,
    pub(crate) origin: Origin,
    pub(crate) stored_at: Timestamp,
}

/// An event to be written; its place in the plan is its distance from the first.
#[derive(Debug)]
pub(crate) struct PlannedEvent {
    pub(crate) kind: EventKind,
    pub(crate) origin: Origin,
    /// None for `imported`.
    pub(crate) killmail: Option<Arc<Prepared>>,
    /// The killmails of an `imported` event.
    pub(crate) imported: Vec<KillmailId>,
    pub(crate) trace: Option<TraceContext>,
}

/// A killmail row to be written, in its final form.
#[derive(Debug)]
pub(crate) struct PlannedRow {
    pub(crate) killmail: Arc<Prepared>,
    pub(crate) origin: Origin,
    /// Whether there was no row before.
    pub(crate) fresh: bool,
    /// Whether an event has shown the killmail before, with less to show.
    pub(crate) changed: bool,
    /// When it was first stored.
    pub(crate) stored_at: Timestamp,
    /// Whether it stands in the list of those whose enrichment is unfinished.
    pub(crate) was_unfinished: bool,
}

impl PlannedRow {
    /// Whether its enrichment is still to be completed.
    pub(crate) fn is_unfinished(&self) -> bool {
        is_partial(self.killmail.enrichment.as_deref())
    }
}

/// What becomes of an offer; events are named by their place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlannedOutcome {
    New(usize),
    Updated(usize),
    Duplicate,
}

impl PlannedOutcome {
    /// The outcome, once the log has given the plan's first event its number.
    pub(crate) fn numbered(self, first: Seq) -> Outcome {
        let seq = |place: usize| Seq(first.0 + i64::try_from(place).unwrap_or(0));
        match self {
            Self::New(place) => Outcome::New(seq(place)),
            Self::Updated(place) => Outcome::Updated(seq(place)),
            Self::Duplicate => Outcome::Duplicate,
        }
    }
}

/// All that one transaction writes for appends and imports.
#[derive(Debug)]
pub(crate) struct Plan {
    now: Timestamp,
    known: HashMap<KillmailId, Known>,
    pub(crate) events: Vec<PlannedEvent>,
    /// Where the `updated` event of a killmail stands, so that several patches are one event.
    updates: HashMap<KillmailId, usize>,
    pub(crate) rows: Vec<PlannedRow>,
    row_places: HashMap<KillmailId, usize>,
    /// Ids whose state changes.
    pub(crate) states: HashMap<KillmailId, State>,
}

impl Plan {
    /// A plan that starts from what is stored.
    pub(crate) fn knowing(known: HashMap<KillmailId, Known>, now: Timestamp) -> Self {
        Self {
            now,
            known,
            events: Vec::new(),
            updates: HashMap::new(),
            rows: Vec::new(),
            row_places: HashMap::new(),
            states: HashMap::new(),
        }
    }

    /// Takes an offer of the feed.
    pub(crate) fn offer(&mut self, offered: &PreparedOffer) -> PlannedOutcome {
        let id = offered.killmail.id();
        match self.known.get(&id).cloned() {
            None => self.announce(offered, None),
            Some(Known {
                state: State::Imported,
                row,
            }) => self.announce(offered, row),
            Some(Known {
                state: State::Announced,
                row: Some(row),
            }) => self.patch(offered, &row),
            // Deleted by its owner, or announced so long ago that its row is gone.
            Some(_) => PlannedOutcome::Duplicate,
        }
    }

    fn announce(&mut self, offered: &PreparedOffer, row: Option<KnownRow>) -> PlannedOutcome {
        let id = offered.killmail.id();
        let fresh = row.is_none();
        let killmail = merged(&offered.killmail, row);
        self.write_row(Arc::clone(&killmail), offered.offer.origin, fresh);
        self.set_state(id, State::Announced);
        let trace = offered.offer.trace.clone();
        let place = self.push(EventKind::New, offered.offer.origin, killmail, trace);
        PlannedOutcome::New(place)
    }

    fn patch(&mut self, offered: &PreparedOffer, row: &KnownRow) -> PlannedOutcome {
        let zkb = &offered.killmail.parsed.zkb;
        let enrichment = better(
            offered.killmail.enrichment.as_ref(),
            row.enrichment.as_ref(),
        );
        if (zkb.is_none() || *zkb == row.zkb) && enrichment == row.enrichment {
            return PlannedOutcome::Duplicate;
        }
        let killmail = merged(&offered.killmail, Some(row.clone()));
        self.update(killmail, row, offered.offer.trace.as_ref())
    }

    /// Takes what was found out about a killmail that is stored; `enriched` holds it as it was read
    /// a moment ago.
    pub(crate) fn enrich(&mut self, enriched: &Arc<Prepared>) -> PlannedOutcome {
        let known = self.known.get(&enriched.id()).cloned();
        let Some(Known {
            state: State::Imported | State::Announced,
            row: Some(row),
        }) = known
        else {
            return PlannedOutcome::Duplicate;
        };
        let enrichment = better(enriched.enrichment.as_ref(), row.enrichment.as_ref());
        if enrichment == row.enrichment {
            return PlannedOutcome::Duplicate;
        }
        let (hash, zkb) = (row.hash, row.zkb.clone());
        let same = hash == enriched.parsed.hash && zkb == enriched.parsed.zkb;
        let killmail = if same && enrichment == enriched.enrichment {
            Arc::clone(enriched)
        } else {
            Arc::new(enriched.knowing(hash, zkb, enrichment))
        };
        self.update(killmail, &row, None)
    }

    /// Writes what is known of a killmail now, where `row` is what was known and not the same. An
    /// event tells of it where the feed has announced the killmail and clients see a difference.
    fn update(
        &mut self,
        killmail: Arc<Prepared>,
        row: &KnownRow,
        trace: Option<&TraceContext>,
    ) -> PlannedOutcome {
        let id = killmail.id();
        self.write_row(Arc::clone(&killmail), row.origin, false);
        let state = self.known.get(&id).map(|known| known.state);
        // A few more names of a killmail that is still incomplete are no news: one event tells of
        // it when it is complete. Any other difference can be seen: clients are shown the hash, all
        // of zKillboard's block, and whether the killmail is complete.
        let more_to_come = is_partial(killmail.enrichment.as_deref())
            && killmail.parsed.zkb == row.zkb
            && killmail.parsed.hash == row.hash;
        if state != Some(State::Announced) || more_to_come {
            return PlannedOutcome::Duplicate;
        }
        let planned = self.updates.get(&id).copied();
        if let Some((place, event)) =
            planned.and_then(|place| Some((place, self.events.get_mut(place)?)))
        {
            event.killmail = Some(killmail);
            return PlannedOutcome::Updated(place);
        }
        let place = self.push(EventKind::Updated, row.origin, killmail, trace.cloned());
        self.updates.insert(id, place);
        PlannedOutcome::Updated(place)
    }

    /// Takes a batch of archive killmails. With `event`, one `imported` event stands for those of
    /// it that brought something.
    pub(crate) fn import(&mut self, batch: &[Arc<Prepared>], event: bool) -> ImportReport {
        let mut report = ImportReport::default();
        let mut brought = Vec::new();
        for killmail in batch {
            let counted = match self.known.get(&killmail.id()).cloned() {
                None => {
                    self.write_row(Arc::clone(killmail), Origin::Archive, true);
                    self.set_state(killmail.id(), State::Imported);
                    &mut report.new
                }
                Some(Known {
                    state: State::Imported | State::Announced,
                    row: Some(row),
                }) if adds_to(&killmail.parsed, &row) => {
                    let origin = row.origin;
                    let killmail = with_stored_first(killmail, row);
                    self.write_row(killmail, origin, false);
                    &mut report.updated
                }
                Some(_) => {
                    report.duplicate += 1;
                    continue;
                }
            };
            *counted += 1;
            brought.push(killmail.id());
        }
        // An id may come twice in a batch, the second time knowing more.
        brought.sort_unstable();
        brought.dedup();
        if event && !brought.is_empty() {
            self.events.push(PlannedEvent {
                kind: EventKind::Imported,
                origin: Origin::Archive,
                killmail: None,
                imported: brought,
                trace: None,
            });
        }
        report
    }

    /// The killmails that events of former transactions have shown, and of which something else is
    /// known now.
    pub(crate) fn changed_since_shown(&self) -> Vec<i64> {
        let changed = self.rows.iter().filter(|row| row.changed);
        let ids = changed.map(|row| row.killmail.id());
        // One whose state changes is announced by this plan.
        ids.filter(|id| !self.states.contains_key(id))
            .map(KillmailId::get)
            .collect()
    }

    /// Whether an event has shown the killmail, in this plan or before, and something else is known
    /// of it after that.
    pub(crate) fn shows_again(&self, id: KillmailId) -> bool {
        let place = self.row_places.get(&id);
        place
            .and_then(|place| self.rows.get(*place))
            .is_some_and(|row| row.changed)
    }

    fn push(
        &mut self,
        kind: EventKind,
        origin: Origin,
        killmail: Arc<Prepared>,
        trace: Option<TraceContext>,
    ) -> usize {
        self.events.push(PlannedEvent {
            kind,
            origin,
            killmail: Some(killmail),
            imported: Vec::new(),
            trace,
        });
        self.events.len() - 1
    }

    fn set_state(&mut self, id: KillmailId, state: State) {
        self.states.insert(id, state);
        if let Some(known) = self.known.get_mut(&id) {
            known.state = state;
        }
    }

    fn write_row(&mut self, killmail: Arc<Prepared>, origin: Origin, fresh: bool) {
        let id = killmail.id();
        let (state, before) = match self.known.remove(&id) {
            Some(known) => (known.state, known.row),
            None => (State::Imported, None),
        };
        let stored_at = before.as_ref().map_or(self.now, |row| row.stored_at);
        let was_unfinished = before.is_some_and(|row| is_partial(row.enrichment.as_deref()));
        let row = KnownRow {
            hash: killmail.parsed.hash,
            zkb: killmail.parsed.zkb.clone(),
            enrichment: killmail.enrichment.clone(),
            origin,
            stored_at,
        };
        // An event has shown it, and a patch is what brought us here.
        let changed = state == State::Announced;
        let known = Known {
            state,
            row: Some(row),
        };
        self.known.insert(id, known);
        match self.row_places.get(&id).copied() {
            Some(place) => {
                if let Some(row) = self.rows.get_mut(place) {
                    row.killmail = killmail;
                    row.origin = origin;
                    row.changed |= changed;
                }
            }
            None => {
                self.row_places.insert(id, self.rows.len());
                self.rows.push(PlannedRow {
                    killmail,
                    origin,
                    fresh,
                    changed,
                    stored_at,
                    was_unfinished,
                });
            }
        }
    }
}

/// What the feed says, completed by what is stored: what is known is not forgotten.
fn merged(offered: &Arc<Prepared>, row: Option<KnownRow>) -> Arc<Prepared> {
    let Some(row) = row else {
        return Arc::clone(offered);
    };
    let parsed = &offered.parsed;
    let hash = parsed.hash.or(row.hash);
    let zkb = parsed.zkb.clone().or(row.zkb);
    let enrichment = better(offered.enrichment.as_ref(), row.enrichment.as_ref());
    if hash == parsed.hash && zkb == parsed.zkb && enrichment == offered.enrichment {
        return Arc::clone(offered);
    }
    Arc::new(offered.knowing(hash, zkb, enrichment))
}

/// What is known of the ids after something was offered or found out. A complete enrichment that is stored stays, so that a
/// pilot keeps the name he had and values do not change with each rewriting of the entry.
fn better(
    offered: Option<&Arc<Enrichment>>,
    stored: Option<&Arc<Enrichment>>,
) -> Option<Arc<Enrichment>> {
    match stored {
        Some(stored) if !stored.is_partial() => Some(Arc::clone(stored)),
        _ => newest(offered, stored),
    }
}

/// What is known of the ids after `found` was found out: that, and what it does not know of what is
/// stored. A partial one never takes the place of a complete one.
fn newest(
    found: Option<&Arc<Enrichment>>,
    stored: Option<&Arc<Enrichment>>,
) -> Option<Arc<Enrichment>> {
    match (found, stored) {
        (Some(found), Some(stored)) if found.is_partial() && stored.is_partial() => {
            let both = (**found).clone().over(stored);
            Some(if both == **found {
                Arc::clone(found)
            } else {
                Arc::new(both)
            })
        }
        (Some(found), Some(stored)) if found.is_partial() => Some(Arc::clone(stored)),
        (found, stored) => found.or(stored).cloned(),
    }
}

fn is_partial(enrichment: Option<&Enrichment>) -> bool {
    enrichment.is_some_and(Enrichment::is_partial)
}

/// What is stored, completed by what an archive says: an archive is older than the feed.
fn with_stored_first(archived: &Arc<Prepared>, row: KnownRow) -> Arc<Prepared> {
    let parsed = &archived.parsed;
    let hash = row.hash.or(parsed.hash);
    let zkb = row.zkb.or_else(|| parsed.zkb.clone());
    Arc::new(archived.knowing(hash, zkb, row.enrichment))
}

/// Whether an archive knows a hash or a zkb block that is not stored.
fn adds_to(archived: &killwire_killmail::Parsed, row: &KnownRow) -> bool {
    (row.hash.is_none() && archived.hash.is_some()) || (row.zkb.is_none() && archived.zkb.is_some())
}
