//! The outside world: what was published when, and who died.

mod archive;
mod document;
mod entry;
mod kill;
mod listing;
mod schedule;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::{Feed, HistoryPolicy, MAX_PER_HOUR, Offered, SimConfig, SimError};
use crate::directory::{Cast, Directory, People};
use crate::faults::Script;
use crate::generator::{Generator, POPULATIONS, Population, hex};
use crate::time::{SimTime, signed};

pub(crate) use archive::Member;
pub(crate) use document::{Document, whole};
pub(crate) use kill::{Kill, Origin};
pub(crate) use listing::Listing;

use entry::Entry;
use schedule::Schedule;

/// Everything that has been published so far, brought up to date by whoever looks at it: nothing
/// happens between two looks, so no task runs in the background.
///
/// Bodies are not kept. They follow from the seed (or from the documents) and are written anew for
/// each answer.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) script: Script,
    seed: u64,
    source: Source,
    schedule: Schedule,
    history: HistoryPolicy,
    retention: jiff::SignedDuration,
    /// Entries that have not expired; the first one's number is `oldest`.
    entries: VecDeque<Entry>,
    oldest: u64,
    /// The number of the next entry.
    next: u64,
    first: u64,
    kills: Vec<Kill>,
    by_id: HashMap<i64, usize>,
    days: BTreeMap<Date, Vec<usize>>,
    /// Rewrites to come: the number after which, and the number that is rewritten.
    rewrites: VecDeque<(u64, u64)>,
    /// What `sequence.json` says and since when.
    pointer: (u64, Timestamp),
    bad_entries: Vec<u64>,
}

#[derive(Debug)]
enum Source {
    Generated {
        generator: Generator,
        population: Population,
        total: Option<u64>,
    },
    Files(Vec<Arc<Document>>),
}

impl Source {
    fn total(&self) -> Option<u64> {
        match self {
            Self::Generated { total, .. } => *total,
            Self::Files(documents) => Some(documents.len() as u64),
        }
    }
}

impl World {
    /// The world that a configuration describes, and everybody in it.
    pub(crate) fn new(config: SimConfig, time: &SimTime) -> Result<(Self, Directory), SimError> {
        let unknown = config.unknown_ids.clamp(0.0, 1.0);
        let (source, people, per_hour) = match config.feed {
            Feed::Generated { per_hour, total } => {
                if !POPULATIONS.contains(&config.population) {
                    let population = config.population;
                    return Err(SimError::Population { population });
                }
                let population = Population::new(config.population);
                let source = Source::Generated {
                    generator: Generator::among(config.seed, population.clone()),
                    population: population.clone(),
                    total,
                };
                (source, People::Pool(population), per_hour)
            }
            Feed::Files {
                documents,
                per_hour,
            } => {
                let documents = Document::read_all(documents)?;
                let cast = Cast::of(&documents);
                (Source::Files(documents), People::Cast(cast), per_hour)
            }
        };
        if !(per_hour > 0.0 && per_hour <= MAX_PER_HOUR) {
            return Err(SimError::Rate { per_hour });
        }
        let first = config.first_sequence;
        let mut world = Self {
            script: Script::new(config.seed, config.faults),
            seed: config.seed,
            source,
            schedule: Schedule::new(config.seed, time.start(), per_hour, config.backlog),
            history: config.history,
            retention: signed(config.retention),
            entries: VecDeque::new(),
            oldest: first,
            next: first,
            first,
            kills: Vec::new(),
            by_id: HashMap::new(),
            days: BTreeMap::new(),
            rewrites: VecDeque::new(),
            pointer: (first, Timestamp::MIN),
            bad_entries: Vec::new(),
        };
        world.advance(time.start());
        let directory = Directory::new(config.seed, unknown, people);
        Ok((world, directory))
    }

    /// The highest number published; one below the first where none is.
    pub(crate) fn head(&self) -> u64 {
        self.next.saturating_sub(1)
    }

    /// What `sequence.json` says.
    pub(crate) fn pointer(&self) -> u64 {
        self.pointer.0
    }

    /// How many killmails have been offered.
    pub(crate) fn offered_count(&self) -> u64 {
        self.kills.len() as u64
    }

    /// How many of them no number shows.
    pub(crate) fn hole_count(&self) -> u64 {
        self.kills.iter().filter(|kill| kill.hole).count() as u64
    }

    pub(crate) fn bad_entries(&self) -> &[u64] {
        &self.bad_entries
    }

    pub(crate) fn offered(&self) -> Vec<Offered> {
        self.kills
            .iter()
            .map(|kill| Offered {
                killmail_id: kill.id,
                sequences: kill.sequences().collect(),
                hole: kill.hole,
                hash: hex(&kill.hash),
                time: kill.time,
                published: kill.published,
            })
            .collect()
    }

    /// Whether all there is has been published and every late entry can be read.
    pub(crate) fn is_done(&self, now: Timestamp) -> bool {
        self.source.total() == Some(self.offered_count())
            && self.entries.iter().all(|entry| entry.visible <= now)
    }

    /// Lets everything below `sequence` expire at once.
    pub(crate) fn expire_below(&mut self, sequence: u64) {
        while self.oldest < sequence && self.entries.pop_front().is_some() {
            self.oldest += 1;
        }
    }

    /// The killmail of an id.
    pub(crate) fn kill(&self, id: i64) -> Option<&Kill> {
        self.by_id.get(&id).map(|place| &self.kills[*place])
    }

    /// Where a killmail's body comes from.
    pub(crate) fn origin(&self, kill: &Kill) -> Origin {
        match &self.source {
            Source::Generated { population, .. } => Origin::Generated {
                seed: self.seed,
                index: kill.index,
                id: kill.id,
                time: kill.time,
                population: population.clone(),
            },
            Source::Files(documents) => {
                let place = usize::try_from(kill.index).unwrap_or(usize::MAX);
                Origin::Document(Arc::clone(&documents[place]))
            }
        }
    }
}
