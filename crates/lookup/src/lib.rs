//! What ids mean: names, affiliations, prices and values.
//!
//! [`Lookup`] is the one handle. Reading what is in RAM waits for nothing and asks nobody; fetching
//! takes one road for every kind of thing, [`Pipeline`]: cache, store, upstream. A kind is a small
//! file in [`kinds`] or [`price`] that says key, value and how to load it ([`Kind`]); what each is
//! allowed stands in one table, [`limits`].

mod bearers;
mod config;
mod entity;
mod error;
mod find;
mod kind;
pub mod kinds;
mod known;
pub mod limits;
mod lookup;
pub mod metric;
mod pipeline;
pub mod price;
mod report;
mod static_data;
mod static_names;
mod systems;
pub mod valuation;
mod warm;

pub use config::{CacheConfig, LookupConfig};
pub use entity::{Entity, EntityKey, Wanted};
pub use error::LookupError;
pub use find::{Match, MatchKind};
pub use killwire_store::EntityKind;
pub use killwire_upstream::Priority;
pub use kind::{Answers, Kind, Question};
pub use known::Known;
pub use lookup::Lookup;
pub use pipeline::{Coming, Fetched, Pipeline, PipelineReport};
pub use report::LookupReport;
pub use static_data::{
    AskedImport, ImportProgress, Phase, StaticData, StaticDataError, StaticDataStatus,
};
pub use systems::Systems;
pub use warm::CACHE_VERSION;
