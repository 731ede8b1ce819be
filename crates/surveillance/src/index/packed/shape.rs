//! How a condition is built, roughly, so that those that are alike can be put side by side.

use crate::compile::{Leaf, Node};
use crate::tree::Count;

/// Parts that are looked at; the rest is taken as alike.
const PARTS: usize = 12;

/// The kinds of a condition's first parts in the order of evaluation, and the first number in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    parts: [(u8, u8); PARTS],
    number: i64,
}

impl Shape {
    /// Of a compiled condition.
    pub(crate) fn of(node: &Node) -> Self {
        let mut shape = Self::default();
        shape.add(node, 0);
        shape
    }

    /// Adds a part and those below it at a place. Answers the place behind them.
    fn add(&mut self, node: &Node, place: usize) -> usize {
        let Some(part) = self.parts.get_mut(place) else {
            return place;
        };
        *part = kind(node);
        if let (Node::Leaf(Leaf::Number(_, _, value)), 0) = (node, self.number) {
            self.number = *value;
        }
        node.children()
            .fold(place + 1, |place, below| self.add(below, place))
    }
}

fn kind(node: &Node) -> (u8, u8) {
    match node {
        Node::Const(_) => (1, 0),
        Node::And(parts) => (2, u8::try_from(parts.len()).unwrap_or(u8::MAX)),
        Node::Or(parts) => (3, u8::try_from(parts.len()).unwrap_or(u8::MAX)),
        Node::Not(_) => (4, 0),
        Node::Victim(_) => (5, 0),
        Node::Anyone(_) => (6, 0),
        Node::Attackers(count, _) => (7, counted(*count)),
        Node::Items(count, _) => (8, counted(*count)),
        Node::Leaf(leaf) => match leaf {
            Leaf::Yes(field) => (9, *field as u8),
            Leaf::Exists(field) => (10, *field as u8),
            Leaf::Number(field, ..) => (11, *field as u8),
            Leaf::Ids(field, _) => (12, *field as u8),
            Leaf::Known(field, _) => (13, *field as u8),
            Leaf::Who(_) => (14, 0),
            Leaf::Choice(field, _) => (15, *field as u8),
            Leaf::Labels(..) => (16, 0),
            Leaf::Tags(..) => (17, 0),
            Leaf::Chain(_) => (18, 0),
        },
    }
}

const fn counted(count: Count) -> u8 {
    match count {
        Count::Any => 0,
        Count::All => 1,
        Count::Number(..) => 2,
        Count::Quantity(..) => 3,
        Count::Share(..) => 4,
    }
}
