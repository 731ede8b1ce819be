//! Static data laid out for matching: what an id means, found without a search.

use std::sync::Arc;

use killwire_killmail::{SecurityBand, Slot, SystemId, TypeId, displayed_security};
use killwire_universe::{Tags, Universe, WormholeClass};

use crate::tree::RefKind;

/// Types above this id are looked for in the snapshot itself. CCP has counted to about 100,000.
const DENSE: usize = 1 << 20;

/// Solar systems have ids from here on, the abyssal ones last.
const FIRST_SYSTEM: i64 = 30_000_000;

/// Solar systems from this id on are no places that a jump drive reaches.
pub(crate) const KNOWN_SPACE_ENDS: i64 = 31_000_000;

/// How many ids of solar systems there may be from there on.
const SYSTEM_IDS: usize = 4_000_000;

/// A flag that stands for no slot: what a type has by itself, wherever it is.
const NOWHERE: i32 = -1;

/// What the static data in use says, for matching. It does not change; a new build makes a new one.
#[derive(Debug, Default)]
pub struct Ground {
    universe: Arc<Universe>,
    /// By type id; group 0 where the type is not known.
    kinds: Vec<Kind>,
    /// What types have besides their slot, each set once.
    tags: Vec<Tags>,
    /// By solar system id from [`FIRST_SYSTEM`] in pages of 1,024: most ids are of no system.
    pages: Vec<Option<Box<[Place; PAGE]>>>,
}

/// Solar systems in one page.
const PAGE: usize = 1_024;

/// The category of charges.
const CHARGE: u32 = 8;

/// Where a type stands among types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Its group's id.
    pub group: u32,
    /// Its category's id.
    pub category: u32,
    /// Its place in the sets of tags.
    tags: u32,
}

/// What is known of a solar system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its constellation's id; 0 where the system is not known.
    pub constellation: u32,
    /// Its region's id.
    pub region: u32,
    /// Its security as the game shows it, in tenths.
    pub security: i8,
    /// The place of its kind of space among the choices of `band`.
    pub band: u8,
    /// The place of its class among the choices of `class`; none for known space.
    pub class: Option<u8>,
}

impl Ground {
    /// Lays out a snapshot. Takes some 50 ms for CCP's.
    #[must_use]
    pub fn new(universe: Arc<Universe>) -> Self {
        let mut ground = Self::default();
        for item in universe.item_types() {
            let Some(index) = index(item.id.get(), DENSE) else {
                continue;
            };
            let own = universe.tags(item.id, Some(NOWHERE));
            let kind = Kind {
                group: number(item.group_id.get()),
                category: number(item.category_id.get()),
                tags: ground.tag_set(own),
            };
            put(&mut ground.kinds, index, kind);
        }
        for system in universe.systems() {
            let Some(index) = index(system.id.get() - FIRST_SYSTEM, SYSTEM_IDS) else {
                continue;
            };
            let place = Place {
                constellation: number(system.constellation_id.get()),
                region: number(system.region_id.get()),
                security: tenths(displayed_security(system.security)),
                band: band(SecurityBand::of(system.id, system.security)),
                class: system.class.and_then(class),
            };
            if ground.pages.len() <= index / PAGE {
                ground.pages.resize_with(index / PAGE + 1, || None);
            }
            let page = (ground.pages.get_mut(index / PAGE))
                .map(|page| page.get_or_insert_with(|| Box::new([Place::default(); PAGE])));
            if let Some(slot) = page.and_then(|page| page.get_mut(index % PAGE)) {
                *slot = place;
            }
        }
        ground.universe = universe;
        ground
    }

    /// The snapshot itself.
    #[must_use]
    pub fn universe(&self) -> &Universe {
        &self.universe
    }

    /// The name that static data has for something.
    #[must_use]
    pub fn name(&self, kind: RefKind, id: i64) -> Option<&str> {
        let universe = &*self.universe;
        match kind {
            RefKind::System => Some(universe.system(id.try_into().ok()?)?.name),
            RefKind::Constellation => Some(universe.constellation(id.try_into().ok()?)?.name),
            RefKind::Region => Some(universe.region(id.try_into().ok()?)?.name),
            RefKind::Type => Some(universe.item_type(id.try_into().ok()?)?.name),
            RefKind::Group => Some(universe.group(id.try_into().ok()?)?.name),
            RefKind::Category => Some(universe.category(id.try_into().ok()?)?.name),
            RefKind::Faction => universe.faction(id.try_into().ok()?),
            RefKind::Corporation => Some(universe.npc_corporation(id.try_into().ok()?)?.name),
            RefKind::Location
            | RefKind::War
            | RefKind::Character
            | RefKind::Alliance
            | RefKind::Who => None,
        }
    }

    /// Jumps through stargates between two systems.
    #[must_use]
    pub fn jumps(&self, from: i64, to: i64) -> Option<u32> {
        self.universe
            .jumps(from.try_into().ok()?, to.try_into().ok()?)
    }

    /// Light-years between two systems of known space; none where one is not of it.
    #[must_use]
    pub fn light_years(&self, from: i64, to: i64) -> Option<f64> {
        if from >= KNOWN_SPACE_ENDS || to >= KNOWN_SPACE_ENDS {
            return None;
        }
        self.universe
            .light_years(from.try_into().ok()?, to.try_into().ok()?)
    }

    /// The snapshot as it is shared.
    pub(crate) const fn shared_universe(&self) -> &Arc<Universe> {
        &self.universe
    }

    /// Whether static data is there at all.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.universe.build().is_some()
    }

    /// What a type is; none for one that static data does not know.
    #[must_use]
    pub fn kind(&self, id: TypeId) -> Option<Kind> {
        let known = index(id.get(), usize::MAX).and_then(|index| self.kinds.get(index).copied());
        known.filter(|kind| kind.group != 0)
    }

    /// What a solar system is; none for one that static data does not know.
    #[must_use]
    pub fn place(&self, id: SystemId) -> Option<Place> {
        let index = index(id.get() - FIRST_SYSTEM, usize::MAX)?;
        let page = self.pages.get(index / PAGE)?.as_deref()?;
        page.get(index % PAGE)
            .copied()
            .filter(|place| place.constellation != 0)
    }

    /// The tags of an item, as [`Universe::tags`] gives them: those of its type, and that of the slot
    /// that it was in, which a charge does not fill.
    #[must_use]
    pub fn tags(&self, id: TypeId, flag: i32) -> Tags {
        let slot = Slot::from_flag(flag);
        let Some(kind) = self.kind(id) else {
            return Tags::of_slot(slot);
        };
        let own = usize::try_from(kind.tags)
            .ok()
            .and_then(|at| self.tags.get(at).copied())
            .unwrap_or_default();
        if kind.category == CHARGE && slot.is_fitted() {
            own
        } else {
            own.union(Tags::of_slot(slot))
        }
    }

    fn tag_set(&mut self, tags: Tags) -> u32 {
        // CCP's export has some two hundred different sets.
        let found = self.tags.iter().position(|known| *known == tags);
        let at = found.unwrap_or_else(|| {
            self.tags.push(tags);
            self.tags.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

fn put(kinds: &mut Vec<Kind>, index: usize, kind: Kind) {
    if kinds.len() <= index {
        kinds.resize(index + 1, Kind::default());
    }
    if let Some(slot) = kinds.get_mut(index) {
        *slot = kind;
    }
}

fn index(id: i64, below: usize) -> Option<usize> {
    usize::try_from(id).ok().filter(|index| *index < below)
}

/// An id of static data as it is kept; the readers of the export let none through that is larger.
fn number(id: i64) -> u32 {
    u32::try_from(id).unwrap_or_default()
}

/// The game shows -1.0 to 1.0.
#[allow(clippy::cast_possible_truncation, reason = "within ±128 by the clamp")]
fn tenths(security: f64) -> i8 {
    (security * 10.0).round().clamp(-128.0, 127.0) as i8
}

const fn band(band: SecurityBand) -> u8 {
    match band {
        SecurityBand::High => 0,
        SecurityBand::Low => 1,
        SecurityBand::Null => 2,
        SecurityBand::Wormhole => 3,
        SecurityBand::Abyssal => 4,
    }
}

/// The class's place among the choices of the field `class`.
const fn class(class: WormholeClass) -> Option<u8> {
    Some(match class {
        WormholeClass::C1 => 0,
        WormholeClass::C2 => 1,
        WormholeClass::C3 => 2,
        WormholeClass::C4 => 3,
        WormholeClass::C5 => 4,
        WormholeClass::C6 => 5,
        WormholeClass::Thera => 6,
        WormholeClass::C13 => 7,
        WormholeClass::Sentinel => 8,
        WormholeClass::Barbican => 9,
        WormholeClass::Vidette => 10,
        WormholeClass::Conflux => 11,
        WormholeClass::Redoubt => 12,
        WormholeClass::Pochven => 13,
        _ => return None,
    })
}
