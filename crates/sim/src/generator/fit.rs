//! What was aboard: fittings by class of hull, drones, cargo, containers.

use super::goods::{
    ABYSSAL_LOW, ABYSSAL_MID, BLUEPRINT, CARGO, CONTAINERS, DRONES, FIGHTERS, GUNS, Good, HIGH,
    IMPLANTS, LOW, MID, MINING, RIGS, STRUCTURE_MODULES, STRUCTURE_SERVICES, SUBSYSTEMS,
};
use super::hulls::{Class, Hull};
use super::wire::{Hundredths, Item};
use crate::dice::Dice;

/// CCP's inventory flags: the first of each kind of slot, and single places.
mod flag {
    pub(super) const CARGO: i64 = 5;
    pub(super) const LOW: i64 = 11;
    pub(super) const MID: i64 = 19;
    pub(super) const HIGH: i64 = 27;
    pub(super) const DRONE_BAY: i64 = 87;
    pub(super) const IMPLANT: i64 = 89;
    pub(super) const RIG: i64 = 92;
    pub(super) const SUBSYSTEM: i64 = 125;
    pub(super) const FLEET_HANGAR: i64 = 155;
    pub(super) const FIGHTER_BAY: i64 = 158;
    pub(super) const SERVICE: i64 = 164;
}

/// What `hull` carried when it died.
pub(crate) fn items(dice: &mut Dice, hull: &Hull) -> Vec<Item> {
    let mut hold = Hold {
        dice,
        items: Vec::new(),
    };
    match hull.class {
        Class::Pod => hold.implants(),
        Class::Small => {}
        Class::Frigate => {
            hold.slots(flag::LOW, &LOW, 1, 4);
            hold.slots(flag::MID, &MID[..7], 2, 4);
            hold.guns(1, 4);
            hold.slots(flag::RIG, &RIGS, 0, 3);
            hold.cargo(flag::CARGO, 0, 4);
        }
        Class::Cruiser => {
            hold.slots(flag::LOW, &LOW, 3, 6);
            hold.slots(flag::MID, &MID[..13], 3, 6);
            hold.guns(3, 6);
            hold.slots(flag::RIG, &RIGS, 2, 3);
            if hull.group_id == 963 {
                hold.slots(flag::SUBSYSTEM, &SUBSYSTEMS, 4, 4);
            }
            hold.drones();
            hold.cargo(flag::CARGO, 0, 8);
        }
        Class::Battleship => {
            hold.slots(flag::LOW, &LOW, 4, 7);
            hold.slots(flag::MID, &MID, 4, 7);
            hold.guns(5, 8);
            hold.slots(flag::RIG, &RIGS, 3, 3);
            hold.drones();
            hold.cargo(flag::CARGO, 2, 14);
        }
        Class::Barge => {
            hold.slots(flag::LOW, &LOW[8..10], 1, 3);
            hold.slots(flag::MID, &MID[6..9], 1, 4);
            hold.slots(flag::HIGH, &MINING, 1, 2);
            hold.slots(flag::RIG, &RIGS, 0, 3);
            hold.drones();
            hold.cargo(flag::CARGO, 0, 3);
        }
        Class::Hauler => {
            hold.slots(flag::LOW, &LOW[7..9], 1, 5);
            hold.slots(flag::MID, &MID[6..9], 0, 4);
            hold.slots(flag::HIGH, &HIGH, 0, 2);
            hold.slots(flag::RIG, &RIGS, 0, 3);
            hold.cargo(flag::CARGO, 1, 30);
        }
        Class::Freighter => {
            hold.slots(flag::LOW, &LOW[7..9], 0, 3);
            hold.cargo(flag::CARGO, 2, 60);
        }
        Class::Capital => {
            hold.slots(flag::LOW, &LOW, 5, 8);
            hold.slots(flag::MID, &MID, 4, 7);
            hold.guns(3, 6);
            hold.slots(flag::RIG, &RIGS, 3, 3);
            hold.stacks(flag::FIGHTER_BAY, &FIGHTERS, 0, 3, 12);
            hold.cargo(flag::FLEET_HANGAR, 0, 30);
            hold.cargo(flag::CARGO, 4, 24);
        }
        Class::Structure => {
            hold.slots(flag::HIGH, &STRUCTURE_MODULES, 0, 4);
            hold.slots(flag::SERVICE, &STRUCTURE_SERVICES, 0, 3);
            hold.cargo(flag::CARGO, 0, 10);
        }
        Class::Deployable => {
            let most = if hull.group_id == 1250 { 6 } else { 0 };
            hold.cargo(flag::CARGO, 0, most);
        }
    }
    hold.items
}

/// How many cruisers and battleships have a module that a mutaplasmid has changed.
const MUTATED: f64 = 0.04;

/// Changes a module of some hulls into an abyssal one.
pub(crate) fn mutate(dice: &mut Dice, hull: &Hull, items: &mut [Item]) {
    if !matches!(hull.class, Class::Cruiser | Class::Battleship) || !dice.chance(MUTATED) {
        return;
    }
    let place = dice.index(items.len());
    let Some(item) = items.get_mut(place) else {
        return;
    };
    let good = match item.flag {
        flag::LOW..flag::MID => dice.pick(&ABYSSAL_LOW),
        flag::MID..flag::HIGH => dice.pick(&ABYSSAL_MID),
        _ => return,
    };
    item.item_type_id = good.type_id;
    item.unit = Hundredths(good.price.saturating_mul(100));
}

/// What is aboard so far.
struct Hold<'d> {
    dice: &'d mut Dice,
    items: Vec<Item>,
}

impl Hold<'_> {
    /// Half of everything survives its ship.
    fn stack(&mut self, flag: i64, good: Good, quantity: i64) -> Item {
        let dropped = self.dice.chance(0.5);
        Item {
            flag,
            item_type_id: good.type_id,
            items: Vec::new(),
            quantity_destroyed: (!dropped).then_some(quantity),
            quantity_dropped: dropped.then_some(quantity),
            singleton: 0,
            unit: Hundredths(good.price.saturating_mul(100)),
        }
    }

    /// Modules in a row of slots, usually the same one twice or thrice.
    fn slots(&mut self, first: i64, goods: &[Good], least: i64, most: i64) {
        let used = self.dice.int(least, most);
        let mut good = *self.dice.pick(goods);
        for slot in 0..used {
            if self.dice.chance(0.6) {
                good = *self.dice.pick(goods);
            }
            let item = self.stack(first + slot, good, 1);
            self.items.push(item);
        }
    }

    /// Weapons of one kind, each with its charges in the same slot.
    fn guns(&mut self, least: i64, most: i64) {
        let used = self.dice.int(least, most);
        let (gun, charge) = *self.dice.pick(&GUNS);
        for slot in 0..used {
            let gun = if self.dice.chance(0.12) {
                *self.dice.pick(&HIGH)
            } else {
                gun
            };
            let item = self.stack(flag::HIGH + slot, gun, 1);
            self.items.push(item);
            if self.dice.chance(0.4) {
                let quantity = self.dice.int(1, 120);
                let item = self.stack(flag::HIGH + slot, charge, quantity);
                self.items.push(item);
            }
        }
    }

    fn drones(&mut self) {
        self.stacks(flag::DRONE_BAY, &DRONES, 0, 3, 5);
    }

    fn stacks(&mut self, flag: i64, goods: &[Good], least: i64, most: i64, size: i64) {
        for _ in 0..self.dice.int(least, most) {
            let (good, quantity) = (*self.dice.pick(goods), self.dice.int(1, size));
            let item = self.stack(flag, good, quantity);
            self.items.push(item);
        }
    }

    fn implants(&mut self) {
        if self.dice.chance(0.45) {
            return;
        }
        for place in 0..self.dice.index(IMPLANTS.len()) {
            // The last ones are worth a ship of their own and rarely worn.
            let good = if self.dice.chance(0.02) {
                IMPLANTS[8]
            } else {
                IMPLANTS[place.min(7)]
            };
            let mut item = self.stack(flag::IMPLANT, good, 1);
            item.quantity_destroyed = Some(1);
            item.quantity_dropped = None;
            self.items.push(item);
        }
    }

    fn cargo(&mut self, flag: i64, least: i64, most: i64) {
        for _ in 0..self.dice.int(least, most) {
            let item = if self.dice.chance(0.04) {
                self.container(flag)
            } else if self.dice.chance(0.03) {
                let mut copy = self.stack(flag, BLUEPRINT, 1);
                copy.singleton = 2;
                copy.unit = Hundredths(1);
                copy
            } else {
                self.cargo_stack(flag)
            };
            self.items.push(item);
        }
    }

    /// Small stacks are common, full ones rare.
    fn cargo_stack(&mut self, flag: i64) -> Item {
        let (good, size) = *self.dice.pick(&CARGO);
        let most = self.dice.int(1, size);
        let quantity = self.dice.int(1, most);
        self.stack(flag, good, quantity)
    }

    fn container(&mut self, flag: i64) -> Item {
        let good = *self.dice.pick(&CONTAINERS);
        let mut container = self.stack(flag, good, 1);
        for _ in 0..self.dice.int(1, 8) {
            let mut inside = self.cargo_stack(0);
            // What a container holds shares its fate.
            let quantity = inside.quantity_dropped.or(inside.quantity_destroyed);
            inside.quantity_dropped = container.quantity_dropped.and(quantity);
            inside.quantity_destroyed = container.quantity_destroyed.and(quantity);
            container.items.push(inside);
        }
        container
    }
}
