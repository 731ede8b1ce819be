//! Being turned away: how long an upstream is left alone after it said so, also across restarts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use metrics::gauge;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::http::Answer;
use crate::metric::REFUSED_UNTIL;
use crate::policy::MAX_RETRY_AFTER;
use crate::{Memory, Refusal, Upstream, UpstreamError};

/// The first pause after a 403. zKillboard's blocks last up to an hour; each further one doubles.
const FIRST_BLOCK: Duration = Duration::from_secs(300);
/// The longest pause after a 403.
const LONGEST_BLOCK: Duration = Duration::from_secs(3_600);
/// The first pause after a 429 that names no time.
const FIRST_THROTTLE: Duration = Duration::from_secs(15);
/// The longest pause after a 429 that names no time.
const LONGEST_THROTTLE: Duration = Duration::from_secs(300);
/// Below so many errors left in ESI's window everything pauses until it turns. CCP allows 100.
const LOW_ERROR_LIMIT: u64 = 20;
/// ESI's error window, where an answer does not say how much of it is left.
const ERROR_WINDOW: Duration = Duration::from_secs(60);
/// After so long without a refusal the pauses begin small again.
const FORGIVEN_AFTER: Duration = Duration::from_secs(3_600);

/// The last refusal. Written to the memory as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    until: Timestamp,
    blocked: bool,
    /// Refusals in a row, each within [`FORGIVEN_AFTER`] of the end of the one before.
    level: u32,
}

impl Last {
    /// The refusal after `before`, at `now`; `asked` is the pause that the upstream named.
    fn following(
        before: Option<Self>,
        why: Refusal,
        asked: Option<Duration>,
        now: Timestamp,
        jitter: f64,
    ) -> Self {
        let level = before
            .filter(|last| {
                now.duration_since(last.until).unsigned_abs() < FORGIVEN_AFTER || now < last.until
            })
            .map_or(0, |last| last.level.saturating_add(1));
        let doubled = |first: Duration, longest: Duration| {
            first.saturating_mul(1 << level.min(16)).min(longest)
        };
        let pause = match (why, asked) {
            (Refusal::Blocked, None) => doubled(FIRST_BLOCK, LONGEST_BLOCK),
            (Refusal::Blocked, Some(asked)) => doubled(FIRST_BLOCK, LONGEST_BLOCK).max(asked),
            (Refusal::Throttled, Some(asked)) => asked,
            (Refusal::Throttled, None) => doubled(FIRST_THROTTLE, LONGEST_THROTTLE),
        };
        let pause = pause.min(MAX_RETRY_AFTER);
        let until = now
            .checked_add(pause + pause.mul_f64(0.1 * jitter) + Duration::from_millis(500))
            .unwrap_or(Timestamp::MAX);
        // Several calls may be under way: a gentler answer that comes later does not end the pause
        // that a harsher one began.
        let longer = before.filter(|before| before.until > until);
        Self {
            until: longer.map_or(until, |before| before.until),
            blocked: longer.map_or(why == Refusal::Blocked, |before| before.blocked),
            level,
        }
    }
}

/// The refusals of one upstream.
pub(crate) struct Refusals {
    upstream: Upstream,
    clock: Clock,
    memory: Arc<dyn Memory>,
    key: String,
    last: Mutex<Option<Last>>,
    /// Held while the memory writes, so that an older pause is never written over a newer one.
    writing: tokio::sync::Mutex<()>,
}

impl Refusals {
    /// Recalls the refusal that an earlier process met.
    pub(crate) async fn recall(upstream: Upstream, clock: Clock, memory: Arc<dyn Memory>) -> Self {
        let key = format!("upstream.{}.refusal", upstream.name());
        let last = match memory.recall(&key).await {
            Ok(text) => text.and_then(|text| serde_json::from_str(&text).ok()),
            Err(error) => {
                tracing::warn!(%upstream, %error, "cannot recall an earlier block");
                None
            }
        };
        Self {
            upstream,
            clock,
            memory,
            key,
            last: Mutex::new(last),
            writing: tokio::sync::Mutex::default(),
        }
    }

    /// Nothing while the upstream may be asked.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] inside a pause.
    pub(crate) fn check(&self) -> Result<(), UpstreamError> {
        match self.in_force() {
            Some(last) => Err(self.error(last)),
            None => Ok(()),
        }
    }

    /// Until when the upstream is left alone; none while it is not.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.in_force().map(|last| last.until)
    }

    fn in_force(&self) -> Option<Last> {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|last| self.clock.now() < last.until)
    }

    /// Notes a refusal, durably, and gives the error that says until when. `asked` is the pause that
    /// the upstream named.
    pub(crate) async fn note(&self, why: Refusal, asked: Option<Duration>) -> UpstreamError {
        let next = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let jitter = rand::rng().random_range(0.0..1.0);
            let next = Last::following(*last, why, asked, self.clock.now(), jitter);
            *last = Some(next);
            next
        };
        gauge!(REFUSED_UNTIL, "upstream" => self.upstream.name())
            .set(next.until.as_second() as f64);
        tracing::warn!(upstream = %self.upstream, until = %next.until, ?why, "turned away");
        let _writing = self.writing.lock().await;
        let latest = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let text = serde_json::to_string(&latest).unwrap_or_default();
        if let Err(error) = self.memory.remember(&self.key, &text).await {
            tracing::warn!(upstream = %self.upstream, %error, "cannot remember the pause");
        }
        self.error(next)
    }

    /// Notes a pause where the answer asks for one. A success that leaves few errors pauses the next
    /// request, not this one.
    pub(crate) async fn read(&self, answer: &Answer) {
        let now = self.clock.now();
        let turn = || {
            let reset = answer.number("x-esi-error-limit-reset");
            reset.map_or(ERROR_WINDOW, Duration::from_secs)
        };
        let (why, asked) = match answer.status.as_u16() {
            403 => (Refusal::Blocked, answer.retry_after(now)),
            420 => (Refusal::Throttled, Some(turn())),
            429 => (Refusal::Throttled, answer.retry_after(now)),
            _ => match answer.number("x-esi-error-limit-remain") {
                Some(left) if left < LOW_ERROR_LIMIT => (Refusal::Throttled, Some(turn())),
                _ => return,
            },
        };
        self.note(why, asked).await;
    }

    /// The error for an answer that was a refusal.
    pub(crate) fn error_now(&self, status: u16) -> UpstreamError {
        self.check().err().unwrap_or(UpstreamError::Refused {
            upstream: self.upstream,
            until: self.clock.now(),
            why: if status == 403 {
                Refusal::Blocked
            } else {
                Refusal::Throttled
            },
        })
    }

    fn error(&self, last: Last) -> UpstreamError {
        UpstreamError::Refused {
            upstream: self.upstream,
            until: last.until,
            why: if last.blocked {
                Refusal::Blocked
            } else {
                Refusal::Throttled
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Volatile;

    fn minutes(last: Last, now: Timestamp) -> i64 {
        last.until.duration_since(now).as_secs() / 60
    }

    #[test]
    fn blocks_double_up_to_an_hour_and_are_forgiven_after_a_quiet_one() {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut last = None;
        let mut seen = Vec::new();
        for _ in 0..6 {
            let next = Last::following(last, Refusal::Blocked, None, now, 0.0);
            seen.push(minutes(next, now));
            now = next.until;
            last = Some(next);
        }
        assert_eq!(seen, [5, 10, 20, 40, 60, 60]);
        now = now.checked_add(FORGIVEN_AFTER).unwrap();
        let next = Last::following(last, Refusal::Blocked, None, now, 0.0);
        assert_eq!(minutes(next, now), 5);
    }

    #[test]
    fn a_named_pause_is_kept_and_capped() {
        let now = Timestamp::UNIX_EPOCH;
        let hour = Duration::from_secs(36_000);
        let named = Last::following(None, Refusal::Throttled, Some(hour), now, 0.0);
        assert_eq!(minutes(named, now), 60);
        let two = Duration::from_secs(120);
        let named = Last::following(None, Refusal::Throttled, Some(two), now, 0.0);
        assert_eq!(minutes(named, now), 2);
    }

    #[tokio::test]
    async fn a_block_outlives_the_process() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let memory: Arc<dyn Memory> = Arc::new(Volatile::default());
        let before = Refusals::recall(Upstream::R2z2, clock.clone(), memory.clone()).await;
        let told = before.note(Refusal::Blocked, None).await;
        let after = Refusals::recall(Upstream::R2z2, clock.clone(), memory).await;
        assert_eq!(after.check(), Err(told));
        clock.advance(Duration::from_secs(400));
        assert_eq!(after.check(), Ok(()));
    }
}
