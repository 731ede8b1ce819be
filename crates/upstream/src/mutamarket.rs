//! MutaMarket: what abyssal modules are worth.
//!
//! A killmail does not say which module it was, only of which type. So Killwire asks for a type's
//! modules and takes the median of their estimates. No key is needed; no limits are published, so
//! one call after the other, a second apart.

use std::sync::Arc;

use killwire_killmail::{Isk, TypeId};
use serde::Deserialize;

use crate::http::Request;
use crate::json::optional_price;
use crate::line::Line;
use crate::policy::MAX_MUTAMARKET;
use crate::{Memory, Priority, Upstream, UpstreamConfig, UpstreamError, UpstreamReport, json};

/// MutaMarket.
pub struct MutaMarket {
    line: Line,
}

/// What a type of abyssal modules is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeEstimate {
    /// The median of the estimates.
    pub median: Isk,
    /// How many modules it is the median of: at most a page of 100.
    pub count: u32,
}

/// A list in an envelope; it may also come bare.
#[derive(Deserialize)]
struct Page {
    data: Vec<Module>,
}

/// A module, bare or in an envelope of its own.
#[derive(Deserialize)]
struct Module {
    #[serde(default, deserialize_with = "optional_price")]
    estimated_value: Option<Isk>,
    #[serde(default)]
    data: Option<Enveloped>,
}

#[derive(Deserialize)]
struct Enveloped {
    #[serde(default, deserialize_with = "optional_price")]
    estimated_value: Option<Isk>,
}

impl MutaMarket {
    pub(crate) async fn open(
        config: &UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            line: Line::open(Upstream::MutaMarket, config, memory).await?,
        })
    }

    /// What modules of an abyssal type are worth, from the first page of its list; none where
    /// MutaMarket knows no such type or has no estimate.
    ///
    /// # Errors
    /// The pauses and what can happen on the wire.
    pub async fn type_estimate(
        &self,
        id: TypeId,
        priority: Priority,
    ) -> Result<Option<TypeEstimate>, UpstreamError> {
        let url = self.line.url(&format!("modules/type/{id}"));
        let mut request = Request::get(url, MAX_MUTAMARKET);
        request.priority = priority;
        request.json = true;
        let body = match self.line.fetch(&request).await {
            Err(error) if error.is_not_found() => return Ok(None),
            fetched => fetched?,
        };
        let (upstream, url) = (self.line.upstream, &request.url);
        let modules = if body.trim_ascii_start().first() == Some(&b'[') {
            json::read(upstream, url, &body)?
        } else {
            json::read::<Page>(upstream, url, &body)?.data
        };
        Ok(estimate(&modules))
    }

    pub(crate) fn report(&self) -> UpstreamReport {
        self.line.report()
    }
}

fn estimate(modules: &[Module]) -> Option<TypeEstimate> {
    let value = |module: &Module| {
        let enveloped = module.data.as_ref().and_then(|data| data.estimated_value);
        module.estimated_value.or(enveloped)
    };
    let mut values: Vec<Isk> = modules.iter().filter_map(value).collect();
    values.sort_unstable();
    let (low, high) = (
        values.get(values.len().checked_sub(1)? / 2)?,
        values.get(values.len() / 2)?,
    );
    // Both are above zero, so neither step can overflow.
    let median = low.hundredths() + (high.hundredths() - low.hundredths()) / 2;
    Some(TypeEstimate {
        median: Isk::from_hundredths(median),
        count: u32::try_from(values.len()).unwrap_or(u32::MAX),
    })
}
