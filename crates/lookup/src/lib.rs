//! What ids mean: names, affiliations, prices and values.

mod error;
mod kind;
mod known;
pub mod limits;
pub mod metric;
mod pipeline;
pub mod price;
pub mod valuation;

pub use error::LookupError;
pub use killwire_upstream::Priority;
pub use kind::{Answers, Kind, Question};
pub use known::Known;
pub use pipeline::{Coming, Fetched, Pipeline, PipelineReport};
