//! When zKillboard was last asked for each solar system, also by an earlier process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use killwire_killmail::SystemId;

use crate::Memory;

/// The least time between two questions about one system. zKillboard's edge gives the same answer
/// for an hour (`max-age=3600`), so that asking sooner brings nothing new. No setting shortens it.
pub const SYSTEM_FLOOR: Duration = Duration::from_secs(3_600);

/// Under which key they are remembered: one row, with the systems of the last hour. They are 3,600
/// at most, because one request goes out in a second; 80 kB.
const KEY: &str = "upstream.zkillboard.systems";

/// The systems asked for in the last hour.
pub(super) struct AskedSystems {
    memory: Arc<dyn Memory>,
    times: Mutex<HashMap<SystemId, Timestamp>>,
    /// Held while they are written, so that an older list never takes the place of a newer one.
    writing: tokio::sync::Mutex<()>,
}

impl AskedSystems {
    /// What an earlier process has asked for.
    pub(super) async fn recall(memory: Arc<dyn Memory>) -> Self {
        let text = match memory.recall(KEY).await {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "cannot recall which systems zKillboard was asked for");
                String::new()
            }
        };
        Self {
            memory,
            times: Mutex::new(read(&text)),
            writing: tokio::sync::Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SystemId, Timestamp>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a system was last asked for, within the last hour.
    pub(super) fn at(&self, id: SystemId, now: Timestamp) -> Option<Timestamp> {
        let at = self.lock().get(&id).copied()?;
        holds(at, now).then_some(at)
    }

    /// Notes that a system is about to be asked for. It is durable when this returns, so that no end
    /// of the process, however sudden, forgets a question.
    ///
    /// # Errors
    /// From when it may be asked for again, where that is later.
    pub(super) async fn begin(&self, id: SystemId, now: Timestamp) -> Result<(), Timestamp> {
        {
            let mut times = self.lock();
            if let Some(at) = times.get(&id)
                && holds(*at, now)
            {
                return Err(at.checked_add(SYSTEM_FLOOR).unwrap_or(Timestamp::MAX));
            }
            times.insert(id, now);
        }
        self.write(now).await;
        Ok(())
    }

    /// Notes when the answer came: the hour counts from it.
    pub(super) async fn answered(&self, id: SystemId, now: Timestamp) {
        self.lock().insert(id, now);
        self.write(now).await;
    }

    /// Notes that a question brought nothing: it may be asked again.
    pub(super) async fn failed(&self, id: SystemId, now: Timestamp) {
        self.lock().remove(&id);
        self.write(now).await;
    }

    async fn write(&self, now: Timestamp) {
        let _writing = self.writing.lock().await;
        let text = {
            let mut times = self.lock();
            times.retain(|_, at| holds(*at, now));
            written(&times)
        };
        if let Err(error) = self.memory.remember(KEY, &text).await {
            tracing::warn!(%error, "cannot remember which systems zKillboard was asked for");
        }
    }
}

/// Whether a question still counts. One from the future was asked before the clock was set back.
fn holds(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).unsigned_abs() < SYSTEM_FLOOR
}

/// `30000142:1795176000,…`: each system with the second up to which it was asked for, rounded up.
fn written(times: &HashMap<SystemId, Timestamp>) -> String {
    let one = |(id, at): (&SystemId, &Timestamp)| {
        let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
        format!("{id}:{second}")
    };
    times.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Reads what [`written`] wrote; what is something else is left out.
fn read(text: &str) -> HashMap<SystemId, Timestamp> {
    let one = |part: &str| {
        let (id, second) = part.split_once(':')?;
        let at = Timestamp::from_second(second.parse().ok()?).ok()?;
        Some((SystemId::new(id.parse().ok()?).ok()?, at))
    };
    text.split(',').filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Volatile;

    fn system(id: i64) -> SystemId {
        SystemId::new(id).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_176_000 + second).unwrap()
    }

    async fn recalled(memory: &Arc<dyn Memory>) -> AskedSystems {
        AskedSystems::recall(Arc::clone(memory)).await
    }

    #[tokio::test]
    async fn a_system_that_was_asked_for_waits_an_hour_also_in_the_next_process() {
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let before = recalled(&memory).await;
        before.begin(system(1), at(0)).await.unwrap();
        // The process ends before the answer is there.
        let after = recalled(&memory).await;
        for asked in [&before, &after] {
            assert_eq!(asked.at(system(1), at(3_599)), Some(at(0)));
            assert_eq!(asked.begin(system(1), at(3_599)).await, Err(at(3_600)));
            assert_eq!(asked.at(system(2), at(1)), None);
        }
        assert_eq!(after.begin(system(1), at(3_600)).await, Ok(()));
    }

    #[tokio::test]
    async fn what_is_older_than_an_hour_is_not_written_any_more() {
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let asked = recalled(&memory).await;
        asked.begin(system(1), at(0)).await.unwrap();
        asked.begin(system(2), at(3_600)).await.unwrap();
        let row = memory.recall(KEY).await.unwrap();
        assert_eq!(row.as_deref(), Some("2:1795179600"));
    }

    #[tokio::test]
    async fn a_question_that_failed_does_not_count() {
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let asked = recalled(&memory).await;
        asked.begin(system(1), at(0)).await.unwrap();
        asked.failed(system(1), at(1)).await;
        assert_eq!(recalled(&memory).await.at(system(1), at(2)), None);
    }

    #[test]
    fn a_damaged_row_loses_what_is_damaged_and_a_fraction_of_a_second_counts_whole() {
        let early = Timestamp::from_nanosecond(1_795_176_000_000_000_001).unwrap();
        let row = written(&HashMap::from([(system(7), early)]));
        assert_eq!(row, "7:1795176001");
        let read = read("7:1795176001,:,x:1,0:5,9:99999999999999999999,8");
        assert_eq!(read, HashMap::from([(system(7), at(1))]));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_a_system_for_long() {
        assert!(holds(at(3_000), at(0)));
        assert!(!holds(at(3_600), at(0)));
    }
}
