//! A moment in the past, as people name it.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::hub::filter::age;

pub(crate) const EXPECTED: &str =
    "today, a day, a time or an age: 2026-11-26, 2026-11-26T18:30Z, 90m or 2h";

/// Since when. Days are those of the game, whose clock is UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The day on which it is asked.
    Today,
    /// This moment.
    At(Timestamp),
    /// So long before it is asked.
    Ago(std::time::Duration),
}

/// The text names no moment of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {EXPECTED}")]
pub struct NoSince;

impl Since {
    /// The moment, where it is asked for at `now`.
    #[must_use]
    pub fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Today => midnight(now.to_zoned(TimeZone::UTC).date()).unwrap_or(now),
            Self::At(moment) => moment,
            Self::Ago(length) => now.checked_sub(length).unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for Since {
    type Err = NoSince;

    fn from_str(text: &str) -> Result<Self, NoSince> {
        if text.eq_ignore_ascii_case("today") {
            return Ok(Self::Today);
        }
        // Dates are also read out of texts that say more than a date.
        let is_day = text.len() == "2026-11-26".len();
        let day = text.parse::<Date>().ok().filter(|_| is_day);
        let moment = text.parse().ok().or_else(|| midnight(day?));
        let ago = || age(text).map(Self::Ago);
        moment.map(Self::At).or_else(ago).ok_or(NoSince)
    }
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(text: &str) -> String {
        let now: Timestamp = "2026-11-26T18:30:15Z".parse().unwrap();
        text.parse::<Since>().unwrap().before(now).to_string()
    }

    #[test]
    fn the_past_is_named_as_people_name_it() {
        assert_eq!(before("today"), "2026-11-26T00:00:00Z");
        assert_eq!(before("2026-11-20"), "2026-11-20T00:00:00Z");
        assert_eq!(before("2026-11-26T12:00Z"), "2026-11-26T12:00:00Z");
        assert_eq!(before("2026-11-26T12:00:00+01:00"), "2026-11-26T11:00:00Z");
        assert_eq!(before("2h"), "2026-11-26T16:30:15Z");
        assert_eq!(before("3d"), "2026-11-23T18:30:15Z");
    }

    #[test]
    fn what_names_no_moment_is_refused() {
        for text in ["", "soon", "2026-13-01", "2026-11-26T12:00", "-2h", "2 h"] {
            assert_eq!(text.parse::<Since>(), Err(NoSince), "{text:?}");
        }
    }
}
