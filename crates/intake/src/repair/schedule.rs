//! When a gap is tried again, when it is closed, and on which days to look. Pure.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use killwire_store::{Gap, GapState};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Waits after the first, second, … attempt; the last one repeats. A day index appears some 6 h
/// after its day, EVE Ref's archive about two days after.
const WAITS: [Duration; 4] = [
    MINUTE.saturating_mul(10),
    HOUR,
    HOUR.saturating_mul(6),
    HOUR.saturating_mul(24),
];

/// A gap that has not been closed by then is given up.
const GIVEN_UP_AFTER: Duration = HOUR.saturating_mul(24 * 7);

/// zKillboard lets a killmail's owner delay its publication by up to 72 h; an hour more for what
/// lies between the kill and its arrival there.
const LONGEST_DELAY: Duration = HOUR.saturating_mul(73);

/// How far back a gap may begin where the entry before it is not known: the feed keeps 24 h.
const UNKNOWN_START: Duration = HOUR.saturating_mul(24);

/// What an attempt found out about one gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Killmails found for it in all attempts.
    pub(super) found: u64,
    /// Whether every day that can hold its killmails was listed complete, and nothing in it is
    /// missing any more.
    pub(super) exhausted: bool,
    /// Set when the attempt could not be made: not before this time again.
    pub(super) postponed: Option<Timestamp>,
    /// What there is to say.
    pub(super) note: String,
}

/// How many numbers a gap has.
pub(super) fn size(gap: &Gap) -> u64 {
    gap.to.saturating_sub(gap.from).saturating_add(1)
}

/// The gap after an attempt at `now`.
pub(super) fn after(gap: &Gap, attempt: Attempt, now: Timestamp) -> Gap {
    let mut gap = gap.clone();
    gap.found = attempt.found;
    gap.note = attempt.note;
    if gap.found >= size(&gap) {
        gap.state = GapState::Repaired;
        gap.note = "every number found".to_owned();
    } else if attempt.exhausted {
        gap.state = GapState::Repaired;
        gap.note = format!(
            "the day indexes hold nothing more that is missing; {} of {} numbers found",
            gap.found,
            size(&gap)
        );
    } else if now.duration_since(gap.recorded_at).unsigned_abs() > GIVEN_UP_AFTER {
        gap.state = GapState::Abandoned;
        gap.note = format!("given up after 7 days: {}", gap.note);
    }
    match attempt.postponed {
        Some(until) => gap.next_attempt_at = until.max(now),
        None => {
            let wait = WAITS
                .get(gap.attempts as usize)
                .copied()
                .unwrap_or(WAITS[WAITS.len() - 1]);
            gap.attempts = gap.attempts.saturating_add(1);
            gap.next_attempt_at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        }
    }
    gap
}

/// The days on which the gap's killmails can have happened, oldest first.
pub(super) fn days(gap: &Gap) -> Vec<Date> {
    let published_after = gap.published_after.unwrap_or_else(|| {
        let start = gap.recorded_at.checked_sub(UNKNOWN_START);
        start.unwrap_or(gap.recorded_at)
    });
    let first = published_after
        .checked_sub(LONGEST_DELAY)
        .unwrap_or(published_after);
    let last = day_of(gap.recorded_at);
    day_of(first)
        .series(1.day())
        .take_while(|day| *day <= last)
        .collect()
}

/// The day of New Eden, which keeps UTC.
pub(super) fn day_of(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use killwire_store::GapReason;

    use super::*;

    fn gap(numbers: u64) -> Gap {
        let recorded_at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        Gap {
            id: 1,
            source: crate::feed_source(),
            from: 10,
            to: 9 + numbers,
            reason: GapReason::Hole,
            recorded_at,
            published_after: Some(recorded_at),
            state: GapState::Open,
            attempts: 0,
            found: 0,
            next_attempt_at: recorded_at,
            note: String::new(),
        }
    }

    #[test]
    fn the_days_reach_back_by_the_longest_delay() {
        assert_eq!(
            days(&gap(1)),
            [17, 18, 19, 20].map(|day| date(2026, 11, day))
        );
        let mut unknown = gap(1);
        unknown.published_after = None;
        assert_eq!(days(&unknown).first(), Some(&date(2026, 11, 16)));
    }

    #[test]
    fn attempts_come_ever_later() {
        let mut gap = gap(2);
        let mut waits = Vec::new();
        for _ in 0..5 {
            let now = gap.next_attempt_at;
            gap = after(&gap, Attempt::default(), now);
            waits.push(gap.next_attempt_at.duration_since(now).as_mins());
        }
        assert_eq!(waits, [10, 60, 360, 1_440, 1_440]);
        assert_eq!(gap.state, GapState::Open);
    }

    #[test]
    fn a_gap_is_closed_when_all_is_found_or_nothing_more_can_be() {
        let now = gap(2).recorded_at;
        let found = Attempt {
            found: 2,
            ..Attempt::default()
        };
        assert_eq!(after(&gap(2), found, now).state, GapState::Repaired);
        let exhausted = Attempt {
            exhausted: true,
            ..Attempt::default()
        };
        let closed = after(&gap(2), exhausted, now);
        assert_eq!(closed.state, GapState::Repaired);
        assert!(closed.note.contains("0 of 2"), "{}", closed.note);
    }

    #[test]
    fn after_a_week_a_gap_is_given_up_with_a_word_why() {
        let gap = gap(2);
        let attempt = Attempt {
            note: "2026-11-20 is not published".to_owned(),
            ..Attempt::default()
        };
        let now = gap.recorded_at + SignedDuration::from_hours(24 * 7 + 1);
        let given_up = after(&gap, attempt, now);
        assert_eq!(given_up.state, GapState::Abandoned);
        assert_eq!(
            given_up.note,
            "given up after 7 days: 2026-11-20 is not published"
        );
    }

    #[test]
    fn an_attempt_that_could_not_be_made_does_not_count() {
        let gap = gap(2);
        let until = gap.recorded_at + SignedDuration::from_mins(5);
        let attempt = Attempt {
            postponed: Some(until),
            ..Attempt::default()
        };
        let later = after(&gap, attempt, gap.recorded_at);
        assert_eq!((later.attempts, later.next_attempt_at), (0, until));
    }
}
