//! What can be asked on the command line.

mod profile;
mod tail;
mod token;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::profile::{Foreign, ListAction, ProfileAction, Which, Written};
pub(crate) use self::tail::{FilterFlags, TailArgs};
pub(crate) use self::token::{TokenAction, TokenScope};
use crate::config::parse_duration;

const TOP_HELP: &str = "\
First steps:
  killwire demo                                   everything at work, without network or account
  killwire serve --contact you@example.org        the live feed

Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong command line.";

/// A self-hosted killmail service for EVE Online.
///
/// Killwire follows zKillboard's live feed, keeps every killmail in one ordered, durable log, and
/// serves it over HTTP to maps, bots and scripts that resume exactly where they stopped.
#[derive(Debug, Parser)]
#[command(name = "killwire", version, after_help = TOP_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes, before or after its name.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Read this configuration file, and no other (also KILLWIRE_CONFIG)
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "KILLWIRE_CONFIG",
        hide_env = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Keep everything in this folder; made if absent
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Follow the live feed and serve it
    ///
    /// Follows zKillboard's feed into the log and answers clients until SIGTERM or Ctrl-C.
    /// zKillboard and CCP want to know whom to call about a program's requests, so a contact is
    /// needed once, as a flag, in KILLWIRE_CONTACT or in the configuration file.
    #[command(after_help = "\
Examples:
  killwire serve --contact you@example.org
  KILLWIRE_CONTACT=you@example.org killwire serve --listen 0.0.0.0:4004 --data-dir /var/lib/killwire")]
    Serve(ServeArgs),
    /// Show everything at work, without network, account or configuration
    ///
    /// Plays a lively New Eden on this machine, follows it like the real feed, and says in plain
    /// words what happens and what to try. The data stays in a folder of its own; a second demo
    /// goes on from there.
    #[command(after_help = "\
Examples:
  killwire demo
  killwire demo --listen 127.0.0.1:0 --for 2m --data-dir /tmp/killwire-demo")]
    Demo(DemoArgs),
    /// Watch kills in the terminal as they happen
    ///
    /// Connects to a running server and shows one line per kill: all of them, or those that fit the
    /// filters. Goes on without a gap when the server restarts or the network fails. Ctrl-C ends it.
    #[command(after_help = tail::EXAMPLES, after_long_help = tail::MORE_EXAMPLES)]
    Tail(TailArgs),
    /// Say what you look for in the feed, try it on the past, see what it finds and why
    ///
    /// A profile is a condition on killmails that every killmail is held against as it comes. What
    /// it finds is stored with the reason, once for each killmail. Works beside a running server and
    /// without one; without one nothing new is found.
    #[command(after_help = profile::EXAMPLES, after_long_help = profile::MORE_EXAMPLES)]
    Profile {
        #[command(subcommand)]
        action: ProfileAction,
    },
    /// Keep lists (blues, watch lists, home systems) that profiles use by name
    #[command(after_help = profile::LIST_EXAMPLES, after_long_help = profile::MORE_LIST_EXAMPLES)]
    List {
        #[command(subcommand)]
        action: ListAction,
    },
    /// Play every upstream on loopback, for tests
    ///
    /// Serves R2Z2, ESI, EVE Ref, zKillboard, Janice, MutaMarket and CCP's static data as they
    /// behave, from a seeded generator, and counts every breach of their rules. Prints the settings with which `killwire serve` follows it.
    #[command(after_help = "\
Examples:
  killwire sim --seed 7 --scale 60
  killwire sim --listen 127.0.0.1:0 --per-hour 3600 --total 20000")]
    Sim(SimArgs),
    /// Take in killmails from files
    ///
    /// Reads .jsonl, .json (an object or a list) and .tar files, also with .gz, .bz2 or .zst, and
    /// folders of them; EVE Ref's day archives are such files. Killmails are stored in bulk and
    /// disturb no reader; with --as-live each becomes an event, as if the feed had brought it.
    /// What is known already is not stored again. Works beside a running server and without one.
    #[command(after_help = "\
Examples:
  killwire replay killmails-2026-01-31.tar.bz2 more/
  killwire replay fight.jsonl --as-live --speed 10/s")]
    Replay(ReplayArgs),
    /// Show the configuration, or check it
    #[command(after_help = "\
Examples:
  killwire config show
  killwire config check --config /etc/killwire.toml")]
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Check this machine: folder, database, disk, clock, network
    ///
    /// Each line says ok, warn or fail, and what to do. Fails when any line does.
    #[command(after_help = "\
Examples:
  killwire doctor
  killwire doctor --online --json")]
    Doctor(DoctorArgs),
    /// Look at entries that were not killmails, and try them again
    ///
    /// An entry that cannot be read never stops the feed: it is put aside with its bytes and the
    /// reason. After an upgrade it may be readable.
    #[command(after_help = "\
Examples:
  killwire quarantine list
  killwire quarantine retry --all")]
    Quarantine {
        #[command(subcommand)]
        action: QuarantineAction,
    },
    /// Look at feed numbers that were skipped, and repair them
    ///
    /// Holes and expired ranges are recorded and repaired in the background from the day archives.
    #[command(after_help = "\
Examples:
  killwire gaps list
  killwire gaps repair")]
    Gaps {
        #[command(subcommand)]
        action: GapsAction,
    },
    /// Import CCP's static data, or see which build is in use
    ///
    /// Static data gives systems, regions, hulls and modules their names. `killwire serve` fetches it
    /// by itself; this is for machines without network, and for the impatient. The new build is read
    /// beside the old one and replaces it in one step; readers notice nothing.
    #[command(after_help = "\
Examples:
  killwire sde import --file eve-online-static-data-3171578-jsonl.zip
  killwire sde status --json")]
    Sde {
        #[command(subcommand)]
        action: SdeAction,
    },
    /// Say what a name or an id means
    ///
    /// Finds pilots, corporations, alliances, factions, solar systems, constellations, regions and
    /// types. Names need not be whole or spelled right. What is not known here is asked of ESI, which
    /// knows whole names and ids, where a contact is configured.
    #[command(after_help = "\
Examples:
  killwire lookup jita
  killwire lookup 98000001 --json")]
    Lookup {
        /// A name, a part of one, or an id
        #[arg(required = true, num_args = 1.., value_name = "NAME|ID")]
        what: Vec<String>,
        /// At most so many answers
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// Say what a type costs, by which source and when
    #[command(after_help = "\
Examples:
  killwire price Rifter
  killwire price 587 --json")]
    Price {
        /// A type's name or id
        #[arg(required = true, num_args = 1.., value_name = "TYPE")]
        what: Vec<String>,
    },
    /// Value a stored killmail, line by line
    ///
    /// Shows each item with quantity, price, source and date, then hull, fitted, dropped, destroyed
    /// and total; zKillboard's figures, where it gave any, beside ours.
    #[command(after_help = "\
Examples:
  killwire value 134435757
  killwire value 134435757 --json")]
    Value {
        /// The killmail's id
        killmail_id: i64,
    },
    /// Make, list and revoke the tokens that clients show
    ///
    /// A token is a secret that a client sends with each request. Reading needs one where
    /// server.reading is set to token; whatever changes something over HTTP always needs one. Only a
    /// hash of it is stored, so it is shown once, when it is made: on standard output and nothing
    /// else there, so that a script can take it. Works beside a running server and without one.
    #[command(after_help = "\
Examples:
  killwire token create my-map
  killwire token revoke my-map")]
    Token {
        #[command(subcommand)]
        action: TokenAction,
    },
    /// Copy the whole database into a new file
    ///
    /// The copy is consistent, also beside a running server. To restore it, stop Killwire and put
    /// it in the data directory as killwire.db.
    #[command(after_help = "\
Examples:
  killwire backup killwire-2026-01-31.db
  killwire backup /mnt/backup/killwire.db --data-dir /var/lib/killwire")]
    Backup {
        /// The new file; it must not exist
        file: PathBuf,
    },
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  killwire completions bash > ~/.local/share/bash-completion/completions/killwire
  killwire completions zsh > ~/.zfunc/_killwire")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where clients connect; port 0 picks a free one and prints it [default: 127.0.0.1:4004]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// Whom zKillboard and CCP can reach: an e-mail address, a URL or a character's name
    #[arg(long, value_name = "WHO")]
    pub(crate) contact: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where clients connect; port 0 picks a free one and prints it [default: 127.0.0.1:4004]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// How many times faster than real time New Eden lives
    #[arg(long, value_name = "TIMES", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub(crate) pace: u32,
    /// Stop by itself after this time, such as 30s or 5m
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub(crate) run_for: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// Where it listens; port 0 picks a free one and prints it
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:4005")]
    pub(crate) listen: SocketAddr,
    /// What all random choices follow from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many pilots there are; of more than 4,000, few are often seen and most hardly ever
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u64).range(2_000..=1_000_000))]
    pub(crate) pilots: u64,
    /// Entries per hour of the simulator's time; the real feed has about 860
    #[arg(long, value_name = "N", default_value_t = 860.0)]
    pub(crate) per_hour: f64,
    /// End the feed after so many killmails
    #[arg(long, value_name = "N")]
    pub(crate) total: Option<u64>,
    /// How many times faster than real time it lives
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub(crate) scale: u32,
    /// The moment at which its time and real time agree (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) epoch: Option<jiff::Timestamp>,
    /// Play these files instead of the generator
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Append each killmail as a live event
    #[arg(long)]
    pub(crate) as_live: bool,
    /// How fast with --as-live: a rate such as 10/s or 600/m, or max
    #[arg(long, default_value = "max", requires = "as_live")]
    pub(crate) speed: Speed,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Also ask the upstreams whether they answer
    #[arg(long)]
    pub(crate) online: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Every value and where it came from; secrets are masked
    Show,
    /// All problems at once, each with its fix
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineAction {
    /// The newest entries
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// One entry with its bytes
    Show {
        /// Its number
        id: i64,
    },
    /// Try to take entries in again
    Retry {
        /// Its number
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<i64>,
        /// All of them
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum GapsAction {
    /// Skipped numbers and what became of them
    List {
        /// Only those still to be repaired
        #[arg(long)]
        open: bool,
    },
    /// Repair now instead of when it is due
    Repair {
        /// Only this gap
        id: Option<i64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SdeAction {
    /// Bring the newest build from CCP, or a file
    Import {
        /// An export in JSON Lines, as a ZIP; without it the newest is downloaded
        #[arg(long, value_name = "ZIP")]
        file: Option<PathBuf>,
    },
    /// Which build is in use, and what it holds
    Status,
}

/// How fast `replay --as-live` goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Speed {
    /// As fast as the log takes them.
    Max,
    /// This much time for each.
    Each(Duration),
}

impl std::str::FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a speed: write 10/s, 600/m, 1000/h or max");
        if text == "max" {
            return Ok(Self::Max);
        }
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(wrong()),
        };
        match count.parse::<u32>() {
            Ok(count) if count > 0 => Ok(Self::Each(Duration::from_secs(unit) / count)),
            _ => Err(wrong()),
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| format!("{text:?} is not a length of time: write 30s or 5m"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in [
            ["killwire", "--json", "--data-dir", "x", "doctor"],
            ["killwire", "doctor", "--data-dir", "x", "--json"],
        ] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert!(cli.global.json);
            assert_eq!(cli.global.data_dir, Some(PathBuf::from("x")));
        }
    }

    #[test]
    fn a_speed_is_a_rate_or_max() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("10/s".parse(), Ok(Speed::Each(Duration::from_millis(100))));
        assert_eq!("600/m".parse(), Ok(Speed::Each(Duration::from_millis(100))));
        for wrong in ["", "10", "0/s", "-1/s", "10/d", "fast"] {
            assert!(wrong.parse::<Speed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_command_shows_two_examples() {
        for command in Cli::command().get_subcommands() {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let examples = help
                .lines()
                .filter(|line| line.contains("killwire "))
                .count();
            assert_eq!(examples, 2, "{}", command.get_name());
        }
    }
}
