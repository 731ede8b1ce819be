//! The simulator's time.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;

/// How long a request of the same client may have been on its way, in real time, when an answer
/// went out that forbids it: two connections of one process do not know of each other at once.
const IN_FLIGHT: Duration = Duration::from_millis(25);

/// Reads the injected clock's time without its jumps: a scaled clock multiplies every correction
/// of the system's clock, and a breach must not be counted because NTP moved a millisecond. So on
/// a scaled clock time runs on from the start by the monotonic clock.
#[derive(Clone, Debug)]
pub(crate) struct SimTime {
    clock: Clock,
    start: Timestamp,
    started: Instant,
}

impl SimTime {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            start: clock.now(),
            started: Instant::now(),
            clock,
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// When the simulator was started.
    pub(crate) fn start(&self) -> Timestamp {
        self.start
    }

    pub(crate) fn now(&self) -> Timestamp {
        match i32::try_from(self.clock.scale()) {
            Ok(scale) if scale > 1 => {
                let real =
                    SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
                later(self.start, real.saturating_mul(scale))
            }
            _ => self.clock.now(),
        }
    }

    /// [`IN_FLIGHT`] on this clock.
    pub(crate) fn in_flight(&self) -> SignedDuration {
        SignedDuration::try_from(IN_FLIGHT * self.clock.scale()).unwrap_or(SignedDuration::ZERO)
    }
}

/// `time` and `span` after it, at the end of time at most.
pub(crate) fn later(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.saturating_add(span).unwrap_or(time)
}

/// `span` as jiff's signed duration; spans beyond its range become its largest.
pub(crate) fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX)
}
