//! The snapshot: typed access to static data.

use serde::{Deserialize, Serialize};

use killwire_killmail::{
    CategoryId, ConstellationId, CorporationId, FactionId, GroupId, MetaGroupId, RegionId,
    SystemId, TypeId,
};

use crate::answer::{Category, Constellation, Group, NpcCorporation, Region, System, Type, id_of};
use crate::build::Build;
use crate::search::{Found, Index};
use crate::tables::{Plain, Row, SystemRow, Tables, TypeRow, at, place};
use crate::tags::{self, Facts, Tags};

/// Metres in a light-year, as the game reckons the range of jump drives: exactly 9.46e15.
const METRES_PER_LIGHT_YEAR: f64 = 9.46e15;

/// Static data of one build. It never changes; a new build makes a new one
/// ([`crate::CurrentUniverse`]).
///
/// A look-up answers none for an id that the build does not know, and also where the build gives the
/// id no name or does not say where it belongs (a type without group, a group without category, a
/// system without constellation or region): then the bare id is all there is to show.
#[derive(Debug, Default)]
pub struct Universe {
    pub(crate) tables: Tables,
    index: Index,
}

/// Two snapshots are equal where they know the same.
impl PartialEq for Universe {
    fn eq(&self, other: &Self) -> bool {
        self.tables == other.tables
    }
}

/// How much of each there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Solar systems.
    pub systems: usize,
    /// Constellations.
    pub constellations: usize,
    /// Regions.
    pub regions: usize,
    /// Stargate links, each direction for itself.
    pub jumps: usize,
    /// Types, unpublished ones included.
    pub types: usize,
    /// Groups of types.
    pub groups: usize,
    /// Categories of groups.
    pub categories: usize,
    /// Meta groups.
    pub meta_groups: usize,
    /// Factions.
    pub factions: usize,
    /// NPC corporations.
    pub npc_corporations: usize,
    /// Rows among these for which look-ups answer none: the export gives them no name, or does not
    /// say where they belong. CCP's has a few dozen, all unpublished.
    pub incomplete: usize,
}

impl Universe {
    /// What is known before anything was imported: nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// `tables` must have passed [`Tables::check`], or come from the export's reader.
    pub(crate) fn new(tables: Tables) -> Self {
        let index = Index::new(&tables);
        Self { tables, index }
    }

    /// The build that this is of; none before anything was imported.
    #[must_use]
    pub const fn build(&self) -> Option<&Build> {
        self.tables.build.as_ref()
    }

    /// A solar system.
    #[must_use]
    pub fn system(&self, id: SystemId) -> Option<System<'_>> {
        self.tables.system(self.system_row(id)?)
    }

    /// All solar systems, by id.
    pub fn systems(&self) -> impl Iterator<Item = System<'_>> {
        let tables = &self.tables;
        tables.systems.iter().filter_map(|row| tables.system(row))
    }

    /// A constellation.
    #[must_use]
    pub fn constellation(&self, id: ConstellationId) -> Option<Constellation<'_>> {
        let rows = &self.tables.constellations;
        self.tables.constellation(at(rows, place(rows, id.get())?)?)
    }

    /// A region.
    #[must_use]
    pub fn region(&self, id: RegionId) -> Option<Region<'_>> {
        let rows = &self.tables.regions;
        self.tables.region(at(rows, place(rows, id.get())?)?)
    }

    /// A type.
    #[must_use]
    pub fn item_type(&self, id: TypeId) -> Option<Type<'_>> {
        self.tables.item_type(self.type_row(id)?)
    }

    /// All types, by id.
    pub fn item_types(&self) -> impl Iterator<Item = Type<'_>> {
        let tables = &self.tables;
        tables.types.iter().filter_map(|row| tables.item_type(row))
    }

    /// A group of types.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<Group<'_>> {
        let rows = &self.tables.groups;
        self.tables.group(at(rows, place(rows, id.get())?)?)
    }

    /// A category of groups.
    #[must_use]
    pub fn category(&self, id: CategoryId) -> Option<Category<'_>> {
        let rows = &self.tables.categories;
        self.tables.category(at(rows, place(rows, id.get())?)?)
    }

    /// A meta group's name: "Tech II".
    #[must_use]
    pub fn meta_group(&self, id: MetaGroupId) -> Option<&str> {
        let rows = &self.tables.meta_groups;
        self.tables.text(at(rows, place(rows, id.get())?)?)
    }

    /// A faction's name: "Minmatar Republic".
    #[must_use]
    pub fn faction(&self, id: FactionId) -> Option<&str> {
        let rows = &self.tables.factions;
        self.tables.text(at(rows, place(rows, id.get())?)?)
    }

    /// All factions with their names, by id.
    pub fn factions(&self) -> impl Iterator<Item = (FactionId, &str)> {
        let tables = &self.tables;
        let rows = tables.factions.iter();
        rows.filter_map(|row| Some((id_of(row)?, tables.text(row)?)))
    }

    /// A corporation that CCP plays; none for those of players.
    #[must_use]
    pub fn npc_corporation(&self, id: CorporationId) -> Option<NpcCorporation<'_>> {
        let rows = &self.tables.npc_corporations;
        self.tables
            .npc_corporation(at(rows, place(rows, id.get())?)?)
    }

    /// Jumps through stargates by the shortest way, 0 to the system itself; none where there is no
    /// way, or where one of the systems is not known.
    #[must_use]
    pub fn jumps(&self, from: SystemId, to: SystemId) -> Option<u32> {
        let systems = &self.tables.systems;
        let (from, to) = (place(systems, from.get())?, place(systems, to.get())?);
        self.tables.graph.distance(from, to)
    }

    /// All systems at most so many jumps through stargates away, with their distances, nearest
    /// first; the system itself comes first. Nothing for a system that is not known.
    #[must_use]
    pub fn within(&self, from: SystemId, jumps: u32) -> Vec<(SystemId, u32)> {
        let systems = &self.tables.systems;
        let Some(from) = place(systems, from.get()) else {
            return Vec::new();
        };
        let found = self.tables.graph.within(from, jumps).into_iter();
        found
            .filter_map(|(place, jumps)| Some((id_of(at(systems, place)?)?, jumps)))
            .collect()
    }

    /// The distance in light-years, as for jump drives; none where a position is not known. Between
    /// known space and w-space the number means nothing.
    #[must_use]
    pub fn light_years(&self, from: SystemId, to: SystemId) -> Option<f64> {
        let from = self.system_row(from)?.position?;
        let to = self.system_row(to)?.position?;
        let squares = from.iter().zip(&to).map(|(from, to)| (from - to).powi(2));
        Some(squares.sum::<f64>().sqrt() / METRES_PER_LIGHT_YEAR)
    }

    /// What the type is good for, and where on the ship it was, by the rules in
    /// `docs/module-tags.md`. `flag` is CCP's inventory flag of the item; without one the slot is the
    /// one that the type takes when fitted. An unknown type has the tags of its flag alone.
    #[must_use]
    pub fn tags(&self, id: TypeId, flag: Option<i32>) -> Tags {
        let row = self.type_row(id);
        let group = row.and_then(|row| at(&self.tables.groups, row.group));
        let category = group.and_then(|group| at(&self.tables.categories, group.parent));
        tags::of(&Facts {
            category: category.map_or(0, Row::id),
            group: group.map_or(0, Row::id),
            meta_group: row.map_or(0, |row| row.meta_group),
            kind: row.and_then(|row| row.kind),
            takes: row.and_then(|row| row.slot),
            flag,
        })
    }

    /// Names that `text` may stand for, best first, at most `limit`: names that are it, then names
    /// that begin with it, then names with words that begin with its words, then names that differ by
    /// a typing error. Upper and lower case are the same. Text longer than
    /// [`MAX_QUERY_CHARS`](crate::MAX_QUERY_CHARS) finds nothing.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Found<'_>> {
        self.index.search(&self.tables, text, limit)
    }

    /// How much of each there is.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let tables = &self.tables;
        let complete = self.systems().count()
            + tables.types.iter().filter(|row| tables.whole(row)).count()
            + (tables.groups.iter())
                .filter(|row| !row.name.is_empty() && at(&tables.categories, row.parent).is_some())
                .count()
            + (tables.constellations.iter())
                .filter(|row| tables.constellation(row).is_some())
                .count();
        let all = tables.systems.len()
            + tables.types.len()
            + tables.groups.len()
            + tables.constellations.len();
        let nameless = |rows: &[Plain]| rows.iter().filter(|row| row.name.is_empty()).count();
        Counts {
            systems: tables.systems.len(),
            constellations: tables.constellations.len(),
            regions: tables.regions.len(),
            jumps: tables.graph.links(),
            types: tables.types.len(),
            groups: tables.groups.len(),
            categories: tables.categories.len(),
            meta_groups: tables.meta_groups.len(),
            factions: tables.factions.len(),
            npc_corporations: tables.npc_corporations.len(),
            incomplete: (all - complete)
                + nameless(&tables.regions)
                + nameless(&tables.categories)
                + nameless(&tables.meta_groups)
                + nameless(&tables.factions)
                + (tables.npc_corporations.iter())
                    .filter(|row| row.name.is_empty())
                    .count(),
        }
    }

    /// About how much memory it takes, in bytes, the search index included.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.tables.size() + self.index.size()
    }

    fn system_row(&self, id: SystemId) -> Option<&SystemRow> {
        let rows = &self.tables.systems;
        at(rows, place(rows, id.get())?)
    }

    fn type_row(&self, id: TypeId) -> Option<&TypeRow> {
        let rows = &self.tables.types;
        at(rows, place(rows, id.get())?)
    }
}
