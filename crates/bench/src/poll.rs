//! `poll`: answers per second over kept-alive loopback connections, server and client in processes
//! of their own.
//!
//! `events-after`: a reader near the head asks `/api/v1/events` for the last ten events, against a
//! bare axum handler that answers the same bytes. `killfeed-next`: killfeed clients take one event
//! per request, their offset durable before the answer, against the same handler doing one equally
//! durable update.

use std::collections::HashMap;
use std::path::Path;

use killwire_killmail::SystemId;

use crate::feed::{self, Filled};
use crate::peer::{Connection, Server};
use crate::program::{self, Program, Running};
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, peer};

const EVENTS: usize = 20_000;
/// Events in one answer of `events-after`.
const PAGE: usize = 10;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 7;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let program = Program::build()?;
    let folder = tempfile::tempdir()?;
    eprintln!("poll {case}: storing {EVENTS} killmails");
    let runtime = tokio::runtime::Runtime::new()?;
    let file = program::database(folder.path());
    let filled = runtime.block_on(feed::fill(&file, EVENTS, usize::MAX))?;
    drop(runtime);
    let killwire = program.start(folder.path())?;
    if case == "events-after" {
        events_after(&killwire, &filled, folder.path())
    } else {
        killfeed_next(&killwire, &filled, folder.path())
    }
    .map(Some)
}

fn events_after(killwire: &Running, filled: &Filled, folder: &Path) -> Outcome<Line> {
    let target = format!(
        "/api/v1/events?after={}&limit=100",
        filled.head - PAGE as i64
    );
    let body = keep_answer(killwire, &target, folder)?;
    let bare = Server::bare_answer(&body)?;
    let (value, baseline) = in_turns(
        ROUNDS,
        || peer::load(killwire.address, CONNECTIONS, &target),
        || peer::load(bare.address, CONNECTIONS, &target),
    )?;
    Ok(Line::new(
        ("poll", "events-after"),
        (value, "answers/s", Counts::Work),
        (
            Some(baseline),
            "a bare axum handler answering the same bytes",
        ),
    ))
}

fn killfeed_next(killwire: &Running, filled: &Filled, folder: &Path) -> Outcome<Line> {
    let systems = busiest(&filled.systems, 20);
    let target =
        |round: usize| format!("/api/killfeed/next?client_id=bench-{round}-{{}}&systems={systems}");
    let body = keep_answer(killwire, &target(0), folder)?;
    let bare = Server::bare_update(&body, &folder.join("bare.db"))?;
    let (mut ours, mut theirs) = (0, 0);
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            ours += 1;
            peer::load(killwire.address, CONNECTIONS, &target(ours))
        },
        || {
            theirs += 1;
            peer::load(bare.address, CONNECTIONS, &target(theirs))
        },
    )?;
    Ok(Line::new(
        ("poll", "killfeed-next"),
        (value, "answers/s", Counts::Work),
        (
            Some(baseline),
            "a bare axum handler doing one equally durable update",
        ),
    ))
}

/// Puts one answer of Killwire's into a file, for the bare server to repeat.
fn keep_answer(killwire: &Running, target: &str, folder: &Path) -> Outcome<std::path::PathBuf> {
    let mut connection = Connection::open(killwire.address)?;
    let (status, body) = connection.get(target)?;
    if status != 200 {
        let body = String::from_utf8_lossy(body);
        return Err(format!("{target} was answered with {status}: {body}").into());
    }
    let file = folder.join("answer.json");
    std::fs::write(&file, body)?;
    eprintln!("an answer has {} bytes", body.len());
    Ok(file)
}

/// The systems with the most events, as a query writes them.
fn busiest(systems: &[SystemId], how_many: usize) -> String {
    let mut counts: HashMap<SystemId, usize> = HashMap::new();
    for system in systems {
        *counts.entry(*system).or_default() += 1;
    }
    let mut by_count: Vec<_> = counts.into_iter().collect();
    by_count.sort_by_key(|(system, count)| (std::cmp::Reverse(*count), *system));
    let ids: Vec<String> = by_count
        .iter()
        .take(how_many)
        .map(|(system, _)| system.to_string())
        .collect();
    ids.join(",")
}
