//! Surveillance: what people look for in the feed, found by an index, explained, tried on the past.
//!
//! A profile is a condition on killmails ([`tree`]), written as text ([`text`]) or as JSON
//! ([`json`]). It is compiled against static data, entered into an index, and matched against every
//! event of the log.

pub mod json;
pub mod text;
pub mod tree;
mod vocabulary;
