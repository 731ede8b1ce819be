//! The state machine itself.

use std::time::Duration;

use jiff::Timestamp;
use killwire_upstream::Refusal;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::limits::{
    BAD_TRIES, ENTRIES_PER_REREAD, ENTRY_FLOOR, FAILURE_TRIES, FAR, FLOOR_JITTER, HEAD_BEHIND,
    HEAD_TRIES, HOLE_TRIES, HOLES_IN_A_ROW, LONGEST_BACKOFF, LONGEST_HOLE, MAX_NUMBER, MISS_JITTER,
    MISS_WAIT, PROBE_FLOOR, REREAD_AFTER, REREAD_WAIT, RESTART_WAIT, RETENTION,
};
use super::probe::{Probe, Progress};
use super::protocol::{Ask, Came, FeedState, Question, SkipReason, Verdict};
use super::reread::Rereads;

/// Where a follower begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Where an earlier process stopped: after a pause.
    Stored {
        /// The next number to ask for.
        next: u64,
        /// When the entry before it was published.
        published_at: Option<Timestamp>,
    },
    /// At this number.
    Number(u64),
    /// Where `sequence.json` says.
    Head,
}

/// The follower of one feed.
#[derive(Debug)]
pub struct Follower {
    /// The next number to ask for; none until the head is known.
    next: Option<u64>,
    /// Whether `next` came from `sequence.json` and nothing has been read yet: a head that turns
    /// out to have been wrong may still be corrected.
    tentative: bool,
    /// When the last entry read was published.
    published_at: Option<Timestamp>,
    /// The head as last told.
    head: Option<u64>,
    /// Whether `sequence.json` is to be asked before the number is tried again.
    head_due: bool,
    /// 404s of `next` in a row.
    misses: u32,
    /// Answers for `next` that were no killmail.
    bad: u32,
    /// Failures of `next` or of the head in a row.
    failures: u32,
    /// Holes stepped over one after the other.
    holes: u32,
    /// A search for where the feed begins again.
    probe: Option<Probe>,
    /// Entries since the last reread.
    since_reread: u32,
    rereads: Rereads,
    /// Nothing at all before this time.
    free_at: Timestamp,
    /// `next` (or the head, while there is none) not before this time.
    retry_at: Timestamp,
    state: FeedState,
    rng: StdRng,
}

impl Follower {
    /// A follower that begins at `now`. `seed` sets its jitter.
    #[must_use]
    pub fn new(begin: Begin, now: Timestamp, seed: u64) -> Self {
        let (next, published_at, pause) = match begin {
            Begin::Stored { next, published_at } => (Some(next), published_at, RESTART_WAIT),
            Begin::Number(next) => (Some(next), None, Duration::ZERO),
            Begin::Head => (None, None, Duration::ZERO),
        };
        let mut follower = Self {
            next: next.map(|next| next.clamp(1, MAX_NUMBER)),
            tentative: next.is_none(),
            published_at,
            head: None,
            head_due: false,
            misses: 0,
            bad: 0,
            failures: 0,
            holes: 0,
            probe: None,
            since_reread: 0,
            rereads: Rereads::default(),
            free_at: now,
            retry_at: now,
            state: FeedState::Starting,
            rng: StdRng::seed_from_u64(seed),
        };
        if !pause.is_zero() {
            follower.free_at = follower.later(now, pause, MISS_JITTER);
        }
        follower
    }

    /// The next number to ask for: everything before it has been taken or skipped. None until the
    /// head is known.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.next.filter(|_| !self.tentative)
    }

    /// When the last entry read was published.
    #[must_use]
    pub fn published_at(&self) -> Option<Timestamp> {
        self.published_at
    }

    /// The head as last told.
    #[must_use]
    pub fn head(&self) -> Option<u64> {
        self.head
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> &FeedState {
        &self.state
    }

    /// Rewritten files waiting to be read again.
    #[must_use]
    pub fn rereads(&self) -> usize {
        self.rereads.len()
    }

    /// What to ask next, and when.
    #[must_use]
    pub fn ask(&self) -> Ask {
        let at = |question, time: Timestamp| Ask {
            question,
            not_before: time.max(self.free_at),
        };
        let Some(next) = self.next else {
            return at(Question::Head, self.retry_at);
        };
        if self.head_due {
            return at(Question::Head, self.free_at);
        }
        let forward = match &self.probe {
            Some(probe) => at(Question::Probe(probe.number()), self.retry_at),
            None => at(Question::Entry(next), self.retry_at),
        };
        if let Some((number, due)) = self.rereads.first() {
            let reread = at(Question::Reread(number), due);
            // In the time that a wait leaves, or now and then while catching up.
            if reread.not_before < forward.not_before
                || due <= self.free_at && self.since_reread >= ENTRIES_PER_REREAD
            {
                return reread;
            }
        }
        forward
    }

    /// Takes in what came back for `question` at `now`.
    pub fn hear(&mut self, now: Timestamp, question: Question, came: Came) -> Verdict {
        self.free_at = self.later(now, ENTRY_FLOOR, FLOOR_JITTER);
        if let Came::Refused { until, why } = came {
            self.refused(now, question, until, why);
            return Verdict::Nothing;
        }
        match question {
            Question::Head => self.hear_head(now, came),
            Question::Entry(number) if Some(number) == self.next => {
                self.hear_entry(now, number, came)
            }
            Question::Probe(_) => self.hear_probe(now, came),
            Question::Reread(number) => self.hear_reread(now, number, &came),
            // Not asked for: of no consequence.
            Question::Entry(_) => Verdict::Nothing,
        }
    }

    fn refused(&mut self, now: Timestamp, question: Question, until: Timestamp, why: Refusal) {
        self.free_at = self
            .free_at
            .max(self.later(until, ENTRY_FLOOR, FLOOR_JITTER));
        self.retry_at = self.retry_at.max(self.later(now, MISS_WAIT, MISS_JITTER));
        self.head_due = false;
        if let Question::Reread(number) = question {
            self.rereads.failed(number, now, REREAD_WAIT);
        }
        self.state = FeedState::Refused {
            why,
            until: self.free_at,
        };
    }

    fn hear_head(&mut self, now: Timestamp, came: Came) -> Verdict {
        self.head_due = false;
        let head = match came {
            Came::Head(head) if (1..=MAX_NUMBER).contains(&head) => head,
            other => {
                // While a number is waited for, its own wait goes on; the head is asked next time.
                if self.next.is_none() {
                    let reason = trouble(&other);
                    self.failed(now, reason);
                    self.state = match std::mem::take(&mut self.state) {
                        failing @ FeedState::Failing { .. } => failing,
                        _ => FeedState::FindingHead,
                    };
                }
                return Verdict::Nothing;
            }
        };
        self.head = Some(head);
        match self.next {
            None => {
                self.next = Some(head);
                self.fresh(now);
                Verdict::Nothing
            }
            Some(next) if self.tentative && next.saturating_sub(head) > HEAD_BEHIND => {
                self.next = Some(head);
                self.fresh(now);
                Verdict::Nothing
            }
            Some(next) => {
                let behind = next.saturating_sub(head) > HEAD_BEHIND && self.misses > 0;
                if matches!(self.state, FeedState::HeadBehind { .. }) {
                    self.state = FeedState::Waiting { number: next };
                }
                let verdict = self.settle(now, next);
                if behind {
                    self.state = FeedState::HeadBehind { number: next, head };
                }
                verdict
            }
        }
    }

    fn hear_entry(&mut self, now: Timestamp, number: u64, came: Came) -> Verdict {
        match came {
            Came::Killmail {
                published_at,
                sequence_updated,
            } => {
                self.published_at = published_at.or(self.published_at);
                if let Some(older) = sequence_updated.filter(|older| (1..number).contains(older)) {
                    let due = self.later(now, REREAD_AFTER, MISS_JITTER);
                    self.rereads.add(older, due);
                }
                self.holes = 0;
                self.since_reread = self.since_reread.saturating_add(1);
                self.advance(now, number);
                Verdict::Take { number }
            }
            Came::Placeholder => self.skip(now, number, number, SkipReason::Placeholder),
            Came::Missing => {
                self.misses += 1;
                self.failures = 0;
                self.retry_at = self.later(now, MISS_WAIT, MISS_JITTER);
                // The head is asked while it has not passed the number, and once more before
                // anything is decided by it: it may have been wrong.
                let passed = self.head.is_some_and(|head| head > number);
                let ask_early = self.head.is_none() || self.is_old(now);
                self.head_due = !passed && (self.misses >= HEAD_TRIES || ask_early)
                    || self.misses + 1 == HOLE_TRIES;
                self.settle(now, number)
            }
            Came::Bad { reason } => {
                self.bad += 1;
                if self.bad >= BAD_TRIES {
                    return self.skip(now, number, number, SkipReason::Unreadable(reason));
                }
                self.retry_at = self.backoff(now, self.bad);
                self.state = FeedState::Unreadable {
                    number,
                    tries: self.bad,
                    reason,
                };
                Verdict::Nothing
            }
            other => {
                let reason = trouble(&other);
                self.failed(now, reason);
                self.head_due = self.failures >= FAILURE_TRIES;
                Verdict::Nothing
            }
        }
    }

    fn hear_probe(&mut self, now: Timestamp, came: Came) -> Verdict {
        let (Some(probe), Some(next)) = (self.probe.as_mut(), self.next) else {
            return Verdict::Nothing;
        };
        let is_there = match came {
            Came::Missing => false,
            Came::Killmail { .. } | Came::Placeholder | Came::Bad { .. } => true,
            other if self.failures < FAILURE_TRIES => {
                let reason = trouble(&other);
                self.failed(now, reason);
                return Verdict::Nothing;
            }
            // Nothing can be learned of this number: look elsewhere.
            _ => false,
        };
        self.failures = 0;
        match probe.heard(is_there) {
            Progress::Going => {
                let head = probe.head();
                self.retry_at = self.later(now, PROBE_FLOOR, FLOOR_JITTER);
                self.state = FeedState::Probing { from: next, head };
                Verdict::Nothing
            }
            Progress::Found(number) => {
                let why = if number - next <= LONGEST_HOLE && !self.is_old(now) {
                    SkipReason::Hole
                } else {
                    SkipReason::Expired
                };
                let verdict = self.skip(now, next, number - 1, why);
                // The number was seen a moment ago.
                self.retry_at = self.later(now, MISS_WAIT, MISS_JITTER);
                verdict
            }
            Progress::Nothing => {
                // Either all has expired and nothing new has come, or the head is wrong. Wait,
                // and have it told anew.
                self.probe = None;
                self.head = None;
                self.misses = 0;
                self.retry_at = self.later(now, MISS_WAIT, MISS_JITTER);
                self.state = FeedState::Waiting { number: next };
                Verdict::Nothing
            }
        }
    }

    fn hear_reread(&mut self, now: Timestamp, number: u64, came: &Came) -> Verdict {
        self.since_reread = 0;
        if let Came::Killmail { .. } = came {
            self.rereads.done(number);
            return Verdict::TakeAgain { number };
        }
        self.rereads.failed(number, now, REREAD_WAIT);
        Verdict::Nothing
    }

    /// Decides about a number that did not come, by what is known of the head.
    fn settle(&mut self, now: Timestamp, number: u64) -> Verdict {
        let Some(head) = self.head else {
            self.state = FeedState::Waiting { number };
            return Verdict::Nothing;
        };
        if head <= number {
            // A head told long ago says nothing against a number that is not there yet.
            let alarmed = matches!(self.state, FeedState::HeadBehind { .. });
            if self.misses > 0 && !alarmed {
                self.state = FeedState::Waiting { number };
            }
            return Verdict::Nothing;
        }
        if self.failures >= FAILURE_TRIES {
            let reason = match &self.state {
                FeedState::Failing { reason, .. } => reason.clone(),
                _ => "no answer".to_owned(),
            };
            return self.skip(now, number, number, SkipReason::Unreadable(reason));
        }
        let far = head - number > FAR;
        // A single hole is stepped over; several in a row, or one far behind, may be the beginning
        // of a long stretch.
        let stretch = far || self.holes >= HOLES_IN_A_ROW && head - number > 1;
        if self.misses >= HOLE_TRIES && !stretch {
            self.holes += 1;
            return self.skip(now, number, number, SkipReason::Hole);
        }
        if self.misses >= HOLE_TRIES || far && self.misses > 0 && self.is_old(now) {
            self.probe = Some(Probe::new(number, head));
            self.retry_at = self.later(now, PROBE_FLOOR, FLOOR_JITTER);
            self.state = FeedState::Probing { from: number, head };
        } else if self.misses > 0 {
            self.state = FeedState::Missing {
                number,
                tries: self.misses,
                head,
            };
        }
        Verdict::Nothing
    }

    fn skip(&mut self, now: Timestamp, from: u64, to: u64, why: SkipReason) -> Verdict {
        self.advance(now, to);
        Verdict::Skip { from, to, why }
    }

    /// The position moves past `number`.
    fn advance(&mut self, now: Timestamp, number: u64) {
        self.next = Some(number.saturating_add(1));
        self.tentative = false;
        self.fresh(now);
    }

    /// Nothing is known yet of the number at the position.
    fn fresh(&mut self, now: Timestamp) {
        self.misses = 0;
        self.bad = 0;
        self.failures = 0;
        self.probe = None;
        self.head_due = false;
        self.retry_at = now;
        if let Some(number) = self.next {
            self.state = FeedState::Reading { number };
        }
    }

    fn failed(&mut self, now: Timestamp, reason: String) {
        self.failures = self.failures.saturating_add(1);
        self.retry_at = self.backoff(now, self.failures);
        self.state = FeedState::Failing {
            failures: self.failures,
            reason,
            until: self.retry_at,
        };
    }

    /// Whether what stands at the position may have expired.
    fn is_old(&self, now: Timestamp) -> bool {
        let expires = self
            .published_at
            .and_then(|published| published.checked_add(RETENTION).ok());
        expires.is_some_and(|expires| expires < now)
    }

    /// Exponential, with jitter on top: never shorter than [`MISS_WAIT`], because a request whose
    /// answer was lost may have been a 404.
    fn backoff(&mut self, now: Timestamp, failures: u32) -> Timestamp {
        let doubled = MISS_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(16));
        let wait = doubled.min(LONGEST_BACKOFF);
        self.later(now, wait, wait / 4)
    }

    fn later(&mut self, from: Timestamp, wait: Duration, jitter: Duration) -> Timestamp {
        let jitter = jitter.mul_f64(self.rng.random_range(0.0..1.0));
        from.checked_add(wait + jitter).unwrap_or(Timestamp::MAX)
    }
}

/// What an answer that helps nothing had to say.
fn trouble(came: &Came) -> String {
    match came {
        Came::Failed { reason } | Came::Bad { reason } => reason.clone(),
        Came::Missing => "not found".to_owned(),
        Came::Head(head) => format!("sequence.json says {head}"),
        Came::Killmail { .. } | Came::Placeholder | Came::Refused { .. } => {
            "an answer to another question".to_owned()
        }
    }
}
