//! Every outbound call.
//!
//! One HTTP stack (`http`) carries all of them: explicit layers in a fixed order, set per upstream by
//! one table (`policy`). On top sits one adapter per upstream: [`R2z2`] (zKillboard's feed and
//! its history), [`Esi`] and [`EveRef`]. An adapter knows its upstream's rules and keeps them by
//! construction, whoever calls it: there is one object per upstream and process, and everything
//! that talks to that upstream shares it. What must outlive a restart (a block, a spent budget) it
//! asks for through [`Memory`].

mod budget;
mod config;
mod contact;
mod error;
mod esi;
mod everef;
mod history;
mod http;
mod memory;
pub mod metric;
mod policy;
mod r2z2;
mod refusal;
#[cfg(test)]
mod tests;

pub use config::{BaseUrl, ESI_URL, EVEREF_URL, R2Z2_URL, UpstreamConfig, Upstreams};
pub use contact::{Contact, ContactError};
pub use error::{Refusal, Upstream, UpstreamError};
pub use esi::Esi;
pub use everef::{DayArchive, EveRef, Member};
pub use history::{DayTotals, HistoryDay};
pub use memory::{BoxFuture, Memory, MemoryError, Volatile};
pub use r2z2::{FEED_FLOOR, MISS_FLOOR, R2z2};
