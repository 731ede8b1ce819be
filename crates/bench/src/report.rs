//! The lines that a run prints, and their comparison with recorded ones.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// A ratio may fall by so much before the comparison fails.
const SLACK: f64 = 0.15;

/// One case's result, as printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) bench: String,
    pub(crate) case: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) baseline: Option<f64>,
    pub(crate) baseline_name: String,
    pub(crate) ratio: Option<f64>,
    /// What else was seen, by name.
    #[serde(flatten)]
    pub(crate) besides: BTreeMap<String, f64>,
}

/// What a larger figure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Work done: more is better.
    Work,
    /// Time or memory used: less is better.
    Cost,
}

impl Line {
    /// A result with its ratio, oriented so that more than 1 means Killwire is ahead.
    pub(crate) fn new(
        (bench, case): (&str, &str),
        (value, unit, counts): (f64, &str, Counts),
        (baseline, baseline_name): (Option<f64>, &str),
    ) -> Self {
        let ratio = baseline.map(|baseline| match counts {
            Counts::Work => value / baseline,
            Counts::Cost => baseline / value,
        });
        Self {
            bench: bench.to_owned(),
            case: case.to_owned(),
            value: rounded(value),
            unit: unit.to_owned(),
            baseline: baseline.map(rounded),
            baseline_name: baseline_name.to_owned(),
            ratio: ratio.map(rounded),
            besides: BTreeMap::new(),
        }
    }

    /// With another figure, for people: comparisons pass it over.
    pub(crate) fn beside(mut self, name: &str, figure: f64) -> Self {
        self.besides.insert(name.to_owned(), rounded(figure));
        self
    }
}

/// Four significant digits at least: more would be noise.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1_000.0 } else { 10.0 };
    (value * digits).round() / digits
}

/// What has been measured so far.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Line>);

impl Report {
    /// Prints a line: JSON on standard output, words on standard error.
    pub(crate) fn add(&mut self, line: Line) -> Outcome<()> {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
        out.flush()?;
        let against = match (line.baseline, line.ratio) {
            (Some(baseline), Some(ratio)) => {
                format!(
                    "{baseline} {} for {}: ratio {ratio}",
                    line.unit, line.baseline_name
                )
            }
            _ => format!("nothing to compare with ({})", line.baseline_name),
        };
        eprintln!(
            "{} {}: {} {}; {against}",
            line.bench, line.case, line.value, line.unit
        );
        for (name, figure) in &line.besides {
            eprintln!("    {name}: {figure}");
        }
        self.0.push(line);
        Ok(())
    }

    /// Whether no ratio fell below what was recorded; says which did.
    pub(crate) fn keeps_up_with(&self, recorded: &[Line]) -> bool {
        let fallen = fallen(&self.0, recorded);
        for words in &fallen {
            eprintln!("{words}");
        }
        fallen.is_empty()
    }
}

/// The lines of an earlier run.
pub(crate) fn read(file: &Path) -> Outcome<Vec<Line>> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(place, line)| {
            let wrong = |error| format!("{}:{}: {error}", file.display(), place + 1).into();
            serde_json::from_str(line).map_err(wrong)
        })
        .collect()
}

fn fallen(measured: &[Line], recorded: &[Line]) -> Vec<String> {
    let mut fallen = Vec::new();
    for line in measured {
        // The last of several recordings counts.
        let before = recorded
            .iter()
            .rev()
            .find(|before| before.bench == line.bench && before.case == line.case);
        let Some((now, before)) = line.ratio.zip(before.and_then(|before| before.ratio)) else {
            continue;
        };
        if now < before * (1.0 - SLACK) {
            fallen.push(format!(
                "{} {} fell: ratio {now}, recorded {before}, more than {:.0} % less",
                line.bench,
                line.case,
                SLACK * 100.0
            ));
        }
    }
    fallen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(case: &str, ratio: Option<f64>) -> Line {
        Line {
            ratio,
            ..Line::new(
                ("append", case),
                (1.0, "killmails/s", Counts::Work),
                (None, "x"),
            )
        }
    }

    #[test]
    fn a_ratio_above_one_means_that_killwire_is_ahead() {
        let baseline = (Some(50.0), "peer");
        let work = Line::new(("b", "c"), (100.0, "1/s", Counts::Work), baseline);
        let cost = Line::new(("b", "c"), (100.0, "ms", Counts::Cost), baseline);
        assert_eq!((work.ratio, cost.ratio), (Some(2.0), Some(0.5)));
    }

    #[test]
    fn a_missing_peer_is_written_as_null() {
        let alone = Line::new(
            ("memory", "idle"),
            (31.4, "MB", Counts::Cost),
            (None, "nobody"),
        );
        assert_eq!(
            serde_json::to_string(&alone).unwrap_or_default(),
            r#"{"bench":"memory","case":"idle","value":31.4,"unit":"MB","baseline":null,"baseline_name":"nobody","ratio":null}"#
        );
    }

    #[test]
    fn what_else_was_seen_stands_beside_and_is_read_back() {
        let line = line("a", None).beside("p99_ms", 12.345);
        let json = serde_json::to_string(&line).unwrap_or_default();
        assert!(json.ends_with(r#""ratio":null,"p99_ms":12.3}"#), "{json}");
        assert_eq!(serde_json::from_str::<Line>(&json).ok(), Some(line));
    }

    #[test]
    fn only_a_ratio_that_fell_by_more_than_the_slack_is_told() {
        let recorded = [line("a", Some(1.0)), line("b", Some(1.0)), line("c", None)];
        let measured = [
            line("a", Some(0.86)),
            line("b", Some(0.84)),
            line("c", Some(0.1)),
            line("d", Some(0.1)),
        ];
        let fallen = fallen(&measured, &recorded);
        assert_eq!(fallen.len(), 1);
        assert!(
            fallen
                .iter()
                .all(|words| words.starts_with("append b fell"))
        );
    }
}
