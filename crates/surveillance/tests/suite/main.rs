//! Everything that is tested through the crate's outside.

mod import;
