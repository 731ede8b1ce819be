//! How tags follow from what static data and the item's flag say.

use killwire_killmail::Slot;

use super::groups::by_group;
use super::{Tag, Tags};
use crate::tables::{FittedSlot, ModuleKind};

/// What the rules look at. 0 stands for what is not known.
pub(crate) struct Facts {
    pub(crate) category: u32,
    pub(crate) group: u32,
    pub(crate) meta_group: u16,
    pub(crate) kind: Option<ModuleKind>,
    /// The slot that the type takes, by dogma.
    pub(crate) takes: Option<FittedSlot>,
    /// The item's inventory flag, where an item is asked about and not a type.
    pub(crate) flag: Option<i32>,
}

/// Categories of `categories.jsonl`.
const CHARGE: u32 = 8;
const DRONE: u32 = 18;
const IMPLANT: u32 = 20;
const SUBSYSTEM: u32 = 32;
const STRUCTURE_MODULE: u32 = 66;
const FIGHTER: u32 = 87;

/// Groups of `groups.jsonl` all of whose types are rigs, for exports without dogma. Those of
/// structures are many, and left to dogma.
const RIGS: [u32; 14] = [
    773, 774, 775, 776, 777, 778, 779, 781, 782, 786, 1_232, 1_233, 1_234, 1_308,
];

/// The tags that follow.
pub(crate) fn of(facts: &Facts) -> Tags {
    by_meta_group(facts.meta_group)
        .into_iter()
        .chain(by_category(facts.category))
        .chain(facts.kind.map(by_kind))
        .chain(slot(facts))
        .collect::<Tags>()
        .union(by_group(facts.group))
}

/// Meta groups of `metaGroups.jsonl`; 52 to 54 are those of structures.
const fn by_meta_group(meta_group: u16) -> Option<Tag> {
    match meta_group {
        1 | 54 => Some(Tag::T1),
        2 | 53 => Some(Tag::T2),
        3 => Some(Tag::Storyline),
        4 | 52 => Some(Tag::Faction),
        5 => Some(Tag::Officer),
        6 => Some(Tag::Deadspace),
        14 => Some(Tag::T3),
        15 => Some(Tag::Abyssal),
        _ => None,
    }
}

const fn by_category(category: u32) -> Option<Tag> {
    match category {
        CHARGE => Some(Tag::Charge),
        DRONE => Some(Tag::Drone),
        IMPLANT => Some(Tag::Implant),
        STRUCTURE_MODULE => Some(Tag::StructureModule),
        FIGHTER => Some(Tag::Fighter),
        _ => None,
    }
}

const fn by_kind(kind: ModuleKind) -> Tag {
    match kind {
        ModuleKind::Afterburner => Tag::Afterburner,
        ModuleKind::Microwarpdrive => Tag::Microwarpdrive,
        ModuleKind::WarpDisruptor => Tag::WarpDisruptor,
        ModuleKind::WarpScrambler => Tag::WarpScrambler,
    }
}

/// Where the item was, or where the type goes when no item is asked about. A charge has the flag of
/// the module it is loaded in, and would pass for one; so it has no slot.
fn slot(facts: &Facts) -> Option<Tag> {
    let slot = match facts.flag {
        Some(flag) => Slot::from_flag(flag),
        None if facts.category == SUBSYSTEM => Slot::Subsystem,
        None if RIGS.contains(&facts.group) => Slot::Rig,
        None => facts.takes?.slot(),
    };
    if facts.category == CHARGE && slot.is_fitted() {
        return None;
    }
    by_slot(slot)
}

/// What a slot is called among tags.
pub(super) const fn by_slot(slot: Slot) -> Option<Tag> {
    match slot {
        Slot::High => Some(Tag::HighSlot),
        Slot::Mid => Some(Tag::MidSlot),
        Slot::Low => Some(Tag::LowSlot),
        Slot::Rig => Some(Tag::Rig),
        Slot::Subsystem => Some(Tag::Subsystem),
        Slot::Service => Some(Tag::ServiceSlot),
        Slot::Cargo => Some(Tag::Cargo),
        Slot::DroneBay => Some(Tag::DroneBay),
        Slot::FighterBay | Slot::FighterTube => Some(Tag::FighterBay),
        Slot::Implant | Slot::Booster => Some(Tag::Implanted),
        _ => None,
    }
}
