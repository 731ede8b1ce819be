//! What ids mean: names, affiliations, prices and values.

pub mod price;
pub mod valuation;
