//! `killwire profile test`: what a condition would have found.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

use super::{chart, condition};
use crate::cli::{Global, Written};
use crate::failure::Failure;
use crate::kill_line::{Kill, Layout};
use crate::operator::Operator;
use crate::output;
use crate::profile_desk::{Scanned, TrialRequest};

/// A trial that is done sooner needs no bar.
const SHORT: Duration = Duration::from_millis(400);

/// What came of it.
#[derive(Debug, Deserialize)]
struct Trial {
    since: Timestamp,
    until: Timestamp,
    looked_at: u64,
    matched: u64,
    unknown: u64,
    days: BTreeMap<Date, u64>,
    examples: Vec<Example>,
    #[serde(default)]
    parts: Vec<Part>,
}

/// What a part of the condition does.
#[derive(Debug, Deserialize)]
struct Part {
    condition: String,
    alone: u64,
    without: u64,
}

#[derive(Debug, Deserialize)]
struct Example {
    #[serde(default)]
    killmail: Value,
}

pub(super) async fn run(
    global: &Global,
    operator: &Operator,
    file: &Written,
    since: Duration,
) -> Result<(), Failure> {
    let read = condition::read(file)?;
    let request = TrialRequest {
        condition: read.source.clone(),
        since_seconds: since.as_secs(),
        killmails: !global.json,
    };
    let mut watched = Watched::default();
    let tried = operator.try_on_past(request, |scanned| watched.tell(scanned));
    let tried = tried.await;
    watched.end();
    let tried = tried.map_err(|failure| read.blamed(failure))?;
    if global.json {
        output::json(&tried);
        return Ok(());
    }
    let trial: Trial = serde_json::from_value(tried)
        .map_err(|error| Failure::Refused(format!("cannot read the answer: {error}")))?;
    show(&trial);
    Ok(())
}

/// A bar for whoever waits.
#[derive(Default)]
struct Watched {
    started: Option<std::time::Instant>,
    bar: Option<ProgressBar>,
}

impl Watched {
    fn tell(&mut self, Scanned { looked_at, of }: Scanned) {
        if !output::is_watched() {
            return;
        }
        let started = *self.started.get_or_insert_with(std::time::Instant::now);
        if self.bar.is_none() && started.elapsed() < SHORT {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(of);
            let style = "{bar:30} {percent:>3}%  {human_pos} of {human_len} kills, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(of.max(looked_at));
        bar.set_position(looked_at);
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn show(trial: &Trial) {
    output::line(summary(trial));
    if trial.unknown > 0 {
        output::line(format_args!(
            "Of {} more nobody can tell: something that the condition needs is not known. `killwire profile explain` shows what.",
            output::count(trial.unknown)
        ));
    }
    if trial.matched == 0 {
        if trial.looked_at > 0 && !trial.parts.is_empty() {
            output::line("\nHow many each part fits alone, and how many would match without it:");
            output::table_right(&shares(&trial.parts), 2);
        }
        return;
    }
    output::line("");
    for line in chart::of_days(&trial.days, trial.since, trial.until) {
        output::line(line);
    }
    output::line("\nThe most valuable:");
    let layout = Layout::of_standard_output();
    for example in &trial.examples {
        // It may have gone since it was found.
        if let Ok(kill) = serde_json::from_value::<Kill>(example.killmail.clone()) {
            output::line(layout.line(&kill, false));
        }
    }
}

/// `37 of 12,345 kills since 2026-11-13 18:04 would have matched, about 5 a day.`
fn summary(trial: &Trial) -> String {
    let since = trial.since.strftime("%Y-%m-%d %H:%M");
    if trial.looked_at == 0 {
        return format!("No kill since {since} is stored here.");
    }
    let (matched, looked_at) = (output::count(trial.matched), output::count(trial.looked_at));
    let rate = match (trial.matched, rate(trial)) {
        (0, _) | (_, None) => String::new(),
        (_, Some(rate)) => format!(", {rate}"),
    };
    format!("{matched} of {looked_at} kills since {since} would have matched{rate}.")
}

fn shares(parts: &[Part]) -> Vec<Vec<String>> {
    let heading = ["ALONE", "WITHOUT", "PART"].map(str::to_owned);
    let parts = parts.iter().map(|part| {
        let condition = part.condition.clone();
        vec![
            output::count(part.alone),
            output::count(part.without),
            condition,
        ]
    });
    [heading.to_vec()].into_iter().chain(parts).collect()
}

/// `about 5 a day`; none for a stretch too short to say so.
#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
fn rate(trial: &Trial) -> Option<String> {
    let days = trial.until.duration_since(trial.since).as_secs_f64() / 86_400.0;
    if days < 1.0 {
        return None;
    }
    let a_day = trial.matched as f64 / days;
    Some(match a_day {
        a_day if a_day >= 1.0 => format!("about {a_day:.0} a day"),
        a_day if a_day * 7.0 >= 1.0 => format!("about {:.0} a week", a_day * 7.0),
        _ => "less than one a week".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(days: i64, looked_at: u64, matched: u64) -> Trial {
        let until: Timestamp = "2026-11-20T18:04:31Z".parse().unwrap();
        Trial {
            since: until - jiff::SignedDuration::from_hours(24 * days),
            until,
            looked_at,
            matched,
            unknown: 0,
            days: BTreeMap::new(),
            examples: Vec::new(),
            parts: Vec::new(),
        }
    }

    #[test]
    fn the_result_is_a_sentence() {
        let of = |days, looked_at, matched| summary(&trial(days, looked_at, matched));
        insta::assert_snapshot!(of(7, 12_345, 37), @"37 of 12,345 kills since 2026-11-13 18:04 would have matched, about 5 a day.");
        insta::assert_snapshot!(of(30, 12_345, 9), @"9 of 12,345 kills since 2026-10-21 18:04 would have matched, about 2 a week.");
        insta::assert_snapshot!(of(0, 12, 3), @"3 of 12 kills since 2026-11-20 18:04 would have matched.");
        insta::assert_snapshot!(of(7, 12, 0), @"0 of 12 kills since 2026-11-13 18:04 would have matched.");
        insta::assert_snapshot!(of(7, 0, 0), @"No kill since 2026-11-13 18:04 is stored here.");
    }
}
