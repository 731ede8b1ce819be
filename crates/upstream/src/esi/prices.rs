//! CCP's prices: one list for all types.

use killwire_killmail::{Isk, TypeId};
use serde::Deserialize;

use super::{Esi, Fetched};
use crate::json::optional_price;
use crate::policy::MAX_MARKET_PRICES;
use crate::{Priority, UpstreamError};

/// What CCP says that a type is worth. Both may be unknown; neither is ever zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct MarketPrice {
    /// The type.
    pub type_id: TypeId,
    /// The price that fees and taxes are counted by.
    #[serde(
        default,
        rename = "adjusted_price",
        deserialize_with = "optional_price"
    )]
    pub adjusted: Option<Isk>,
    /// The average over all markets.
    #[serde(default, rename = "average_price", deserialize_with = "optional_price")]
    pub average: Option<Isk>,
}

impl Esi {
    /// The prices of all types; no value when they are still as they were under `etag`. Cached by
    /// ESI for an hour.
    ///
    /// # Errors
    /// The pauses and what can happen on the wire.
    pub async fn market_prices(
        &self,
        etag: Option<&str>,
        priority: Priority,
    ) -> Result<Fetched<Vec<MarketPrice>>, UpstreamError> {
        self.get("markets/prices", etag, MAX_MARKET_PRICES, priority)
            .await
    }
}
