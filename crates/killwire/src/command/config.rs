//! `killwire config`: what is configured, where it comes from, and what is wrong with it.

use std::process::ExitCode;

use serde::Serialize;

use super::layers;
use crate::cli::{ConfigAction, Global};
use crate::config::{Flags, Layers, Problem, Severity, check, rows};
use crate::failure::Failure;
use crate::output;

pub(super) fn run(global: &Global, action: &ConfigAction) -> Result<ExitCode, Failure> {
    let layers = layers(global, Flags::default());
    match action {
        ConfigAction::Show => {
            show(global, &layers);
            Ok(ExitCode::SUCCESS)
        }
        ConfigAction::Check => Ok(judge(global, &layers)),
    }
}

fn show(global: &Global, layers: &Layers) {
    let rows = rows(layers);
    if global.json {
        output::json(&rows);
        return;
    }
    let mut table = vec![vec!["SETTING".into(), "VALUE".into(), "ORIGIN".into()]];
    table.extend(rows.into_iter().map(|row| {
        let value = row.value.unwrap_or_else(|| "(not set)".to_owned());
        vec![row.key.to_owned(), value, row.origin]
    }));
    output::table(&table);
    for broken in &layers.broken {
        output::complain(broken);
    }
}

#[derive(Serialize)]
struct Verdict {
    ok: bool,
    problems: Vec<Problem>,
}

fn judge(global: &Global, layers: &Layers) -> ExitCode {
    let problems = check(layers);
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    if global.json {
        output::json(&Verdict {
            ok: errors == 0,
            problems,
        });
    } else {
        say(layers, &problems, errors);
    }
    if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn say(layers: &Layers, problems: &[Problem], errors: usize) {
    for problem in problems {
        let how_bad = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        output::line(format_args!("{how_bad}: {problem}"));
    }
    for file in &layers.files {
        output::line(format_args!("read {}", file.display()));
    }
    if errors == 0 {
        output::line("The configuration can be used.");
    } else {
        output::line(format_args!("{errors} to solve before Killwire starts."));
    }
}
