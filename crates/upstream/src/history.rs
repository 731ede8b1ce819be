//! What was published on which day: zKillboard's day indexes and both archives' totals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use killwire_killmail::{KillmailHash, KillmailId};
use serde_json::Value;

/// How many killmails an archive lists for each day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTotals(pub BTreeMap<Date, u64>);

impl DayTotals {
    /// Whether `day` will not be added later: it is listed, or a later day is.
    #[must_use]
    pub fn settled(&self, day: Date) -> bool {
        self.0.contains_key(&day) || self.0.last_key_value().is_some_and(|(last, _)| *last > day)
    }

    /// From the wire: `{"20260101": 15000, …}`. Members that are not a day and a count are skipped.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        let days: BTreeMap<String, Value> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let days = days
            .iter()
            .filter_map(|(day, count)| Some((day_from_key(day)?, count.as_u64()?)));
        Ok(Self(days.collect()))
    }
}

/// The killmails of one day, by the day of the kill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryDay {
    /// Ids with the hashes by which ESI serves them.
    pub killmails: Vec<(KillmailId, KillmailHash)>,
    /// Entries whose hash is not one (old records hold placeholders) or whose id is none.
    pub junk: u64,
}

impl HistoryDay {
    /// From the wire: `{"12345678": "<40 hex digits>", …}`.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        let entries: BTreeMap<String, Value> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let mut day = Self::default();
        for (id, hash) in &entries {
            let id = id.parse::<KillmailId>().ok();
            let hash = hash.as_str().and_then(|text| text.parse().ok());
            match id.zip(hash) {
                Some(entry) => day.killmails.push(entry),
                None => day.junk += 1,
            }
        }
        Ok(day)
    }
}

fn day_from_key(key: &str) -> Option<Date> {
    if key.len() != 8 || !key.is_ascii() {
        return None;
    }
    let year = key[..4].parse().ok()?;
    let month = key[4..6].parse().ok()?;
    let day = key[6..].parse().ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn totals_keep_what_is_a_day_and_a_count() {
        let totals = DayTotals::parse(
            br#"{"20260101": 3, "2026-01-02": 4, "20260230": 5, "20260103": null}"#,
        )
        .unwrap();
        assert_eq!(totals.0, BTreeMap::from([(date(2026, 1, 1), 3)]));
        assert!(DayTotals::parse(b"<html>").is_err());
    }

    #[test]
    fn a_day_is_settled_when_it_or_a_later_one_is_listed() {
        let totals = DayTotals(BTreeMap::from([(date(2026, 1, 2), 3)]));
        assert!(totals.settled(date(2026, 1, 1)));
        assert!(totals.settled(date(2026, 1, 2)));
        assert!(!totals.settled(date(2026, 1, 3)));
        assert!(!DayTotals::default().settled(date(2026, 1, 1)));
    }

    #[test]
    fn an_index_skips_hashes_that_are_none() {
        let day = HistoryDay::parse(
            br#"{"5": "0123456789abcdef0123456789abcdef01234567", "6": "CCP VERIFIED", "x": "0123456789abcdef0123456789abcdef01234567", "7": null}"#,
        )
        .unwrap();
        assert_eq!(day.killmails.len(), 1);
        assert_eq!(day.junk, 3);
    }
}
