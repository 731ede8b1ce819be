//! Configuration: typed, grouped, and every value knows where it came from.
//!
//! [`setting`] lists every setting once. [`layers`] lays the sources over each
//! other (default, files, environment, flags), [`mod@check`] judges all values at once, [`Config`] is
//! what the rest of the program holds.

mod cache;
mod check;
mod file;
mod layers;
mod setting;
mod show;
#[cfg(test)]
mod tests;
mod typed;
mod value;

pub(crate) use check::{Problem, Severity, check};
pub(crate) use layers::{Files, Flags, Layers, Sources};
pub(crate) use show::rows;
pub(crate) use typed::{Config, ConfigError, FeedStart, LogFormat, default_data_dir};
pub(crate) use value::{parse_duration, show_bytes};
