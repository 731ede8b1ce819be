//! When what is published.

use jiff::{SignedDuration, Timestamp};

use super::entry::{Content, Entry};
use super::kill::Kill;
use super::{Source, World};
use crate::dice::{Dice, Purpose};
use crate::faults::Fault;
use crate::generator::Sketch;
use crate::time::later;

/// How many killmails before the feed's end nothing odd happens by rate (but at most a quarter of
/// all): a hole can only be told from a number to come once `sequence.json` has gone past it, and
/// that lags.
const QUIET_END: u64 = 60;

/// How many entries at the feed's start nothing odd happens: `sequence.json` names the first.
const QUIET_START: u64 = 3;

/// `sequence.json` is rewritten when the feed is more than this ahead of it…
const POINTER_LAG: u64 = 51;

/// …or when it is this old.
const POINTER_AGE: SignedDuration = SignedDuration::from_hours(1);

/// The feed's rhythm.
#[derive(Debug)]
pub(super) struct Schedule {
    seed: u64,
    start: Timestamp,
    /// Microseconds between two entries.
    interval: f64,
    backlog: u64,
    /// Nothing is published before.
    stalled_until: Timestamp,
    /// How many of the coming numbers are gone from the start.
    expired_left: u64,
}

impl Schedule {
    pub(super) fn new(seed: u64, start: Timestamp, per_hour: f64, backlog: u64) -> Self {
        Self {
            seed,
            start,
            interval: 3.6e9 / per_hour,
            backlog,
            stalled_until: Timestamp::MIN,
            expired_left: 0,
        }
    }

    /// When the entry at a place is published if nothing stalls: at even steps, shaken, with the
    /// first one after the backlog at the very start.
    fn due(&self, place: u64) -> Timestamp {
        let mut dice = Dice::new(self.seed, Purpose::Schedule, place);
        let shake = if place == self.backlog {
            0.0
        } else {
            (dice.unit() - 0.5) * 0.8
        };
        let steps = place as f64 - self.backlog as f64 + shake;
        // Rounded to whole microseconds; the range is that of the clock.
        #[allow(clippy::cast_possible_truncation)]
        let micros = (steps * self.interval) as i64;
        later(self.start, SignedDuration::from_micros(micros)).max(self.stalled_until)
    }
}

impl World {
    /// Publishes all that is due.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while self.publish_next(now) {}
        while self
            .entries
            .front()
            .is_some_and(|entry| later(entry.published, self.retention) <= now)
        {
            self.entries.pop_front();
            self.oldest += 1;
        }
        if self.next > self.first {
            self.move_pointer(now);
        }
    }

    /// Publishes the next entry if it is due.
    fn publish_next(&mut self, now: Timestamp) -> bool {
        let remaining = self
            .source
            .total()
            .map_or(u64::MAX, |total| total.saturating_sub(self.offered_count()));
        if remaining == 0 {
            return false;
        }
        let sequence = self.next;
        let place = sequence - self.first;
        let quiet_end = self
            .source
            .total()
            .map_or(0, |total| QUIET_END.min(total / 4));
        let quiet = remaining <= quiet_end || place < QUIET_START;
        let fault = if self.schedule.expired_left > 0 && !quiet {
            None
        } else {
            self.script.entry_fault(sequence, quiet)
        };
        let mut due = self.schedule.due(place);
        if let Some(Fault::Stall { seconds }) = fault {
            due = later(due, seconds_span(seconds));
        }
        if due > now {
            return false;
        }
        if let Some(Fault::Stall { .. }) = fault {
            self.schedule.stalled_until = due;
        }
        if let Some(fault) = &fault {
            self.script.play_entry(sequence, fault);
        }
        self.publish(sequence, due, fault, quiet);
        self.move_pointer(due);
        true
    }

    fn publish(&mut self, sequence: u64, at: Timestamp, fault: Option<Fault>, quiet: bool) {
        let mut entry = Entry {
            published: at,
            visible: at,
            content: Content::Nothing,
            announces: None,
            rewritten: None,
            revalued: false,
        };
        if self.schedule.expired_left > 0 {
            self.schedule.expired_left -= 1;
            if !quiet {
                self.offer(sequence, at, None, true);
                return self.push(entry);
            }
        }
        match fault {
            Some(Fault::Hole) => {
                self.offer(sequence, at, None, true);
            }
            Some(Fault::ExpiredRange { entries }) => {
                self.schedule.expired_left = entries.saturating_sub(1);
                self.offer(sequence, at, None, true);
            }
            Some(Fault::Placeholder) => {
                entry.content = Content::Placeholder;
                self.offer(sequence, at, None, true);
            }
            Some(Fault::BadEntry) => {
                entry.content = Content::Bad;
                self.bad_entries.push(sequence);
            }
            Some(Fault::Duplicate) if !self.kills.is_empty() => {
                let mut dice = Dice::new(self.seed, Purpose::Entry, !sequence);
                let kill = self.earlier_kill(&mut dice);
                entry.revalued = dice.chance(0.5);
                self.kills[kill].later_sequences.push(sequence);
                entry.content = Content::Kill(kill);
            }
            other => {
                if let Some(Fault::LateHole { seconds }) = other {
                    entry.visible = later(at, seconds_span(seconds));
                }
                if let Some(Fault::Rewrite) = other {
                    let mut dice = Dice::new(self.seed, Purpose::Entry, !sequence);
                    self.rewrites
                        .push_back((sequence + 5 + dice.below(40), sequence));
                } else {
                    entry.announces = self.rewrite_due(sequence, at);
                }
                entry.content = Content::Kill(self.offer(sequence, at, other.as_ref(), false));
            }
        }
        self.push(entry);
    }

    fn push(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        self.next += 1;
    }

    /// One of the last few hundred killmails that a number shows; the newest where none does.
    fn earlier_kill(&self, dice: &mut Dice) -> usize {
        let newest = self.kills.len() - 1;
        for _ in 0..8 {
            let back = dice.index(self.kills.len().min(300));
            if !self.kills[newest - back].hole {
                return newest - back;
            }
        }
        newest
    }

    /// Rewrites the entry whose turn it is; its number, for the new entry to announce.
    fn rewrite_due(&mut self, sequence: u64, at: Timestamp) -> Option<u64> {
        let (after, rewritten) = *self.rewrites.front()?;
        if after > sequence {
            return None;
        }
        self.rewrites.pop_front();
        let place = usize::try_from(rewritten.checked_sub(self.oldest)?).ok()?;
        self.entries.get_mut(place)?.rewritten = Some(at);
        Some(rewritten)
    }

    /// Adds the next killmail to the world; its place in the list.
    fn offer(&mut self, sequence: u64, at: Timestamp, fault: Option<&Fault>, hole: bool) -> usize {
        let mut dice = Dice::new(self.seed, Purpose::Entry, sequence.rotate_left(32));
        let (index, id, time, hash, solar_system_id) = match &mut self.source {
            Source::Generated {
                generator,
                population,
                ..
            } => {
                let (index, id) = generator.next_id();
                let time = whole_second(kill_time(&mut dice, at, fault));
                let id = if fault == Some(&Fault::Old) {
                    old_id(id, index, at, time)
                } else {
                    id
                };
                let id = free_id(id, |id| self.by_id.contains_key(&id));
                let sketch = Sketch::draw(self.seed, index, id, time, population);
                (
                    index,
                    id,
                    time,
                    sketch.hash(population),
                    sketch.solar_system_id(),
                )
            }
            Source::Files(documents) => {
                let document = &documents[self.kills.len()];
                let index = self.kills.len() as u64;
                (
                    index,
                    document.id,
                    document.time,
                    document.hash,
                    document.solar_system_id,
                )
            }
        };
        let place = self.kills.len();
        self.kills.push(Kill {
            index,
            id,
            time,
            hash,
            solar_system_id,
            published: at,
            archived: self.history.archived_at(time, at),
            hole,
            first_sequence: sequence,
            later_sequences: Vec::new(),
        });
        self.by_id.insert(id, place);
        let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.days.entry(day).or_default().push(place);
        place
    }

    fn move_pointer(&mut self, now: Timestamp) {
        let (value, since) = self.pointer;
        let head = self.head();
        if head.saturating_sub(value) > POINTER_LAG || later(since, POINTER_AGE) <= now {
            self.pointer = (head, now);
        }
    }
}

/// Between a kill and its publication normally two to five minutes pass.
fn kill_time(dice: &mut Dice, published: Timestamp, fault: Option<&Fault>) -> Timestamp {
    let ago = match fault {
        Some(Fault::Old) => SignedDuration::from_hours(24 * dice.int(366, 5_500)),
        Some(Fault::Delayed { hours }) => seconds_span(hours.saturating_mul(3_600)),
        _ => SignedDuration::ZERO,
    };
    later(
        published,
        -ago - SignedDuration::from_secs(dice.int(90, 320)),
    )
}

/// About 20,300 killmails a day lie between then and now. The last digits keep ids apart.
fn old_id(id: i64, index: u64, published: Timestamp, time: Timestamp) -> i64 {
    let days = published.duration_since(time).as_hours() / 24;
    let then = (id - days * 20_300).max(1_000_000);
    (then / 100_000 * 100_000).saturating_add_unsigned(index % 100_000)
}

fn free_id(mut id: i64, taken: impl Fn(i64) -> bool) -> i64 {
    while taken(id) {
        id -= 1;
    }
    id
}

fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

fn seconds_span(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}
