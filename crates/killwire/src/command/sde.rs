//! `killwire sde`: CCP's static data.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use killwire_lookup::{Phase, StaticDataStatus};

use super::configured;
use crate::cli::{Global, SdeAction};
use crate::config::Flags;
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

/// How often progress is asked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn run(global: &Global, action: &SdeAction) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    if matches!(action, SdeAction::Import { file: None }) && config.upstream.contact.is_none() {
        return Err(Failure::Refused(
            "downloading static data needs a contact, because CCP wants to know who asks: set \
             KILLWIRE_CONTACT, or import a file with --file ZIP"
                .to_owned(),
        ));
    }
    let operator = Operator::find(&config, "sde").await?;
    let done = match action {
        SdeAction::Import { file } => import(&operator, file.clone()).await,
        SdeAction::Status => operator.static_data().await,
    };
    operator.close().await;
    tell(global, &done?);
    Ok(())
}

/// Imports, and shows how it goes until it is done.
async fn import(operator: &Operator, file: Option<PathBuf>) -> Result<StaticDataStatus, Failure> {
    let file = file
        .map(|file| {
            std::path::absolute(&file).map_err(|source| Failure::File {
                doing: "cannot find",
                path: file,
                source,
            })
        })
        .transpose()?;
    let number = operator.begin_import(file).await?;
    let bar = output::is_watched().then(|| {
        let bar = ProgressBar::new(0);
        let style = "{msg:12} {bar:30} {percent:>3}%  {binary_bytes} of {binary_total_bytes}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar
    });
    loop {
        let status = operator.static_data().await?;
        let asked = status.asked.iter().find(|import| import.number == number);
        if asked.is_none_or(|import| import.ended) {
            if let Some(bar) = &bar {
                bar.finish_and_clear();
            }
            return match asked.and_then(|import| import.error.clone()) {
                Some(error) => Err(Failure::Refused(error)),
                None => Ok(status),
            };
        }
        if let (Some(bar), Some(importing)) = (&bar, &status.importing) {
            bar.set_message(match importing.phase {
                Phase::Downloading => "downloading",
                Phase::Reading => "reading",
                Phase::Storing => "storing",
            });
            bar.set_length(importing.total.unwrap_or(importing.done));
            bar.set_position(importing.done);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn tell(global: &Global, status: &StaticDataStatus) {
    if global.json {
        return output::json(status);
    }
    let Some(build) = status.build else {
        output::line(
            "No static data yet. `killwire serve` fetches it by itself; `killwire sde import` brings it now.",
        );
        return;
    };
    let counts = &status.counts;
    output::line(format_args!("build {build}"));
    if let Some(released) = status.released {
        output::line(format_args!("released {released:.0}"));
    }
    if let Some(imported_at) = status.imported_at {
        output::line(format_args!("imported {imported_at:.0}"));
    }
    output::line(format_args!(
        "{} solar systems, {} constellations, {} regions, {} types in {} groups",
        counts.systems, counts.constellations, counts.regions, counts.types, counts.groups
    ));
    if let Some(error) = &status.last_error {
        output::line(format_args!(
            "the last look for a newer build failed: {error}"
        ));
    }
}
