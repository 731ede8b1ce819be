//! The circuit breaker as a state machine, without time of its own and without I/O.
//!
//! Closed: calls go through, and failures in a row are counted. Open: calls are refused at once.
//! When the pause is over, one call, the probe, goes through (half open); it closes the breaker or
//! opens it again for longer.

use std::time::Duration;

use jiff::Timestamp;

use crate::policy::Breaker;
use crate::report::BreakerState;

/// While a probe is under way, others are told to come back after this.
const PROBE_PATIENCE: Duration = Duration::from_secs(1);

/// The breaker of one upstream.
#[derive(Debug)]
pub(crate) struct Circuit {
    policy: Breaker,
    state: State,
    /// Failures in a row while closed.
    failures: u32,
    /// Pauses in a row: each doubles the next.
    level: u32,
    /// When it was closed after a pause.
    closed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Timestamp },
    HalfOpen,
}

/// A call that was let through. It must be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// An ordinary call.
    Call,
    /// The one that finds out whether the upstream is back.
    Probe,
}

/// How a call ended, as far as the breaker cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The upstream answered as one that works, be it with a refusal.
    Well,
    /// 5xx, no answer in time, no connection, a broken answer.
    Badly,
    /// It never got as far as the upstream.
    Unasked,
}

impl Circuit {
    pub(crate) fn new(policy: Breaker) -> Self {
        Self {
            policy,
            state: State::Closed,
            failures: 0,
            level: 0,
            closed_at: None,
        }
    }

    /// Lets a call through, or says when to come back. `probe` is whether the call says that it is
    /// the probe.
    pub(crate) fn admit(&mut self, now: Timestamp, probe: bool) -> Result<Admitted, Timestamp> {
        match self.state {
            State::Closed => Ok(Admitted::Call),
            State::Open { until } if until <= now && (probe || !self.policy.own_probe) => {
                self.state = State::HalfOpen;
                Ok(Admitted::Probe)
            }
            State::Open { .. } | State::HalfOpen => Err(self.come_back(now)),
        }
    }

    /// Takes note of how a call ended. `jitter` is from 0 to 1.
    pub(crate) fn settle(&mut self, admitted: Admitted, ended: Ended, now: Timestamp, jitter: f64) {
        match (admitted, self.state, ended) {
            (Admitted::Call, State::Closed, Ended::Well) => self.failures = 0,
            (Admitted::Call, State::Closed, Ended::Badly) => {
                self.failures += 1;
                if self.failures >= self.policy.failures {
                    self.level = match self.closed_at {
                        // It was not back for good.
                        Some(at) if now.duration_since(at).unsigned_abs() < self.policy.longest => {
                            self.level.saturating_add(1)
                        }
                        _ => 0,
                    };
                    self.open(now, jitter);
                }
            }
            (Admitted::Probe, _, Ended::Well) => {
                self.state = State::Closed;
                self.failures = 0;
                self.closed_at = Some(now);
            }
            (Admitted::Probe, _, Ended::Badly) => {
                self.level = self.level.saturating_add(1);
                self.open(now, jitter);
            }
            (Admitted::Probe, _, Ended::Unasked) => self.state = State::Open { until: now },
            // A call from before the breaker opened: the probe decides. Or nothing was learned.
            (Admitted::Call, ..) => {}
        }
    }

    fn open(&mut self, now: Timestamp, jitter: f64) {
        let doubled = self.policy.first.saturating_mul(1 << self.level.min(16));
        let pause = doubled.min(self.policy.longest);
        let pause = pause.mul_f64(0.8 + 0.2 * jitter.clamp(0.0, 1.0));
        self.state = State::Open {
            until: now.checked_add(pause).unwrap_or(Timestamp::MAX),
        };
        self.failures = 0;
    }

    /// When to come back; none while calls go through. Where any call may be the probe, they do
    /// once the pause is over.
    pub(crate) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            State::Closed => None,
            State::Open { until } if until <= now && !self.policy.own_probe => None,
            State::Open { .. } | State::HalfOpen => Some(self.come_back(now)),
        }
    }

    fn come_back(&self, now: Timestamp) -> Timestamp {
        let soon = now.checked_add(PROBE_PATIENCE).unwrap_or(Timestamp::MAX);
        match self.state {
            State::Open { until } if until > now => until,
            _ => soon,
        }
    }

    /// When the next probe may go out; none while calls go through.
    pub(crate) fn probe_due(&self) -> Option<Timestamp> {
        match self.state {
            State::Open { until } => Some(until),
            State::Closed | State::HalfOpen => None,
        }
    }

    pub(crate) fn state(&self) -> BreakerState {
        match self.state {
            State::Closed => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen => BreakerState::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: Breaker = Breaker {
        failures: 3,
        first: Duration::from_secs(10),
        longest: Duration::from_secs(60),
        own_probe: false,
    };

    fn at(seconds: u64) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .unwrap()
    }

    fn call(circuit: &mut Circuit, now: Timestamp, ended: Ended) {
        let admitted = circuit.admit(now, false).unwrap();
        circuit.settle(admitted, ended, now, 1.0);
    }

    #[test]
    fn failures_open_it_only_in_a_row() {
        let mut circuit = Circuit::new(POLICY);
        for ended in [Ended::Badly, Ended::Badly, Ended::Well, Ended::Badly] {
            call(&mut circuit, at(0), ended);
        }
        call(&mut circuit, at(0), Ended::Unasked);
        assert_eq!(circuit.state(), BreakerState::Closed);
        call(&mut circuit, at(0), Ended::Badly);
        call(&mut circuit, at(0), Ended::Badly);
        assert_eq!(circuit.admit(at(9), false), Err(at(10)));
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_small_again_once_it_is_back_for_good() {
        let mut circuit = Circuit::new(POLICY);
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..POLICY.failures {
            call(&mut circuit, now, Ended::Badly);
        }
        for _ in 0..5 {
            let until = circuit.admit(now, false).unwrap_err();
            pauses.push(until.duration_since(now).as_secs());
            now = until;
            call(&mut circuit, now, Ended::Badly);
        }
        assert_eq!(pauses, [10, 20, 40, 60, 60]);
        now = circuit.admit(now, false).unwrap_err();
        call(&mut circuit, now, Ended::Well);
        assert_eq!(circuit.state(), BreakerState::Closed);
        now = now.checked_add(POLICY.longest).unwrap();
        for _ in 0..POLICY.failures {
            call(&mut circuit, now, Ended::Badly);
        }
        let until = circuit.admit(now, false).unwrap_err();
        assert_eq!(until.duration_since(now).as_secs(), 10);
    }

    #[test]
    fn one_probe_at_a_time_and_one_that_was_never_sent_leaves_its_place() {
        let mut circuit = Circuit::new(POLICY);
        for _ in 0..POLICY.failures {
            call(&mut circuit, at(0), Ended::Badly);
        }
        assert_eq!(circuit.admit(at(10), false), Ok(Admitted::Probe));
        assert!(circuit.admit(at(10), false).is_err());
        circuit.settle(Admitted::Probe, Ended::Unasked, at(10), 1.0);
        assert_eq!(circuit.admit(at(10), false), Ok(Admitted::Probe));
    }

    #[test]
    fn where_the_probe_is_a_question_of_its_own_no_other_call_takes_its_place() {
        let mut circuit = Circuit::new(Breaker {
            own_probe: true,
            ..POLICY
        });
        for _ in 0..POLICY.failures {
            call(&mut circuit, at(0), Ended::Badly);
        }
        assert!(circuit.admit(at(30), false).is_err());
        assert!(circuit.paused_until(at(30)).is_some());
        assert_eq!(circuit.admit(at(30), true), Ok(Admitted::Probe));
    }

    proptest! {
        #[test]
        fn it_never_lets_more_than_one_call_through_while_it_is_not_closed_and_always_lets_one_in_time(
            steps in prop::collection::vec((0_u64..30, 0_usize..3, any::<bool>()), 1..200)
        ) {
            let mut circuit = Circuit::new(POLICY);
            let mut now = at(0);
            let mut under_way: Vec<Admitted> = Vec::new();
            for (wait, ended, finish) in steps {
                now = now.checked_add(Duration::from_secs(wait)).unwrap();
                match circuit.admit(now, false) {
                    Ok(admitted) => under_way.push(admitted),
                    Err(until) => {
                        prop_assert!(until > now);
                        let longest = now.checked_add(POLICY.longest).unwrap();
                        prop_assert!(until <= longest);
                    }
                }
                let probes = under_way.iter().filter(|one| **one == Admitted::Probe).count();
                prop_assert!(probes <= 1);
                if finish && let Some(admitted) = under_way.pop() {
                    let ended = [Ended::Well, Ended::Badly, Ended::Unasked][ended];
                    circuit.settle(admitted, ended, now, 0.5);
                }
            }
            for admitted in under_way {
                circuit.settle(admitted, Ended::Badly, now, 0.5);
            }
            let later = now.checked_add(POLICY.longest).unwrap();
            prop_assert!(circuit.admit(later, false).is_ok());
        }
    }
}
