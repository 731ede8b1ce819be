//! A profile's condition as a tree: what text and JSON are read into, and what is compiled.

mod bounds;
mod expr;
mod field;
mod form;
mod name;

pub use bounds::{TooMuch, TreeLimits};
pub use expr::{Check, Comparison, Count, Expr, Has, Test};
pub use field::{Field, RefKind, Scope, Unit, ValueKind};
pub use name::{Name, NameError, Ref};
