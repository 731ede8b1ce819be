//! A kind of thing whose upstream is a few lines of test: words by number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use killwire_cache::{Caches, Loaded, Policy, Validity};
use killwire_clock::Clock;
use killwire_lookup::limits::Limits;
use killwire_lookup::{Answers, Kind, LookupError, Pipeline, Priority, Question};
use killwire_upstream::{Upstream, UpstreamError};
use tokio::sync::Semaphore;

pub(crate) const TTL: Duration = Duration::from_secs(60);
pub(crate) const STALE: Duration = Duration::from_secs(600);
pub(crate) const MISSING: Duration = Duration::from_secs(300);
pub(crate) const HOLD: Duration = Duration::from_secs(15);
pub(crate) const LIVE_WINDOW: Duration = Duration::from_millis(100);
pub(crate) const LIVE_SPACING: Duration = Duration::from_millis(400);
pub(crate) const BACKFILL_WINDOW: Duration = Duration::from_secs(1);
pub(crate) const MAX_WAITING: usize = 2_000;

/// What a key gets.
pub(crate) type Answer = Result<Option<String>, LookupError>;

/// A call that the upstream got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) keys: Vec<u32>,
    pub(crate) known: usize,
    pub(crate) live: bool,
}

/// What the upstream does, changed by the test as it goes.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
pub(crate) struct State {
    pub(crate) calls: Vec<Call>,
    /// Ids that do not exist: a call with one of them is refused as a whole.
    pub(crate) bad: BTreeSet<u32>,
    /// Ids that answers leave out.
    pub(crate) left_out: BTreeSet<u32>,
    /// Answers about these come along unasked.
    pub(crate) unasked: BTreeSet<u32>,
    /// What every call fails with.
    pub(crate) fault: Option<UpstreamError>,
    /// What the store has: the word and how long ago it was fetched.
    pub(crate) shelf: BTreeMap<u32, (Option<String>, Validity)>,
    pub(crate) recalls: Vec<Vec<u32>>,
    pub(crate) saves: Vec<Vec<u32>>,
    pub(crate) shelf_fails: bool,
    pub(crate) panics: bool,
}

impl Script {
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.change(|state| state.calls.clone())
    }

    /// The keys of each call.
    pub(crate) fn asked(&self) -> Vec<Vec<u32>> {
        self.calls().into_iter().map(|call| call.keys).collect()
    }
}

/// Words in batches of `BATCH`, with or without a shelf.
pub(crate) struct Word<const BATCH: usize, const SHELVED: bool> {
    script: Script,
    clock: Clock,
    /// A call takes a permit before it answers.
    gate: Arc<Semaphore>,
}

pub(crate) fn word(key: u32) -> String {
    format!("word {key}")
}

pub(crate) fn not_found() -> UpstreamError {
    UpstreamError::NotFound {
        upstream: Upstream::Esi,
        url: "https://esi.example/universe/names".to_owned(),
    }
}

pub(crate) fn status(status: u16) -> UpstreamError {
    UpstreamError::Status {
        upstream: Upstream::Esi,
        url: "https://esi.example/universe/names".to_owned(),
        status,
        retry_after: None,
    }
}

fn shelf_error() -> LookupError {
    LookupError::store("asking the shelf", killwire_store::StoreError::Closed)
}

impl<const BATCH: usize, const SHELVED: bool> Kind for Word<BATCH, SHELVED> {
    type Key = u32;
    type Value = String;
    const SHELVED: bool = SHELVED;
    const LIMITS: Limits = Limits {
        name: "words",
        upstream: Upstream::Esi,
        operation: "looking up words",
        max_batch: BATCH,
        live_window: LIVE_WINDOW,
        live_spacing: LIVE_SPACING,
        backfill_window: BACKFILL_WINDOW,
        live_calls: 2,
        backfill_calls: 1,
        max_waiting: MAX_WAITING,
        hold: HOLD,
    };

    fn weigh(_: &u32, _: Option<&String>) -> u32 {
        1
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let keys: Vec<u32> = questions.iter().map(|question| question.key).collect();
        let panics = self.script.change(|state| {
            state.calls.push(Call {
                keys: keys.clone(),
                known: questions.iter().filter(|q| q.known.is_some()).count(),
                live: priority == Priority::Live,
            });
            state.panics
        });
        assert!(!panics, "a defect");
        self.gate.acquire().await.unwrap().forget();
        let now = Validity::since(self.clock.now());
        self.script.change(|state| {
            let blamed = keys.iter().any(|key| state.bad.contains(key));
            let fault = state.fault.clone().or_else(|| blamed.then(not_found));
            if let Some(fault) = fault {
                return Err(LookupError::upstream(Upstream::Esi, "words", fault));
            }
            let answered = keys.iter().filter(|key| !state.left_out.contains(key));
            let answers = answered.chain(&state.unasked);
            Ok(answers
                .map(|key| (*key, Loaded::new(word(*key), now)))
                .collect())
        })
    }

    async fn recall(&self, keys: &[u32]) -> Result<Answers<Self>, LookupError> {
        self.script.change(|state| {
            state.recalls.push(keys.to_vec());
            if state.shelf_fails {
                return Err(shelf_error());
            }
            let found = keys.iter().filter_map(|key| {
                let (value, validity) = state.shelf.get(key)?.clone();
                Some((*key, Loaded { value, validity }))
            });
            Ok(found.collect())
        })
    }

    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        self.script.change(|state| {
            if state.shelf_fails {
                return Err(shelf_error());
            }
            state
                .saves
                .push(fetched.iter().map(|(key, _)| *key).collect());
            for (key, loaded) in fetched {
                state.shelf.insert(key, (loaded.value, loaded.validity));
            }
            Ok(())
        })
    }
}

/// A pipeline of words, its upstream and its clock.
pub(crate) struct Desk<const BATCH: usize, const SHELVED: bool> {
    pub(crate) words: Pipeline<Word<BATCH, SHELVED>>,
    pub(crate) script: Script,
    pub(crate) clock: Clock,
    pub(crate) gate: Arc<Semaphore>,
}

/// Its upstream answers at once.
pub(crate) fn desk<const BATCH: usize, const SHELVED: bool>() -> Desk<BATCH, SHELVED> {
    let clock = Clock::manual("2026-11-01T12:00:00Z".parse().unwrap());
    let script = Script::default();
    let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS / 2));
    let kind = Word {
        script: script.clone(),
        clock: clock.clone(),
        gate: Arc::clone(&gate),
    };
    let policy = Policy::new("words", TTL, 100_000)
        .stale_for(STALE)
        .missing_for(MISSING);
    Desk {
        words: Pipeline::new(kind, policy, clock.clone(), &Caches::default()),
        script,
        clock,
        gate,
    }
}

/// Lets all other tasks run until they wait.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

impl<const BATCH: usize, const SHELVED: bool> Desk<BATCH, SHELVED> {
    /// Its upstream answers only as often as [`Desk::answer`] is called.
    pub(crate) fn slow(self) -> Self {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
        self
    }

    pub(crate) async fn answer(&self, calls: usize) {
        self.gate.add_permits(calls);
        settle().await;
    }

    pub(crate) async fn pass(&self, span: Duration) {
        settle().await;
        self.clock.advance(span);
        settle().await;
    }

    /// Asks in a task of its own.
    pub(crate) fn start(
        &self,
        keys: impl IntoIterator<Item = u32>,
        priority: Priority,
    ) -> tokio::task::JoinHandle<Vec<(u32, Answer)>> {
        let (words, keys) = (self.words.clone(), keys.into_iter().collect::<Vec<_>>());
        tokio::spawn(async move { words.fetch_many(&keys, priority).await })
    }

    /// Asks, and lets the windows pass until there are answers: a word, `-` for missing, or an
    /// error's text.
    pub(crate) async fn get(&self, keys: impl IntoIterator<Item = u32>) -> Vec<String> {
        let asked = self.start(keys, Priority::Live);
        self.pass(LIVE_SPACING).await;
        let answers = asked.await.unwrap();
        answers
            .into_iter()
            .map(|(_, answer)| shown(answer))
            .collect()
    }
}

pub(crate) fn shown(answer: Answer) -> String {
    match answer {
        Ok(Some(word)) => word,
        Ok(None) => "-".to_owned(),
        Err(error) => error.to_string(),
    }
}

pub(crate) fn words(keys: impl IntoIterator<Item = u32>) -> Vec<String> {
    keys.into_iter().map(word).collect()
}
