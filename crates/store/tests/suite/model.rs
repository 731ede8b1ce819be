//! What the log and the killfeed's clients should do, said in the plainest way: lists and maps,
//! no database, no window, no offsets in one row. Where the design leaves room (how far garbage
//! collection goes), the model says what must and what may happen.

use std::collections::{BTreeMap, BTreeSet};

use killwire_store::EventKind;

/// Events younger than this many days stay.
pub(crate) const MIN_AGE_DAYS: u32 = 7;
/// Events of this many days and more go.
pub(crate) const MAX_AGE_DAYS: u32 = 30;
/// Clients silent for this many days are forgotten.
pub(crate) const CLIENT_DAYS: u32 = 36;

/// One entry of the log.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) kind: EventKind,
    /// The killmail; 0 for an import.
    pub(crate) id: i64,
    pub(crate) system: i64,
    day: u32,
}

/// What is known of a killmail's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) complete: bool,
    /// Which name the victim has.
    pub(crate) name: i64,
}

/// What is known of a killmail.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    announced: bool,
    /// Which zkb block is stored.
    pub(crate) worth: Option<i64>,
    pub(crate) meaning: Option<Meaning>,
}

impl Known {
    /// The feed's word: it may complete what is partial, and changes nothing that is complete.
    fn offered(self, meaning: Option<Meaning>) -> Option<Meaning> {
        match self.meaning {
            Some(stored) if stored.complete => Some(stored),
            stored => meaning.or(stored),
        }
    }

    /// A later finding: what is complete stays.
    fn enriched(self, found: Meaning) -> Meaning {
        match self.meaning {
            Some(stored) if stored.complete => stored,
            _ => found,
        }
    }
}

/// How far a client has come in one system.
#[derive(Clone, Copy, Debug, Default)]
struct Offset {
    /// The last event it was given or acknowledged.
    given: i64,
    /// The head when it was last told that there was no more.
    looked_to: i64,
}

#[derive(Clone, Debug, Default)]
struct Client {
    seen: u32,
    systems: BTreeMap<i64, Offset>,
}

/// What the model says of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    New,
    Updated,
    Duplicate,
}

/// What `missed_before` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missed {
    /// Events that this client had not passed are certainly no longer offered.
    Surely,
    /// It has certainly missed nothing.
    SurelyNot,
    /// Events went, and nobody can know any more whether one of its systems was among them.
    Perhaps,
}

/// The model.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) log: Vec<Entry>,
    pub(crate) head: i64,
    day: u32,
    per_system: usize,
    known: BTreeMap<i64, Known>,
    deleted: BTreeSet<i64>,
    clients: BTreeMap<usize, Client>,
    /// Per system, the last `new` event that retention has taken.
    last_gone: BTreeMap<i64, i64>,
}

impl Model {
    pub(crate) fn new(per_system: usize) -> Self {
        Self {
            log: Vec::new(),
            head: 0,
            day: 0,
            per_system,
            known: BTreeMap::new(),
            deleted: BTreeSet::new(),
            clients: BTreeMap::new(),
            last_gone: BTreeMap::new(),
        }
    }

    pub(crate) fn oldest(&self) -> i64 {
        self.log.first().map_or(self.head + 1, |entry| entry.seq)
    }

    pub(crate) fn is_deleted(&self, id: i64) -> bool {
        self.deleted.contains(&id)
    }

    /// What is known of a killmail that is stored.
    pub(crate) fn known(&self, id: i64) -> Option<Known> {
        self.known.get(&id).copied()
    }

    /// The killmails of which not everything is known that may be.
    pub(crate) fn unfinished(&self) -> BTreeSet<i64> {
        let partial = |known: &Known| known.meaning.is_some_and(|meaning| !meaning.complete);
        let known = self.known.iter().filter(|(_, known)| partial(known));
        known.map(|(id, _)| *id).collect()
    }

    pub(crate) fn clients(&self) -> usize {
        self.clients.len()
    }

    fn push(&mut self, kind: EventKind, id: i64, system: i64) {
        self.head += 1;
        self.log.push(Entry {
            seq: self.head,
            kind,
            id,
            system,
            day: self.day,
        });
    }

    /// The feed offers a killmail.
    pub(crate) fn offer(
        &mut self,
        id: i64,
        system: i64,
        worth: i64,
        meaning: Option<Meaning>,
    ) -> Verdict {
        if self.is_deleted(id) {
            return Verdict::Duplicate;
        }
        let known = self.known.entry(id).or_default();
        let meaning = known.offered(meaning);
        // A few more names are no news while it is incomplete.
        let completed = known.meaning != meaning && meaning.is_some_and(|known| known.complete);
        let same = known.worth == Some(worth) && !completed;
        let verdict = match (known.announced, same) {
            (false, _) => Verdict::New,
            (true, false) => Verdict::Updated,
            (true, true) => Verdict::Duplicate,
        };
        *known = Known {
            announced: true,
            worth: Some(worth),
            meaning,
        };
        match verdict {
            Verdict::New => self.push(EventKind::New, id, system),
            Verdict::Updated => self.push(EventKind::Updated, id, system),
            Verdict::Duplicate => {}
        }
        verdict
    }

    /// What a killmail's ids mean has been found out.
    pub(crate) fn enrich(&mut self, id: i64, system: i64, found: Meaning) -> Verdict {
        let Some(known) = self.known.get_mut(&id) else {
            return Verdict::Duplicate;
        };
        let meaning = Some(known.enriched(found));
        let changed = std::mem::replace(&mut known.meaning, meaning) != meaning;
        if !changed || !known.announced || !meaning.is_some_and(|known| known.complete) {
            return Verdict::Duplicate;
        }
        self.push(EventKind::Updated, id, system);
        Verdict::Updated
    }

    /// An archive brings killmails that know nothing of zKillboard; how many were not stored.
    pub(crate) fn import(&mut self, ids: &BTreeSet<i64>) -> u64 {
        let mut new = 0;
        for &id in ids {
            if !self.is_deleted(id) && !self.known.contains_key(&id) {
                self.known.insert(id, Known::default());
                new += 1;
            }
        }
        if new > 0 {
            self.push(EventKind::Imported, 0, 0);
        }
        new
    }

    pub(crate) fn delete(&mut self, id: i64) -> bool {
        self.known.remove(&id).is_some() && self.deleted.insert(id)
    }

    /// Whether the killfeed offers `entry` to anyone: a `new` event, still with its killmail, among
    /// the last of its system.
    fn offered(&self, entry: &Entry) -> bool {
        let newer = self
            .log
            .iter()
            .filter(|other| other.kind == EventKind::New && other.system == entry.system)
            .filter(|other| other.seq > entry.seq)
            .count();
        entry.kind == EventKind::New && !self.is_deleted(entry.id) && newer < self.per_system
    }

    fn offset(&self, client: usize, system: i64) -> Offset {
        let known = self.clients.get(&client);
        known
            .and_then(|client| client.systems.get(&system).copied())
            .unwrap_or_default()
    }

    /// What a poll must bring, and what it may say was missed.
    pub(crate) fn poll(
        &mut self,
        client: usize,
        systems: &BTreeSet<i64>,
        limit: usize,
        moves: bool,
    ) -> (Vec<i64>, Missed) {
        let missed = self.missed(client, systems);
        let waiting: Vec<i64> = self
            .log
            .iter()
            .filter(|entry| systems.contains(&entry.system) && self.offered(entry))
            .filter(|entry| entry.seq > self.offset(client, entry.system).given)
            .map(|entry| entry.seq)
            .collect();
        let given: Vec<i64> = waiting.iter().copied().take(limit).collect();
        let all = given.len() == waiting.len();
        let head = self.head;
        let known = self.clients.entry(client).or_default();
        known.seen = self.day;
        for &system in systems {
            let offset = known.systems.entry(system).or_default();
            if moves {
                offset.given = offset.given.max(given.last().copied().unwrap_or(0));
                offset.looked_to = if all { head } else { offset.given };
            } else if given.is_empty() {
                // There is nothing that could be acknowledged.
                offset.looked_to = head;
            }
        }
        (given, missed)
    }

    fn missed(&self, client: usize, systems: &BTreeSet<i64>) -> Missed {
        let oldest = self.oldest();
        let mut verdict = Missed::SurelyNot;
        for &system in systems {
            let offset = self.offset(client, system);
            let past = offset.given.max(offset.looked_to);
            let gone = self.last_gone.get(&system).is_some_and(|&seq| seq > past);
            let capped = self.log.iter().any(|entry| {
                entry.system == system
                    && entry.kind == EventKind::New
                    && entry.seq > past
                    && !self.is_deleted(entry.id)
                    && !self.offered(entry)
            });
            if (gone || capped) && offset.given > 0 {
                return Missed::Surely;
            }
            // A newcomer to the system, a prefix that went, or tombstones beyond the cap.
            if gone || capped || offset.given + 1 < oldest || self.crowded(system) {
                verdict = Missed::Perhaps;
            }
        }
        verdict
    }

    /// Whether a system has more `new` events than the killfeed offers.
    fn crowded(&self, system: i64) -> bool {
        let news = self
            .log
            .iter()
            .filter(|entry| entry.kind == EventKind::New && entry.system == system);
        news.count() > self.per_system
    }

    pub(crate) fn acknowledge(&mut self, client: usize, seq: i64, systems: &BTreeSet<i64>) {
        let seq = seq.min(self.head);
        let known = self.clients.entry(client).or_default();
        known.seen = self.day;
        for &system in systems {
            let offset = known.systems.entry(system).or_default();
            offset.given = offset.given.max(seq);
            offset.looked_to = offset.looked_to.max(seq);
        }
    }

    pub(crate) fn days_pass(&mut self, days: u32) {
        self.day += days;
    }

    /// Garbage was collected, and the log now begins at `oldest`: says what is wrong with that.
    pub(crate) fn collect_garbage(&mut self, oldest: i64) -> Result<(), String> {
        let day = self.day;
        self.clients
            .retain(|_, client| day - client.seen < CLIENT_DAYS);
        for entry in &self.log {
            let gone = entry.seq < oldest;
            let age = day - entry.day;
            if gone && age < MIN_AGE_DAYS {
                return Err(format!("{entry:?} went at an age of {age} days"));
            }
            if !gone && age >= MAX_AGE_DAYS {
                return Err(format!("{entry:?} stayed at an age of {age} days"));
            }
            if gone && age < MAX_AGE_DAYS && self.somebody_waits_for(entry) {
                return Err(format!("{entry:?} went before a client had passed it"));
            }
            if !gone && age >= MIN_AGE_DAYS && self.everybody_passed(entry.seq) {
                return Err(format!("{entry:?} stayed though every client passed it"));
            }
        }
        for entry in self.log.iter().filter(|entry| entry.seq < oldest) {
            if entry.kind == EventKind::New && !self.deleted.contains(&entry.id) {
                self.last_gone.insert(entry.system, entry.seq);
            }
        }
        self.log.retain(|entry| entry.seq >= oldest);
        if self.oldest() == oldest {
            Ok(())
        } else {
            Err(format!("oldest is {oldest}, expected {}", self.oldest()))
        }
    }

    fn somebody_waits_for(&self, entry: &Entry) -> bool {
        self.offered(entry)
            && self.clients.values().any(|client| {
                let offset = client.systems.get(&entry.system);
                offset.is_some_and(|offset| offset.given.max(offset.looked_to) < entry.seq)
            })
    }

    fn everybody_passed(&self, seq: i64) -> bool {
        let mut offsets = self
            .clients
            .values()
            .flat_map(|client| client.systems.values());
        offsets.all(|offset| offset.given.max(offset.looked_to) >= seq)
    }
}
