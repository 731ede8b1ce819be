//! A trial of the follower: an arbitrary script of answers, then an honest world, with every rule
//! checked at every step. Shared by the property test, the replay of the fuzz corpus and the fuzz
//! target, so it depends on nothing but the follower.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use killwire_intake::follower::{
    Begin, Came, ENTRY_FLOOR, Follower, MISS_WAIT, Question, SkipReason, Verdict,
};

/// Steps after the script in which an honest world must have been read to its end.
const PATIENCE: usize = 20_000;

/// The world after the script: its head is so far beyond the position.
const AHEAD: u64 = 120;

struct Trial {
    follower: Follower,
    now: Timestamp,
    /// When the last answer came.
    answered_at: Option<Timestamp>,
    /// When each number was last answered.
    asked: BTreeMap<u64, Timestamp>,
    /// Numbers that were seen to be there.
    seen: BTreeSet<u64>,
    /// The highest head ever told.
    highest_head: u64,
    /// Everything below has been taken or skipped; none before the start is known.
    covered: Option<u64>,
    /// Whether `sequence.json` was the last thing asked for.
    head_last: bool,
}

/// Plays `script` and checks every rule.
///
/// # Panics
/// When a rule is broken.
pub(crate) fn play(script: &[u8]) {
    let Some((&first, script)) = script.split_first() else {
        return;
    };
    let now = Timestamp::from_second(1_790_000_000).unwrap();
    let number = 1_000 + u64::from(first >> 2);
    let begin = match first & 3 {
        0 => Begin::Head,
        1 => Begin::Number(number),
        2 => Begin::Stored {
            next: number,
            published_at: Some(now),
        },
        _ => Begin::Stored {
            next: number,
            published_at: now.checked_sub(Duration::from_secs(48 * 3_600)).ok(),
        },
    };
    let mut trial = Trial {
        follower: Follower::new(begin, now, u64::from(first)),
        now,
        answered_at: None,
        asked: BTreeMap::new(),
        seen: BTreeSet::new(),
        highest_head: 0,
        covered: (begin != Begin::Head).then_some(number),
        head_last: false,
    };
    for answer in script.chunks(2) {
        let detail = answer.get(1).copied().unwrap_or_default();
        trial.step(|trial, question| trial.scripted(question, answer[0], detail));
    }
    trial.finish();
}

impl Trial {
    fn step(&mut self, answer: impl Fn(&Self, Question) -> Came) -> Verdict {
        let ask = self.follower.ask();
        if let Some(answered_at) = self.answered_at {
            let floor = answered_at.checked_add(ENTRY_FLOOR).unwrap();
            assert!(ask.not_before >= floor, "faster than the floor: {ask:?}");
        }
        self.now = self.now.max(ask.not_before);
        let number = match ask.question {
            Question::Head => None,
            Question::Entry(number) | Question::Probe(number) | Question::Reread(number) => {
                Some(number)
            }
        };
        if let Some(number) = number {
            if let Some(before) = self.asked.get(&number) {
                let floor = before.checked_add(MISS_WAIT).unwrap();
                assert!(self.now >= floor, "{number} again too soon");
            }
        } else {
            let waiting = self.covered.is_some() && self.follower.next().is_some();
            assert!(!(self.head_last && waiting), "the head twice in one wait");
        }
        self.head_last = number.is_none();
        let came = answer(self, ask.question);
        // An answer takes a moment.
        self.now = self.now.checked_add(Duration::from_millis(30)).unwrap();
        self.answered_at = Some(self.now);
        if let Some(number) = number {
            self.asked.insert(number, self.now);
            if matches!(
                came,
                Came::Killmail { .. } | Came::Placeholder | Came::Bad { .. }
            ) {
                self.seen.insert(number);
            }
        }
        if let Came::Head(head) = came {
            self.highest_head = self.highest_head.max(head);
        }
        let was_killmail = matches!(came, Came::Killmail { .. });
        let verdict = self.follower.hear(self.now, ask.question, came);
        self.check(ask.question, was_killmail, &verdict);
        verdict
    }

    /// Every number is taken or skipped, exactly once, in order.
    fn check(&mut self, question: Question, was_killmail: bool, verdict: &Verdict) {
        match verdict {
            Verdict::Nothing => {}
            Verdict::Take { number } => {
                assert!(was_killmail);
                assert_eq!(question, Question::Entry(*number));
                assert_eq!(*number, *self.covered.get_or_insert(*number));
                self.covered = Some(number + 1);
            }
            Verdict::TakeAgain { number } => {
                assert!(was_killmail);
                assert_eq!(question, Question::Reread(*number));
                assert!(self.covered.is_some_and(|covered| *number < covered));
            }
            Verdict::Skip { from, to, why } => {
                assert!(from <= to);
                assert_eq!(*from, *self.covered.get_or_insert(*from));
                self.covered = Some(to + 1);
                match why {
                    SkipReason::Hole | SkipReason::Expired => {
                        assert!(
                            *to < self.highest_head,
                            "skipped what the head has not passed"
                        );
                        assert!(
                            from == to || self.seen.contains(&(to + 1)),
                            "jumped to a number that was never seen"
                        );
                    }
                    SkipReason::Placeholder | SkipReason::Unreadable(_) => assert_eq!(from, to),
                }
            }
        }
        if let Some(next) = self.follower.next() {
            assert_eq!(
                Some(next),
                self.covered,
                "the position is where all is covered"
            );
        }
    }

    fn scripted(&self, question: Question, answer: u8, detail: u8) -> Came {
        let near = self.covered.unwrap_or(1_000);
        let number = match question {
            Question::Head => None,
            Question::Entry(number) | Question::Probe(number) | Question::Reread(number) => {
                Some(number)
            }
        };
        match answer % 10 {
            // The honest answer to the question.
            0..=2 => match number {
                None => Came::Head(near + u64::from(detail)),
                Some(number) => Came::Killmail {
                    published_at: Some(self.now),
                    sequence_updated: (detail < 128)
                        .then(|| number.saturating_sub(u64::from(detail))),
                },
            },
            3..=5 => Came::Missing,
            6 => Came::Failed {
                reason: "status 503".to_owned(),
            },
            7 => Came::Bad {
                reason: "not a JSON document".to_owned(),
            },
            8 => match number {
                Some(_) => Came::Placeholder,
                // A head that lies, low or high.
                None => Came::Head(match detail {
                    0..=99 => u64::from(detail) * 7,
                    100..=199 => near + u64::from(detail) * 1_000,
                    _ => u64::MAX - u64::from(detail),
                }),
            },
            _ => Came::Refused {
                until: self
                    .now
                    .checked_add(Duration::from_secs(u64::from(detail) * 30))
                    .unwrap(),
                why: killwire_upstream::Refusal::Blocked,
            },
        }
    }

    /// An honest world: the head stands a little ahead, some numbers are holes. It must be read to
    /// its head, whatever the script has left behind.
    fn finish(mut self) {
        // Beyond any number that a script makes the follower begin at without being far off.
        let end = self.covered.unwrap_or(2_000) + AHEAD;
        for _ in 0..PATIENCE {
            if self.covered.is_some_and(|covered| covered > end) {
                return;
            }
            self.step(|_, question| match question {
                Question::Head => Came::Head(end + 1),
                Question::Entry(number) | Question::Probe(number) | Question::Reread(number)
                    if number > end + 1 || number % 31 == 0 =>
                {
                    Came::Missing
                }
                _ => Came::Killmail {
                    published_at: None,
                    sequence_updated: None,
                },
            });
        }
        panic!(
            "stands at {:?} in state {:?}, the head is {end}",
            self.covered,
            self.follower.state()
        );
    }
}
