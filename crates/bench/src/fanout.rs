//! `fanout`: killmails carried to many clients that all want one system, against brokers that carry
//! the same bytes at the same pace over their plain protocols.
//!
//! The value is processor time of the server's process, its appending included, per 100,000
//! deliveries at a steady pace. Beside it stand how long killmails were on their way, from before
//! they were appended (given to the broker) until a client had them, and what goes through flat out.
//! Clients are in a process of their own and share the cores with the server.

use std::path::Path;
use std::time::Duration;

use killwire_killmail::SystemId;

use crate::Outcome;
use crate::broker::{Broker, Kind};
use crate::crowd::Crowd;
use crate::process::{self, cpu_seconds, may_connect};
use crate::publisher::{Killwire, Publisher};
use crate::report::{Counts, Line};
use crate::rounds::{alone, in_turns, median};

/// Jita.
pub(crate) const SYSTEM: i64 = 30_000_142;

/// One case's crowd and pace.
struct Load {
    clients: usize,
    /// Between two killmails.
    every: Duration,
    /// Killmails before the measuring, in it, and flat out after it.
    warm_up: usize,
    paced: usize,
    flat_out: usize,
    rounds: usize,
}

/// Twenty killmails a second for ten seconds.
const THOUSAND: Load = Load {
    clients: 1_000,
    every: Duration::from_millis(50),
    warm_up: 20,
    paced: 200,
    flat_out: 300,
    rounds: 5,
};

/// Two killmails a second for ten seconds.
const TEN_THOUSAND: Load = Load {
    clients: 10_000,
    every: Duration::from_millis(500),
    warm_up: 4,
    paced: 20,
    flat_out: 30,
    rounds: 5,
};

/// What one round showed.
struct Round {
    cpu_per_100k: f64,
    p50_ms: f64,
    p99_ms: f64,
    flat_out: f64,
}

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let (load, kind) = match case {
        "clients-1000-vs-nats" => (THOUSAND, Kind::Nats),
        "clients-1000-vs-redis" => (THOUSAND, Kind::Redis),
        _ => (TEN_THOUSAND, Kind::Nats),
    };
    if !(process::can_be_read("fanout", case) && may_connect("fanout", case, load.clients)?) {
        return Ok(None);
    }
    let system = SystemId::try_from(SYSTEM)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut our_round = || {
        let round = load.round(&mut Killwire::start(system, load.clients)?)?;
        ours.push(round);
        Ok(ours.last().map_or(0.0, |round| round.cpu_per_100k))
    };
    let (value, baseline) = match kind.find() {
        None => {
            let package = kind.program();
            eprintln!("fanout {case}: {package} is not installed (Debian's package {package})");
            (alone(load.rounds, our_round)?, None)
        }
        Some(program) => {
            let folder = tempfile::tempdir()?;
            let texts = folder.path().join("texts");
            Killwire::copy(system, load.killmails(), &texts)?;
            say_sizes(&texts)?;
            let (value, baseline) = in_turns(load.rounds, &mut our_round, || {
                let round = load.round(&mut Broker::start(kind, &program, &texts)?)?;
                theirs.push(round);
                Ok(theirs.last().map_or(0.0, |round| round.cpu_per_100k))
            })?;
            (value, Some(baseline))
        }
    };
    let unit = "CPU-s per 100,000";
    let line = Line::new(
        ("fanout", case),
        (value, unit, Counts::Cost),
        (baseline, kind.program()),
    );
    Ok(Some(beside(beside(line, "", &ours), "baseline_", &theirs)))
}

/// Medians of what else was seen.
fn beside(line: Line, whose: &str, rounds: &[Round]) -> Line {
    if rounds.is_empty() {
        return line;
    }
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    line.beside(&format!("{whose}p50_ms"), of(|round| round.p50_ms))
        .beside(&format!("{whose}p99_ms"), of(|round| round.p99_ms))
        .beside(
            &format!("{whose}flat_out_deliveries_per_s"),
            of(|round| round.flat_out),
        )
}

impl Load {
    const fn killmails(&self) -> usize {
        self.warm_up + self.paced + self.flat_out
    }

    fn round(&self, publisher: &mut impl Publisher) -> Outcome<Round> {
        publisher.prepare(self.killmails())?;
        let mut crowd = Crowd::start(&publisher.subscribers(self.clients))?;
        let warm = publisher.publish(self.warm_up, self.every)?;
        crowd.wait_for(warm.last()?)?;

        crowd.record()?;
        let before = cpu_seconds(publisher.process())?;
        let paced = publisher.publish(self.paced, self.every)?;
        crowd.wait_for(paced.last()?)?;
        let taken = cpu_seconds(publisher.process())? - before;
        let latency = crowd.latency(paced.first, paced.stamps)?;
        let deliveries = self.clients * self.paced;
        if latency.received != deliveries {
            let received = latency.received;
            return Err(format!("{received} killmails were received, not {deliveries}").into());
        }

        let flat_out = publisher.publish(self.flat_out, Duration::ZERO)?;
        let reached = crowd.wait_for(flat_out.last()?)?;
        let began = flat_out.stamps.first().copied().unwrap_or_default();
        let round = Round {
            cpu_per_100k: taken * 100_000.0 / count(deliveries)?,
            p50_ms: milliseconds(latency.p50),
            p99_ms: milliseconds(latency.p99),
            flat_out: count(self.clients * self.flat_out)? / seconds(reached.at - began),
        };
        eprintln!(
            "    {:.2} CPU-s per 100,000; p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms; flat out \
             {:.0} deliveries/s",
            round.cpu_per_100k,
            round.p50_ms,
            round.p99_ms,
            milliseconds(latency.longest),
            round.flat_out
        );
        Ok(round)
    }
}

/// Says how much the texts of a file are.
pub(crate) fn say_sizes(texts: &Path) -> Outcome<()> {
    let texts = std::fs::read(texts)?;
    let lines = texts.iter().filter(|byte| **byte == b'\n').count();
    let mean = (texts.len() / lines.max(1)).saturating_sub(1);
    eprintln!("{lines} killmails of {mean} bytes on average, as clients get them");
    Ok(())
}

fn count(number: usize) -> Outcome<f64> {
    Ok(f64::from(u32::try_from(number)?))
}

/// Nanoseconds as milliseconds.
pub(crate) fn milliseconds(nanoseconds: u64) -> f64 {
    seconds(nanoseconds) * 1_000.0
}

/// Nanoseconds as seconds.
pub(crate) fn seconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64()
}
