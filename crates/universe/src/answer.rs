//! What look-ups answer, and how it follows from the rows of the tables.

use killwire_killmail::{
    CategoryId, ConstellationId, CorporationId, FactionId, GroupId, MetaGroupId, RegionId, Slot,
    SystemId, TypeId,
};

use crate::tables::{
    Child, CorporationRow, FittedSlot, Plain, Row, SystemRow, Tables, TypeRow, at,
};
use crate::wormhole_class::WormholeClass;

/// A solar system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct System<'a> {
    /// Which.
    pub id: SystemId,
    /// Its name: "Jita".
    pub name: &'a str,
    /// Its constellation.
    pub constellation_id: ConstellationId,
    /// The constellation's name.
    pub constellation: &'a str,
    /// Its region.
    pub region_id: RegionId,
    /// The region's name.
    pub region: &'a str,
    /// Its true security, about -1 to 1, 0.0 where the export does not say;
    /// `killwire_killmail::displayed_security` makes of it what the game shows.
    pub security: f64,
    /// CCP's class, inherited from constellation or region; some known space has none.
    pub class: Option<WormholeClass>,
    /// Where it is in New Eden, in metres (x, y, z), for distances in light-years.
    pub position: Option<[f64; 3]>,
}

impl System<'_> {
    /// What players call its class of wormhole space (`C5`, `Thera`); none outside it.
    #[must_use]
    pub fn wormhole_class(&self) -> Option<&'static str> {
        let class = self.class.filter(|class| class.is_wormhole());
        class.map(WormholeClass::name)
    }
}

/// A constellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields say what they are")]
pub struct Constellation<'a> {
    pub id: ConstellationId,
    pub name: &'a str,
    pub region_id: RegionId,
    pub region: &'a str,
}

/// A region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields say what they are")]
pub struct Region<'a> {
    pub id: RegionId,
    pub name: &'a str,
}

/// A type: a hull, a module, a charge, a structure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type<'a> {
    /// Which.
    pub id: TypeId,
    /// Its name: "Rifter".
    pub name: &'a str,
    /// Its group: 25.
    pub group_id: GroupId,
    /// The group's name: "Frigate".
    pub group: &'a str,
    /// The group's category: 6.
    pub category_id: CategoryId,
    /// The category's name: "Ship".
    pub category: &'a str,
    /// How advanced it is; many types have none.
    pub meta_group: Option<MetaGroupId>,
    /// Whether players can have it.
    pub published: bool,
    /// The slot that it takes when fitted; none for what is not fitted, and where the export has no
    /// dogma.
    pub slot: Option<Slot>,
}

/// A group of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields say what they are")]
pub struct Group<'a> {
    pub id: GroupId,
    pub name: &'a str,
    pub category_id: CategoryId,
    pub category: &'a str,
}

/// A category of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields say what they are")]
pub struct Category<'a> {
    pub id: CategoryId,
    pub name: &'a str,
}

/// A corporation that CCP plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NpcCorporation<'a> {
    /// Which.
    pub id: CorporationId,
    /// Its name.
    pub name: &'a str,
    /// Its ticker, without brackets.
    pub ticker: Option<&'a str>,
    /// The faction it belongs to.
    pub faction_id: Option<FactionId>,
}

/// A row's id as what it is; none for 0, which CCP uses for what is not there.
pub(crate) fn id_of<I: TryFrom<i64>>(row: &impl Row) -> Option<I> {
    I::try_from(i64::from(row.id())).ok()
}

fn id<I: TryFrom<i64>>(number: u32) -> Option<I> {
    I::try_from(i64::from(number)).ok()
}

/// Rows as what readers get; none where something that a reader counts on is not there.
impl Tables {
    /// A row's name, where it has one.
    pub(crate) fn text(&self, row: &impl Row) -> Option<&str> {
        Some(self.names.get(row.name())).filter(|name| !name.is_empty())
    }

    pub(crate) fn region(&self, row: &Plain) -> Option<Region<'_>> {
        Some(Region {
            id: id_of(row)?,
            name: self.text(row)?,
        })
    }

    pub(crate) fn constellation(&self, row: &Child) -> Option<Constellation<'_>> {
        let region = self.region(at(&self.regions, row.parent)?)?;
        Some(Constellation {
            id: id_of(row)?,
            name: self.text(row)?,
            region_id: region.id,
            region: region.name,
        })
    }

    pub(crate) fn system(&self, row: &SystemRow) -> Option<System<'_>> {
        let constellation = at(&self.constellations, row.constellation)?;
        let region = self.region(at(&self.regions, row.region)?)?;
        Some(System {
            id: id_of(row)?,
            name: self.text(row)?,
            constellation_id: id_of(constellation)?,
            constellation: self.text(constellation)?,
            region_id: region.id,
            region: region.name,
            security: row.security,
            class: row.class.map(WormholeClass::from_code),
            position: row.position,
        })
    }

    pub(crate) fn category(&self, row: &Plain) -> Option<Category<'_>> {
        Some(Category {
            id: id_of(row)?,
            name: self.text(row)?,
        })
    }

    pub(crate) fn group(&self, row: &Child) -> Option<Group<'_>> {
        let category = self.category(at(&self.categories, row.parent)?)?;
        Some(Group {
            id: id_of(row)?,
            name: self.text(row)?,
            category_id: category.id,
            category: category.name,
        })
    }

    pub(crate) fn item_type(&self, row: &TypeRow) -> Option<Type<'_>> {
        let group = self.group(at(&self.groups, row.group)?)?;
        Some(Type {
            id: id_of(row)?,
            name: self.text(row)?,
            group_id: group.id,
            group: group.name,
            category_id: group.category_id,
            category: group.category,
            meta_group: id(u32::from(row.meta_group)),
            published: row.published,
            slot: row.slot.map(FittedSlot::slot),
        })
    }

    /// Whether the type has a name, a group and a category. Unlike [`Tables::item_type`] it takes the
    /// number 0 for a number.
    pub(crate) fn whole(&self, row: &TypeRow) -> bool {
        let group = at(&self.groups, row.group);
        let category = group.and_then(|group| at(&self.categories, group.parent));
        !row.name.is_empty() && category.is_some()
    }

    pub(crate) fn npc_corporation(&self, row: &CorporationRow) -> Option<NpcCorporation<'_>> {
        let ticker = self.names.get(row.ticker);
        Some(NpcCorporation {
            id: id_of(row)?,
            name: self.text(row)?,
            ticker: Some(ticker).filter(|ticker| !ticker.is_empty()),
            faction_id: id(row.faction),
        })
    }
}

impl FittedSlot {
    /// As the killmail's crate names it.
    pub(crate) const fn slot(self) -> Slot {
        match self {
            Self::High => Slot::High,
            Self::Mid => Slot::Mid,
            Self::Low => Slot::Low,
            Self::Rig => Slot::Rig,
            Self::Subsystem => Slot::Subsystem,
            Self::Service => Slot::Service,
        }
    }
}
