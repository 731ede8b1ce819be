//! `recover`: from starting `killwire serve` on a store of a million events, after a kill, until it
//! answers a reader of the log; against rusqlite opening the same file and reading the rows that the
//! recent window is made of.

use std::time::Instant;

use crate::peer::{self, Connection};
use crate::program::{self, Program};
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, feed};

const EVENTS: usize = 1_000_000;
/// Big fights are left out: they would only make the file large.
const LARGEST: usize = 2_000;
const ROUNDS: usize = 5;

/// Measures the case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let program = Program::build()?;
    let folder = tempfile::tempdir()?;
    let file = program::database(folder.path());
    eprintln!("recover {case}: storing {EVENTS} killmails, which takes a few minutes");
    let start = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let filled = runtime.block_on(feed::fill(&file, EVENTS, LARGEST))?;
    drop(runtime);
    eprintln!(
        "recover {case}: stored in {:.0} s, {} MB",
        start.elapsed().as_secs_f64(),
        std::fs::metadata(&file)?.len() >> 20
    );
    let target = format!("/api/v1/events?after={}", filled.head - 1);
    let window = killwire_store::WindowLimits::default().events;
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            let start = Instant::now();
            let server = program.start(folder.path())?;
            let status = Connection::open(server.address)?.get(&target)?.0;
            let elapsed = start.elapsed();
            if status != 200 {
                return Err(format!("{target} was answered with {status}").into());
            }
            Ok(elapsed.as_secs_f64() * 1_000.0)
        },
        || peer::read_recent(&file, window),
    )?;
    Ok(Some(Line::new(
        ("recover", case),
        (value, "ms", Counts::Cost),
        (Some(baseline), "rusqlite reading the window's rows"),
    )))
}
