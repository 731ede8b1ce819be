//! What can be asked about profiles and named lists.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use killwire_store::TokenKey;

use super::duration;

pub(super) const EXAMPLES: &str = "\
Examples:
  killwire profile test supers.txt --since 7d
  killwire profile create 'Supers near home' supers.txt";

pub(super) const MORE_EXAMPLES: &str = "\
A condition, as text:
  (attackers any {ship.group in [\"Dreadnought\", \"Titan\"] and not corporation = \"Friends Inc\"}
    and system within 7 jumps of \"Tama\")
  or value >= 5b

It is written in a file, as text or as JSON ({\"field\":\"value\",\">=\":\"5b\"}); the file's name may be
- for standard input, or @7 for the condition of profile 7. docs/profiles.md teaches the language.

From an idea to a profile:
  killwire profile check supers.txt                       is it a condition? what does it mean?
  killwire profile test supers.txt --since 7d             what would it have found?
  killwire profile explain supers.txt 134435757           why did it find this kill, or not?
  killwire profile create 'Supers near home' supers.txt   look for it from now on
  killwire profile matches 'Supers near home'             what has it found?

Examples:
  killwire profile test supers.txt --since 7d
  killwire profile create 'Supers near home' supers.txt

Exit codes: 0 done, 1 not a condition, or no such profile, killmail or list; 2 wrong command line.";

/// Where a condition is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// In a file.
    File(PathBuf),
    /// On standard input: `-`.
    Stdin,
    /// In a stored profile: `@7`.
    Profile(i64),
    /// It is an address of a page, in itself.
    Address(String),
}

impl FromStr for Written {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if let Some(id) = text.strip_prefix('@') {
            let id = id.parse().map_err(|_| {
                format!("{text:?} is no profile: write @ and its number, such as @7")
            })?;
            return Ok(Self::Profile(id));
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return Ok(Self::Address(text.to_owned()));
        }
        Ok(Self::File(PathBuf::from(text)))
    }
}

/// Which profile: its number, or its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Id(i64),
    Name(String),
}

impl FromStr for Which {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.parse() {
            Ok(id) => Self::Id(id),
            Err(_) => Self::Name(text.to_owned()),
        })
    }
}

/// A program whose profiles can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Foreign {
    /// A tracker of aa-killtracker, as JSON
    Killtracker,
    /// What zkillbot's subscribe takes
    Zkillbot,
    /// The address of a page of zKillboard
    #[value(alias = "zkillboard-url")]
    Zkillboard,
    /// A filter tree of eveDMV, as JSON
    Evedmv,
}

impl Foreign {
    /// As the server knows it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Killtracker => "killtracker",
            Self::Zkillbot => "zkillbot",
            Self::Zkillboard => "zkillboard",
            Self::Evedmv => "evedmv",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileAction {
    /// Say what a condition means, or what is wrong with it; nothing is stored
    ///
    /// Shows it with an id beside each name, simplified, and by what it is found among all
    /// killmails. An error names line and column, what was expected there, and the nearest known
    /// name. Names of pilots, corporations and alliances that Killwire has not met are asked of ESI.
    #[command(after_help = "\
Examples:
  killwire profile check supers.txt
  echo 'value >= 5b and not npc' | killwire profile check - --json")]
    Check {
        /// The condition: a file, - for standard input, or @ID of a profile
        #[arg(value_name = "FILE|-|@ID")]
        file: Written,
    },
    /// Try a condition on the stored killmails: how many, on which days, the most valuable
    #[command(after_help = "\
Examples:
  killwire profile test supers.txt
  killwire profile test @7 --since 30d --json")]
    Test {
        /// The condition: a file, - for standard input, or @ID of a profile
        #[arg(value_name = "FILE|-|@ID")]
        file: Written,
        /// How far back, by the time of the kill: 24h, 7d, 30d
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = duration)]
        since: Duration,
    },
    /// Say why a condition holds for a killmail or not, part by part
    ///
    /// Each part has a mark: ✓ holds, ✗ does not, ? cannot be told (and so does not match), and
    /// behind it what it saw. Of several attackers or items the one is shown that fits best.
    #[command(after_help = "\
Examples:
  killwire profile explain supers.txt 134435757
  killwire profile explain @7 134435757 --plan")]
    Explain {
        /// The condition: a file, - for standard input, or @ID of a profile
        #[arg(value_name = "FILE|-|@ID")]
        file: Written,
        /// The killmail's id; it must be stored
        killmail_id: i64,
        /// Also by what the condition is found among all killmails
        #[arg(long)]
        plan: bool,
    },
    /// Turn what another program calls a tracker, subscription, page or profile into a condition
    ///
    /// The condition comes on standard output; what is understood differently from there, on
    /// standard error. With --save a profile is made of it.
    #[command(after_help = "\
Examples:
  killwire profile import zkillboard 'https://zkillboard.com/region/10000002/losses/'
  killwire profile import killtracker tracker.json > tracker.txt
  killwire profile import evedmv profile.json --save 'From eveDMV'")]
    Import {
        /// Whose it is
        #[arg(value_name = "FORMAT")]
        format: Foreign,
        /// Where it is written: a file, - for standard input; of zkillboard the address itself
        #[arg(value_name = "FILE|-|URL")]
        file: Written,
        /// Make a profile of it, under this name or the one that it had there
        #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
        save: Option<String>,
    },
    /// Make a profile: what it describes is looked for from now on
    #[command(after_help = "\
Examples:
  killwire profile create 'Supers near home' supers.txt
  killwire profile create 'Not yet' supers.txt --disabled")]
    Create {
        /// What it is called: 1 to 100 characters, unlike your others
        name: String,
        /// The condition: a file, - for standard input, or @ID of another profile
        #[arg(value_name = "FILE|-|@ID")]
        file: Written,
        /// Only store it; `killwire profile enable` lets it look
        #[arg(long)]
        disabled: bool,
    },
    /// Give a profile another condition; what it has found stays
    #[command(after_help = "\
Examples:
  killwire profile replace 7 supers.txt
  killwire profile replace 'Supers near home' supers.txt --name 'Supers near Tama'")]
    Replace {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
        /// The condition: a file, - for standard input, or @ID of another profile
        #[arg(value_name = "FILE|-|@ID")]
        file: Written,
        /// Another name, too
        #[arg(long)]
        name: Option<String>,
    },
    /// All profiles, or those of one token
    #[command(after_help = "\
Examples:
  killwire profile list
  killwire profile list --owner my-map
  killwire profile list --json")]
    List {
        /// Only those of this token, also of a revoked one
        #[arg(long, value_name = "NAME|ID")]
        owner: Option<TokenKey>,
    },
    /// A profile with its condition, and by what it is found
    #[command(after_help = "\
Examples:
  killwire profile show 7
  killwire profile show 'Supers near home' --json")]
    Show {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
    },
    /// Let a profile look for what it describes
    Enable {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
    },
    /// Let a profile rest; what it has found stays
    Disable {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
    },
    /// Delete a profile with everything that it has found
    Delete {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
    },
    /// What a profile has found, and why
    #[command(after_help = "\
Examples:
  killwire profile matches 7
  killwire profile matches 'Supers near home' --limit 100 --json")]
    Matches {
        /// Its number or name
        #[arg(value_name = "ID|NAME")]
        which: Which,
        /// At most so many, the newest
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
}

pub(super) const LIST_EXAMPLES: &str = "\
Examples:
  killwire list put blues blues.txt
  killwire list show blues";

pub(super) const MORE_LIST_EXAMPLES: &str = "\
A list has one entry on each line: what it is, and its id or name.
  # our friends
  alliance     \"Friends Alliance\"
  corporation  98000001
  character    Ada Lovelace

What it can be: system, constellation, region, type, group, category, character, corporation,
alliance, faction. JSON is taken, too: [{\"kind\":\"corporation\",\"id\":98000001}].
Conditions use it by its name: not anyone.alliance in list \"blues\".

Examples:
  killwire list put blues blues.txt
  killwire list show blues";

#[derive(Debug, Subcommand)]
pub(crate) enum ListAction {
    /// Make a list, or put other entries into it; profiles that use it follow at once
    Put {
        /// What it is called: 1 to 64 characters
        name: String,
        /// Its entries: a file, or - for standard input
        #[arg(value_name = "FILE|-")]
        file: Written,
    },
    /// All lists, or the entries of one
    Show {
        /// Which; all where it is left out
        name: Option<String>,
        /// Only those of this token, also of a revoked one
        #[arg(long, value_name = "NAME|ID", conflicts_with = "name")]
        owner: Option<TokenKey>,
    },
    /// Delete a list that no profile uses
    Delete {
        /// Which
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_in_a_file_on_standard_input_or_a_profiles() {
        let written = |text: &str| text.parse::<Written>();
        assert_eq!(written("-"), Ok(Written::Stdin));
        assert_eq!(written("@7"), Ok(Written::Profile(7)));
        assert_eq!(
            written("a/b.txt"),
            Ok(Written::File(PathBuf::from("a/b.txt")))
        );
        let url = "https://zkillboard.com/system/30000142/";
        assert_eq!(written(url), Ok(Written::Address(url.to_owned())));
        assert!(written("@x").unwrap_err().contains("@7"));
    }

    #[test]
    fn a_profile_is_meant_by_number_or_name() {
        assert_eq!("7".parse(), Ok(Which::Id(7)));
        assert_eq!("7 up".parse(), Ok(Which::Name("7 up".to_owned())));
    }
}
