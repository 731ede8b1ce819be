//! Janice's market prices.
//!
//! Its API wants a key, which its author gives out on request. Its documentation names no limits;
//! Killwire asks for up to 100 types at a time, one call after the other, a second apart.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::{Isk, TypeId};
use reqwest::header::HeaderValue;
use serde::Deserialize;

use crate::http::Request;
use crate::json::{optional_moment, optional_price};
use crate::line::Line;
use crate::policy::MAX_JANICE;
use crate::{
    Memory, Priority, Secret, Upstream, UpstreamConfig, UpstreamError, UpstreamReport, json,
};

/// The most types that one call may ask for: what well-behaved clients send.
pub const MAX_TYPES: usize = 100;

/// The setting that holds the key, for the error when it is not accepted.
const KEY_SETTING: &str = "upstream.janice_key";

/// Janice.
pub struct Janice {
    line: Line,
    key: HeaderValue,
}

/// What a type costs at a market. A price is none where Janice has none; zero counts as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JanicePrice {
    /// The type.
    pub type_id: TypeId,
    /// The day or moment of the prices.
    pub date: Option<Timestamp>,
    /// The orders that stand now.
    pub immediate: Quote,
    /// The median of five days: what a short squeeze moves little.
    pub median_5_days: Quote,
}

/// The three prices of a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// What buyers offer.
    pub buy: Option<Isk>,
    /// Half way between.
    pub split: Option<Isk>,
    /// What sellers want.
    pub sell: Option<Isk>,
}

/// One element of the answer.
#[derive(Deserialize)]
struct Priced {
    #[serde(default, deserialize_with = "optional_moment")]
    date: Option<Timestamp>,
    #[serde(rename = "itemType")]
    item_type: ItemType,
    #[serde(default, rename = "immediatePrices")]
    immediate: Option<Immediate>,
}

#[derive(Deserialize)]
struct ItemType {
    eid: TypeId,
}

#[derive(Default, Deserialize)]
struct Immediate {
    #[serde(default, rename = "buyPrice", deserialize_with = "optional_price")]
    buy: Option<Isk>,
    #[serde(default, rename = "splitPrice", deserialize_with = "optional_price")]
    split: Option<Isk>,
    #[serde(default, rename = "sellPrice", deserialize_with = "optional_price")]
    sell: Option<Isk>,
    #[serde(
        default,
        rename = "buyPrice5DayMedian",
        deserialize_with = "optional_price"
    )]
    median_buy: Option<Isk>,
    #[serde(
        default,
        rename = "splitPrice5DayMedian",
        deserialize_with = "optional_price"
    )]
    median_split: Option<Isk>,
    #[serde(
        default,
        rename = "sellPrice5DayMedian",
        deserialize_with = "optional_price"
    )]
    median_sell: Option<Isk>,
}

impl From<Priced> for JanicePrice {
    fn from(priced: Priced) -> Self {
        let prices = priced.immediate.unwrap_or_default();
        Self {
            type_id: priced.item_type.eid,
            date: priced.date,
            immediate: Quote {
                buy: prices.buy,
                split: prices.split,
                sell: prices.sell,
            },
            median_5_days: Quote {
                buy: prices.median_buy,
                split: prices.median_split,
                sell: prices.median_sell,
            },
        }
    }
}

impl Janice {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        key: &Secret,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::Janice, config, memory).await?,
            key: key.header()?,
        })
    }

    /// What up to [`MAX_TYPES`] types cost at `market` (Janice's number: 2 is Jita 4-4). Types that
    /// Janice does not know are missing from the answer. Types that stand twice are sent once;
    /// nothing is sent for none.
    ///
    /// # Errors
    /// [`UpstreamError::Key`] when the key is not accepted, [`UpstreamError::TooMany`] before
    /// anything is sent; the pauses and what can happen on the wire.
    pub async fn prices(
        &self,
        types: &[TypeId],
        market: i64,
        priority: Priority,
    ) -> Result<Vec<JanicePrice>, UpstreamError> {
        let mut seen = HashSet::new();
        let mut lines = String::new();
        for id in types.iter().filter(|id| seen.insert(**id)) {
            let _ = writeln!(lines, "{id}");
        }
        if seen.is_empty() {
            return Ok(Vec::new());
        }
        if seen.len() > MAX_TYPES {
            return Err(UpstreamError::TooMany {
                upstream: Upstream::Janice,
                what: "types",
                given: seen.len(),
                limit: MAX_TYPES,
            });
        }
        let url = self.line.url(&format!("pricer?market={market}"));
        let mut request = Request::ask(url, MAX_JANICE, "text/plain", Bytes::from(lines));
        request.headers.insert("x-apikey", self.key.clone());
        request.priority = priority;
        request.json = true;
        let answer = self.line.send(&request).await?;
        if answer.status.as_u16() == 401 {
            return Err(UpstreamError::Key {
                upstream: Upstream::Janice,
                url: request.url,
                setting: KEY_SETTING,
            });
        }
        let now = self.line.clock.now();
        let body = answer.into_success(Upstream::Janice, &request.url, now)?;
        let priced: Vec<Priced> = json::read(Upstream::Janice, &request.url, &body)?;
        let prices = priced.into_iter().map(JanicePrice::from);
        Ok(prices
            .filter(|price| seen.contains(&price.type_id))
            .collect())
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}
