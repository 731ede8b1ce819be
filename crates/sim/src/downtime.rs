//! When ESI is down: every day from 11:00 UTC, and when it was switched off.

use jiff::{SignedDuration, Timestamp};

use crate::time::later;

const DAY: i64 = 86_400;

/// Seconds from midnight UTC to the daily downtime.
const DAILY: i64 = 11 * 3_600;

/// ESI's downtimes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Downtime {
    /// How long the daily one lasts; nothing where there is none.
    daily: Option<SignedDuration>,
    /// Since when it has been switched off.
    off_since: Option<Timestamp>,
    /// When it was last switched on again.
    on_since: Option<Timestamp>,
}

impl Downtime {
    pub(crate) fn new(daily: Option<SignedDuration>) -> Self {
        Self {
            daily,
            ..Self::default()
        }
    }

    /// Switches it off or on.
    pub(crate) fn set_down(&mut self, down: bool, now: Timestamp) {
        match (down, self.off_since) {
            (true, None) => self.off_since = Some(now),
            (false, Some(_)) => {
                self.off_since = None;
                self.on_since = Some(now);
            }
            _ => {}
        }
    }

    /// When the downtime began that is on; nothing where ESI is up.
    pub(crate) fn since(&self, now: Timestamp) -> Option<Timestamp> {
        let daily = self.daily.and_then(|length| {
            let began = last_daily(now);
            (now.duration_since(began) < length).then_some(began)
        });
        daily.or(self.off_since)
    }

    /// When the cluster came up: the end of the last downtime. Without a daily downtime that is
    /// the last 11:00 UTC, as if it had taken no time.
    pub(crate) fn started(&self, now: Timestamp) -> Timestamp {
        let length = self.daily.unwrap_or(SignedDuration::ZERO);
        let daily = later(last_daily(now), length);
        self.on_since.map_or(daily, |on| on.max(daily))
    }
}

/// The last 11:00 UTC.
fn last_daily(now: Timestamp) -> Timestamp {
    let days = (now.as_second() - DAILY).div_euclid(DAY);
    Timestamp::from_second(days * DAY + DAILY).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_daily_downtime_begins_at_eleven_and_ends_after_its_length() {
        let downtime = Downtime::new(Some(SignedDuration::from_mins(7)));
        assert_eq!(downtime.since(at("2026-11-20T10:59:59Z")), None);
        let eleven = at("2026-11-20T11:00:00Z");
        assert_eq!(downtime.since(eleven), Some(eleven));
        assert_eq!(downtime.since(at("2026-11-20T11:06:59Z")), Some(eleven));
        assert_eq!(downtime.since(at("2026-11-20T11:07:00Z")), None);
        assert_eq!(
            downtime.started(at("2026-11-21T03:00:00Z")),
            at("2026-11-20T11:07:00Z")
        );
    }

    #[test]
    fn an_unplanned_downtime_lasts_until_it_is_switched_on_again() {
        let mut downtime = Downtime::default();
        let (off, on) = (at("2026-11-20T15:00:00Z"), at("2026-11-20T16:00:00Z"));
        assert_eq!(downtime.since(off), None);
        assert_eq!(downtime.started(off), at("2026-11-20T11:00:00Z"));
        downtime.set_down(true, off);
        downtime.set_down(true, on);
        assert_eq!(downtime.since(on), Some(off));
        downtime.set_down(false, on);
        assert_eq!(downtime.since(on), None);
        assert_eq!(downtime.started(on), on);
    }
}
