//! `killwire quarantine`: entries that were not killmails.

use std::process::ExitCode;

use super::configured;
use crate::cli::{Global, QuarantineAction};
use crate::config::{Flags, show_bytes};
use crate::desk::{RetryReport, Selection};
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, action: &QuarantineAction) -> Result<ExitCode, Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "quarantine").await?;
    let done = match action {
        QuarantineAction::List { limit } => list(global, &operator, *limit).await,
        QuarantineAction::Show { id } => show(global, &operator, *id).await,
        QuarantineAction::Retry { id, .. } => retry(global, &operator, *id).await,
    };
    operator.close().await;
    done
}

async fn list(global: &Global, operator: &Operator, limit: usize) -> Result<ExitCode, Failure> {
    let entries = operator.quarantined(limit).await?;
    if global.json {
        output::json(&entries);
    } else if entries.is_empty() {
        output::line("Nothing is in quarantine.");
    } else {
        let headings = [
            "ID", "SOURCE", "PLACE", "SIZE", "SINCE", "RETRIES", "REASON",
        ];
        let mut table = vec![headings.map(str::to_owned).to_vec()];
        table.extend(entries.into_iter().map(|entry| {
            vec![
                entry.id.to_string(),
                entry.source.0,
                entry.place,
                show_bytes(entry.size),
                entry.received_at.strftime("%Y-%m-%d %H:%M").to_string(),
                entry.retries.to_string(),
                entry.reason,
            ]
        }));
        output::table(&table);
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(global: &Global, operator: &Operator, id: i64) -> Result<ExitCode, Failure> {
    let Some(found) = operator.entry(id).await? else {
        return Err(Failure::Refused(format!(
            "there is no quarantined entry {id}; `killwire quarantine list` shows all"
        )));
    };
    if global.json {
        output::json(&found);
        return Ok(ExitCode::SUCCESS);
    }
    let entry = &found.entry;
    output::line(format_args!("source   {}", entry.source.0));
    output::line(format_args!("place    {}", entry.place));
    output::line(format_args!("since    {}", entry.received_at));
    output::line(format_args!("retries  {}", entry.retries));
    output::line(format_args!("reason   {}", entry.reason));
    match &found.text {
        Some(text) => output::line(format_args!("bytes    {}\n{text}", entry.size)),
        None => output::line(format_args!("bytes    {}, not text", entry.size)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(global: &Global, operator: &Operator, id: Option<i64>) -> Result<ExitCode, Failure> {
    let report = operator.retry(Selection { id }).await?;
    if global.json {
        output::json(&report);
    } else {
        say(&report);
    }
    // One entry, asked for by its number, that still cannot be read is a failure.
    let failed = id.is_some() && !report.refused.is_empty();
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn say(report: &RetryReport) {
    for refusal in &report.refused {
        output::line(format_args!("{}: {}", refusal.id, refusal.reason));
    }
    output::line(format_args!(
        "{} tried, {} taken in, {} still in quarantine",
        report.tried,
        report.taken_in,
        report.refused.len()
    ));
}
