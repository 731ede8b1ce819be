//! `resume`: from the first connection until a thousand clients, who all come back at once and ask
//! for what they have missed, are live: each has got everything up to the log's end, and the server
//! counts nobody as behind. The log has gone on by 10,000 events.
//!
//! The case is the hardest one: every client wants every event. What that costs at least, a bare loop
//! shows that writes the same bytes to the same crowd. Beside it stands what it takes where each wants
//! 20 systems of its own, as a mapper does.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use killwire_killmail::SystemId;
use serde_json::Value;
use tempfile::TempDir;

use crate::crowd::{Crowd, Order, Speech};
use crate::documents::Source;
use crate::fanout::SYSTEM;
use crate::feed::{self, Filled};
use crate::peer::{Connection, Server};
use crate::process::{cpu_seconds, may_connect, nanoseconds};
use crate::program::{self, Program, Running};
use crate::report::{Counts, Line};
use crate::rounds::{alone, in_turns, median};
use crate::{Outcome, fanout};

const CLIENTS: usize = 1_000;
const BEHIND: i64 = 10_000;
/// Events before those, that everyone has.
const BEFORE: i64 = 500;
/// Systems of a mapper.
const WATCHED: usize = 20;
const ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures the case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    if !may_connect("resume", case, CLIENTS)? {
        return Ok(None);
    }
    let program = Program::build()?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let log = Log::fill(case, true)?;
    let texts = log.copy(&program)?;
    let (value, baseline) = in_turns(
        ROUNDS,
        || log.ours(&program, &mut ours),
        || log.bare(&texts, &mut bare),
    )?;
    let log = Log::fill(case, false)?;
    let mut mappers = Vec::new();
    let mappers_s = alone(ROUNDS, || log.ours(&program, &mut mappers))?;
    let line = Line::new(
        ("resume", case),
        (value, "s", Counts::Cost),
        (Some(baseline), "a bare loop that writes the same bytes"),
    );
    let line = line
        .beside("cpu_s", median(ours))
        .beside("baseline_cpu_s", median(bare))
        .beside("mappers_s", mappers_s)
        .beside("mappers_cpu_s", median(mappers));
    Ok(Some(line))
}

/// A store whose killmails all happened in one system, or in many, and what clients ask for.
struct Log {
    folder: TempDir,
    filled: Filled,
    everything: bool,
}

impl Log {
    fn fill(case: &str, everything: bool) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let file = program::database(folder.path());
        let killmails = usize::try_from(BEFORE + BEHIND)?;
        eprintln!("resume {case}: storing {killmails} killmails");
        let system = SystemId::try_from(SYSTEM)?;
        let source = if everything {
            Source::fresh_in(system)
        } else {
            Source::fresh()
        };
        let runtime = tokio::runtime::Runtime::new()?;
        let filled = runtime.block_on(feed::fill_from(source, &file, killmails, 2_400))?;
        Ok(Self {
            folder,
            filled,
            everything,
        })
    }

    fn order(&self, address: SocketAddr, clients: usize) -> Order {
        Order {
            joins: joins(&self.filled, self.everything),
            after: BEFORE,
            dense: self.everything,
            ..Order::new(Speech::Channel, address, clients)
        }
    }

    /// The texts that each client is sent, one in a line.
    fn copy(&self, program: &Program) -> Outcome<PathBuf> {
        let texts = self.folder.path().join("texts");
        let server = program.start(self.folder.path())?;
        let order = Order {
            copy: Some(texts.clone()),
            ..self.order(server.address, 1)
        };
        Crowd::start(&order)?.wait_for(self.filled.head)?;
        fanout::say_sizes(&texts)?;
        Ok(texts)
    }

    /// Seconds until everyone is live. Adds the server's processor time to `cpu`.
    fn ours(&self, program: &Program, cpu: &mut Vec<f64>) -> Outcome<f64> {
        let server = program.start(self.folder.path())?;
        let before = cpu_seconds(server.process())?;
        let order = self.order(server.address, CLIENTS);
        let live = until_live(&order, self.filled.head, || behind(&server))?;
        cpu.push(cpu_seconds(server.process())? - before);
        Ok(live)
    }

    /// The same for a bare writer, which knows of nobody who is behind.
    fn bare(&self, texts: &Path, cpu: &mut Vec<f64>) -> Outcome<f64> {
        let server = Server::bare_writer(texts)?;
        let order = self.order(server.address, CLIENTS);
        let live = until_live(&order, self.filled.head, || Ok(0))?;
        cpu.push(cpu_seconds(server.process())?);
        Ok(live)
    }
}

/// Everyone wants all there is in the one system, or some systems each; the last killmail's system
/// is in every list, so that it can be seen that a client has come to the log's end.
fn joins(filled: &Filled, everything: bool) -> Vec<String> {
    let join = |systems: &[String]| {
        let systems = systems.join(",");
        format!(r#"{{"systems":[{systems}],"preload":false,"resume_from":{BEFORE}}}"#)
    };
    if everything {
        return vec![join(&[SYSTEM.to_string()])];
    }
    let mut names: Vec<String> = filled.systems.iter().map(ToString::to_string).collect();
    let last = names.pop();
    names.sort_unstable();
    names.dedup();
    (0..CLIENTS)
        .map(|client| {
            let start = client * 7 % names.len();
            let own = names.iter().cycle().skip(start).take(WATCHED - 1);
            join(&own.chain(&last).cloned().collect::<Vec<_>>())
        })
        .collect()
}

/// Seconds from the first connection until everyone has the event `head` and nobody is `behind`.
fn until_live(order: &Order, head: i64, behind: impl Fn() -> Outcome<i64>) -> Outcome<f64> {
    let began = nanoseconds();
    let mut crowd = Crowd::begin(order)?;
    crowd.entered()?;
    let entered = nanoseconds();
    let reached = crowd.wait_for(head)?;
    let give_up = Instant::now() + PATIENCE;
    while behind()? > 0 {
        if Instant::now() > give_up {
            return Err("readers stay behind".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let live = fanout::seconds(nanoseconds() - began);
    eprintln!(
        "    {live:.2} s until all are live: all have joined after {:.2} s, have everything after \
         {:.2} s, {} deliveries",
        fanout::seconds(entered - began),
        fanout::seconds(reached.at - began),
        reached.received
    );
    Ok(live)
}

/// How many readers the server counts as behind.
fn behind(server: &Running) -> Outcome<i64> {
    let mut connection = Connection::open(server.address)?;
    let (status, body) = connection.get("/status")?;
    let report: Value = serde_json::from_slice(body)?;
    let behind = report["hub"]["protocols"]["channel"]["behind"].as_i64();
    behind.ok_or_else(|| format!("/status, answered with {status}, does not tell who reads").into())
}
