//! `killwire demo`: a lively New Eden on this machine, followed and served like the real one.

mod examples;
mod narrator;
mod told;
mod world;

use std::time::Duration;

use killwire_sim::Sim;
use serde_json::json;

use super::sources_of_demo;
use crate::cli::{DemoArgs, Global};
use crate::config::Config;
use crate::failure::Failure;
use crate::node::Node;
use crate::signal::StopSignals;
use crate::{logging, output};

use narrator::Narrator;

pub(super) async fn run(global: &Global, args: &DemoArgs) -> Result<(), Failure> {
    let config = Config::of(&sources_of_demo(global, args.listen.as_deref()))?;
    logging::start(&config);
    let mut signals = StopSignals::listen()?;
    let (sim, config) = world::start(config, args.pace).await?;
    let node = match Node::start(config, "demo").await {
        Ok(node) => node,
        Err(failure) => {
            sim.stop().await;
            return Err(failure);
        }
    };
    let narrator = Narrator::new(&node, &sim, global.json);
    narrator.introduce(args.pace);
    tokio::select! {
        () = narrator.tell() => {}
        _ = signals.wait() => {}
        () = end_of(args.run_for) => {}
    }
    end(global, node, sim).await;
    Ok(())
}

/// Real time: someone waits for it.
async fn end_of(run_for: Option<Duration>) {
    match run_for {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

async fn end(global: &Global, node: Node, sim: Sim) {
    let kills = node.store().head();
    let data_dir = node.data_dir().to_owned();
    node.stop().await;
    let status = sim.status();
    sim.stop().await;
    let breaches: u64 = status.breaches.values().sum();
    if global.json {
        output::json(&json!({ "events": kills, "offered": status.offered, "breaches": breaches }));
        return;
    }
    output::line("");
    output::line(format_args!(
        "Stopped. The log holds {kills} events; the simulator counted {breaches} breaches of its rules."
    ));
    output::line(format_args!("The data stays in {}", data_dir.display()));
    output::line("Go on with it:   killwire demo");
    output::line("The real feed:   killwire serve --contact you@example.org");
}
