//! Profiles as JSON: `{"and":[{"field":"value",">=":"1b"},{"not":{"field":"npc"}}]}`.
//!
//! [`read`] reads it, [`write()`] writes it in its canonical form, which reads as the same tree.
//! `docs/profiles.md` describes the form for those who write it.

mod error;
mod node;
mod read;
mod test;
mod write;

pub use crate::vocabulary::Problem;
pub use error::JsonError;
pub use read::read;
pub use write::write;
