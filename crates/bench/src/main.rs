//! The benchmark program: Killwire against its peers and limits, measured in one run.
//!
//! `cargo run --release -p killwire-bench -- NAME [CASE]` prints one JSON line per case on standard
//! output and words for people on standard error. Each bench is one file; [`rounds`] measures both
//! sides in turns, [`report`] writes the lines and compares them with recorded ones. Whatever must
//! not share a process with Killwire (the other SQLite user, the load, the bare servers) is this
//! same program started again as a [`peer`].

mod append;
mod broker;
mod crowd;
mod documents;
mod enrich;
mod fanout;
mod feed;
mod idle;
mod matching;
mod memory;
mod named;
mod parse;
mod peer;
mod poll;
mod process;
mod program;
mod publisher;
mod recover;
mod report;
mod resume;
mod rounds;
mod sde;
mod search;
mod slow;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::report::{Line, Report};

/// Any error; the program says it and ends.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Killwire against its peers and limits.
///
/// Each case prints one JSON line on standard output, with the members bench, case, value, unit,
/// baseline, baseline_name and ratio.
///
/// The baseline is measured in the same run, in turns with Killwire, and both figures are medians
/// of several rounds. `ratio` above 1 always means that Killwire is ahead, whether the unit counts
/// work done or time and memory used. Where a peer is not there, `baseline` and `ratio` are null.
/// Absolute figures drift with the machine; ratios of one run do not.
#[derive(Parser)]
#[command(name = "killwire-bench", version, after_long_help = EXAMPLES)]
struct Arguments {
    /// Which bench: parse, enrich, append, poll, recover, memory, sde, search, fanout, idle, slow,
    /// resume, match, profile-test, or all.
    #[arg(value_parser = ["parse", "enrich", "append", "poll", "recover", "memory", "sde", "search",
        "fanout", "idle", "slow", "resume", "match", "profile-test", "all"])]
    bench: String,
    /// Only this case of it.
    ///
    ///   parse    typed, facts, typed-real, facts-real
    ///   enrich   warm
    ///   append   batch-1, batch-100, batch-1000
    ///   poll     events-after, killfeed-next
    ///   recover  million-events
    ///   memory   idle, window-full, static-and-window
    ///   sde      import
    ///   search   prefix, typo
    ///   fanout   clients-1000-vs-nats, clients-10000-vs-nats, clients-1000-vs-redis
    ///   idle     per-connection-bytes
    ///   slow     p99-with-100-stalled
    ///   resume   thousand-clients-10000-behind
    ///   match    profiles-1000, profiles-10000, profiles-100000
    ///   profile-test  hundred-thousand, million
    #[arg(verbatim_doc_comment)]
    case: Option<String>,
    /// A file of such lines, from an earlier run: the program ends with 1 when a ratio fell more
    /// than 15 % below the one recorded there.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p killwire-bench -- parse
  cargo run --release -p killwire-bench -- append batch-100
  cargo run --release -p killwire-bench -- all > bench.jsonl
  cargo run --release -p killwire-bench -- all --compare bench.jsonl

The benches poll, recover, memory, idle and resume build the server itself first, which takes
minutes the first time; recover fills a temporary store of a million events, about 3 GB (TMPDIR says
where).

fanout compares with nats-server and redis-server (apt-get install nats-server redis-server). Where
one is not installed, baseline and ratio are null. clients-10000-vs-nats needs 10,256 open files in
each process; where the hard limit (ulimit -Hn) is lower, it is left out and says so.

The cases `typed-real` and `facts-real` read real killmails, `sde` and `search` CCP's static data
export, from the folder that KILLWIRE_SHARED names (default ../shared, taken from the workspace's
root), and say so where it is absent.";

/// A bench: its name, its cases, and how one of them is measured. None where what it needs is not
/// there.
struct Bench {
    name: &'static str,
    cases: &'static [&'static str],
    measure: fn(&str) -> Outcome<Option<Line>>,
}

const BENCHES: [Bench; 14] = [
    Bench {
        name: "parse",
        cases: &["typed", "facts", "typed-real", "facts-real"],
        measure: parse::measure,
    },
    Bench {
        name: "enrich",
        cases: &["warm"],
        measure: enrich::measure,
    },
    Bench {
        name: "append",
        cases: &["batch-1", "batch-100", "batch-1000"],
        measure: append::measure,
    },
    Bench {
        name: "poll",
        cases: &["events-after", "killfeed-next"],
        measure: poll::measure,
    },
    Bench {
        name: "recover",
        cases: &["million-events"],
        measure: recover::measure,
    },
    Bench {
        name: "memory",
        cases: &["idle", "window-full", "static-and-window"],
        measure: memory::measure,
    },
    Bench {
        name: "sde",
        cases: &["import"],
        measure: sde::measure,
    },
    Bench {
        name: "search",
        cases: &["prefix", "typo"],
        measure: search::measure,
    },
    Bench {
        name: "fanout",
        cases: &[
            "clients-1000-vs-nats",
            "clients-10000-vs-nats",
            "clients-1000-vs-redis",
        ],
        measure: fanout::measure,
    },
    Bench {
        name: "idle",
        cases: &["per-connection-bytes"],
        measure: idle::measure,
    },
    Bench {
        name: "slow",
        cases: &["p99-with-100-stalled"],
        measure: slow::measure,
    },
    Bench {
        name: "resume",
        cases: &["thousand-clients-10000-behind"],
        measure: resume::measure,
    },
    Bench {
        name: "match",
        cases: &["profiles-1000", "profiles-10000", "profiles-100000"],
        measure: matching::measure,
    },
    Bench {
        name: "profile-test",
        cases: &["hundred-thousand", "million"],
        measure: trial::measure,
    },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = if arguments.next().as_deref() == Some(peer::MARK) {
        peer::run(&arguments.collect::<Vec<_>>()).map(|()| true)
    } else {
        run(&Arguments::parse())
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("killwire-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what was asked for; false when a ratio fell.
fn run(asked: &Arguments) -> Outcome<bool> {
    if cfg!(debug_assertions) {
        eprintln!("note: this is a debug build; the figures mean nothing without --release");
    }
    // Read first, so that a wrong path is told before the measuring and not after it.
    let recorded = asked.compare.as_deref().map(report::read).transpose()?;
    let mut report = Report::default();
    let mut known = false;
    for bench in &BENCHES {
        if asked.bench != "all" && asked.bench != bench.name {
            continue;
        }
        for case in bench.cases {
            if asked.case.as_deref().is_none_or(|asked| asked == *case) {
                known = true;
                if let Some(line) = (bench.measure)(case)? {
                    report.add(line)?;
                }
            }
        }
    }
    if !known {
        let case = asked.case.as_deref().unwrap_or_default();
        return Err(format!("{} has no case {case}; see --help", asked.bench).into());
    }
    Ok(recorded.is_none_or(|recorded| report.keeps_up_with(&recorded)))
}
