//! What ids mean: names, affiliations, prices and values.

mod error;
mod kind;
pub mod limits;
pub mod metric;
mod pipeline;
pub mod price;
pub mod valuation;

pub use error::LookupError;
pub use kind::{Answers, Kind, Question};
/// Who asks: what happens now, or what is made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A killmail that is on its way.
    Live,
    /// Everything else.
    Backfill,
}

pub use pipeline::{Coming, Fetched, Pipeline, PipelineReport};
