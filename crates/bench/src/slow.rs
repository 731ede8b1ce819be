//! `slow`: how long killmails are on their way to those who read, where 100 of 1,100 readers never
//! do, against the same where all of them read.
//!
//! Before the measuring, killmails go out until the stalled are behind: until all buffers between
//! them and the server are full.

use std::time::Duration;

use killwire_killmail::SystemId;

use crate::Outcome;
use crate::crowd::{Crowd, Order};
use crate::fanout::{SYSTEM, milliseconds};
use crate::process::may_connect;
use crate::publisher::{Killwire, Publisher};
use crate::report::{Counts, Line};
use crate::rounds::in_turns;

const READERS: usize = 1_100;
const STALLED: usize = 100;
const ROUNDS: usize = 5;
/// Killmails between two looks at who is behind.
const FILLING: usize = 500;
/// The server's buffer for one connection is 4 MB at most, the client's a few KB.
const FILLED: usize = 6_000;
const EVERY: Duration = Duration::from_millis(50);
/// Ten seconds of them. The server drops the stalled after thirty.
const PACED: usize = 200;

/// Measures the case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    if !may_connect("slow", case, READERS)? {
        return Ok(None);
    }
    let (with, without) = in_turns(ROUNDS, || p99(STALLED), || p99(0))?;
    Ok(Some(Line::new(
        ("slow", case),
        (with, "ms", Counts::Cost),
        (Some(without), "the same with none stalled"),
    )))
}

fn p99(stalled: usize) -> Outcome<f64> {
    let mut server = Killwire::start(SystemId::try_from(SYSTEM)?, READERS)?;
    server.prepare(FILLED + PACED)?;
    let mut crowd = Crowd::start(&Order {
        stalled,
        ..server.subscribers(READERS)
    })?;
    let (mut filled, mut behind) = (0, 0);
    // With none stalled as many go out as it takes where some are.
    while filled < FILLED && (behind < stalled || stalled == 0) {
        let published = server.publish(FILLING, Duration::ZERO)?;
        crowd.wait_for(published.last()?)?;
        behind = server.behind()?;
        filled += FILLING;
    }
    if behind < stalled {
        return Err(format!("only {behind} readers stalled after {filled} killmails").into());
    }
    crowd.record()?;
    let paced = server.publish(PACED, EVERY)?;
    crowd.wait_for(paced.last()?)?;
    let latency = crowd.latency(paced.first, paced.stamps)?;
    let still = server.behind()?;
    eprintln!(
        "    {stalled} stalled ({still} behind at the end), {filled} killmails before: p50 {:.1} \
         ms, p99 {:.1} ms, longest {:.1} ms",
        milliseconds(latency.p50),
        milliseconds(latency.p99),
        milliseconds(latency.longest)
    );
    Ok(milliseconds(latency.p99))
}
