//! Whether a feed entry is news.

use std::time::Duration;

use jiff::Timestamp;
use killwire_store::Origin;

/// A killmail published later than this after the kill is late: its owner delayed it, or it was
/// added to zKillboard long after.
pub const LATE_AFTER: Duration = Duration::from_secs(3_600);

/// The origin of a feed entry. `uploaded_at` is when this version of the file was written;
/// `previous` when the entry before it was. What is judged is the publication, not our arrival: what
/// Killwire catches up on after an absence stays live. A `rewritten` file has a newer `uploaded_at`
/// than its first publication, so there the previous entry's time counts.
#[must_use]
pub fn origin(
    killed_at: Timestamp,
    uploaded_at: Option<Timestamp>,
    rewritten: bool,
    previous: Option<Timestamp>,
) -> Origin {
    let published = match (uploaded_at, previous) {
        (Some(uploaded), Some(previous)) if rewritten => uploaded.min(previous),
        (Some(uploaded), _) => uploaded,
        (None, Some(previous)) => previous,
        (None, None) => return Origin::Live,
    };
    let late = killed_at
        .checked_add(LATE_AFTER)
        .is_ok_and(|limit| published > limit);
    if late { Origin::Late } else { Origin::Live }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).unwrap()
    }

    #[test]
    fn published_within_the_hour_is_live_and_after_it_late() {
        assert_eq!(origin(at(0), Some(at(60)), false, None), Origin::Live);
        assert_eq!(origin(at(0), Some(at(61)), false, None), Origin::Late);
    }

    #[test]
    fn a_rewritten_file_is_judged_by_its_neighbour() {
        assert_eq!(
            origin(at(0), Some(at(300)), true, Some(at(5))),
            Origin::Live
        );
        assert_eq!(origin(at(0), Some(at(300)), true, None), Origin::Late);
    }

    #[test]
    fn an_entry_without_a_time_is_judged_by_its_neighbour_or_taken_as_news() {
        assert_eq!(origin(at(0), None, false, Some(at(90))), Origin::Late);
        assert_eq!(origin(at(0), None, false, None), Origin::Live);
    }
}
