//! What a snapshot holds, as plain sorted rows: compact in memory, and what is stored.
//!
//! Each table is sorted by id and has each id once. A row points to another table by the row's
//! place there; [`NONE`] where the export names no such row.

use serde::{Deserialize, Serialize};

use crate::build::Build;
use crate::jumps::Graph;
use crate::names::{Name, Names};

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tables {
    pub(crate) build: Option<Build>,
    pub(crate) names: Names,
    pub(crate) regions: Vec<Plain>,
    pub(crate) constellations: Vec<Child>,
    pub(crate) systems: Vec<SystemRow>,
    pub(crate) graph: Graph,
    pub(crate) categories: Vec<Plain>,
    pub(crate) groups: Vec<Child>,
    pub(crate) meta_groups: Vec<Plain>,
    pub(crate) types: Vec<TypeRow>,
    pub(crate) factions: Vec<Plain>,
    pub(crate) npc_corporations: Vec<CorporationRow>,
}

/// A region, a category, a meta group, a faction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plain {
    pub(crate) id: u32,
    pub(crate) name: Name,
}

/// A constellation in its region, a group in its category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Child {
    pub(crate) id: u32,
    pub(crate) name: Name,
    pub(crate) parent: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SystemRow {
    pub(crate) id: u32,
    pub(crate) name: Name,
    pub(crate) constellation: u32,
    pub(crate) region: u32,
    /// CCP's code, already inherited from constellation or region.
    pub(crate) class: Option<i16>,
    pub(crate) security: f64,
    /// In metres.
    pub(crate) position: Option<[f64; 3]>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TypeRow {
    pub(crate) id: u32,
    pub(crate) name: Name,
    pub(crate) group: u32,
    /// 0 where there is none.
    pub(crate) meta_group: u16,
    pub(crate) published: bool,
    /// What dogma says about the slot that it takes.
    pub(crate) slot: Option<FittedSlot>,
    /// What tells modules of one group apart.
    pub(crate) kind: Option<ModuleKind>,
}

/// The slot that a module takes, by its dogma effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FittedSlot {
    High,
    Mid,
    Low,
    Rig,
    Subsystem,
    Service,
}

/// What a module does, where its group holds modules of several kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum ModuleKind {
    Afterburner,
    Microwarpdrive,
    WarpDisruptor,
    WarpScrambler,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CorporationRow {
    pub(crate) id: u32,
    pub(crate) name: Name,
    pub(crate) ticker: Name,
    /// 0 where there is none.
    pub(crate) faction: u32,
}

/// A row with an id, by which its table is sorted.
pub(crate) trait Row {
    fn id(&self) -> u32;
    fn name(&self) -> Name;
}

macro_rules! rows {
    ($($row:ident)*) => {$(
        impl Row for $row {
            fn id(&self) -> u32 {
                self.id
            }
            fn name(&self) -> Name {
                self.name
            }
        }
    )*};
}
rows!(Plain Child SystemRow TypeRow CorporationRow);

/// The place of the row with this id.
pub(crate) fn place<R: Row>(rows: &[R], id: i64) -> Option<u32> {
    let id = u32::try_from(id).ok()?;
    let place = rows.binary_search_by_key(&id, Row::id).ok()?;
    u32::try_from(place).ok()
}

/// The row at `place`.
pub(crate) fn at<R>(rows: &[R], place: u32) -> Option<&R> {
    rows.get(usize::try_from(place).ok()?)
}

impl Tables {
    /// Whether everything points to something: what was read back may be damaged. Answers what is
    /// wrong.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let names = &self.names;
        sorted(names, &self.regions)?;
        sorted(names, &self.constellations)?;
        sorted(names, &self.systems)?;
        sorted(names, &self.categories)?;
        sorted(names, &self.groups)?;
        sorted(names, &self.meta_groups)?;
        sorted(names, &self.types)?;
        sorted(names, &self.factions)?;
        sorted(names, &self.npc_corporations)?;
        let corporations = &self.npc_corporations;
        let points_well = corporations.iter().all(|row| names.has(row.ticker))
            && parents(&self.constellations, &self.regions)
            && parents(&self.groups, &self.categories)
            && self.systems.iter().all(|row| {
                points(row.constellation, &self.constellations) && points(row.region, &self.regions)
            })
            && self.types.iter().all(|row| points(row.group, &self.groups))
            && self.graph.fits(self.systems.len());
        if points_well {
            Ok(())
        } else {
            Err("a row points to one that is not there")
        }
    }

    pub(crate) fn shrink(&mut self) {
        self.names.shrink();
        self.regions.shrink_to_fit();
        self.constellations.shrink_to_fit();
        self.systems.shrink_to_fit();
        self.categories.shrink_to_fit();
        self.groups.shrink_to_fit();
        self.meta_groups.shrink_to_fit();
        self.types.shrink_to_fit();
        self.factions.shrink_to_fit();
        self.npc_corporations.shrink_to_fit();
    }

    /// In bytes, about.
    pub(crate) fn size(&self) -> usize {
        fn bytes<R>(rows: &[R]) -> usize {
            std::mem::size_of_val(rows)
        }
        self.names.size()
            + self.graph.size()
            + bytes(&self.regions)
            + bytes(&self.constellations)
            + bytes(&self.systems)
            + bytes(&self.categories)
            + bytes(&self.groups)
            + bytes(&self.meta_groups)
            + bytes(&self.types)
            + bytes(&self.factions)
            + bytes(&self.npc_corporations)
    }
}

fn sorted<R: Row>(names: &Names, rows: &[R]) -> Result<(), &'static str> {
    if !rows.is_sorted_by(|one, next| one.id() < next.id()) {
        return Err("rows are not sorted by id");
    }
    if !rows.iter().all(|row| names.has(row.name())) {
        return Err("a row's name is not there");
    }
    Ok(())
}

fn points<R>(place: u32, rows: &[R]) -> bool {
    place == NONE || at(rows, place).is_some()
}

fn parents<R>(children: &[Child], rows: &[R]) -> bool {
    children.iter().all(|child| points(child.parent, rows))
}
