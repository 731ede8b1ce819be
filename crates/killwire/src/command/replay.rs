//! `killwire replay`: killmails from files, in bulk or as live events.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use killwire_intake::import::{
    BatchLimits, ImportMode, ImportTotals, Progress, find_files, stream,
};
use tokio::time::MissedTickBehavior;

use super::configured;
use crate::cli::{Global, ReplayArgs, Speed};
use crate::config::{Config, Flags, show_bytes};
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

/// How often progress is told where nobody watches it live.
const REPORT_EVERY: Duration = Duration::from_secs(10);
/// Events that `--as-live --speed max` appends together.
const LIVE_BATCH: usize = 100;
/// A batch travels to a running server in one request, whose size is limited.
const BATCH_BYTES: usize = 8 << 20;

pub(super) async fn run(global: &Global, args: &ReplayArgs) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    let files = find_files(&args.paths)?;
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let operator = Operator::find(&config, "replay").await?;
    let mut documents = stream(files, limits(&config, args));
    let mut teller = Teller::new(bytes, documents.progress());
    let mode = if args.as_live {
        ImportMode::Live
    } else {
        ImportMode::Archive
    };
    let mut pace = match args.speed {
        Speed::Each(time) if args.as_live => Some(ticker(time)),
        _ => None,
    };
    let mut failed = None;
    while let Some(batch) = documents.next().await {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        match operator.import(batch, mode).await {
            Ok(totals) => teller.add(totals),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    operator.close().await;
    teller.end(global.json);
    failed.map_or(Ok(()), Err)
}

fn limits(config: &Config, args: &ReplayArgs) -> BatchLimits {
    BatchLimits {
        documents: match (args.as_live, args.speed) {
            (true, Speed::Each(_)) => 1,
            (true, Speed::Max) => LIVE_BATCH,
            (false, _) => BatchLimits::default().documents,
        },
        bytes: BATCH_BYTES,
        document_bytes: config.document_bytes,
    }
}

/// Real time: the speed is for the people who watch.
fn ticker(each: Duration) -> tokio::time::Interval {
    let mut ticker = tokio::time::interval(each.max(Duration::from_micros(1)));
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticker
}

/// Tells how it goes: a bar to a person, a line now and then to a log.
struct Teller {
    bar: Option<ProgressBar>,
    progress: Progress,
    totals: ImportTotals,
    bytes: u64,
    started: Instant,
    told: Instant,
}

impl Teller {
    fn new(bytes: u64, progress: Progress) -> Self {
        let bar = output::is_watched().then(|| {
            let bar = ProgressBar::new(bytes);
            let style = "{bar:30} {percent:>3}%  {binary_bytes_per_sec}, {eta} left  {msg}";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            progress,
            totals: ImportTotals::default(),
            bytes,
            started: Instant::now(),
            told: Instant::now(),
        }
    }

    fn add(&mut self, totals: ImportTotals) {
        self.totals += totals;
        let rate = self.rate();
        let read = self.totals.read;
        if let Some(bar) = &self.bar {
            bar.set_position(self.progress.bytes());
            bar.set_message(format!("{read} killmails, {rate}/s"));
        } else if self.told.elapsed() >= REPORT_EVERY {
            self.told = Instant::now();
            output::remark(format_args!(
                "{read} killmails read, {rate}/s, {} of {}",
                show_bytes(self.progress.bytes()),
                show_bytes(self.bytes)
            ));
        }
    }

    fn rate(&self) -> u64 {
        let millis = self.started.elapsed().as_millis().max(1);
        u64::try_from(u128::from(self.totals.read) * 1_000 / millis).unwrap_or(u64::MAX)
    }

    fn end(self, json: bool) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let totals = self.totals;
        if json {
            output::json(&totals);
            return;
        }
        output::line(format_args!(
            "{} read: {} new, {} updated, {} duplicate, {} quarantined ({}/s)",
            totals.read,
            totals.new,
            totals.updated,
            totals.duplicate,
            totals.quarantined,
            self.rate()
        ));
        if totals.quarantined > 0 {
            output::line("`killwire quarantine list` says what was wrong with them.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_with_its_largest_document_fits_the_request_of_the_control_socket() {
        let limits = BatchLimits::default();
        let worst = BATCH_BYTES + limits.document_bytes;
        // JSON in JSON: every second byte may be a quote.
        assert!(worst * 2 <= 64 << 20);
    }
}
