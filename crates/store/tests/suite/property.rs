//! Random sequences of operations, played on the store and on the [`Model`] side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use killwire_killmail::{Enrichment, Progress};
use killwire_store::{
    AckMode, Append, ClientPoll, EventKind, EventQuery, Kinds, Outcome, ReadError, Seq, Store,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, J_SPACE, JITA, client, gist, id, kill, log_after, naming, poll, system,
};
use crate::model::{CLIENT_DAYS, MAX_AGE_DAYS, MIN_AGE_DAYS, Meaning, Missed, Model, Verdict};

const SYSTEMS: [i64; 3] = [JITA, AMARR, J_SPACE];
const CLIENTS: [&str; 3] = ["scout", "bot", "map"];
const KILLMAILS: std::ops::RangeInclusive<i64> = 1..=40;

#[derive(Clone, Debug)]
enum Op {
    /// Killmails, each with one of a few zkb blocks and perhaps enriched, in one append.
    Append(Vec<Offered>),
    /// What killmails' ids mean, found out later, in one call.
    Enrich(BTreeMap<i64, Meaning>),
    Import(BTreeSet<i64>),
    Delete(i64),
    Fetch(Poll),
    FetchOne(Poll),
    /// Acknowledges at so many hundredths of the head.
    Acknowledge(Poll, i64),
    Read {
        after_percent: i64,
        limit: usize,
        systems: BTreeSet<i64>,
        kinds: Kinds,
    },
    DaysPass(u32),
    CollectGarbage,
    Reopen,
}

type Offered = (i64, i64, Option<Meaning>);

#[derive(Clone, Debug)]
struct Poll {
    client: usize,
    systems: BTreeSet<i64>,
    limit: usize,
    ack: AckMode,
}

/// What a case is played with.
#[derive(Clone, Copy, Debug)]
struct Setting {
    window_events: usize,
    events_per_system: usize,
}

fn some_systems(at_least: usize) -> impl Strategy<Value = BTreeSet<i64>> {
    subsequence(SYSTEMS.to_vec(), at_least..=3).prop_map(|systems| systems.into_iter().collect())
}

fn any_poll() -> impl Strategy<Value = Poll> {
    let ack = select(vec![AckMode::OnFetch, AckMode::Manual]);
    let limit = select(vec![1, 2, 5, 100]);
    (0..CLIENTS.len(), some_systems(1), limit, ack).prop_map(|(client, systems, limit, ack)| Poll {
        client,
        systems,
        limit,
        ack,
    })
}

fn any_meaning() -> impl Strategy<Value = Meaning> {
    (any::<bool>(), 1_i64..3).prop_map(|(complete, name)| Meaning { complete, name })
}

fn any_op() -> impl Strategy<Value = Op> {
    let kinds = select(vec![Kinds::NEW, Kinds::ALL]);
    let read = (-10_i64..=110, 1_usize..8, some_systems(0), kinds);
    prop_oneof![
        6 => prop::collection::vec(
            (KILLMAILS, 1_i64..3, prop::option::of(any_meaning())), 1..6,
        ).prop_map(Op::Append),
        3 => prop::collection::btree_map(KILLMAILS, any_meaning(), 1..6).prop_map(Op::Enrich),
        1 => prop::collection::btree_set(KILLMAILS, 1..5).prop_map(Op::Import),
        1 => KILLMAILS.prop_map(Op::Delete),
        5 => any_poll().prop_map(Op::Fetch),
        3 => any_poll().prop_map(Op::FetchOne),
        3 => (any_poll(), -10_i64..=120).prop_map(|(poll, percent)| Op::Acknowledge(poll, percent)),
        2 => read.prop_map(|(after_percent, limit, systems, kinds)| Op::Read {
            after_percent, limit, systems, kinds,
        }),
        3 => (1_u32..12).prop_map(Op::DaysPass),
        3 => Just(Op::CollectGarbage),
        1 => Just(Op::Reopen),
    ]
}

fn any_setting() -> impl Strategy<Value = Setting> {
    let window = select(vec![1, 4, 10_000]);
    let per_system = select(vec![2, 10_000, 10_000]);
    (window, per_system).prop_map(|(window_events, events_per_system)| Setting {
        window_events,
        events_per_system,
    })
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
    let sequences = (any_setting(), prop::collection::vec(any_op(), 1..60));
    let outcome = runner.run(&sequences, |(setting, ops)| {
        runtime.block_on(async {
            if let Some(arena) = arena().await {
                let played = Game::begin(&arena, setting).await.play(ops).await;
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
fn the_store_agrees_with_the_model_on_sqlite() {
    check(200, async || Some(Arena::sqlite()));
}

#[test]
fn the_store_agrees_with_the_model_on_postgres() {
    check(20, async || {
        Arena::postgres("the_store_agrees_with_the_model").await
    });
}

type Played = Result<(), TestCaseError>;

/// A store and the model of it.
struct Game<'a> {
    arena: &'a Arena,
    setting: Setting,
    store: Store,
    model: Model,
}

impl<'a> Game<'a> {
    async fn begin(arena: &'a Arena, setting: Setting) -> Self {
        Self {
            arena,
            setting,
            store: open(arena, setting).await,
            model: Model::new(setting.events_per_system),
        }
    }

    async fn play(mut self, ops: Vec<Op>) -> Played {
        for op in ops {
            let told = format!("{op:?}");
            self.step(op)
                .await
                .map_err(|error| TestCaseError::fail(format!("at {told}: {error}")))?;
            prop_assert_eq!(self.store.head().0, self.model.head);
            prop_assert_eq!(self.store.oldest().0, self.model.oldest());
        }
        self.whole_log().await
    }

    async fn step(&mut self, op: Op) -> Played {
        match op {
            Op::Append(offers) => self.append(&offers).await,
            Op::Enrich(found) => self.enrich(&found).await,
            Op::Import(ids) => self.import(&ids).await,
            Op::Delete(number) => {
                let deleted = self.store.delete(id(number)).await.unwrap();
                prop_assert_eq!(deleted, self.model.delete(number));
                Ok(())
            }
            Op::Fetch(poll) => self.fetch(&poll).await,
            Op::FetchOne(poll) => self.fetch_one(&poll).await,
            Op::Acknowledge(poll, percent) => self.acknowledge(&poll, percent).await,
            Op::Read {
                after_percent,
                limit,
                systems,
                kinds,
            } => self.read(after_percent, limit, &systems, kinds).await,
            Op::DaysPass(days) => {
                self.arena.days_pass(days);
                self.model.days_pass(days);
                Ok(())
            }
            Op::CollectGarbage => {
                self.store.collect_garbage().await.unwrap();
                let judged = self.model.collect_garbage(self.store.oldest().0);
                judged.map_err(TestCaseError::fail)?;
                let clients = self.store.stats().await.unwrap().clients;
                prop_assert_eq!(clients, self.model.clients() as u64);
                Ok(())
            }
            Op::Reopen => {
                let before = self.shown().await;
                self.store.close().await;
                self.store = open(self.arena, self.setting).await;
                prop_assert_eq!(self.shown().await, before, "byte for byte");
                Ok(())
            }
        }
    }

    /// Each killmail once per append: how several patches in one append are coalesced is told by
    /// the log's own tests.
    async fn append(&mut self, offers: &[Offered]) -> Played {
        let mut seen = BTreeSet::new();
        let offers: Vec<_> = offers.iter().filter(|(id, ..)| seen.insert(*id)).collect();
        let offer = |(id, worth, meaning): &&Offered| {
            let kill = kill(*id).in_system(home(*id)).worth(*worth);
            match meaning {
                Some(meaning) => kill.knowing(enrichment(*meaning)).offer(),
                None => kill.offer(),
            }
        };
        let append = Append {
            offers: offers.iter().map(offer).collect(),
            ..Append::default()
        };
        let outcomes = self.store.append(append).await.unwrap();
        prop_assert_eq!(outcomes.len(), offers.len());
        for ((id, worth, meaning), outcome) in offers.into_iter().zip(outcomes) {
            let verdict = self.model.offer(*id, home(*id), *worth, *meaning);
            prop_assert_eq!(outcome, self.outcome(verdict), "killmail {}", id);
        }
        Ok(())
    }

    async fn enrich(&mut self, found: &BTreeMap<i64, Meaning>) -> Played {
        let asked = found.iter();
        let asked = asked.map(|(number, meaning)| (id(*number), enrichment(*meaning)));
        let outcomes = self.store.enrich(asked.collect()).await.unwrap();
        prop_assert_eq!(outcomes.len(), found.len());
        for ((id, meaning), outcome) in found.iter().zip(outcomes) {
            let verdict = self.model.enrich(*id, home(*id), *meaning);
            prop_assert_eq!(outcome, self.outcome(verdict), "killmail {}", id);
        }
        Ok(())
    }

    /// What the store answers where the model's newest event came of it.
    fn outcome(&self, verdict: Verdict) -> Outcome {
        match verdict {
            Verdict::New => Outcome::New(Seq(self.model.head)),
            Verdict::Updated => Outcome::Updated(Seq(self.model.head)),
            Verdict::Duplicate => Outcome::Duplicate,
        }
    }

    /// Every killmail that the log shows, as bytes.
    async fn shown(&self) -> Vec<Option<Bytes>> {
        let start = Seq(self.model.oldest() - 1);
        let log = log_after(&self.store, start, Kinds::ALL).await;
        log.iter().map(|event| event.killmail.clone()).collect()
    }

    async fn import(&mut self, ids: &BTreeSet<i64>) -> Played {
        let batch = ids
            .iter()
            .map(|id| kill(*id).in_system(home(*id)).without_zkb().parsed())
            .collect();
        let report = self.store.import(batch).await.unwrap();
        prop_assert_eq!(report.new, self.model.import(ids));
        let all = report.new + report.updated + report.duplicate;
        prop_assert_eq!(all, ids.len() as u64);
        Ok(())
    }

    async fn fetch(&mut self, asked: &Poll) -> Played {
        let fetched = self
            .store
            .fetch_for_client(&asked.to_store())
            .await
            .unwrap();
        let moves = asked.ack == AckMode::OnFetch;
        let (expected, missed) = self
            .model
            .poll(asked.client, &asked.systems, asked.limit, moves);
        let seqs: Vec<i64> = fetched.events.iter().map(|event| event.seq.0).collect();
        prop_assert_eq!(&seqs, &expected);
        for event in &fetched.events {
            prop_assert_eq!(event.kind, EventKind::New);
            prop_assert!(event.killmail.is_some());
        }
        match missed {
            Missed::Surely => prop_assert!(fetched.missed_before.is_some(), "missed, not told"),
            Missed::SurelyNot => prop_assert_eq!(fetched.missed_before, None),
            Missed::Perhaps => {}
        }
        if let (Some(from), Some(first)) = (fetched.missed_before, seqs.first()) {
            prop_assert!(from.0 <= *first, "{from} is later than what is offered");
        }
        Ok(())
    }

    async fn fetch_one(&mut self, asked: &Poll) -> Played {
        let fetched = self.store.fetch_one_event(&asked.to_store()).await.unwrap();
        let moves = asked.ack == AckMode::OnFetch;
        let (expected, _) = self.model.poll(asked.client, &asked.systems, 1, moves);
        let seq = fetched.map(|event| event.seq.0);
        prop_assert_eq!(seq, expected.first().copied());
        Ok(())
    }

    async fn acknowledge(&mut self, asked: &Poll, percent: i64) -> Played {
        let seq = self.model.head * percent / 100;
        let poll = asked.to_store();
        self.store
            .acknowledge(&client(CLIENTS[asked.client]), Seq(seq), &poll.systems)
            .await
            .unwrap();
        self.model.acknowledge(asked.client, seq, &asked.systems);
        Ok(())
    }

    async fn read(
        &self,
        after_percent: i64,
        limit: usize,
        systems: &BTreeSet<i64>,
        kinds: Kinds,
    ) -> Played {
        let after = (self.model.head * after_percent / 100).max(0);
        let mut query = EventQuery {
            after: Seq(after),
            limit,
            kinds,
            systems: systems.iter().copied().map(system).collect(),
            characters: Vec::new(),
        };
        let mut got = Vec::new();
        loop {
            match self.store.read_events(&query).await {
                Ok(page) => {
                    prop_assert!(page.events.len() <= limit);
                    prop_assert!(page.next > query.after || page.at_head);
                    got.extend(page.events.iter().map(|event| gist(event)));
                    query.after = page.next;
                    if page.at_head {
                        break;
                    }
                }
                Err(ReadError::Gone { oldest, .. }) => {
                    prop_assert!(after + 1 < oldest.0);
                    prop_assert_eq!(oldest.0, self.model.oldest());
                    return Ok(());
                }
                Err(ReadError::Ahead { head, .. }) => {
                    prop_assert!(after > head.0);
                    return Ok(());
                }
                Err(error) => panic!("{error}"),
            }
        }
        prop_assert!(after + 1 >= self.model.oldest() && after <= self.model.head);
        let expected: Vec<_> = self
            .model
            .log
            .iter()
            .filter(|entry| entry.seq > after && kinds.contains(entry.kind))
            .filter(|entry| systems.is_empty() || systems.contains(&entry.system))
            .map(|entry| (entry.seq, entry.kind, entry.id))
            .collect();
        prop_assert_eq!(got, expected);
        Ok(())
    }

    async fn whole_log(&self) -> Played {
        let start = Seq(self.model.oldest() - 1);
        let log = log_after(&self.store, start, Kinds::ALL).await;
        prop_assert_eq!(log.len(), self.model.log.len());
        for (event, entry) in log.iter().zip(&self.model.log) {
            prop_assert_eq!(gist(event), (entry.seq, entry.kind, entry.id));
            let shown = entry.id != 0 && !self.model.is_deleted(entry.id);
            prop_assert_eq!(event.killmail.is_some(), shown);
            if let Some(json) = &event.killmail {
                self.says_what_is_known(entry.id, json)?;
            }
        }
        let unfinished = self.store.unfinished(None, 1_000).await.unwrap();
        let unfinished: BTreeSet<i64> = unfinished.iter().map(|one| one.id.get()).collect();
        let expected = self.model.unfinished();
        let count = self.store.unfinished_count().await.unwrap();
        prop_assert_eq!(count, expected.len() as u64);
        prop_assert_eq!(unfinished, expected);
        Ok(())
    }

    /// An event shows its killmail with what is known of it by now, whenever it was appended.
    fn says_what_is_known(&self, id: i64, json: &[u8]) -> Played {
        let json: serde_json::Value = serde_json::from_slice(json).unwrap();
        let known = self.model.known(id).unwrap_or_default();
        prop_assert_eq!(json["total_value"].as_i64(), known.worth);
        let progress = known.meaning.map(|meaning| match meaning.complete {
            true => "complete",
            false => "partial",
        });
        prop_assert_eq!(json["enrichment"].as_str(), progress);
        let name = known.meaning.map(|meaning| name(meaning.name));
        prop_assert_eq!(json["victim"]["character_name"].as_str(), name.as_deref());
        Ok(())
    }
}

impl Poll {
    fn to_store(&self) -> ClientPoll {
        let systems: Vec<i64> = self.systems.iter().copied().collect();
        ClientPoll {
            limit: self.limit,
            ack: self.ack,
            ..poll(CLIENTS[self.client], &systems)
        }
    }
}

fn name(number: i64) -> String {
    format!("Pilot {number}")
}

fn enrichment(meaning: Meaning) -> Enrichment {
    let progress = match meaning.complete {
        true => Progress::Complete,
        false => Progress::Partial,
    };
    naming(progress, &name(meaning.name))
}

/// The system in which a killmail of the model happened.
fn home(id: i64) -> i64 {
    SYSTEMS[usize::try_from(id).unwrap() % SYSTEMS.len()]
}

async fn open(arena: &Arena, setting: Setting) -> Store {
    // Half a day off, so that an age in whole days is never exactly at a limit.
    let days = |days: u32| Duration::from_secs(86_400) * days - Duration::from_secs(43_200);
    arena
        .open_with(|config| {
            config.window.events = setting.window_events;
            let retention = &mut config.retention;
            retention.max_events_per_system = setting.events_per_system;
            retention.log_min_age = days(MIN_AGE_DAYS);
            retention.log_max_age = days(MAX_AGE_DAYS);
            retention.client_age = days(CLIENT_DAYS);
            retention.killmail_age = days(3_650);
        })
        .await
}
