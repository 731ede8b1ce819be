//! `killwire sim`: the world outside, played on loopback.

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_intake::import::{BatchLimits, find_files, stream};
use killwire_sim::{Feed, Sim, SimConfig};
use serde_json::json;

use super::configured;
use crate::cli::{Global, SimArgs};
use crate::config::Flags;
use crate::failure::Failure;
use crate::signal::StopSignals;
use crate::{logging, output};

pub(super) async fn run(global: &Global, args: &SimArgs) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    logging::start(&config);
    let mut signals = StopSignals::listen()?;
    let epoch = args.epoch.unwrap_or_else(Timestamp::now);
    let clock = if args.scale > 1 {
        Clock::scaled(epoch, args.scale)
    } else {
        Clock::system()
    };
    let sim = Sim::start(SimConfig {
        listen: args.listen,
        seed: args.seed,
        population: args.pilots,
        feed: feed(args).await?,
        ..SimConfig::new(clock)
    })
    .await?;
    introduce(global, args, &sim, epoch);
    signals.wait().await;
    let status = sim.status();
    sim.stop().await;
    if global.json {
        output::json(&status);
    } else {
        let breaches: u64 = status.breaches.values().sum();
        output::line(format_args!(
            "{} killmails offered, {breaches} breaches of the rules",
            status.offered
        ));
        for (rule, count) in &status.breaches {
            output::line(format_args!("  {rule}: {count}"));
        }
    }
    Ok(())
}

async fn feed(args: &SimArgs) -> Result<Feed, Failure> {
    let per_hour = args.per_hour;
    if args.files.is_empty() {
        return Ok(Feed::Generated {
            per_hour,
            total: args.total,
        });
    }
    let mut stream = stream(find_files(&args.files)?, BatchLimits::default());
    let mut documents = Vec::new();
    let wanted = args.total.map_or(usize::MAX, |total| {
        usize::try_from(total).unwrap_or(usize::MAX)
    });
    while let Some(batch) = stream.next().await {
        documents.extend(batch.into_iter().map(|document| document.body.into_bytes()));
        if documents.len() >= wanted {
            documents.truncate(wanted);
            break;
        }
    }
    Ok(Feed::Files {
        documents,
        per_hour,
    })
}

/// Prints where it is, and the settings with which a server follows it.
fn introduce(global: &Global, args: &SimArgs, sim: &Sim, epoch: Timestamp) {
    let mut settings = sim.environment();
    if args.scale > 1 {
        settings.push(("KILLWIRE_CLOCK_SCALE", args.scale.to_string()));
        settings.push(("KILLWIRE_CLOCK_EPOCH", epoch.to_string()));
    }
    if global.json {
        let environment: serde_json::Map<_, _> = settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        output::json(&json!({ "listening": sim.base_url(), "environment": environment }));
        return;
    }
    output::line(format_args!("The simulator listens on {}", sim.base_url()));
    output::line("Follow it from another terminal with:");
    for (name, value) in &settings {
        output::line(format_args!("  {name}={value} \\"));
    }
    output::line("  killwire serve --contact simulator --data-dir ./killwire-sim");
    output::line(format_args!(
        "How it stands: curl -s {}/sim/status",
        sim.base_url()
    ));
}
