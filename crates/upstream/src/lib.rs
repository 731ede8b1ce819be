//! Every outbound call.
//!
//! One HTTP stack (`http`) carries all of them: explicit layers in a fixed order, set per upstream by
//! one table (`policy`). On top sits one adapter per upstream: [`R2z2`] (zKillboard's feed and
//! its history), [`Esi`], [`EveRef`], [`Janice`], [`MutaMarket`], [`StaticDataSite`] and
//! [`Zkillboard`]. An adapter knows its upstream's rules and keeps them by construction, whoever
//! calls it: there is one object per upstream and process, and everything that talks to that
//! upstream shares it. What must outlive a restart (a block, a spent budget) it asks for through
//! [`Memory`].

mod budget;
mod circuit;
mod config;
mod contact;
mod error;
mod esi;
mod everef;
mod history;
mod http;
mod janice;
mod json;
mod ledger;
mod line;
mod memory;
mod meter;
pub mod metric;
mod mutamarket;
mod policy;
mod priority;
mod r2z2;
mod refusal;
mod report;
mod secret;
mod static_data;
#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;
mod upstream;
mod upstreams;
mod zkillboard;

pub use config::{
    BaseUrl, ESI_URL, EVEREF_URL, JANICE_URL, MUTAMARKET_URL, R2Z2_URL, STATIC_DATA_URL,
    UpstreamConfig, ZKILLBOARD_URL,
};
pub use contact::{Contact, ContactError};
pub use error::{Pause, Refusal, UpstreamError};
pub use esi::{
    Affiliation, AllianceInfo, CharacterInfo, CorporationInfo, Employment, EntityCategory,
    EntityName, Esi, Fetched, IdsOfNames, MAX_IDS, MAX_NAMES, MarketPrice, NamedId, ServerStatus,
    is_possible_name,
};
pub use everef::{DayArchive, EveRef, Member};
pub use history::{DayTotals, HistoryDay};
pub use janice::{Janice, JanicePrice, MAX_TYPES, Quote};
pub use memory::{BoxFuture, Memory, MemoryError, Volatile};
pub use mutamarket::{MutaMarket, TypeEstimate};
pub use priority::Priority;
pub use r2z2::{FEED_FLOOR, MISS_FLOOR, R2z2};
pub use report::{BreakerReport, BreakerState, BudgetReport, LastError, UpstreamReport};
pub use secret::{Secret, SecretError};
pub use static_data::{Build, StaticDataSite};
pub use upstream::Upstream;
pub use upstreams::Upstreams;
pub use zkillboard::{MAX_PAST_HOURS, SYSTEM_FLOOR, SystemKills, Zkillboard};
