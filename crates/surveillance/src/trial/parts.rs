//! What each part of a condition does to the killmails it is tried on: which part lets nothing through.

use serde::Serialize;

use crate::compile::{CompileError, Compiler, Node};
use crate::matcher::Truth;
use crate::subject::Subject;
use crate::text::print_line;
use crate::tree::Expr;

/// Of more parts nobody is told: the list would be longer than anybody reads.
pub const MOST_PARTS: usize = 24;

/// A part of a condition that holds where all its parts do.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    condition: String,
    node: Node,
}

impl Part {
    /// The parts of a condition as it is written; none where it is not several joined by `and`, or
    /// has more than [`MOST_PARTS`].
    ///
    /// # Errors
    /// [`CompileError`] where a part cannot be compiled.
    pub fn of(expr: &Expr, compiler: &mut Compiler<'_>) -> Result<Vec<Self>, CompileError> {
        let parts = match expr {
            Expr::And(parts) if parts.len() <= MOST_PARTS => &parts[..],
            _ => &[],
        };
        let compiled = parts.iter().map(|part| {
            Ok(Self {
                condition: print_line(part),
                node: compiler.as_written(part)?,
            })
        });
        compiled.collect()
    }
}

/// How many killmails a part of a condition would let through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartShare {
    /// The part, as it is written, on one line.
    pub condition: String,
    /// Killmails that it fits alone.
    pub alone: u64,
    /// Killmails that would match if it were left out.
    pub without: u64,
}

/// Counts for each part.
pub(super) struct Shares<'p> {
    parts: &'p [Part],
    shares: Vec<PartShare>,
}

impl<'p> Shares<'p> {
    pub(super) fn of(parts: &'p [Part]) -> Self {
        let shares = parts.iter().map(|part| PartShare {
            condition: part.condition.clone(),
            alone: 0,
            without: 0,
        });
        Self {
            parts,
            shares: shares.collect(),
        }
    }

    pub(super) fn add(&mut self, subject: &Subject<'_>, whole: Truth) {
        if whole.is_true() {
            for share in &mut self.shares {
                share.alone += 1;
                share.without += 1;
            }
            return;
        }
        let (mut failing, mut last) = (0, None);
        for (part, share) in self.parts.iter().zip(&mut self.shares) {
            if part.node.evaluate(subject).is_true() {
                share.alone += 1;
            } else {
                failing += 1;
                last = Some(share);
            }
        }
        if let (1, Some(share)) = (failing, last) {
            share.without += 1;
        }
    }

    pub(super) fn finish(self) -> Vec<PartShare> {
        self.shares
    }
}
