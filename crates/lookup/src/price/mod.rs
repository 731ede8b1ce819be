//! What a type costs: three sources, asked in a configurable order.
//!
//! [`Prices`] is the handle. Each source is a [`crate::Kind`] on its own [`crate::Pipeline`]: one
//! call for many types at once, one caller at a time for each, "has no price" remembered like a
//! price, kept in the store, warm at start.

mod config;
mod esi;
mod janice;
mod mutamarket;
mod order;
mod outage;
mod prices;
mod shelf;

use jiff::Timestamp;
use killwire_killmail::{Isk, PriceSource};

pub use config::PriceConfig;
pub use order::{PriceOrder, PriceOrderError, PriceProvider};
pub use prices::Prices;

/// The market number that stands for all of New Eden: CCP's average and adjusted prices, and what
/// belongs to no market at all.
pub const ALL_MARKETS: i64 = 0;
/// Janice's number of Jita 4-4, the market that Killwire asks for.
pub const JITA: i64 = 2;

/// What a price takes in a cache, in bytes, most of it the cache's own book-keeping: measured over
/// 200,000 of them, 453 each.
const ENTRY_BYTES: u32 = 450;

/// What one unit of a type costs, who says so, where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// For one unit; above zero.
    pub isk: Isk,
    /// Who says so.
    pub source: PriceSource,
    /// Janice's number of the market, or [`ALL_MARKETS`].
    pub market: i64,
    /// When it was the price. Where the source does not say: when it was asked.
    pub date: Timestamp,
}
