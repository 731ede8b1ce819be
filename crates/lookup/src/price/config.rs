//! What can be set about prices.

use std::time::Duration;

use killwire_cache::Policy;

use super::{JITA, PriceOrder};

const HOUR: Duration = Duration::from_secs(3_600);
/// How long an expired price is given while a fresh one is fetched, or cannot be.
const STALE: Duration = Duration::from_secs(24 * 3_600);

/// The settings of [`super::Prices`]. Weights are bytes, roughly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceConfig {
    /// Who is asked, the first first.
    pub order: PriceOrder,
    /// Whose prices Janice is asked for, by its number of the market.
    pub market: i64,
    /// How long Janice's prices hold, and how many are kept: by default 1 hour, 10 MiB (20,000
    /// types: all that are traded).
    pub janice: Policy,
    /// The same of MutaMarket's: 6 hours, 256 KiB (500 types: all abyssal ones).
    pub mutamarket: Policy,
    /// The same of ESI's list, which is one entry: until it expires, at least 1 hour.
    pub esi: Policy,
}

impl Default for PriceConfig {
    fn default() -> Self {
        Self {
            order: PriceOrder::default(),
            market: JITA,
            janice: Policy::new("janice_prices", HOUR, 10 << 20).stale_for(STALE),
            mutamarket: Policy::new("mutamarket_prices", 6 * HOUR, 256 << 10).stale_for(STALE),
            esi: Policy::new("esi_prices", HOUR, 4 << 20).stale_for(STALE),
        }
    }
}
