//! Everything that is tested through the crate's outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arbitrary;
mod corpus;
mod covers;
mod docs;
mod golden;
mod import;
mod json_errors;
mod json_form;
mod limits;
mod matching;
mod names;
mod round;
mod text_errors;
mod text_form;
mod trial;
mod truth;
mod world;
