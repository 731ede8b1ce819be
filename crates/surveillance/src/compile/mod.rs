//! From a tree to something that is evaluated fast: simplified, with sets in place of names, cheap
//! conditions first. The same tree, static data and lists always give the same result.

mod cost;
mod lists;
mod lower;
mod node;
mod places;
mod simplify;

pub use lists::{List, Lists};
pub use lower::{CompileError, Compiler};
pub use node::{Ids, Leaf, Node};
pub use simplify::simplify;

use crate::ground::Ground;
use crate::tree::{Check, Expr, Name};

/// A compiled profile's condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is evaluated.
    pub node: Node,
    /// Whether a new build of static data may change it.
    pub needs_static_data: bool,
    /// The named lists in it, each once, in order.
    pub lists: Box<[Name]>,
}

/// Compiles one condition.
///
/// # Errors
/// [`CompileError`] for a name that was not looked up, a list that is not there, a word that is no
/// tag.
pub fn compile(expr: &Expr, ground: &Ground, lists: &Lists) -> Result<Plan, CompileError> {
    Compiler::new(ground, lists).compile(expr)
}

/// The condition in its canonical form: simplified, with its parts in the order of evaluation.
#[must_use]
pub fn canonical(expr: Expr) -> Expr {
    cost::order(simplify(expr))
}

impl Plan {
    /// Bytes of memory, without what is shared with others.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() - size_of::<Node>() + self.node.size()
    }
}

/// The lists that a condition names, each once, in order.
pub(crate) fn lists_of(expr: &Expr) -> Vec<Name> {
    let mut names = Vec::new();
    expr.for_each_test(&mut |test| {
        if let Check::List(name) = &test.check {
            names.push(name.clone());
        }
    });
    names.sort_unstable();
    names.dedup();
    names
}
