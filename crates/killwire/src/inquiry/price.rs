//! What a type costs.

use jiff::Timestamp;
use killwire_killmail::{Isk, PriceSource, TypeId};
use killwire_lookup::{Known, Priority};
use killwire_universe::Kind;
use serde::{Deserialize, Serialize};

use super::Inquiry;

/// Names told where the one asked for is not there.
const SUGGESTIONS: usize = 5;

/// The answer to a question for a price.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Priced {
    /// The type meant; none where no type has this name or id.
    #[serde(flatten)]
    pub(crate) found: Option<PricedType>,
    /// Names like the one asked for, where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) suggestions: Vec<String>,
}

/// A type and what it costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PricedType {
    pub(crate) type_id: TypeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Absent where it is not known: never zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) isk: Option<Isk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<PriceSource>,
    /// The source's number of the market; 0 for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) market: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priced_at: Option<Timestamp>,
    /// Why there is no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl Inquiry {
    /// What the type of this name or id costs.
    pub(crate) async fn price(&self, what: &str) -> Priced {
        let universe = self.knowledge.lookup.universe();
        let by_id = what.trim().parse::<TypeId>().ok();
        let found: Vec<_> = universe
            .search(what, SUGGESTIONS * 4)
            .into_iter()
            .filter(|found| found.kind == Kind::Type)
            .collect();
        let by_name = found
            .iter()
            .find(|found| found.name.eq_ignore_ascii_case(what.trim()))
            .or(match found.as_slice() {
                [only] => Some(only),
                _ => None,
            })
            .and_then(|found| TypeId::new(found.id).ok());
        match by_id.or(by_name) {
            Some(id) => Priced {
                found: Some(self.priced(id).await),
                suggestions: Vec::new(),
            },
            None => Priced {
                found: None,
                suggestions: found
                    .iter()
                    .take(SUGGESTIONS)
                    .map(|found| found.name.to_owned())
                    .collect(),
            },
        }
    }

    async fn priced(&self, id: TypeId) -> PricedType {
        let lookup = &self.knowledge.lookup;
        let fetched = lookup.fetch_prices(&[id], Priority::Live).await;
        let name = lookup
            .universe()
            .item_type(id)
            .map(|found| found.name.to_owned());
        let mut priced = PricedType {
            type_id: id,
            name,
            isk: None,
            source: None,
            market: None,
            priced_at: None,
            reason: None,
        };
        match (lookup.price(id), fetched) {
            (Known::Yes(price) | Known::Partly(price), _) => {
                priced.isk = Some(price.isk);
                priced.source = Some(price.source);
                priced.market = Some(price.market);
                priced.priced_at = Some(price.date);
            }
            (_, Err(error)) => priced.reason = Some(error.to_string()),
            (_, Ok(())) => priced.reason = Some("no source knows a price of it".to_owned()),
        }
        priced
    }
}
