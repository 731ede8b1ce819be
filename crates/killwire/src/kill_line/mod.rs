//! One kill on one line of a terminal: what `killwire tail` shows, and every list of kills.

mod kill;
mod layout;
mod paint;

pub(crate) use self::kill::{Kill, printable};
pub(crate) use self::layout::Layout;
pub(crate) use self::paint::{Colour, Colours, GOOD, QUIET, UNSURE, WARNING};
