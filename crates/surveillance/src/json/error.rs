//! JSON that is not a profile, and where.

use super::Problem;
use super::node::Node;
use crate::tree::TooMuch;
use crate::vocabulary::shown;

/// JSON that is not a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(path))]
pub struct JsonError {
    /// Where, as a JSON pointer (RFC 6901): `/and/1/victim/field`. Empty for the whole document.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

fn place(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!("{path}: ")
}

/// What is wrong, and where; the path is put together on the way out.
#[derive(Debug)]
pub(super) struct Trouble {
    /// Members and places in arrays, innermost first.
    path: Vec<String>,
    problem: Problem,
}

impl Trouble {
    /// Something else should stand in the place of `node`.
    pub(super) fn unexpected(node: &Node, expected: impl Into<String>) -> Self {
        Problem::unexpected(node.shown(), expected).into()
    }

    /// A member of this name should not be there.
    pub(super) fn member(name: &str, expected: impl Into<String>) -> Self {
        Problem::unexpected(format!("a member {}", shown(name)), expected).into()
    }

    /// With a known name that was probably meant.
    pub(super) fn near(mut self, near: Option<&str>) -> Self {
        self.problem = self.problem.near(near);
        self
    }

    /// The same inside a member, or at a place of an array.
    pub(super) fn under(mut self, step: &(impl ToString + ?Sized)) -> Self {
        self.path.push(step.to_string());
        self
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self {
            path: Vec::new(),
            problem,
        }
    }
}

impl From<TooMuch> for Trouble {
    fn from(much: TooMuch) -> Self {
        Problem::from(much).into()
    }
}

impl From<Trouble> for JsonError {
    fn from(trouble: Trouble) -> Self {
        let escaped = |step: &String| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        Self {
            path: trouble.path.iter().rev().map(escaped).collect(),
            problem: trouble.problem,
        }
    }
}
