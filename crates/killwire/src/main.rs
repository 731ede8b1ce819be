//! Killwire: one program that follows zKillboard's killmail feed, keeps every killmail in an
//! ordered, durable log, and serves it to whoever reads.
//!
//! `cli` says what can be asked, `command` has one file per answer. What runs for long is put
//! together in `node`; what a person does to the state goes through an `operator`, which works
//! beside a running server (over its control socket) and without one.

mod cli;
mod command;
mod config;
mod control;
mod data_dir;
mod desk;
mod failure;
mod feed;
mod inquiry;
mod kill_line;
mod knowledge;
mod lock;
mod logging;
mod metric;
mod namer;
mod node;
mod operations;
mod operator;
mod output;
mod profile_desk;
mod signal;
mod supervise;
mod surveillance;

use std::process::ExitCode;

use clap::Parser;

/// What went wrong is on standard error.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    // clap answers --help with 0 and a wrong command line with 2 by itself.
    let cli = cli::Cli::parse();
    match command::run(cli) {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(FAILED)
        }
    }
}
