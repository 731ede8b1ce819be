//! Kills by day, as bars of text.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::output;

/// The longest bar, in characters.
const WIDEST: u64 = 40;

/// With more days than that, a bar stands for a week.
const MOST_DAYS: usize = 35;

/// Eighths of a character.
const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A line for each day from `since` to `until`, UTC, those without a kill included.
pub(super) fn of_days(
    days: &BTreeMap<Date, u64>,
    since: Timestamp,
    until: Timestamp,
) -> Vec<String> {
    let all = counted(days, date(since), date(until));
    let weeks = all.len() > MOST_DAYS;
    let bars: Vec<(String, u64)> = if weeks {
        let weeks = all.chunks(7).filter_map(|week| {
            let (first, _) = week.first()?;
            let count = week.iter().map(|(_, count)| count).sum();
            Some((format!("from {first}"), count))
        });
        weeks.collect()
    } else {
        let label = |day: &Date| day.strftime("%a %Y-%m-%d").to_string();
        all.iter()
            .map(|(day, count)| (label(day), *count))
            .collect()
    };
    let most = bars.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let width = output::count(most).len();
    let line = |(label, count): &(String, u64)| {
        let line = format!(
            "  {label}  {:>width$}  {}",
            output::count(*count),
            bar(*count, most)
        );
        line.trim_end().to_owned()
    };
    bars.iter().map(line).collect()
}

fn date(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

fn counted(days: &BTreeMap<Date, u64>, first: Date, last: Date) -> Vec<(Date, u64)> {
    let mut all = Vec::new();
    let mut day = first;
    while day <= last {
        all.push((day, days.get(&day).copied().unwrap_or(0)));
        match day.checked_add(1.day()) {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    all
}

fn bar(count: u64, most: u64) -> String {
    if count == 0 || most == 0 {
        return String::new();
    }
    // A single kill is seen, too.
    let eighths = (u128::from(count) * u128::from(WIDEST) * 8 / u128::from(most)).max(1);
    let (whole, part) = (eighths / 8, eighths % 8);
    let whole = "█".repeat(usize::try_from(whole).unwrap_or(0));
    let part = usize::try_from(part).ok().and_then(|part| PARTS.get(part));
    whole + part.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(since: &str, days: &[(&str, u64)]) -> String {
        let days = days
            .iter()
            .map(|(day, count)| (day.parse().unwrap(), *count))
            .collect();
        let until = "2026-11-20T18:04:31Z".parse().unwrap();
        of_days(&days, since.parse().unwrap(), until).join("\n")
    }

    #[test]
    fn each_day_has_a_line_also_without_a_kill() {
        let days = [
            ("2026-11-18", 1_200),
            ("2026-11-19", 1),
            ("2026-11-20", 300),
        ];
        insta::assert_snapshot!(chart("2026-11-17T18:04:31Z", &days), @r"
          Tue 2026-11-17      0
          Wed 2026-11-18  1,200  ████████████████████████████████████████
          Thu 2026-11-19      1  ▏
          Fri 2026-11-20    300  ██████████
        ");
    }

    #[test]
    fn a_long_time_is_shown_by_weeks() {
        let days = [("2026-10-10", 3), ("2026-10-12", 1), ("2026-11-20", 2)];
        insta::assert_snapshot!(chart("2026-10-10T18:04:31Z", &days), @r"
          from 2026-10-10  4  ████████████████████████████████████████
          from 2026-10-17  0
          from 2026-10-24  0
          from 2026-10-31  0
          from 2026-11-07  0
          from 2026-11-14  2  ████████████████████
        ");
    }
}
