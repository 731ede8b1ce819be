//! What tells without a look at those involved that none of them fits.

use crate::compile::Node;
use crate::index::absence::{UNKNOWN, fails_without};
use crate::index::guard::Signature;
use crate::index::key::{Dimension, Dimensions, Key};

/// The most keys that a gate is made of: with more, nearly every killmail has a bit of them.
const MOST_KEYS: usize = 16;

/// The bits of the keys of which a killmail must have one, in one dimension or another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    mask: u32,
    of: [Dimension; 2],
    /// Static data must know what the killmail has.
    looked_up: bool,
}

impl Gate {
    /// Before a condition on those involved or on items: to ask all of them is work.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let asks_several = matches!(
            node,
            Node::Anyone(_) | Node::Attackers(..) | Node::Items(..)
        );
        let keys = asks_several.then(|| fails_without(node)).flatten()?;
        let looked_up = keys.contains(&UNKNOWN);
        let keys: Vec<Key> = keys.into_iter().filter(|key| *key != UNKNOWN).collect();
        let first = keys.first()?.dimension();
        let second = keys.last()?.dimension();
        let told = |key: &Key| [first, second].contains(&key.dimension());
        (keys.len() <= MOST_KEYS && keys.iter().all(told)).then(|| Self {
            mask: keys.iter().fold(0, |mask, key| mask | key.mask()),
            of: [first, second],
            looked_up,
        })
    }

    /// Whether somebody may fit.
    #[inline]
    pub(super) fn admits(&self, signature: &Signature) -> bool {
        let [first, second] = self.of;
        (signature.mask(first) | signature.mask(second)) & self.mask != 0
            || self.looked_up && !signature.all_known()
    }

    /// What killmails must be asked for.
    pub(super) const fn dimensions(&self) -> Dimensions {
        let [first, second] = self.of;
        Dimensions::none().with(first).with(second)
    }
}
