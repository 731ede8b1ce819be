//! How large a tree may be.

use super::Expr;

/// The most that one profile's condition may hold.
#[derive(Clone, Copy, Debug)]
pub struct TreeLimits {
    /// Levels of nesting.
    pub depth: usize,
    /// Conditions, connectives included.
    pub nodes: usize,
    /// References, words and choices, all together.
    pub values: usize,
    /// Bytes of text or JSON.
    pub bytes: usize,
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self {
            depth: 32,
            nodes: 2_000,
            values: 10_000,
            bytes: 256 * 1024,
        }
    }
}

/// A tree that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// Nested too deep.
    #[error("the condition is nested deeper than {0} levels")]
    Depth(usize),
    /// Too many conditions.
    #[error("the condition has more than {0} parts; use a named list, or several profiles")]
    Nodes(usize),
    /// Too many values.
    #[error("the condition lists more than {0} values; put them into a named list")]
    Values(usize),
    /// Too long.
    #[error("the condition is longer than {0} bytes")]
    Bytes(usize),
}

impl TreeLimits {
    /// Whether a tree keeps to the limits. Readers check the depth themselves as they go, so that
    /// nothing overflows on the way here.
    ///
    /// # Errors
    /// [`TooMuch`], saying of what.
    pub fn check(&self, expr: &Expr) -> Result<(), TooMuch> {
        let (mut nodes, mut values) = (0, 0);
        self.walk(expr, 1, &mut nodes, &mut values)
    }

    fn walk(
        &self,
        expr: &Expr,
        depth: usize,
        nodes: &mut usize,
        values: &mut usize,
    ) -> Result<(), TooMuch> {
        *nodes += 1;
        if let Expr::Test(test) = expr {
            *values += test.check.size();
        }
        if depth > self.depth {
            return Err(TooMuch::Depth(self.depth));
        }
        if *nodes > self.nodes {
            return Err(TooMuch::Nodes(self.nodes));
        }
        if *values > self.values {
            return Err(TooMuch::Values(self.values));
        }
        expr.children()
            .try_for_each(|child| self.walk(child, depth + 1, nodes, values))
    }
}

impl super::Check {
    fn size(&self) -> usize {
        match self {
            Self::Choice(choices) => choices.len(),
            Self::Words(_, words) => words.len(),
            other => other.refs().len(),
        }
    }
}
