//! What the system says of a process: the processor time it took, the memory it holds, the files it
//! may open. Linux only, where it reads `/proc`.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// A process is at rest when its memory has not changed for so long.
const AT_REST: Duration = Duration::from_millis(500);

/// Whether this system says anything; tells the user where it does not.
pub(crate) fn can_be_read(bench: &str, case: &str) -> bool {
    let readable = Path::new("/proc/self/status").exists();
    if !readable {
        eprintln!("{bench} {case}: skipped, there is no /proc here");
    }
    readable
}

/// Processor time that a process has taken so far, its own and the system's for it, in seconds. The
/// system counts in hundredths.
pub(crate) fn cpu_seconds(process: u32) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in parentheses, may hold anything.
    let (_, fields) = stat.rsplit_once(')').ok_or("the process has no state")?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    let ticks = |place: usize| -> Outcome<u32> {
        let field = fields.get(place).ok_or("the process has no times")?;
        Ok(field.parse()?)
    };
    // Fields 14 and 15 of proc(5), of which two are before the parenthesis.
    let taken = f64::from(ticks(11)?) + f64::from(ticks(12)?);
    let per_second = u32::try_from(rustix::param::clock_ticks_per_second())?;
    Ok(taken / f64::from(per_second))
}

/// Bytes of a process that lie in RAM, once that has come to rest.
pub(crate) fn resident_bytes(process: u32) -> Outcome<f64> {
    let mut last = resident_kibibytes(process)?;
    let mut since = Instant::now();
    let give_up = since + Duration::from_secs(10);
    while since.elapsed() < AT_REST && Instant::now() < give_up {
        std::thread::sleep(Duration::from_millis(50));
        let now = resident_kibibytes(process)?;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(f64::from(last) * 1_024.0)
}

fn resident_kibibytes(process: u32) -> Outcome<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("the process has no resident memory")?;
    Ok(resident.trim().trim_end_matches(" kB").parse()?)
}

/// Lets this process, and those that it starts, open files for so many connections.
pub(crate) fn allow_connections(connections: usize) -> Outcome<()> {
    let needed = files_for(connections)?;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum.or(Some(needed)),
            maximum: limit.maximum,
        },
    )?;
    Ok(())
}

/// The same for a bench, with false, and a word to the user, where the system does not allow it.
pub(crate) fn may_connect(bench: &str, case: &str, connections: usize) -> Outcome<bool> {
    let needed = files_for(connections)?;
    match getrlimit(Resource::Nofile).maximum {
        Some(most) if most < needed => {
            eprintln!(
                "{bench} {case}: skipped, it needs {needed} open files and only {most} are \
                 allowed; raise the hard limit (ulimit -Hn)"
            );
            Ok(false)
        }
        _ => allow_connections(connections).map(|()| true),
    }
}

/// With those for the database, the listener, the runtime, and what a broker keeps for itself.
fn files_for(connections: usize) -> Outcome<u64> {
    Ok(u64::try_from(connections)? + 256)
}

/// The time on the clock that all processes of the machine share, in nanoseconds.
pub(crate) fn nanoseconds() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    // Neither is negative.
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}
