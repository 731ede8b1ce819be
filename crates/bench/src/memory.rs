//! `memory`: what the process of `killwire serve` holds in RAM, in MB (10⁶ bytes), with nothing stored (`idle`),
//! with a full recent window that readers have read (`window-full`), and with all static data besides
//! (`static-and-window`). Against a bare axum server
//! of the same build: what the runtime and the framework take. Linux only.

use crate::peer::{Connection, Server};
use crate::program::{self, Program, Running};
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, feed, process, sde};

/// More than the window's default limits hold.
const EVENTS: usize = 12_000;
const ROUNDS: usize = 3;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    if !process::can_be_read("memory", case) {
        return Ok(None);
    }
    let export = match case {
        "static-and-window" => {
            let Some(export) = sde::archive() else {
                eprintln!("memory {case}: skipped, there is no static data export to read");
                return Ok(None);
            };
            Some(export)
        }
        _ => None,
    };
    let program = Program::build()?;
    let folder = tempfile::tempdir()?;
    let file = program::database(folder.path());
    let body = folder.path().join("answer.json");
    std::fs::write(&body, "{}")?;
    let events = if case == "idle" { 0 } else { EVENTS };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(feed::fill(&file, events, usize::MAX))?;
    if let Some(export) = export {
        program.import(folder.path(), &export)?;
    }
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            let server = program.start(folder.path())?;
            read_log(&server, events)?;
            resident_megabytes(server.process())
        },
        || {
            let server = Server::bare_answer(&body)?;
            Connection::open(server.address)?.get("/")?;
            resident_megabytes(server.process())
        },
    )?;
    Ok(Some(Line::new(
        ("memory", case),
        (value, "MB", Counts::Cost),
        (Some(baseline), "a bare axum server"),
    )))
}

/// Reads the newest tenth of the log as a reader would, or asks once where there is none.
fn read_log(server: &Running, events: usize) -> Outcome<()> {
    let mut connection = Connection::open(server.address)?;
    for after in (events - events / 10..=events).step_by(100) {
        let target = format!("/api/v1/events?after={after}&limit=100");
        let status = connection.get(&target)?.0;
        if status != 200 {
            return Err(format!("{target} was answered with {status}").into());
        }
    }
    Ok(())
}

fn resident_megabytes(process: u32) -> Outcome<f64> {
    Ok(process::resident_bytes(process)? / 1_000_000.0)
}
