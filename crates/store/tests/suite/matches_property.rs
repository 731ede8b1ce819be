//! Random doings of a stage and of those who delete things: what is stored is what a few lines say
//! should be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use killwire_store::{MatchQuery, MatchSeq, NewMatch, ProfileId, Seq, Store, StoreConfig};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::arena::Arena;
use crate::fixture::{appending, id, kill};
use crate::matches::{found, stage};
use crate::profiles::{make, profile};

const MATCH_DAYS: u32 = 20;
const KILLMAIL_DAYS: u32 = 30;

/// Profiles and killmails that a sequence may speak of, whether they are there or not.
const PROFILES: std::ops::RangeInclusive<i64> = 1..=4;
const KILLMAILS: std::ops::RangeInclusive<i64> = 1..=12;

#[derive(Clone, Debug)]
enum Op {
    Append(i64),
    MakeProfile,
    Record(Record),
    /// Both at once, so that the writer takes them into one transaction.
    RecordTwice(Record, Record),
    RecordAndDelete(Record, i64),
    DeleteProfile(i64),
    DeleteKillmail(i64),
    DaysPass(u32),
    Reopen,
}

/// How far beyond its position a stage has read, and which profile found what.
#[derive(Clone, Debug)]
struct Record {
    ahead: i64,
    found: Vec<(i64, i64)>,
}

fn any_record() -> impl Strategy<Value = Record> {
    let found = prop::collection::vec((PROFILES, KILLMAILS), 0..8);
    (-1_i64..4, found).prop_map(|(ahead, found)| Record { ahead, found })
}

fn any_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => KILLMAILS.prop_map(Op::Append),
        2 => Just(Op::MakeProfile),
        6 => any_record().prop_map(Op::Record),
        2 => (any_record(), any_record()).prop_map(|(a, b)| Op::RecordTwice(a, b)),
        2 => (any_record(), PROFILES).prop_map(|(record, id)| Op::RecordAndDelete(record, id)),
        1 => PROFILES.prop_map(Op::DeleteProfile),
        2 => KILLMAILS.prop_map(Op::DeleteKillmail),
        2 => (1_u32..25).prop_map(Op::DaysPass),
        1 => Just(Op::Reopen),
    ]
}

/// A match: its number, profile, killmail.
type Gist = (i64, i64, i64);

/// What should be there.
#[derive(Default)]
struct Model {
    day: u32,
    position: Option<i64>,
    head: i64,
    oldest: i64,
    made: i64,
    profiles: BTreeSet<i64>,
    /// Each with the day on which it was stored; none for one that can never come back.
    killmails: BTreeMap<i64, Option<u32>>,
    /// Each with the day on which it was found.
    matches: BTreeMap<i64, (i64, i64, u32)>,
}

impl Model {
    fn through(&self, record: &Record) -> i64 {
        self.position.unwrap_or(0) + record.ahead
    }

    fn record(&mut self, through: i64, found: &[(i64, i64)]) -> Vec<Gist> {
        if self.position.is_some_and(|position| through <= position) {
            return Vec::new();
        }
        self.position = Some(through);
        let mut new = Vec::new();
        for &(profile, killmail) in found {
            let there = self.profiles.contains(&profile)
                && self.killmails.get(&killmail).is_some_and(Option::is_some);
            let mut matches = self.matches.values();
            let again = matches.any(|(other, what, _)| (*other, *what) == (profile, killmail));
            if there && !again {
                self.head += 1;
                self.matches
                    .insert(self.head, (profile, killmail, self.day));
                new.push((self.head, profile, killmail));
            }
        }
        new
    }

    fn delete_profile(&mut self, id: i64) -> bool {
        self.matches.retain(|_, (profile, ..)| *profile != id);
        self.profiles.remove(&id)
    }

    fn delete_killmail(&mut self, id: i64) {
        if let Some(stored @ Some(_)) = self.killmails.get_mut(&id) {
            *stored = None;
            self.matches.retain(|_, (_, killmail, _)| *killmail != id);
        }
    }

    fn collect_garbage(&mut self) {
        let day = self.day;
        let old: Vec<i64> = self
            .killmails
            .iter()
            .filter(|(_, stored)| stored.is_some_and(|stored| day - stored > KILLMAIL_DAYS))
            .map(|(id, _)| *id)
            .collect();
        for id in old {
            self.delete_killmail(id);
        }
        self.matches
            .retain(|_, (_, _, found)| day - *found <= MATCH_DAYS);
        let first = self.matches.keys().next().copied();
        self.oldest = self.oldest.max(first.unwrap_or(self.head + 1));
    }
}

struct Game<'a> {
    arena: &'a Arena,
    store: Store,
    model: Model,
}

fn retention(config: &mut StoreConfig) {
    let days = |days: u32| Duration::from_secs(86_400) * days;
    config.retention.match_age = days(MATCH_DAYS);
    config.retention.killmail_age = days(KILLMAIL_DAYS);
}

type Played = Result<(), TestCaseError>;

async fn record(store: &Store, through: i64, pairs: &[(i64, i64)]) -> Vec<Gist> {
    let pairs = pairs.iter();
    let matches: Vec<NewMatch> = pairs
        .map(|(profile, killmail)| found(ProfileId(*profile), *killmail))
        .collect();
    let new = store.record_matches(&stage(), Seq(through), matches).await;
    let gist = |(seq, new): (MatchSeq, NewMatch)| (seq.0, new.profile_id.0, new.killmail_id.get());
    new.unwrap().into_iter().map(gist).collect()
}

impl Game<'_> {
    async fn play(mut self, ops: Vec<Op>) -> Played {
        for op in ops {
            let told = format!("{op:?}");
            let step = self.step(op).await;
            let step = match step {
                Ok(()) => self.agrees().await,
                failed => failed,
            };
            step.map_err(|error| TestCaseError::fail(format!("at {told}: {error}")))?;
        }
        Ok(())
    }

    async fn step(&mut self, op: Op) -> Played {
        match op {
            Op::Append(number) => {
                self.store.append(appending(&[kill(number)])).await.unwrap();
                let day = Some(self.model.day);
                self.model.killmails.entry(number).or_insert(day);
            }
            Op::MakeProfile => {
                let called = format!("profile {}", self.model.made);
                let made = make(&self.store, profile(&called)).await.id.0;
                self.model.made += 1;
                prop_assert_eq!(made, self.model.made);
                self.model.profiles.insert(made);
            }
            Op::Record(new) => {
                let through = self.model.through(&new);
                let written = record(&self.store, through, &new.found).await;
                prop_assert_eq!(written, self.model.record(through, &new.found));
            }
            Op::RecordTwice(first, second) => {
                let (through, then) = (self.model.through(&first), self.model.through(&second));
                let written = tokio::join!(
                    record(&self.store, through, &first.found),
                    record(&self.store, then, &second.found),
                );
                let expected = self.model.record(through, &first.found);
                prop_assert_eq!(written.0, expected);
                prop_assert_eq!(written.1, self.model.record(then, &second.found));
            }
            Op::RecordAndDelete(new, id) => {
                let through = self.model.through(&new);
                let (written, deleted) = tokio::join!(
                    record(&self.store, through, &new.found),
                    self.store.delete_profile(ProfileId(id)),
                );
                prop_assert_eq!(written, self.model.record(through, &new.found));
                prop_assert_eq!(deleted.unwrap(), self.model.delete_profile(id));
            }
            Op::DeleteProfile(id) => {
                let deleted = self.store.delete_profile(ProfileId(id)).await.unwrap();
                prop_assert_eq!(deleted, self.model.delete_profile(id));
            }
            Op::DeleteKillmail(number) => {
                self.store.delete(id(number)).await.unwrap();
                self.model.delete_killmail(number);
            }
            Op::DaysPass(days) => {
                self.arena.days_pass(days);
                self.model.day += days;
                self.store.collect_garbage().await.unwrap();
                self.model.collect_garbage();
            }
            Op::Reopen => {
                self.store.close().await;
                self.store = self.arena.open_with(retention).await;
            }
        }
        Ok(())
    }

    async fn agrees(&self) -> Played {
        let (store, model) = (&self.store, &self.model);
        prop_assert_eq!(store.match_head().0, model.head);
        prop_assert_eq!(store.match_oldest().0, model.oldest);
        let position = store.reader_position(&stage()).await.unwrap();
        prop_assert_eq!(position.map(|seq| seq.0), model.position);
        let query = MatchQuery {
            after: MatchSeq(model.oldest - 1),
            limit: 1_000,
            profile: None,
        };
        let page = store.matches(query).await.unwrap();
        let stored = page.matches.iter();
        let stored: Vec<Gist> = stored
            .map(|row| (row.match_seq.0, row.profile_id.0, row.killmail_id.get()))
            .collect();
        let expected = model.matches.iter();
        let expected: Vec<Gist> = expected
            .map(|(seq, (profile, killmail, _))| (*seq, *profile, *killmail))
            .collect();
        prop_assert_eq!(stored, expected);
        Ok(())
    }
}

/// Plays `cases` random sequences, each on an arena of its own.
fn check(cases: u32, arena: impl AsyncFn() -> Option<Arena>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_time: 30_000,
        ..Config::default()
    });
    let sequences = prop::collection::vec(any_op(), 1..40);
    let outcome = runner.run(&sequences, |ops| {
        runtime.block_on(async {
            if let Some(arena) = arena().await {
                let game = Game {
                    arena: &arena,
                    store: arena.open_with(retention).await,
                    model: Model {
                        oldest: 1,
                        ..Model::default()
                    },
                };
                let played = game.play(ops).await;
                arena.remove().await;
                played?;
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn matches_are_what_was_found_and_is_still_there_on_sqlite() {
    check(100, async || Some(Arena::sqlite()));
}

#[test]
fn matches_are_what_was_found_and_is_still_there_on_postgres() {
    check(12, async || {
        Arena::postgres("matches_are_what_was_found").await
    });
}
