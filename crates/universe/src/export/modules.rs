//! What the export says about modules beyond their group: the slot they take, and what tells modules
//! of one group apart. Never from names.
//!
//! Three files say it, and the first that does counts: the dogma effects of the type
//! (`typeDogma.jsonl`), its market group, and for abyssal types, which have no market group, what
//! they are made from (`dynamicItemAttributes.jsonl`).

use std::collections::HashMap;

use super::row::{DogmaRow, MutaplasmidRow};
use crate::tables::{FittedSlot, ModuleKind, Row, TypeRow};

/// Collected while the files are read.
#[derive(Default)]
pub(super) struct Modules {
    slots: HashMap<u32, FittedSlot>,
    by_effect: HashMap<u32, ModuleKind>,
    by_market_group: HashMap<u32, ModuleKind>,
    /// What an abyssal type is, from what it is made from.
    by_origin: HashMap<u32, ModuleKind>,
}

/// Effects of `dogmaEffects.jsonl`: `loPower`, `hiPower`, `medPower`, `rigSlot`, `subSystem`,
/// `serviceSlot`.
fn slot_of_effect(effect: u32) -> Option<FittedSlot> {
    match effect {
        11 => Some(FittedSlot::Low),
        12 => Some(FittedSlot::High),
        13 => Some(FittedSlot::Mid),
        2_663 => Some(FittedSlot::Rig),
        3_772 => Some(FittedSlot::Subsystem),
        6_306 => Some(FittedSlot::Service),
        _ => None,
    }
}

/// Effects of `dogmaEffects.jsonl`: `moduleBonusMicrowarpdrive`, `moduleBonusAfterburner`.
fn kind_of_effect(effect: u32) -> Option<ModuleKind> {
    match effect {
        6_730 => Some(ModuleKind::Microwarpdrive),
        6_731 => Some(ModuleKind::Afterburner),
        _ => None,
    }
}

/// Market groups: 131 holds all microwarpdrives, 542 all afterburners, 1935 all warp disruptors and
/// 1936 all warp scramblers.
fn kind_of_market_group(market_group: u32) -> Option<ModuleKind> {
    match market_group {
        131 => Some(ModuleKind::Microwarpdrive),
        542 => Some(ModuleKind::Afterburner),
        1_935 => Some(ModuleKind::WarpDisruptor),
        1_936 => Some(ModuleKind::WarpScrambler),
        _ => None,
    }
}

impl Modules {
    /// A type's market group.
    pub(super) fn market_group(&mut self, type_id: u32, market_group: u32) {
        if let Some(kind) = kind_of_market_group(market_group) {
            self.by_market_group.insert(type_id, kind);
        }
    }

    /// A type's dogma.
    pub(super) fn dogma(&mut self, row: &DogmaRow) {
        for effect in row.effects.iter().filter_map(|row| row.effect) {
            if let Some(slot) = slot_of_effect(effect) {
                self.slots.insert(row.key, slot);
            }
            if let Some(kind) = kind_of_effect(effect) {
                self.by_effect.insert(row.key, kind);
            }
        }
    }

    /// What a mutaplasmid makes from what. Types are read before.
    pub(super) fn mutaplasmid(&mut self, row: &MutaplasmidRow) {
        for mutation in &row.mapping {
            let kinds = |from: &u32| self.by_market_group.get(from).copied();
            let kind = mutation.from.iter().find_map(kinds);
            if let Some((to, kind)) = mutation.to.zip(kind) {
                self.by_origin.insert(to, kind);
            }
        }
    }

    /// Writes what is known of each type into its row.
    pub(super) fn apply(&self, types: &mut [TypeRow]) {
        for row in types {
            let id = row.id();
            row.slot = self.slots.get(&id).copied();
            row.kind = [&self.by_effect, &self.by_market_group, &self.by_origin]
                .into_iter()
                .find_map(|known| known.get(&id).copied());
        }
    }
}
