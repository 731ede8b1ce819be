//! zKillboard's pages of all kills of a sort: `https://zkillboard.com/kills/bigkills/`.

use crate::import::conditions::{
    band, choice, compare, every, flag, hull_groups, none, victim, word,
};
use crate::tree::{Comparison, Expr, Field};

/// A billion ISK in hundredths.
const BILLION: i64 = 100_000_000_000;

/// What the page of this name shows, where it is not a part that any address can have.
pub(super) fn page(name: &str) -> Option<Expr> {
    let found = match name {
        "1b" => worth(1),
        "5b" => worth(5),
        "10b" => worth(10),
        "100b" => worth(100),
        "padding" => word(Field::Labels, "padding"),
        "abyssalpvp" => every([abyssal(), none(flag(Field::Npc))]),
        "abyssal1b" => every([abyssal(), worth(1)]),
        _ => victim(hull_groups(groups(name)?)),
    };
    Some(found)
}

fn worth(billions: i64) -> Expr {
    compare(Field::Value, Comparison::AtLeast, billions * BILLION)
}

fn abyssal() -> Expr {
    choice(Field::Band, vec![band::ABYSSAL])
}

/// The groups of hulls that a page of losses shows.
fn groups(name: &str) -> Option<&'static [i64]> {
    let groups: &[i64] = match name {
        // Capitals, freighters and Rorquals, supercarriers and titans.
        "bigkills" => &[30, 485, 513, 547, 659, 883, 902, 1538],
        "capitals" => &[485, 547, 1538],
        "supers" => &[30, 659],
        "freighters" => &[513, 902, 941],
        "rorquals" => &[883],
        "citadels" => &[1404, 1406, 1657],
        "frigates" => &[25, 237, 324, 831, 893],
        "destroyers" => &[420, 541],
        "cruisers" => &[26, 358, 832, 833, 894, 906, 963],
        "battlecruisers" => &[419, 540],
        "battleships" => &[27, 898, 900],
        "t1" => &[25, 26, 27, 28, 29, 31, 237, 419, 420, 463, 547, 941],
        "t2" => &[
            324, 358, 380, 540, 541, 543, 830, 831, 832, 833, 834, 893, 894, 898, 900, 902, 906,
        ],
        "t3" => &[963],
        _ => return None,
    };
    Some(groups)
}
