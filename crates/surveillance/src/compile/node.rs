//! A compiled condition: names are ids, lists and places are sets, all in the order of evaluation.

use std::sync::Arc;

use killwire_universe::Tags;

use crate::tree::{Comparison, Count, Field, Has, Name};

/// A condition ready to be evaluated. Parts stand in the order in which they are looked at: cheap
/// ones first.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the variants are those of Expr")]
pub enum Node {
    Const(bool),
    And(Box<[Node]>),
    Or(Box<[Node]>),
    Not(Box<Node>),
    Victim(Box<Node>),
    Anyone(Box<Node>),
    Attackers(Count, Box<Node>),
    Items(Count, Box<Node>),
    Leaf(Leaf),
}

/// One condition on one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaf {
    /// The flag is set.
    Yes(Field),
    /// It is there.
    Exists(Field),
    /// The number compares so.
    Number(Field, Comparison, i64),
    /// The id is one of these.
    Ids(Field, Ids),
    /// The same, where the set was made of what static data says of ids: of one that static data
    /// does not know, nobody can tell.
    Known(Field, Ids),
    /// Character, corporation, alliance or faction is one of these.
    Who(Ids),
    /// The choice is one of these bits.
    Choice(Field, u32),
    /// It carries labels.
    Labels(Has, Box<[Box<str>]>),
    /// It carries tags.
    Tags(Has, Tags),
    /// The solar system is in the map's chain.
    Chain(Name),
}

/// A set of ids: ascending, each once. What several profiles have in common is kept once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ids {
    /// Of this profile alone.
    Own(Box<[i64]>),
    /// Of several: a named list, the systems around a place.
    Shared(Arc<[i64]>),
}

/// Up to so many ids are compared one by one: faster than searching.
const FEW: usize = 8;

impl Ids {
    /// A set of these, whatever their order.
    #[must_use]
    pub fn of(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self::Own(ids.into())
    }

    /// All of them, ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[i64] {
        match self {
            Self::Own(ids) => ids,
            Self::Shared(ids) => ids,
        }
    }

    /// Whether `id` is in the set.
    #[must_use]
    pub fn contains(&self, id: i64) -> bool {
        let ids = self.as_slice();
        if ids.len() <= FEW {
            ids.contains(&id)
        } else {
            ids.binary_search(&id).is_ok()
        }
    }

    /// Bytes of memory of its own.
    fn size(&self) -> usize {
        match self {
            Self::Own(ids) => size_of_val::<[i64]>(ids),
            Self::Shared(_) => 0,
        }
    }
}

impl Node {
    /// The conditions directly below.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let (many, one): (&[Self], Option<&Self>) = match self {
            Self::And(parts) | Self::Or(parts) => (parts, None),
            Self::Not(of)
            | Self::Victim(of)
            | Self::Anyone(of)
            | Self::Attackers(_, of)
            | Self::Items(_, of) => (&[], Some(of)),
            Self::Const(_) | Self::Leaf(_) => (&[], None),
        };
        many.iter().chain(one)
    }

    /// Bytes of memory, without what is shared with others.
    #[must_use]
    pub fn size(&self) -> usize {
        let below: usize = self.children().map(Self::size).sum();
        let own = match self {
            Self::Leaf(Leaf::Ids(_, ids) | Leaf::Known(_, ids) | Leaf::Who(ids)) => ids.size(),
            Self::Leaf(Leaf::Labels(_, labels)) => labels
                .iter()
                .map(|label| size_of::<Box<str>>() + label.len())
                .sum(),
            Self::Leaf(Leaf::Chain(map)) => map.as_str().len(),
            _ => 0,
        };
        size_of::<Self>() + own + below
    }
}
