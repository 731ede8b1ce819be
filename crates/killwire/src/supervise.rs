//! Tasks that must keep running: restarted with growing pauses, their state for everyone to see.
//!
//! A task that fails loses nothing: each stage resumes from what the store holds. So a restart is
//! the one answer to every error that a stage cannot handle itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::metric;

/// The pause before the first restart. Doubles with every further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A task that ran so long has recovered: the next pause is short again.
const RECOVERED_AFTER: Duration = Duration::from_secs(60);

/// Why a task ended.
pub(crate) type TaskError = Box<dyn std::error::Error + Send + Sync>;

/// How a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskState {
    /// At work.
    Running,
    /// Failed, and waiting to be started again.
    Pausing,
    /// Ended because the program ends.
    Stopped,
}

/// What is known of a task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TaskStatus {
    /// How it is.
    pub(crate) state: TaskState,
    /// Since when.
    pub(crate) since: Timestamp,
    /// How often it was started again.
    pub(crate) restarts: u64,
    /// Why it ended the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_error: Option<String>,
}

/// The state of all tasks. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskBoard(Arc<Mutex<BTreeMap<&'static str, TaskStatus>>>);

impl TaskBoard {
    /// All tasks by name.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, TaskStatus> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, name: &'static str, state: TaskState, now: Timestamp, error: Option<String>) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let task = tasks.entry(name).or_insert(TaskStatus {
            state,
            since: now,
            restarts: 0,
            last_error: None,
        });
        if task.state == TaskState::Pausing && state == TaskState::Running {
            task.restarts += 1;
        }
        task.state = state;
        task.since = now;
        if error.is_some() {
            task.last_error = error;
        }
    }
}

/// Starts tasks, restarts them, and waits for them at the end.
pub(crate) struct Supervisor {
    /// Real time: what it pauses for (a disk, a database) does not live on a simulator's clock.
    clock: Clock,
    board: TaskBoard,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Supervisor {
    /// A supervisor whose tasks end when `stop` is cancelled.
    pub(crate) fn new(clock: Clock, stop: CancellationToken) -> Self {
        Self {
            clock,
            board: TaskBoard::default(),
            stop,
            tasks: JoinSet::new(),
        }
    }

    /// The state of all tasks.
    pub(crate) fn board(&self) -> TaskBoard {
        self.board.clone()
    }

    /// Runs what `make` makes, again and again until the program stops. The task itself must end
    /// soon after `stop` is cancelled.
    pub(crate) fn keep<F, T>(&mut self, name: &'static str, make: F)
    where
        F: Fn() -> T + Send + 'static,
        T: Future<Output = Result<(), TaskError>> + Send + 'static,
    {
        let (clock, board, stop) = (self.clock.clone(), self.board.clone(), self.stop.clone());
        self.tasks
            .spawn(async move { keep(name, make, &clock, &board, &stop).await });
    }

    /// Waits until every task has ended, at most `patience` of real time.
    pub(crate) async fn finish(mut self, patience: Duration) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            let late: Vec<&str> = self
                .board
                .all()
                .into_iter()
                .filter(|(_, task)| task.state == TaskState::Running)
                .map(|(name, _)| name)
                .collect();
            tracing::warn!(?late, "tasks did not end in time and are cut off");
            self.tasks.shutdown().await;
        }
    }
}

async fn keep<F, T>(
    name: &'static str,
    make: F,
    clock: &Clock,
    board: &TaskBoard,
    stop: &CancellationToken,
) where
    F: Fn() -> T + Send + 'static,
    T: Future<Output = Result<(), TaskError>> + Send + 'static,
{
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let started = clock.now();
        board.note(name, TaskState::Running, started, None);
        // A task of its own, so that a panic ends in an answer; aborted when we are.
        let mut attempt = JoinSet::new();
        attempt.spawn(make());
        let why = match attempt.join_next().await {
            Some(Ok(Ok(()))) if stop.is_cancelled() => break,
            Some(Ok(Ok(()))) | None => "it ended by itself".to_owned(),
            Some(Ok(Err(error))) => error.to_string(),
            Some(Err(panic)) => panic_text(panic),
        };
        let now = clock.now();
        let ran = Duration::try_from(now.duration_since(started)).unwrap_or_default();
        if ran >= RECOVERED_AFTER {
            pause = FIRST_PAUSE;
        }
        tracing::error!(task = name, error = %why, pause_ms = pause.as_millis(), "a task failed and will be started again");
        metrics::counter!(metric::TASK_RESTARTS, "task" => name).increment(1);
        board.note(name, TaskState::Pausing, now, Some(why));
        tokio::select! {
            () = stop.cancelled() => break,
            () = clock.sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    board.note(name, TaskState::Stopped, clock.now(), None);
}

fn panic_text(error: tokio::task::JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else {
        return "it was cut off".to_owned();
    };
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".to_owned());
    format!("it panicked: {text}")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn until(clock: &Clock, condition: impl Fn() -> bool) {
        while !condition() {
            clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_task_that_fails_or_panics_is_started_again_and_its_state_is_seen() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let stop = CancellationToken::new();
        let mut supervisor = Supervisor::new(clock.clone(), stop.clone());
        let board = supervisor.board();
        let starts = Arc::new(AtomicU32::new(0));
        supervisor.keep("follow", {
            let (starts, stop) = (Arc::clone(&starts), stop.clone());
            move || {
                let start = starts.fetch_add(1, Ordering::SeqCst);
                let stop = stop.clone();
                async move {
                    match start {
                        0 => Err("the disk is full".into()),
                        1 => panic!("an oversight"),
                        _ => {
                            stop.cancelled().await;
                            Ok(())
                        }
                    }
                }
            }
        });
        until(&clock, || {
            board
                .all()
                .get("follow")
                .is_some_and(|task| task.state == TaskState::Running && task.restarts == 2)
        })
        .await;
        let task = board.all()["follow"].clone();
        assert_eq!(task.last_error.unwrap(), "it panicked: an oversight");
        stop.cancel();
        supervisor.finish(Duration::from_secs(5)).await;
        assert_eq!(board.all()["follow"].state, TaskState::Stopped);
    }
}
