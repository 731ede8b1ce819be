//! What ids mean: names, affiliations, prices and values.
