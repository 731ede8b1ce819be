//! The day archives: which killmails of a day R2Z2's history and EVE Ref have.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Origin, World};
use crate::config::HistoryPolicy;
use crate::generator::{everef_member, hex};
use crate::time::{later, signed};

const DAY: i64 = 86_400;

impl HistoryPolicy {
    /// When the archives first have a killmail.
    pub(super) fn archived_at(self, killed: Timestamp, published: Timestamp) -> Timestamp {
        let Self::AfterDayEnd { delay } = self else {
            return published;
        };
        let delay = signed(delay).as_secs();
        let day_end = (killed.as_second().div_euclid(DAY) + 1) * DAY;
        let earliest = published.as_second().saturating_add(1).max(day_end + delay);
        let runs = (earliest - delay + DAY - 1).div_euclid(DAY);
        later(
            Timestamp::UNIX_EPOCH,
            SignedDuration::from_secs(runs * DAY + delay),
        )
    }
}

/// A killmail as a member of EVE Ref's archive, not yet written.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: i64,
    hash: [u8; 20],
    modified: Timestamp,
    origin: Origin,
}

impl Member {
    /// Its bytes.
    pub(crate) fn write(&self) -> Vec<u8> {
        everef_member(&self.origin.body().esi, &hex(&self.hash), self.modified)
    }
}

/// The killmails of a day with their hashes, not yet written.
#[derive(Debug)]
pub(crate) struct DayIndex(Vec<(i64, [u8; 20])>);

impl DayIndex {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As R2Z2 serves it: one object of hashes by id.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = String::with_capacity(self.0.len() * 56 + 2);
        for (id, hash) in &self.0 {
            out.push(if out.is_empty() { '{' } else { ',' });
            out.push_str(&format!("\"{id}\":\"{}\"", hex(hash)));
        }
        out.push('}');
        out.into_bytes()
    }
}

impl World {
    /// A day's index for R2Z2's history; empty where it has no such day.
    pub(crate) fn history_day(&self, day: Date, now: Timestamp) -> DayIndex {
        DayIndex(
            self.archived(day, now)
                .map(|place| (self.kills[place].id, self.kills[place].hash))
                .collect(),
        )
    }

    /// A day's killmails, as EVE Ref has them.
    pub(crate) fn everef_day(&self, day: Date, now: Timestamp) -> Vec<Member> {
        self.archived(day, now)
            .map(|place| &self.kills[place])
            .map(|kill| Member {
                id: kill.id,
                hash: kill.hash,
                modified: kill.published,
                origin: self.origin(kill),
            })
            .collect()
    }

    /// How many killmails the archives have of each day, as `YYYYMMDD`.
    pub(crate) fn day_totals(&self, now: Timestamp) -> BTreeMap<String, usize> {
        self.days
            .keys()
            .map(|day| {
                (
                    day.strftime("%Y%m%d").to_string(),
                    self.archived(*day, now).count(),
                )
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn archived(&self, day: Date, now: Timestamp) -> impl Iterator<Item = usize> + '_ {
        self.days
            .get(&day)
            .into_iter()
            .flatten()
            .copied()
            .filter(move |place| self.kills[*place].archived <= now)
    }
}
