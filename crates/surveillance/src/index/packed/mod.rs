//! The conditions of a whole table in one piece of memory, in the order of evaluation.
//!
//! A compiled condition is a tree of small allocations; among a hundred thousand of them, hardly one
//! is in the processor's caches when a killmail asks for it, and each branch is another wait. Here a
//! condition of three parts is one or two lines of one array.

mod gate;
mod run;
mod shape;

use crate::compile::{Ids, Leaf, Node};
use crate::tree::{Comparison, Count, Field};

use gate::Gate;

use super::key::Dimensions;

pub(crate) use shape::Shape;

/// Ids that stand in a step itself.
const FEW: usize = 3;

/// A part of a condition. The parts below it follow it; `span` is how many steps it is with those.
#[derive(Clone, Copy, Debug)]
enum Step {
    Const(bool),
    And {
        span: u32,
    },
    Or {
        span: u32,
    },
    Not {
        span: u32,
    },
    Victim {
        span: u32,
    },
    /// One number or id of the victim, without a step for that below.
    VictimNumber(Field, Comparison, i64),
    VictimId(Field, i64),
    VictimFew(Field, [u32; FEW]),
    /// What follows is false where the killmail has nothing of the mask.
    Gate {
        gate: Gate,
        span: u32,
    },
    /// What follows is negated: true where the killmail has nothing of the mask.
    NotGate {
        gate: Gate,
        span: u32,
    },
    Anyone {
        span: u32,
    },
    AnyAttacker {
        span: u32,
    },
    /// Attackers or items, as `counts` says.
    Counted {
        span: u32,
        count: u32,
    },
    Yes(Field),
    No(Field),
    Number(Field, Comparison, i64),
    Id(Field, i64),
    /// The last is repeated where there are fewer.
    Few(Field, [u32; FEW]),
    /// What is rare or large stands elsewhere.
    Leaf(u32),
}

/// Four of them are on a line of the processor's cache.
const _: () = assert!(size_of::<Step>() == 16);

/// Whom a count is about.
#[derive(Clone, Copy, Debug)]
enum Of {
    Attackers(Count),
    Items(Count),
}

/// Where a condition begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start(u32);

impl Start {
    /// Of a condition that never holds, and takes no place.
    pub(crate) const NEVER: Self = Self(u32::MAX);
}

/// Conditions, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    steps: Vec<Step>,
    counts: Vec<Of>,
    leaves: Vec<Leaf>,
    dimensions: Dimensions,
}

impl Packed {
    /// Appends a condition.
    pub(crate) fn push(&mut self, node: &Node) -> Start {
        // What does not fit any more never holds; it would not fit into memory, either.
        let start = u32::try_from(self.steps.len()).map_or(Start::NEVER, Start);
        self.write(node);
        start
    }

    /// Gives back what was set aside for more.
    pub(crate) fn finish(&mut self) {
        self.steps.shrink_to_fit();
        self.counts.shrink_to_fit();
        self.leaves.shrink_to_fit();
    }

    /// What killmails are asked for by gates.
    pub(crate) const fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// Bytes of memory, without the sets that plans have anyway.
    pub(crate) fn size(&self) -> usize {
        self.steps.capacity() * size_of::<Step>()
            + self.counts.capacity() * size_of::<Of>()
            + self.leaves.capacity() * size_of::<Leaf>()
    }

    fn write(&mut self, node: &Node) {
        let (at, span) = (self.steps.len(), 0);
        if let Some(gate) = Gate::of(node) {
            self.gated(gate, Step::Gate { gate, span }, node);
            return;
        }
        if let Node::Not(of) = node
            && let Some(gate) = Gate::of(of)
        {
            self.gated(gate, Step::NotGate { gate, span }, of);
            return;
        }
        self.write_own(node);
        self.set_span(at);
    }

    fn gated(&mut self, gate: Gate, step: Step, node: &Node) {
        let at = self.steps.len();
        self.dimensions = gate.dimensions().union(self.dimensions);
        self.steps.push(step);
        self.write_own(node);
        self.set_span(at);
        self.set_span(at + 1);
    }

    /// The step of a part and those below it, without a gate before it.
    fn write_own(&mut self, node: &Node) {
        let span = 0;
        let (step, below): (Step, &[Node]) = match node {
            Node::Const(truth) => (Step::Const(*truth), &[]),
            Node::And(parts) => (Step::And { span }, parts),
            Node::Or(parts) => (Step::Or { span }, parts),
            Node::Not(of) => match &**of {
                Node::Leaf(Leaf::Yes(field)) => (Step::No(*field), &[]),
                of => (Step::Not { span }, std::slice::from_ref(of)),
            },
            Node::Victim(of) => match victim(of) {
                Some(step) => (step, &[]),
                None => (Step::Victim { span }, std::slice::from_ref(of)),
            },
            Node::Anyone(of) => (Step::Anyone { span }, std::slice::from_ref(of)),
            Node::Attackers(Count::Any, of) => {
                (Step::AnyAttacker { span }, std::slice::from_ref(of))
            }
            Node::Attackers(count, of) => {
                let count = self.count(Of::Attackers(*count));
                (Step::Counted { span, count }, std::slice::from_ref(of))
            }
            Node::Items(count, of) => {
                let count = self.count(Of::Items(*count));
                (Step::Counted { span, count }, std::slice::from_ref(of))
            }
            Node::Leaf(leaf) => (self.leaf(leaf), &[]),
        };
        self.steps.push(step);
        below.iter().for_each(|part| self.write(part));
    }

    /// Says of a step that it is all that was written since.
    fn set_span(&mut self, place: usize) {
        // The limits on profiles keep it far below 2^32.
        let whole = u32::try_from(self.steps.len() - place).unwrap_or(u32::MAX);
        if let Some(
            Step::And { span }
            | Step::Or { span }
            | Step::Not { span }
            | Step::Victim { span }
            | Step::Gate { span, .. }
            | Step::NotGate { span, .. }
            | Step::Anyone { span }
            | Step::AnyAttacker { span }
            | Step::Counted { span, .. },
        ) = self.steps.get_mut(place)
        {
            *span = whole;
        }
    }

    fn count(&mut self, of: Of) -> u32 {
        self.counts.push(of);
        last(&self.counts)
    }

    fn leaf(&mut self, leaf: &Leaf) -> Step {
        small(leaf).unwrap_or_else(|| self.elsewhere(leaf))
    }

    fn elsewhere(&mut self, leaf: &Leaf) -> Step {
        self.leaves.push(leaf.clone());
        Step::Leaf(last(&self.leaves))
    }
}

/// A condition on one field that fits into a step.
fn small(leaf: &Leaf) -> Option<Step> {
    Some(match leaf {
        Leaf::Yes(field) => Step::Yes(*field),
        Leaf::Number(field, comparison, value) => Step::Number(*field, *comparison, *value),
        Leaf::Ids(field, Ids::Own(ids)) => match few(ids)? {
            Ok(id) => Step::Id(*field, id),
            Err(ids) => Step::Few(*field, ids),
        },
        _ => return None,
    })
}

/// The same of the victim.
fn victim(of: &Node) -> Option<Step> {
    let Node::Leaf(leaf) = of else { return None };
    Some(match small(leaf)? {
        Step::Number(field, comparison, value) => Step::VictimNumber(field, comparison, value),
        Step::Id(field, id) => Step::VictimId(field, id),
        Step::Few(field, ids) => Step::VictimFew(field, ids),
        _ => return None,
    })
}

/// One id, or up to three small ones.
fn few(ids: &[i64]) -> Option<Result<i64, [u32; FEW]>> {
    match ids {
        [id] => Some(Ok(*id)),
        [.., last] if ids.len() <= FEW => {
            let mut few = [u32::try_from(*last).ok()?; FEW];
            for (few, id) in few.iter_mut().zip(ids) {
                *few = u32::try_from(*id).ok()?;
            }
            Some(Err(few))
        }
        _ => None,
    }
}

/// The place of the last; more than 2^32 of them would not fit into memory.
fn last<T>(of: &[T]) -> u32 {
    u32::try_from(of.len().saturating_sub(1)).unwrap_or(u32::MAX)
}
