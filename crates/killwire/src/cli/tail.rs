//! The flags of `killwire tail`. Those that filter are made of the hub's own list of names, so that
//! the command line knows every filter and calls it by its name.

use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use killwire_delivery::{FILTER_NAMES, NoSince, Since};

/// Shown for `-h`.
pub(super) const EXAMPLES: &str = "\
Examples:
  killwire tail --regions 'The Forge' --min-value 100m
  killwire tail --days 1 --json --limit 100";

/// Shown for `--help`.
pub(super) const MORE_EXAMPLES: &str = "\
Columns: time (UTC), security and system with its region, the hull that was lost and its pilot with
the corporation's ticker, the hull and pilot of the final blow, the number of attackers, the value,
and zKillboard's page. A narrow terminal shows less, and makes the value a link to the page.

Examples:
  killwire tail
      every kill as it comes
  killwire tail --regions 'The Forge',Domain --min-value 100m
      kills worth 100 million ISK and more in either region
  killwire tail --alliances 99005338 --npc false --days 2
      what an alliance killed and lost in the last two days, and from then on, without NPCs' kills
  killwire tail --ship-groups Freighter --json >> freighters.jsonl
      one killmail per line, for other programs
  killwire tail --since today --min-value 1b
      today's expensive kills, by EVE's clock, and from then on
  killwire tail --after 4711 --limit 10
      the ten events after the one with seq 4711
  killwire tail --server https://kills.example.org --token kw_…
      a server on another machine, whose owner gave out a token

Different filters must all fit; of one filter's values any will do. Places and hulls may be named
where the server has static data. The server may restart meanwhile: nothing is missed or repeated.";

/// What is followed, and how it is shown.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    /// Where the server is [default: the one that runs on the data directory]
    #[arg(long, value_name = "URL", value_parser = server_url)]
    pub(crate) server: Option<reqwest::Url>,
    /// The token to show, where reading needs one (also KILLWIRE_TOKEN)
    #[arg(
        long,
        value_name = "SECRET",
        env = "KILLWIRE_TOKEN",
        hide_env = true,
        value_parser = clap::builder::NonEmptyStringValueParser::new()
    )]
    pub(crate) token: Option<String>,
    /// Begin after this event of the log; 0 is its beginning
    #[arg(long, value_name = "SEQ", conflicts_with_all = ["days", "since"], value_parser = clap::value_parser!(u64).range(..=i64::MAX.unsigned_abs()))]
    pub(crate) after: Option<u64>,
    /// Begin this many days ago
    #[arg(long, value_name = "N", conflicts_with = "since", value_parser = clap::value_parser!(u64).range(1..=90))]
    pub(crate) days: Option<u64>,
    /// Begin today, with a day, at a time (all UTC) or so long ago: 2026-11-26, 2026-11-26T18:30Z, 2h
    #[arg(long, value_name = "today|DAY|TIME|AGE", value_parser = since)]
    pub(crate) since: Option<String>,
    /// End after so many kills
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    #[command(flatten)]
    pub(crate) filters: FilterFlags,
}

/// The filters that were given, under the hub's names, in the order of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FilterFlags(pub(crate) Vec<(&'static str, String)>);

/// What a filter's value looks like, and what it asks for.
fn explained(name: &str) -> (&'static str, &'static str) {
    match name {
        "systems" => ("ID|NAME,…", "In one of these solar systems"),
        "constellations" => ("ID|NAME,…", "In one of these constellations"),
        "regions" => ("ID|NAME,…", "In one of these regions"),
        "characters" => ("ID,…", "With one of these pilots, as victim or attacker"),
        "corporations" => ("ID,…", "With one of these corporations, on either side"),
        "alliances" => ("ID,…", "With one of these alliances, on either side"),
        "ship_types" => ("ID|NAME,…", "With one of these hulls, lost or shooting"),
        "ship_groups" => ("ID|NAME,…", "With a hull of one of these groups"),
        "min_value" => ("ISK", "Worth at least this: 100000000, 100m or 1.5b"),
        "labels" => ("LABEL,…", "With one of zKillboard's labels"),
        "npc" => ("true|false", "Whether only NPCs shot"),
        "solo" => ("true|false", "Whether one pilot did it alone"),
        "origin" => (
            "live|late|any",
            "Whether it was news when it came, or found later",
        ),
        "max_age" => (
            "AGE",
            "Only if it happened within this time: 90s, 15m, 24h or 7d",
        ),
        "updates" => (
            "true|false",
            "Also show when something more becomes known of a kill",
        ),
        _ => ("VALUE", "A filter of the server"),
    }
}

/// The server reads it, by its own clock; here is only said what it will not take.
fn since(text: &str) -> Result<String, NoSince> {
    text.parse::<Since>().map(|_| text.to_owned())
}

fn is_flag(name: &str) -> bool {
    matches!(name, "npc" | "solo" | "updates")
}

impl Args for FilterFlags {
    fn augment_args(command: Command) -> Command {
        let flags = FILTER_NAMES.iter().map(|name| {
            let (value, help) = explained(name);
            let arg = Arg::new(*name)
                .long(name.replace('_', "-"))
                .value_name(value)
                .help(help)
                .help_heading("Filters")
                .action(ArgAction::Append);
            if is_flag(name) {
                arg.num_args(0..=1).default_missing_value("true")
            } else {
                arg
            }
        });
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FilterFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for name in FILTER_NAMES {
            let values = matches.get_many::<String>(name).into_iter().flatten();
            self.0.extend(values.map(|value| (*name, value.clone())));
        }
        Ok(())
    }
}

/// An address as people write it: `http://` may be left out.
fn server_url(text: &str) -> Result<reqwest::Url, String> {
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    reqwest::Url::parse(&full)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| format!("{text:?} is no server: write http://127.0.0.1:4004"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        tail: TailArgs,
    }

    fn read(line: &[&str]) -> TailArgs {
        let line = ["tail"].iter().chain(line);
        Line::try_parse_from(line).map(|line| line.tail).unwrap()
    }

    #[test]
    fn every_filter_of_the_hub_has_a_flag_that_is_explained() {
        for name in FILTER_NAMES {
            let flag = format!("--{}", name.replace('_', "-"));
            let filters = read(&[&flag, "1"]).filters;
            assert_eq!(filters.0, [(*name, "1".to_owned())]);
            assert_ne!(explained(name).0, "VALUE", "{name} is not explained");
        }
    }

    #[test]
    fn a_filter_may_be_given_twice_and_a_mark_without_its_value() {
        let filters = read(&[
            "--solo",
            "--systems",
            "Jita",
            "--systems",
            "Amarr,Tama",
            "--npc",
            "false",
        ])
        .filters;
        let expected = [
            ("systems", "Jita"),
            ("systems", "Amarr,Tama"),
            ("npc", "false"),
            ("solo", "true"),
        ];
        assert_eq!(
            filters.0,
            expected.map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn a_server_is_an_address_with_or_without_its_scheme() {
        let url = |text| read(&["--server", text]).server.unwrap().to_string();
        assert_eq!(url("127.0.0.1:4004"), "http://127.0.0.1:4004/");
        assert_eq!(url("https://a.example/kills"), "https://a.example/kills");
        for wrong in ["ftp://a.example", "http://", ""] {
            assert!(server_url(wrong).is_err(), "{wrong:?}");
        }
    }
}
