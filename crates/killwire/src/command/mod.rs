//! One file per command.

mod backup;
mod completions;
mod config;
mod demo;
mod doctor;
mod gaps;
mod list;
mod lookup;
mod owner;
mod price;
mod profile;
mod quarantine;
mod replay;
mod sde;
mod serve;
mod sim;
mod tail;
mod token;
mod value;
mod written;

use std::process::ExitCode;

pub(crate) use self::tail::TailError;
use crate::cli::{Cli, Command, Global};
use crate::config::{Config, Files, Flags, Layers, Sources, default_data_dir};
use crate::failure::Failure;

/// Worker threads: what Killwire does is waiting, not computing.
const MAX_WORKERS: usize = 4;
/// Threads for blocking work (files, name lookups).
const MAX_BLOCKING: usize = 16;

/// Runs what the command line asks for.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    // One TLS provider in the whole program. An error means that it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Cli { global, command } = cli;
    match command {
        Command::Completions { shell } => completions::run(shell),
        Command::Config { action } => return config::run(&global, &action),
        Command::Serve(args) => block_on(serve::run(&global, &args))?,
        Command::Demo(args) => block_on(demo::run(&global, &args))?,
        Command::Tail(args) => block_on(tail::run(&global, args))?,
        Command::Profile { action } => return block_on(profile::run(&global, action)),
        Command::List { action } => block_on(list::run(&global, action))?,
        Command::Sim(args) => block_on(sim::run(&global, &args))?,
        Command::Replay(args) => block_on(replay::run(&global, &args))?,
        Command::Doctor(args) => return block_on(doctor::run(&global, &args)),
        Command::Quarantine { action } => {
            return block_on(quarantine::run(&global, &action));
        }
        Command::Gaps { action } => block_on(gaps::run(&global, &action))?,
        Command::Sde { action } => block_on(sde::run(&global, &action))?,
        Command::Lookup { what, limit } => {
            return block_on(lookup::run(&global, &what.join(" "), limit));
        }
        Command::Price { what } => return block_on(price::run(&global, &what.join(" "))),
        Command::Value { killmail_id } => block_on(value::run(&global, killmail_id))?,
        Command::Token { action } => block_on(token::run(&global, &action))?,
        Command::Backup { file } => block_on(backup::run(&global, &file))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn block_on<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers.clamp(2, MAX_WORKERS))
        .max_blocking_threads(MAX_BLOCKING)
        .enable_all()
        .build()
        .map_err(Failure::system("cannot start the runtime"))?;
    let answer = runtime.block_on(command);
    // A thread that reads a slow disk must not hold up the end.
    runtime.shutdown_background();
    answer
}

/// The demo's layers: only what concerns this terminal is taken from outside, so that neither the
/// database nor the folder of a real Killwire is touched.
fn sources_of_demo(global: &Global, listen: Option<&str>) -> Layers {
    let data_dir = global
        .data_dir
        .clone()
        .unwrap_or_else(|| default_data_dir().join("demo"));
    Layers::read(&Sources {
        config: Files::None,
        environment: &|name| match name {
            "KILLWIRE_LISTEN" | "KILLWIRE_LOG" | "KILLWIRE_LOG_FORMAT" => std::env::var(name).ok(),
            _ => None,
        },
        flags: Flags::default()
            .with("log.level", "the demo", quiet())
            .with("storage.data_dir", "--data-dir", Some(data_dir.display()))
            .with("server.listen", "--listen", listen),
    })
}

/// The demo speaks for itself; logs would talk over it.
fn quiet() -> Option<&'static str> {
    std::env::var_os("KILLWIRE_LOG").is_none().then_some("warn")
}

/// The configuration's layers as the command line and the environment have them.
fn layers(global: &Global, flags: Flags) -> Layers {
    let flags = flags.with(
        "storage.data_dir",
        "--data-dir",
        global.data_dir.as_ref().map(|dir| dir.display()),
    );
    Layers::read(&Sources {
        config: global.config.as_deref().map_or(Files::Usual, Files::Only),
        environment: &|name| std::env::var(name).ok(),
        flags,
    })
}

/// The configuration; all its problems where it cannot be used.
fn configured(global: &Global, flags: Flags) -> Result<Config, Failure> {
    Ok(Config::of(&layers(global, flags))?)
}
