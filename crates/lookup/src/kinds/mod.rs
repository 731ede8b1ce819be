//! The kinds, one file each: key, value, how to load it, where it is kept.

mod affiliations;
mod bearers;
mod characters;
mod histories;
mod killmails;
mod names;
mod system_kills;
mod tickers;

pub use affiliations::{Affiliations, Belongs};
pub use bearers::{Bearer, Bearers, FoldedName};
pub use characters::{Character, Characters};
pub use histories::Histories;
pub use killmails::{KillmailKey, Killmails};
pub use names::Names;
pub(crate) use names::name_in;
pub use system_kills::SystemKillsOf;
pub(crate) use tickers::ticker_in;
pub use tickers::{Tickers, Titled};

/// What `moka` and the entry itself take, in bytes, with an average name: measured over 200,000 of
/// them, 486 each.
const ENTRY: usize = 460;

/// A weight of so many bytes beside the entry itself.
fn weight(bytes: usize) -> u32 {
    u32::try_from(ENTRY.saturating_add(bytes)).unwrap_or(u32::MAX)
}
