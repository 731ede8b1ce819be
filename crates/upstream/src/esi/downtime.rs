//! EVE's daily downtime as a state machine, without time of its own and without I/O.
//!
//! The servers go down at 11:00 UTC, usually for a few minutes, on patch days for longer. From then
//! on calls are paused until `GET /status` shows a server that was started since; or, because some
//! days have no downtime, until 11:20 with a server that is simply there. A server that admits only
//! CCP ("vip") is down, at any time of the day.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::ServerStatus;
use crate::UpstreamError;

/// When the servers go down.
const BEGINS: Time = Time::constant(11, 0, 0, 0);

/// After so long a server that was not started again was not down.
const SKIPPED_AFTER: SignedDuration = SignedDuration::from_mins(20);

/// Between two looks. ESI caches the answer for 30 s.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_secs(30);

/// What is known of the downtime.
#[derive(Debug)]
pub(super) struct Downtime {
    /// When the server was last known to be up.
    up_at: Timestamp,
    /// Whether the last look showed a server that admits only CCP.
    closed: bool,
}

impl Downtime {
    /// At the start of a program the server counts as up, except at the time of the downtime.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            up_at: if is_usual_time(now) {
                Timestamp::MIN
            } else {
                now
            },
            closed: false,
        }
    }

    /// Whether calls are paused.
    pub(super) fn is_down(&self, now: Timestamp) -> bool {
        self.closed || self.up_at < last_begin(now)
    }

    /// Takes note of what a look has shown.
    pub(super) fn judge(&mut self, look: Result<&ServerStatus, &UpstreamError>, now: Timestamp) {
        match look {
            Ok(status) if status.vip => self.closed = true,
            Ok(status) => {
                let restarted = status.start_time >= last_begin(now);
                if restarted || !is_usual_time(now) {
                    self.up_at = now;
                    self.closed = false;
                }
            }
            // ESI is there and does not know the route any more: the breaker has to do without.
            Err(
                UpstreamError::NotFound { .. }
                | UpstreamError::Status {
                    status: 400..=499, ..
                },
            ) if !is_usual_time(now) => {
                self.up_at = now;
                self.closed = false;
            }
            Err(_) => {}
        }
    }
}

/// The last 11:00 UTC.
fn last_begin(now: Timestamp) -> Timestamp {
    let today = Offset::UTC.to_datetime(now).date();
    let at = |date: jiff::civil::Date| Offset::UTC.to_timestamp(date.to_datetime(BEGINS)).ok();
    let begun = at(today).filter(|begin| *begin <= now);
    begun
        .or_else(|| at(today.yesterday().ok()?))
        .unwrap_or(Timestamp::MIN)
}

fn is_usual_time(now: Timestamp) -> bool {
    now.duration_since(last_begin(now)) < SKIPPED_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Upstream;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-20T{time}Z").parse().unwrap()
    }

    fn status(start: &str, vip: bool) -> ServerStatus {
        ServerStatus {
            players: 1,
            server_version: "1".to_owned(),
            start_time: at(start),
            vip,
        }
    }

    #[test]
    fn it_begins_at_eleven_whether_or_not_anything_fails() {
        let downtime = Downtime::new(at("08:00:00"));
        assert!(!downtime.is_down(at("10:59:59")));
        assert!(downtime.is_down(at("11:00:00")));
        assert!(downtime.is_down(at("19:00:00")));
    }

    #[test]
    fn it_ends_when_a_server_was_started_since_eleven() {
        let mut downtime = Downtime::new(at("08:00:00"));
        let yesterdays = status("00:00:00", false);
        downtime.judge(Ok(&yesterdays), at("11:04:00"));
        assert!(downtime.is_down(at("11:04:00")), "an answer from before");
        let todays = status("11:03:00", false);
        downtime.judge(Ok(&todays), at("11:05:00"));
        assert!(!downtime.is_down(at("11:05:00")));
        assert!(!downtime.is_down(at("23:59:59")));
        let next_day = at("23:00:00") + SignedDuration::from_hours(12);
        assert!(downtime.is_down(next_day));
    }

    #[test]
    fn a_day_without_downtime_goes_on_at_twenty_past() {
        let mut downtime = Downtime::new(at("08:00:00"));
        let yesterdays = status("00:00:00", false);
        downtime.judge(Ok(&yesterdays), at("11:19:59"));
        assert!(downtime.is_down(at("11:19:59")));
        downtime.judge(Ok(&yesterdays), at("11:20:00"));
        assert!(!downtime.is_down(at("11:20:00")));
    }

    #[test]
    fn a_server_for_ccp_only_is_down_at_any_time() {
        let mut downtime = Downtime::new(at("08:00:00"));
        downtime.judge(Ok(&status("11:03:00", true)), at("11:05:00"));
        assert!(downtime.is_down(at("11:05:00")));
        downtime.judge(Ok(&status("11:03:00", false)), at("11:25:00"));
        assert!(!downtime.is_down(at("11:25:00")));
        downtime.judge(Ok(&status("14:00:00", true)), at("14:05:00"));
        assert!(downtime.is_down(at("14:05:00")));
    }

    #[test]
    fn a_look_that_fails_changes_nothing_but_a_route_that_is_gone_does_not_pause_for_ever() {
        let mut downtime = Downtime::new(at("11:01:00"));
        let (upstream, url) = (Upstream::Esi, String::new());
        let failed = UpstreamError::Status {
            upstream,
            url: url.clone(),
            status: 503,
            retry_after: None,
        };
        downtime.judge(Err(&failed), at("11:30:00"));
        assert!(downtime.is_down(at("11:30:00")));
        let gone = UpstreamError::NotFound { upstream, url };
        downtime.judge(Err(&gone), at("11:10:00"));
        assert!(downtime.is_down(at("11:10:00")));
        downtime.judge(Err(&gone), at("11:30:00"));
        assert!(!downtime.is_down(at("11:30:00")));
    }
}
