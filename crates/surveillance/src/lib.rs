//! Surveillance: what people look for in the feed, found by an index, explained, tried on the past.
//!
//! A profile is a condition on killmails ([`tree`]), written as text ([`text`]) or as JSON
//! ([`json`]), or read from another program's ([`import`]). It is compiled against static data
//! ([`mod@compile`]), entered into an index ([`index`]), and evaluated ([`matcher`]) on every event of
//! the log that could match it.

pub mod compile;
pub mod ground;
pub mod import;
pub mod index;
pub mod json;
pub mod live;
pub mod matcher;
mod matching;
pub mod metric;
pub mod profiles;
pub mod reader;
pub mod resolve;
pub mod subject;
pub mod text;
pub mod tree;
pub mod trial;
mod vocabulary;

/// For the fuzzer: reads arbitrary bytes as a foreign profile.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use import::trial::play as play_import;
