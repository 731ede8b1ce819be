//! Module tags: what a type is good for, in a closed vocabulary, for filters and pages.
//!
//! `docs/module-tags.md` says how each follows; the rules are in [`rules`], those by group in
//! [`groups`]. No rule looks at a name.

mod groups;
mod rules;
mod vocabulary;

pub use groups::{GroupRule, group_rules};
pub(crate) use rules::{Facts, of};
pub use vocabulary::{Tag, Tags};
