//! What a group of changes means for the log and the rows. Pure: what is known goes in, what is to
//! be written comes out.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_killmail::{KillmailHash, KillmailId, ZkbInfo};

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
    pub(crate) origin: Origin,
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
#[derive(Debug, Default)]
pub(crate) struct Plan {
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
    pub(crate) fn knowing(known: HashMap<KillmailId, Known>) -> Self {
        Self {
            known,
            ..Self::default()
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
            }) => self.patch(offered, row),
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
        let place = self.push(EventKind::New, offered.offer.origin, killmail, offered);
        PlannedOutcome::New(place)
    }

    fn patch(&mut self, offered: &PreparedOffer, row: KnownRow) -> PlannedOutcome {
        let zkb = &offered.killmail.parsed.zkb;
        if zkb.is_none() || *zkb == row.zkb {
            return PlannedOutcome::Duplicate;
        }
        let id = offered.killmail.id();
        let origin = row.origin;
        let killmail = merged(&offered.killmail, Some(row));
        self.write_row(Arc::clone(&killmail), origin, false);
        let planned = self.updates.get(&id).copied();
        if let Some((place, event)) =
            planned.and_then(|place| Some((place, self.events.get_mut(place)?)))
        {
            event.killmail = Some(killmail);
            return PlannedOutcome::Updated(place);
        }
        let place = self.push(EventKind::Updated, origin, killmail, offered);
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

    fn push(
        &mut self,
        kind: EventKind,
        origin: Origin,
        killmail: Arc<Prepared>,
        offered: &PreparedOffer,
    ) -> usize {
        self.events.push(PlannedEvent {
            kind,
            origin,
            killmail: Some(killmail),
            imported: Vec::new(),
            trace: offered.offer.trace.clone(),
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
        let row = KnownRow {
            hash: killmail.parsed.hash,
            zkb: killmail.parsed.zkb.clone(),
            origin,
        };
        let state = self
            .known
            .get(&id)
            .map_or(State::Imported, |known| known.state);
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
    if hash == parsed.hash && zkb == parsed.zkb {
        return Arc::clone(offered);
    }
    Arc::new(offered.knowing(hash, zkb))
}

/// What is stored, completed by what an archive says: an archive is older than the feed.
fn with_stored_first(archived: &Arc<Prepared>, row: KnownRow) -> Arc<Prepared> {
    let parsed = &archived.parsed;
    let hash = row.hash.or(parsed.hash);
    let zkb = row.zkb.or_else(|| parsed.zkb.clone());
    Arc::new(archived.knowing(hash, zkb))
}

/// Whether an archive knows a hash or a zkb block that is not stored.
fn adds_to(archived: &killwire_killmail::Parsed, row: &KnownRow) -> bool {
    (row.hash.is_none() && archived.hash.is_some()) || (row.zkb.is_none() && archived.zkb.is_some())
}
