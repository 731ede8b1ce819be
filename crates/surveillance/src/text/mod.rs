//! Profiles as text: `system within 7 jumps of "J123456" and not npc`.
//!
//! [`parse`] reads it, [`print()`] writes it in its canonical form, which reads as the same tree.
//! `docs/profiles.md` describes the language for those who write it.

mod error;
mod excerpt;
mod layout;
mod lexer;
mod parser;
mod print;

pub use crate::vocabulary::Problem;
pub use error::SyntaxError;
pub use excerpt::excerpt;
pub use lexer::Span;
pub use parser::{Parsed, parse};
pub use print::{print, print_line};
