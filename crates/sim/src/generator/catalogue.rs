//! Every type that can stand on a generated killmail, in one list.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::goods::{
    ABYSSAL_LOW, ABYSSAL_MID, BLUEPRINT, CARGO, CONTAINERS, DRONES, FIGHTERS, GUNS, Good, HIGH,
    IMPLANTS, LOW, MID, MINING, RIGS, STRUCTURE_MODULES, STRUCTURE_SERVICES, SUBSYSTEMS,
};
use super::hulls::{HULLS, Hull, TITAN, UNPILOTED};
use super::npc::{CONCORD, Npc, PIRATES, SLEEPERS};

/// The meta group of modules that a mutaplasmid has changed.
pub(crate) const ABYSSAL: i64 = 15;

/// A type of thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kind {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) group_id: i64,
    /// CCP's meta group; 0 is none.
    pub(crate) meta_group: i64,
    /// In ISK; nothing where nobody can own it.
    pub(crate) price: Option<i64>,
    pub(crate) slot: Option<Slot>,
}

/// The kind of slot that a module goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Low,
    Mid,
    High,
    Rig,
    Subsystem,
    Service,
}

impl Kind {
    fn good(good: &Good, slot: Option<Slot>) -> Self {
        Self {
            id: good.type_id,
            name: good.name,
            group_id: good.group_id,
            meta_group: good.meta_group,
            price: Some(good.price),
            slot,
        }
    }

    fn hull(hull: &Hull) -> Self {
        Self {
            id: hull.type_id,
            name: hull.name,
            group_id: hull.group_id,
            meta_group: hull.meta_group,
            price: Some(hull.price.saturating_mul(1_000)),
            slot: None,
        }
    }

    fn npc(npc: &Npc) -> Self {
        Self {
            id: npc.type_id,
            name: npc.name,
            group_id: npc.group_id,
            meta_group: 0,
            price: None,
            slot: None,
        }
    }
}

/// All of them, by id.
pub(crate) fn kinds() -> &'static BTreeMap<i64, Kind> {
    static KINDS: OnceLock<BTreeMap<i64, Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let hulls = HULLS.iter().chain(&UNPILOTED).chain([&TITAN]);
        let npcs = PIRATES.iter().chain(&SLEEPERS).chain([&CONCORD]);
        hulls
            .map(Kind::hull)
            .chain(npcs.map(Kind::npc))
            .chain(goods())
            .map(|kind| (kind.id, kind))
            .collect()
    })
}

fn goods() -> impl Iterator<Item = Kind> {
    let guns: Vec<Good> = GUNS.iter().map(|(gun, _)| *gun).collect();
    let charges = GUNS.iter().map(|(_, charge)| *charge);
    let freight = CARGO.iter().map(|(good, _)| *good);
    let loose: Vec<Good> = charges.chain(freight).chain([BLUEPRINT]).collect();
    let tables: [(Vec<Good>, Option<Slot>); 16] = [
        (LOW.to_vec(), Some(Slot::Low)),
        (ABYSSAL_LOW.to_vec(), Some(Slot::Low)),
        (MID.to_vec(), Some(Slot::Mid)),
        (ABYSSAL_MID.to_vec(), Some(Slot::Mid)),
        (guns, Some(Slot::High)),
        (HIGH.to_vec(), Some(Slot::High)),
        (MINING.to_vec(), Some(Slot::High)),
        (RIGS.to_vec(), Some(Slot::Rig)),
        (SUBSYSTEMS.to_vec(), Some(Slot::Subsystem)),
        (STRUCTURE_MODULES[..3].to_vec(), Some(Slot::High)),
        (STRUCTURE_MODULES[3..].to_vec(), Some(Slot::Low)),
        (STRUCTURE_SERVICES.to_vec(), Some(Slot::Service)),
        (DRONES.to_vec(), None),
        ([&FIGHTERS[..], &IMPLANTS].concat(), None),
        (CONTAINERS.to_vec(), None),
        (loose, None),
    ];
    tables
        .into_iter()
        .flat_map(|(goods, slot)| goods.into_iter().map(move |good| Kind::good(&good, slot)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::groups::{CATEGORIES, GROUPS, META_GROUPS};

    #[test]
    fn every_type_has_its_group_its_category_and_its_meta_group_in_the_tables() {
        for kind in kinds().values() {
            let group = GROUPS.iter().find(|(id, ..)| *id == kind.group_id);
            let (_, _, category) = group.unwrap_or_else(|| panic!("{kind:?}"));
            assert!(CATEGORIES.iter().any(|(id, _)| id == category), "{kind:?}");
            assert!(
                kind.meta_group == 0 || META_GROUPS.iter().any(|(id, _)| *id == kind.meta_group),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_type_that_stands_in_two_tables_is_the_same_in_both() {
        for kind in goods() {
            let known = kinds()[&kind.id];
            assert_eq!(
                (known.name, known.group_id, known.meta_group, known.price),
                (kind.name, kind.group_id, kind.meta_group, kind.price)
            );
        }
    }
}
