//! What is left to be evaluated of a condition once an entry of it is hit.
//!
//! Most profiles are found by a part of them that the entry decides: where a killmail hits one of the
//! solar systems around a home, it is within so many jumps of it.

use super::cover::{Entry, Way};
use crate::compile::{Leaf, Node};
use crate::tree::{Comparison, Count, Field};

/// The condition without the part that is true for every killmail that hits an entry of `way`, the
/// only way in which it is found: of an `and` by the part at `found_by`. None where the hit decides
/// nothing.
pub(super) fn rest(node: &Node, way: &Way, found_by: Option<usize>) -> Option<Node> {
    match node {
        Node::And(parts) => {
            let decided = found_by?;
            if !is_exact(parts.get(decided)?, &way.entries) {
                return None;
            }
            let rest = parts.iter().enumerate();
            let rest = rest.filter(|(place, _)| *place != decided);
            let mut rest: Vec<Node> = rest.map(|(_, part)| part.clone()).collect();
            match rest.len() {
                1 => rest.pop(),
                _ => Some(Node::And(rest.into())),
            }
        }
        whole => is_exact(whole, &way.entries).then_some(Node::Const(true)),
    }
}

/// Whether hitting an entry of the part says that it holds.
fn is_exact(part: &Node, entries: &[Entry]) -> bool {
    let fits = |entry: &Entry| match entry {
        Entry::Key(key) => key.is_exact(),
        Entry::AtLeast(..) | Entry::AtMost(..) => false,
    };
    match part {
        Node::Leaf(Leaf::Number(_, comparison, _)) => *comparison != Comparison::Equal,
        Node::Leaf(
            Leaf::Yes(_)
            | Leaf::Exists(_)
            | Leaf::Choice(..)
            | Leaf::Ids(
                Field::System | Field::Constellation | Field::Region | Field::Location | Field::War,
                _,
            )
            | Leaf::Known(
                Field::System | Field::Constellation | Field::Region | Field::Location | Field::War,
                _,
            ),
        ) => entries.iter().all(fits),
        Node::Victim(of) | Node::Anyone(of) | Node::Attackers(Count::Any, of) => match &**of {
            Node::Leaf(Leaf::Who(_)) => entries.iter().all(fits),
            Node::Leaf(Leaf::Ids(field, _) | Leaf::Known(field, _)) => {
                is_of_somebody(*field) && entries.iter().all(fits)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a field's ids are keys of those who have them.
const fn is_of_somebody(field: Field) -> bool {
    matches!(
        field,
        Field::Character
            | Field::Corporation
            | Field::Alliance
            | Field::Faction
            | Field::Ship
            | Field::ShipGroup
            | Field::ShipCategory
    )
}
