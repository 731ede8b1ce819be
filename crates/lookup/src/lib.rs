//! What ids mean: names, affiliations, prices and values.

mod error;
mod kind;
pub mod limits;
pub mod metric;
mod pipeline;

pub use error::LookupError;
pub use killwire_upstream::Priority;
pub use kind::{Answers, Kind, Question};

pub use pipeline::{Coming, Fetched, Pipeline, PipelineReport};
