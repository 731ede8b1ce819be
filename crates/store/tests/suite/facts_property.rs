//! Random changes to a few killmails: their events say the same of their facts when they are new,
//! later, from disk, and after opening again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use killwire_killmail::{Enrichment, Facts, Progress};
use killwire_store::{Append, EventKind, Kinds, LogEvent, Seq, Store};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::arena::Arena;
use crate::fixture::{Kill, appending, id, kill, log_after, naming, valued, whole_log};

const KILLMAILS: std::ops::RangeInclusive<i64> = 1..=6;

#[derive(Clone, Debug)]
enum Op {
    /// Offers in one append; a killmail may come several times.
    Append(Vec<Offered>),
    /// Completions in one call.
    Enrich(BTreeMap<i64, Meaning>),
    /// From an archive, with what zKillboard says or without.
    Import(BTreeMap<i64, Option<i64>>),
    /// All three at once, so that the writer may take them into one transaction.
    AtOnce(
        Vec<Offered>,
        BTreeMap<i64, Meaning>,
        BTreeMap<i64, Option<i64>>,
    ),
    Delete(i64),
    /// Opens again, with a window of so many events.
    Reopen(usize),
}

/// A killmail, what zKillboard says of its value, what else is known.
type Offered = (i64, Option<i64>, Option<Meaning>);

/// What was found out: whether it is all, and a value of our own.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    complete: bool,
    value: Option<i64>,
}

impl Meaning {
    fn found(self) -> Enrichment {
        let progress = match self.complete {
            true => Progress::Complete,
            false => Progress::Partial,
        };
        match self.value {
            Some(isk) => valued(progress, isk),
            None => naming(progress, "Vera"),
        }
    }
}

fn any_value() -> impl Strategy<Value = Option<i64>> {
    prop::option::weighted(0.6, 1_i64..4)
}

fn any_meaning() -> impl Strategy<Value = Meaning> {
    let complete = prop::bool::weighted(0.3);
    (complete, any_value()).prop_map(|(complete, value)| Meaning { complete, value })
}

fn any_offers() -> impl Strategy<Value = Vec<Offered>> {
    let meaning = prop::option::weighted(0.4, any_meaning());
    prop::collection::vec((KILLMAILS, any_value(), meaning), 1..6)
}

fn any_op() -> impl Strategy<Value = Op> {
    let found = || prop::collection::btree_map(KILLMAILS, any_meaning(), 1..4);
    let batch = || prop::collection::btree_map(KILLMAILS, any_value(), 1..3);
    prop_oneof![
        8 => any_offers().prop_map(Op::Append),
        5 => found().prop_map(Op::Enrich),
        2 => batch().prop_map(Op::Import),
        4 => (any_offers(), found(), batch())
            .prop_map(|(offers, found, batch)| Op::AtOnce(offers, found, batch)),
        1 => KILLMAILS.prop_map(Op::Delete),
        3 => select(vec![1, 3, 10_000]).prop_map(Op::Reopen),
    ]
}

fn offered((number, worth, meaning): &Offered) -> Kill {
    let kill = known(*number, *worth);
    match meaning {
        Some(meaning) => kill.knowing(meaning.found()),
        None => kill,
    }
}

fn known(number: i64, worth: Option<i64>) -> Kill {
    match worth {
        Some(isk) => kill(number).worth(isk),
        None => kill(number).without_zkb(),
    }
}

/// A store, and what its events said when they were new.
struct Game<'a> {
    arena: &'a Arena,
    store: Store,
    live: Vec<Arc<LogEvent>>,
    deleted: BTreeSet<i64>,
}

type Played = Result<(), TestCaseError>;

impl Game<'_> {
    async fn play(mut self, ops: Vec<Op>) -> Played {
        for op in ops {
            let told = format!("{op:?}");
            self.step(op)
                .await
                .map_err(|error| TestCaseError::fail(format!("at {told}: {error}")))?;
        }
        self.reads_the_same().await?;
        self.reopen(1).await;
        self.reads_the_same().await
    }

    async fn step(&mut self, op: Op) -> Played {
        match op {
            Op::Append(offers) => {
                self.append(&offers).await;
                let ids: Vec<i64> = offers.iter().map(|(number, ..)| *number).collect();
                self.take_new(&ids).await
            }
            Op::Enrich(found) => {
                self.enrich(&found).await;
                let ids: Vec<i64> = found.keys().copied().collect();
                self.take_new(&ids).await
            }
            Op::Import(batch) => {
                self.import(&batch).await;
                self.take_new(&[]).await
            }
            Op::AtOnce(offers, found, batch) => {
                let (first, second) = offers.split_at(offers.len() / 2);
                tokio::join!(
                    self.append(first),
                    self.enrich(&found),
                    self.import(&batch),
                    self.append(second),
                );
                self.take_new(&[]).await
            }
            Op::Delete(number) => {
                if self.store.delete(id(number)).await.unwrap() {
                    self.deleted.insert(number);
                }
                self.reads_the_same().await
            }
            Op::Reopen(window) => {
                self.reads_the_same().await?;
                self.reopen(window).await;
                self.reads_the_same().await
            }
        }
    }

    async fn append(&self, offers: &[Offered]) {
        let kills: Vec<Kill> = offers.iter().map(offered).collect();
        let append: Append = appending(&kills);
        self.store.append(append).await.unwrap();
    }

    async fn enrich(&self, found: &BTreeMap<i64, Meaning>) {
        let found = found.iter();
        let found = found.map(|(number, meaning)| (id(*number), meaning.found()));
        self.store.enrich(found.collect()).await.unwrap();
    }

    async fn import(&self, batch: &BTreeMap<i64, Option<i64>>) {
        let batch = batch.iter();
        let batch = batch.map(|(number, worth)| known(*number, *worth).parsed());
        self.store.import(batch.collect()).await.unwrap();
    }

    async fn reopen(&mut self, window: usize) {
        self.store.close().await;
        self.store = self.arena.open_with_window(window).await;
    }

    /// Reads the events that have come. Those of killmails that the last change named once have
    /// the facts that are stored now: nothing came after them.
    async fn take_new(&mut self, changed: &[i64]) -> Played {
        let after = self.live.last().map_or(Seq::START, |event| event.seq);
        let new = log_after(&self.store, after, Kinds::ALL).await;
        for event in &new {
            let Some(killmail) = event.killmail_id else {
                continue;
            };
            let named = changed.iter().filter(|id| **id == killmail.get()).count();
            if named == 1 {
                let stored = self.store.get(killmail).await.unwrap().unwrap();
                prop_assert_eq!(event.facts.as_deref(), Some(&stored.facts));
            }
        }
        self.live.extend(new);
        self.names_what_events_had()
    }

    /// What an event names as earlier follows from the facts of the events before it.
    fn names_what_events_had(&self) -> Played {
        let mut had: BTreeMap<i64, Vec<Arc<Facts>>> = BTreeMap::new();
        for event in &self.live {
            let (Some(killmail), Some(facts)) = (event.killmail_id, &event.facts) else {
                prop_assert_eq!(event.kind, EventKind::Imported);
                prop_assert!(event.facts.is_none() && event.earlier.is_empty());
                continue;
            };
            let had = had.entry(killmail.get()).or_default();
            let before = had.clone();
            if had.last() != Some(facts) {
                had.push(Arc::clone(facts));
            }
            let never_changed = had.len() == 1;
            let expected = if never_changed { Vec::new() } else { before };
            prop_assert_eq!(&event.earlier, &expected, "event {}", event.seq);
        }
        Ok(())
    }

    /// The log says what it said when its events were new.
    async fn reads_the_same(&self) -> Played {
        let log = whole_log(&self.store).await;
        prop_assert_eq!(log.len(), self.live.len());
        for (event, live) in log.iter().zip(&self.live) {
            prop_assert_eq!((event.seq, event.kind), (live.seq, live.kind));
            let killmail = event.killmail_id.map(|id| id.get());
            if killmail.is_some_and(|number| self.deleted.contains(&number)) {
                prop_assert!(event.facts.is_none() && event.earlier.is_empty());
            } else {
                prop_assert_eq!(&event.facts, &live.facts, "event {}", event.seq);
                prop_assert_eq!(&event.earlier, &live.earlier, "event {}", event.seq);
            }
        }
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
    let windows = select(vec![1, 3, 10_000]);
    let sequences = (windows, prop::collection::vec(any_op(), 1..30));
    let outcome = runner.run(&sequences, |(window, ops)| {
        runtime.block_on(async {
            if let Some(arena) = arena().await {
                let game = Game {
                    arena: &arena,
                    store: arena.open_with_window(window).await,
                    live: Vec::new(),
                    deleted: BTreeSet::new(),
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
fn facts_are_a_function_of_the_log_on_sqlite() {
    check(100, async || Some(Arena::sqlite()));
}

#[test]
fn facts_are_a_function_of_the_log_on_postgres() {
    check(12, async || {
        Arena::postgres("facts_are_a_function_of_the_log").await
    });
}
