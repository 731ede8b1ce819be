//! `profile-test`: trying a condition on all killmails that are stored, by their fact records;
//! against rusqlite reading the same records and doing nothing with them, on one thread.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use killwire_sim::{STATIC_BUILD, static_export};
use killwire_surveillance::compile::{Compiler, Lists};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::subject::NoChains;
use killwire_surveillance::text;
use killwire_surveillance::tree::TreeLimits;
use killwire_surveillance::trial::{Part, Tried, try_on_past};
use killwire_universe::read_export;
use rusqlite::{Connection, OpenFlags};

use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, feed, program};

/// Big fights are left out: they would only make the file large.
const LARGEST: usize = 2_000;
const ROUNDS: usize = 5;

/// What somebody looks for: places, hulls of attackers, values, and whom not.
const CONDITION: &str = r#"(attackers any {ship.group in [419, 420, 25, 26] and not corporation = 98000001}
    and system within 5 jumps of 30000142 and value >= 50m) or value >= 5b"#;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let count = match case {
        "hundred-thousand" => 100_000,
        "million" => 1_000_000,
        other => return Err(format!("there is no case {other}").into()),
    };
    let folder = tempfile::tempdir()?;
    let file = program::database(folder.path());
    eprintln!("profile-test {case}: storing {count} killmails");
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(feed::fill(&file, count, LARGEST))?;

    let export = static_export(STATIC_BUILD)?;
    let universe = read_export(std::io::Cursor::new(export), &mut |_| {})?;
    let ground = Ground::new(Arc::new(universe));
    let expr = text::parse(CONDITION, &TreeLimits::default())?.expr;
    let lists = Lists::new();
    let mut compiler = Compiler::new(&ground, &lists);
    let (plan, parts) = (compiler.compile(&expr)?, Part::of(&expr, &mut compiler)?);
    let tried = Tried {
        plan: &plan,
        parts: &parts,
    };
    let store = runtime.block_on(feed::open(&file))?;
    // A million killmails go on into the hours to come.
    let until = Clock::system().now() + SignedDuration::from_hours(24);
    let span = (Timestamp::UNIX_EPOCH, until);
    let (mut matched, mut looked_at) = (0, 0);
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            let start = Instant::now();
            let trial = try_on_past(&store, span, tried, &ground, &NoChains, |_| {});
            let trial = runtime.block_on(trial)?;
            let elapsed = start.elapsed();
            (matched, looked_at) = (trial.matched, trial.looked_at);
            Ok(elapsed.as_secs_f64())
        },
        || read_records(&file),
    )?;
    runtime.block_on(store.close());
    if looked_at != u64::try_from(count)? {
        return Err(format!("{looked_at} killmails were looked at, of {count}").into());
    }
    #[allow(clippy::cast_precision_loss, reason = "a figure")]
    Ok(Some(
        Line::new(
            ("profile-test", case),
            (value, "s", Counts::Cost),
            (Some(baseline), "rusqlite reading the records"),
        )
        .beside("matched", matched as f64),
    ))
}

/// Seconds.
fn read_records(file: &Path) -> Outcome<f64> {
    let start = Instant::now();
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut select = connection.prepare("SELECT killmail_id, stored_at, facts FROM killmail")?;
    let mut rows = select.query([])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get_ref(2)?.as_blob()?.len();
    }
    std::hint::black_box(bytes);
    Ok(start.elapsed().as_secs_f64())
}
