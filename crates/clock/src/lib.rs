//! Time, injected.
//!
//! Nothing in Killwire asks the operating system for the time or sleeps on its own: it holds a
//! [`Clock`]. In production that is the system's clock. Against a simulator on loopback it is a
//! *scaled* one, on which a minute of New Eden passes in milliseconds, so that a day of feed can be
//! played in a test. Both sides derive it from the same epoch and scale, so they agree on the time
//! across processes and restarts. In unit tests it is a *manual* one that moves only when told.
//!
//! A `Clock` is a small handle; clones share the same time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

/// The fastest that a scaled clock may run. Beyond it a millisecond of scheduling noise is worth
/// more than the six seconds that zKillboard asks for between two looks at a missing number.
pub const MAX_SCALE: u32 = 5_000;

/// A source of the current time and of delays. Cheap to clone; clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Scaled { epoch: Timestamp, scale: u32 },
    Manual(Arc<ManualTime>),
}

#[derive(Debug)]
struct ManualTime {
    now: Mutex<Timestamp>,
    changed: watch::Sender<()>,
}

impl ManualTime {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_until(&self, until: Timestamp) {
        let mut changed = self.changed.subscribe();
        while self.now() < until {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Clock {
    /// The operating system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that read `epoch` when the system's clock did, and has run `scale` times as fast
    /// since. `scale` is kept within 1 to [`MAX_SCALE`].
    #[must_use]
    pub fn scaled(epoch: Timestamp, scale: u32) -> Self {
        Self(Kind::Scaled {
            epoch,
            scale: scale.clamp(1, MAX_SCALE),
        })
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it. For tests.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        let (changed, _) = watch::channel(());
        Self(Kind::Manual(Arc::new(ManualTime {
            now: Mutex::new(start),
            changed,
        })))
    }

    /// How many of this clock's seconds pass in one real second (1 for the system's and a manual
    /// clock).
    #[must_use]
    pub fn scale(&self) -> u32 {
        match &self.0 {
            Kind::Scaled { scale, .. } => *scale,
            Kind::System | Kind::Manual(_) => 1,
        }
    }

    /// The current time on this clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System => Timestamp::now(),
            Kind::Scaled { epoch, scale } => {
                let real = Timestamp::now().duration_since(*epoch);
                epoch
                    .saturating_add(real.saturating_mul(i32::try_from(*scale).unwrap_or(1)))
                    .unwrap_or(*epoch)
            }
            Kind::Manual(time) => time.now(),
        }
    }

    /// How long the system's clock takes for `span` of this clock's time. What a timeout on a real
    /// socket must be set to; a scaled clock never shortens it below one second, because the
    /// network is not scaled.
    #[must_use]
    pub fn real_timeout(&self, span: Duration) -> Duration {
        match &self.0 {
            Kind::Scaled { scale, .. } => (span / *scale).max(Duration::from_secs(1).min(span)),
            Kind::System | Kind::Manual(_) => span,
        }
    }

    /// Waits for `span` of this clock's time, never less.
    pub async fn sleep(&self, span: Duration) {
        match &self.0 {
            Kind::System => tokio::time::sleep(span).await,
            Kind::Scaled { scale, .. } => tokio::time::sleep(span / *scale).await,
            Kind::Manual(time) => {
                let until = self.now().checked_add(span).unwrap_or(Timestamp::MAX);
                time.wait_until(until).await;
            }
        }
    }

    /// Waits until this clock reads `until` or later; returns at once when it already does.
    pub async fn sleep_until(&self, until: Timestamp) {
        if let Kind::Manual(time) = &self.0 {
            return time.wait_until(until).await;
        }
        loop {
            let left = until.duration_since(self.now());
            match Duration::try_from(left) {
                Ok(left) if !left.is_zero() => self.sleep(left).await,
                _ => return,
            }
        }
    }

    /// Moves a manual clock on by `span` and wakes whoever slept for it. Other clocks move by
    /// themselves: on them this does nothing.
    pub fn advance(&self, span: Duration) {
        if let Kind::Manual(time) = &self.0 {
            {
                let mut now = time.now.lock().unwrap_or_else(PoisonError::into_inner);
                if let Ok(later) = now.checked_add(span) {
                    *now = later;
                }
            }
            time.changed.send_replace(());
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_scaled_clock_runs_ahead_of_its_epoch_by_the_scale() {
        let epoch = Timestamp::now() - SignedDuration::from_secs(10);
        let ahead = Clock::scaled(epoch, 100).now().duration_since(epoch);
        assert!((1_000..1_100).contains(&ahead.as_secs()), "{ahead:?}");
    }

    #[test]
    fn two_scaled_clocks_of_one_epoch_agree() {
        let epoch = Timestamp::now();
        let (a, b) = (Clock::scaled(epoch, 1_000), Clock::scaled(epoch, 1_000));
        assert!(b.now().duration_since(a.now()).as_secs() < 60);
    }

    #[test]
    fn the_scale_is_bounded() {
        assert_eq!(Clock::scaled(Timestamp::UNIX_EPOCH, 0).scale(), 1);
        assert_eq!(
            Clock::scaled(Timestamp::UNIX_EPOCH, u32::MAX).scale(),
            MAX_SCALE
        );
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_only_when_it_passes_their_time() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock
                    .sleep_until(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(6))
                    .await;
            }
        });
        clock.advance(Duration::from_secs(5));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }

    #[test]
    fn a_real_timeout_is_never_shortened_below_a_second() {
        let clock = Clock::scaled(Timestamp::UNIX_EPOCH, 1_000);
        assert_eq!(
            clock.real_timeout(Duration::from_secs(30)),
            Duration::from_secs(1)
        );
        assert_eq!(
            Clock::system().real_timeout(Duration::from_secs(30)),
            Duration::from_secs(30)
        );
    }
}
