//! What else a killmail must have where an entry is hit: told without looking at the condition.

use killwire_killmail::SystemId;

use super::absence::UNKNOWN;
use super::cover::{Entry, Way};
use super::key::{Dimension, Key};
use crate::ground::Ground;
use crate::tree::Field;

/// A second look at a killmail before a condition is evaluated: that it has one of some keys of a
/// dimension, told by 32 bits, and that it is worth so much. It lets through whatever could match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard {
    /// What the mask is about.
    pub dimension: Dimension,
    /// The bits of the keys of which it must have one; all bits where it may have any.
    pub mask: u32,
    /// The total value that it must have, in ISK, rounded down; below 0 where it may have any.
    pub value: f32,
}

/// What a killmail has in each dimension, in 32 bits, and what it is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signature {
    masks: [u32; Dimension::ALL.len()],
    value: f32,
    all_known: bool,
}

impl Guard {
    /// Lets everything through.
    pub const NONE: Self = Self {
        dimension: Dimension::Killmail,
        mask: u32::MAX,
        value: -1.0,
    };

    /// What a part of an `and` demands, where that can be told in a guard.
    pub(super) fn by(ways: &[Way], ground: &Ground) -> Option<Self> {
        let [way] = ways else { return None };
        if let [Entry::AtLeast(Field::Value, least)] = way.entries[..] {
            return Some(Self {
                value: isk(least),
                ..Self::NONE
            });
        }
        let own = masked(way.entries.iter().map(|entry| match entry {
            Entry::Key(key) => Some(*key),
            _ => None,
        }))?;
        if own.dimension != Dimension::System {
            return Some(own);
        }
        // Systems near each other are of few regions.
        let regions = masked(way.entries.iter().map(|entry| match entry {
            Entry::Key(key) => {
                let place = ground.place(SystemId::new(key.id()).ok()?)?;
                Some(Key::new(Dimension::Region, place.region.into()))
            }
            _ => None,
        }));
        Some(match regions {
            Some(regions) if regions.passes() < own.passes() => regions,
            _ => own,
        })
    }

    /// Both, as far as one guard can tell: of two masks that which lets less through.
    pub(super) fn and(self, other: Self) -> Self {
        let narrow = if other.passes() < self.passes() {
            other
        } else {
            self
        };
        Self {
            value: self.value.max(other.value),
            ..narrow
        }
    }

    /// Whether a killmail may match.
    pub(crate) fn admits(&self, signature: &Signature) -> bool {
        // A dimension that nobody counts is that of killmails, whose mask is full.
        let has = signature.masks.get(self.dimension as usize);
        has.is_none_or(|has| has & self.mask != 0) && self.value <= signature.value
    }

    /// About what part of killmails the mask lets through.
    fn passes(&self) -> f32 {
        #[allow(clippy::cast_precision_loss, reason = "at most 32")]
        let bits = self.mask.count_ones() as f32 / 32.0;
        1.0 - (1.0 - bits).powf(typical(self.dimension))
    }
}

/// The mask of keys of one dimension; none where they are of several, or where one is no key.
fn masked(keys: impl Iterator<Item = Option<Key>>) -> Option<Guard> {
    let mut guard: Option<Guard> = None;
    for key in keys {
        let key = key?;
        let known = guard.get_or_insert(Guard {
            dimension: key.dimension(),
            mask: 0,
            ..Guard::NONE
        });
        if known.dimension != key.dimension() {
            return None;
        }
        known.mask |= key.mask();
    }
    guard
}

/// How many keys of a dimension a killmail has, about.
const fn typical(dimension: Dimension) -> f32 {
    match dimension {
        Dimension::VictimWho => 3.0,
        Dimension::AttackerWho => 12.0,
        Dimension::AttackerShip | Dimension::WeaponGroup => 4.0,
        Dimension::AttackerGroup => 3.0,
        Dimension::Weapon => 5.0,
        Dimension::ItemType | Dimension::Tag => 20.0,
        Dimension::ItemGroup => 12.0,
        Dimension::ItemCategory | Dimension::Label => 6.0,
        _ => 1.0,
    }
}

/// Hundredths as ISK, never above the exact amount.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "rounded down"
)]
pub(super) fn isk(hundredths: i64) -> f32 {
    (hundredths as f64 / 100.0) as f32 * (1.0 - 2.0 * f32::EPSILON)
}

impl Signature {
    /// Of a killmail that carries these keys, ascending, and is worth so many hundredths.
    pub(crate) fn of(keys: &[Key], value: Option<i64>) -> Self {
        let mut masks = [0; Dimension::ALL.len()];
        let all_known = keys.binary_search(&UNKNOWN).is_err();
        for key in keys {
            if let Some(mask) = masks.get_mut(key.dimension() as usize) {
                *mask |= key.mask();
            }
        }
        if let Some(mask) = masks.get_mut(Dimension::Killmail as usize) {
            *mask = u32::MAX;
        }
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "guards are below it"
        )]
        let value = value.map_or(0.0, |value| (value as f64 / 100.0) as f32);
        Self {
            masks,
            value,
            all_known,
        }
    }

    /// The bits of the keys that the killmail carries in a dimension.
    #[inline]
    pub(crate) fn mask(&self, of: Dimension) -> u32 {
        self.masks.get(of as usize).copied().unwrap_or(u32::MAX)
    }

    /// Whether static data knows all that the killmail was asked for.
    #[inline]
    pub(crate) const fn all_known(&self) -> bool {
        self.all_known
    }
}
