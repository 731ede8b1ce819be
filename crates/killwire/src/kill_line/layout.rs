//! One kill on one line, in columns that fit the terminal.

use std::io::IsTerminal;

use super::kill::{Kill, Party, printable};
use super::paint::{self, Colours, QUIET};

/// `18:04:31`, and `2026-11-20 18:04:31`.
const CLOCK: &str = "%H:%M:%S";
const DATE: &str = "%Y-%m-%d %H:%M:%S";

/// Between columns.
const SPACE: &str = "  ";
/// `-0.4`, `Thera`.
const SECURITY: usize = 5;
/// `999.99m`.
const VALUE: usize = 7;
/// `×2000`.
const ATTACKERS: usize = 5;
/// From this width on a terminal has room for the date and for the link.
const ROOM_FOR_DATE: usize = 100;
const ROOM_FOR_LINK: usize = 140;
/// And a column of places for regions.
const ROOM_FOR_REGION: usize = 16;
/// `https://zkillboard.com/kill/134435757/`, with a digit to spare.
const LINK: usize = 39;
/// What columns of names get together at least; a narrower terminal breaks the line.
const LEAST_NAMES: usize = 24;

/// How lines are set.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    colours: Colours,
    date: bool,
    /// Written out; else the value leads there.
    link: bool,
    /// Whether the region stands beside the system: `Tama · The Citadel`.
    region: bool,
    place: usize,
    victim: usize,
    killer: usize,
    /// Whether names are cut to their columns.
    cut: bool,
}

impl Layout {
    /// For standard output as it is now: a terminal may be resized.
    pub(crate) fn of_standard_output() -> Self {
        let colours = Colours::of_standard_output();
        if !std::io::stdout().is_terminal() {
            return Self::unbounded(colours);
        }
        let size = terminal_size::terminal_size_of(std::io::stdout());
        let width = size.map_or(80, |(width, _)| usize::from(width.0));
        Self::within(width, colours)
    }

    /// For what is no terminal: nothing is cut, so that nothing is lost to `grep`.
    fn unbounded(colours: Colours) -> Self {
        Self {
            colours,
            date: true,
            link: true,
            region: true,
            place: 28,
            victim: 40,
            killer: 40,
            cut: false,
        }
    }

    fn within(width: usize, colours: Colours) -> Self {
        let date = width >= ROOM_FOR_DATE;
        // Without colours there are no other control codes either, so no hidden link.
        let link = width >= ROOM_FOR_LINK || colours == Colours::None;
        let time = if date { 19 } else { 8 };
        let fixed = time + SECURITY + 1 + ATTACKERS + VALUE + 5 * SPACE.len();
        let fixed = fixed + if link { LINK + SPACE.len() } else { 0 };
        let names = width.saturating_sub(fixed).max(LEAST_NAMES);
        let place = names / 4;
        let victim = (names - place) * 11 / 20;
        Self {
            colours,
            date,
            link,
            region: place >= ROOM_FOR_REGION,
            place,
            victim,
            killer: names - place - victim,
            cut: true,
        }
    }

    /// The line of `kill`; `updated` where it was shown before.
    pub(crate) fn line(&self, kill: &Kill, updated: bool) -> String {
        let colours = self.colours;
        let mut line = String::with_capacity(240);
        let format = if self.date { DATE } else { CLOCK };
        let time = kill.killmail_time.strftime(format).to_string();
        colours.put(&mut line, &time, Some(QUIET));
        line.push_str(SPACE);

        // Of two kinds of space the class says more than the number.
        let security = match (&kill.wormhole_class, kill.security) {
            (Some(class), _) => class.clone(),
            (None, Some(security)) => format!("{security:.1}"),
            (None, None) => String::new(),
        };
        let colour = kill.security.map(paint::of_security);
        colours.put(&mut line, &right(&security, SECURITY), colour);
        line.push(' ');
        let place = match kill.region_name.as_deref() {
            Some(region) if self.region => format!("{} · {}", kill.system(), printable(region)),
            _ => kill.system(),
        };
        line.push_str(&self.name(&place, self.place));
        line.push_str(SPACE);

        line.push_str(&self.name(&kill.victim.shown(), self.victim));
        line.push_str(SPACE);
        let killer = kill.final_blow_attacker.as_ref();
        let killer = killer.map_or_else(String::new, Party::shown);
        line.push_str(&self.name(&killer, self.killer));
        line.push_str(SPACE);
        line.push_str(&right(&format!("×{}", kill.attacker_count), ATTACKERS));
        line.push_str(SPACE);

        let value = kill
            .total_value
            .map_or_else(|| "?".to_owned(), |value| value.short());
        let value = right(&value, VALUE);
        let colour = kill.total_value.and_then(paint::of_value);
        let link = kill.link();
        if self.link {
            colours.put(&mut line, &value, colour);
            line.push_str(SPACE);
            colours.put(&mut line, &link, Some(QUIET));
        } else {
            // The way in which terminals take links; those that know none show the value alone.
            line.push_str(&format!("\x1b]8;;{link}\x1b\\"));
            colours.put(&mut line, &value, colour);
            line.push_str("\x1b]8;;\x1b\\");
        }
        if updated {
            line.push_str(SPACE);
            colours.put(&mut line, "updated", Some(QUIET));
        }
        line
    }

    /// What is said between kills.
    pub(crate) fn notice(&self, text: &str) -> String {
        let mut line = String::new();
        self.colours.put(&mut line, text, Some(paint::WARNING));
        line
    }

    fn name(&self, text: &str, width: usize) -> String {
        let length = text.chars().count();
        if length <= width {
            return format!("{text}{}", " ".repeat(width - length));
        }
        if !self.cut {
            return text.to_owned();
        }
        let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
        cut.push('…');
        cut
    }
}

fn right(text: &str, width: usize) -> String {
    let padding = width.saturating_sub(text.chars().count());
    format!("{}{text}", " ".repeat(padding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kill() -> Kill {
        let json = r#"{"killmail_id":134435757,"killmail_time":"2026-11-20T18:04:31Z",
            "solar_system_id":30002813,"solar_system_name":"Tama","region_name":"The Citadel",
            "security":0.3,"total_value":1234000000,"attacker_count":12,
            "victim":{"character_id":1,"character_name":"Ada \u001b[2J Lovelace","corporation_ticker":"ADA","ship_type_id":587,"ship_name":"Rifter"},
            "final_blow_attacker":{"character_id":2,"character_name":"Charles Babbage","corporation_ticker":"ENGIN","ship_type_id":22456,"ship_name":"Sabre"}}"#;
        serde_json::from_str(json).unwrap()
    }

    /// Without control codes: what takes room.
    fn visible(line: &str) -> String {
        let mut rest = line;
        let mut text = String::new();
        while let Some((before, after)) = rest.split_once('\x1b') {
            text.push_str(before);
            rest = if after.starts_with(']') {
                after.split_once("\x1b\\").map_or("", |(_, after)| after)
            } else {
                after.split_once('m').map_or("", |(_, after)| after)
            };
        }
        text + rest
    }

    #[test]
    fn a_file_gets_everything_and_no_control_code() {
        let line = Layout::unbounded(Colours::None).line(&kill(), false);
        insta::assert_snapshot!(line, @"2026-11-20 18:04:31    0.3 Tama · The Citadel            Rifter · Ada ?[2J Lovelace [ADA]          Sabre · Charles Babbage [ENGIN]             ×12    1.23b  https://zkillboard.com/kill/134435757/");
    }

    #[test]
    fn a_wide_terminal_shows_all_columns() {
        let line = Layout::within(180, Colours::True).line(&kill(), false);
        insta::assert_snapshot!(visible(&line), @"2026-11-20 18:04:31    0.3 Tama · The Citadel       Rifter · Ada ?[2J Lovelace [ADA]       Sabre · Charles Babbage [ENGIN]     ×12    1.23b  https://zkillboard.com/kill/134435757/");
        assert!(
            line.contains("\x1b[38;2;206;68;15m  0.3\x1b[0m"),
            "{line:?}"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_lines_that_fit_and_the_value_as_link() {
        let line = Layout::within(80, Colours::Indexed).line(&kill(), false);
        insta::assert_snapshot!(visible(&line), @"18:04:31    0.3 Tama         Rifter · Ada ?[2J…  Sabre · Charle…    ×12    1.23b");
        let link = "\x1b]8;;https://zkillboard.com/kill/134435757/\x1b\\";
        assert!(line.contains(link), "{line:?}");
    }

    #[test]
    fn no_line_is_wider_than_its_terminal() {
        for width in 62..=250 {
            let line = Layout::within(width, Colours::Indexed).line(&kill(), false);
            let taken = visible(&line).chars().count();
            assert!(taken <= width, "{taken} in {width}");
        }
    }

    #[test]
    fn what_is_not_known_is_said_with_ids_or_left_out() {
        let json = r#"{"killmail_id":7,"killmail_time":"2026-11-20T18:04:31Z","solar_system_id":31000005,
            "wormhole_class":"C5","security":-1.0,"attacker_count":1,
            "victim":{"character_id":91,"ship_type_id":587},"final_blow_attacker":{"faction_name":"Guristas"}}"#;
        let bare: Kill = serde_json::from_str(json).unwrap();
        let line = Layout::unbounded(Colours::None).line(&bare, true);
        insta::assert_snapshot!(line, @"2026-11-20 18:04:31     C5 31000005                      hull 587 · pilot 91                       Guristas                                     ×1        ?  https://zkillboard.com/kill/7/  updated");
    }
}
