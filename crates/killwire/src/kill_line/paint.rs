//! Colours: security as the game shows it, values by their size.

use std::fmt::Write as _;
use std::io::IsTerminal;

use killwire_killmail::Isk;

/// How many colours the reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    /// None: a file, a pipe, or somebody who wants none.
    None,
    /// The 256 of most terminals.
    Indexed,
    /// All.
    True,
}

/// One colour, for either kind of terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour {
    rgb: (u8, u8, u8),
    index: u8,
}

const fn colour(rgb: (u8, u8, u8), index: u8) -> Colour {
    Colour { rgb, index }
}

/// From 1.0 down to 0.0 and below, as the game's interface has them.
const SECURITY: [Colour; 11] = [
    colour((0x2C, 0x75, 0xE1), 26),
    colour((0x39, 0x9A, 0xEB), 33),
    colour((0x4E, 0xCE, 0xF8), 81),
    colour((0x60, 0xDB, 0xA3), 79),
    colour((0x71, 0xE7, 0x54), 83),
    colour((0xF5, 0xFF, 0x83), 228),
    colour((0xDC, 0x6C, 0x06), 172),
    colour((0xCE, 0x44, 0x0F), 166),
    colour((0xBB, 0x11, 0x16), 124),
    colour((0x73, 0x1F, 0x1F), 88),
    colour((0x8D, 0x31, 0x63), 89),
];

/// From 100 million, 1 billion and 10 billion ISK on.
const VALUES: [(i64, Colour); 3] = [
    (10_000_000_000, colour((0xFF, 0x55, 0x55), 203)),
    (1_000_000_000, colour((0xFF, 0xA0, 0x3C), 215)),
    (100_000_000, colour((0xF5, 0xE0, 0x6E), 221)),
];

/// What is said beside a kill: dates, links.
pub(crate) const QUIET: Colour = colour((0x88, 0x88, 0x88), 245);
/// What must not be overlooked.
pub(crate) const WARNING: Colour = colour((0xFF, 0x55, 0x55), 203);
/// What holds, and what nobody can tell.
pub(crate) const GOOD: Colour = colour((0x71, 0xE7, 0x54), 83);
pub(crate) const UNSURE: Colour = colour((0xF5, 0xE0, 0x6E), 221);

impl Colours {
    /// What standard output can show. `NO_COLOR` (<https://no-color.org>) turns colours off.
    pub(crate) fn of_standard_output() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if is_set("NO_COLOR") || dumb || !std::io::stdout().is_terminal() {
            return Self::None;
        }
        match std::env::var("COLORTERM").as_deref() {
            Ok("truecolor" | "24bit") => Self::True,
            _ => Self::Indexed,
        }
    }

    /// Appends `text` in `colour`.
    pub(crate) fn put(self, line: &mut String, text: &str, colour: Option<Colour>) {
        // Writing to memory does not fail.
        let _ = match (self, colour) {
            (Self::None, _) | (_, None) => write!(line, "{text}"),
            (Self::Indexed, Some(Colour { index, .. })) => {
                write!(line, "\x1b[38;5;{index}m{text}\x1b[0m")
            }
            (Self::True, Some(Colour { rgb, .. })) => {
                let (red, green, blue) = rgb;
                write!(line, "\x1b[38;2;{red};{green};{blue}m{text}\x1b[0m")
            }
        };
    }
}

/// The colour of a system whose security is shown as `security`.
pub(crate) fn of_security(security: f64) -> Colour {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 0 to 10"
    )]
    let tenths = (security * 10.0).round().clamp(0.0, 10.0) as usize;
    SECURITY[10 - tenths]
}

/// The colour of an amount; most have none.
pub(crate) fn of_value(value: Isk) -> Option<Colour> {
    let whole = value.hundredths() / 100;
    let found = VALUES.iter().find(|(from, _)| whole >= *from);
    found.map(|(_, colour)| *colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_has_the_games_colours() {
        assert_eq!(of_security(1.0).rgb, (0x2C, 0x75, 0xE1));
        assert_eq!(of_security(0.5).rgb, (0xF5, 0xFF, 0x83));
        assert_eq!(of_security(0.4).rgb, (0xDC, 0x6C, 0x06));
        for low in [0.0, -0.4, -1.0, f64::NAN] {
            assert_eq!(of_security(low).rgb, (0x8D, 0x31, 0x63), "{low}");
        }
    }

    #[test]
    fn large_values_stand_out() {
        let of = |text: &str| of_value(text.parse().unwrap()).map(|colour| colour.index);
        assert_eq!(
            [of("99m"), of("100m"), of("1b"), of("10b")],
            [None, Some(221), Some(215), Some(203)]
        );
    }

    #[test]
    fn nothing_is_coloured_where_there_are_no_colours() {
        let shown = |colours: Colours| {
            let mut line = String::new();
            colours.put(&mut line, "0.5", Some(of_security(0.5)));
            line
        };
        assert_eq!(shown(Colours::None), "0.5");
        assert_eq!(shown(Colours::Indexed), "\x1b[38;5;228m0.5\x1b[0m");
        assert_eq!(shown(Colours::True), "\x1b[38;2;245;255;131m0.5\x1b[0m");
    }
}
