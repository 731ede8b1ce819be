//! Victim, attackers and items, read straight from JSON into the domain's types.
//!
//! The visitors are written by hand for three reasons that a derive does not cover: a member that
//! stands twice does not lose the killmail (the last one counts), null is absent everywhere, and
//! items are refused below [`MAX_ITEM_DEPTH`] while they are read.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess};
use serde::de::{SeqAccess, Unexpected};

use super::scalar::{Flag, MAX_COUNT, MAX_SMALL, OptionalId, RequiredId, Whole};
use super::{MAX_ATTACKERS, MAX_ITEM_DEPTH};
use crate::{Attacker, Item, Position, SecurityStatus, TypeId, Victim};

type Count = Whole<0, MAX_COUNT>;
type Small = Whole<0, MAX_SMALL>;

/// Reads an optional id; 0 and null are absent.
macro_rules! optional_id {
    ($object:ident) => {
        $object
            .next_value::<OptionalId>()?
            .0
            .and_then(|id| id.try_into().ok())
    };
}

members! { VictimMember {
    Character = "character_id", Corporation = "corporation_id", Alliance = "alliance_id",
    Faction = "faction_id", ShipType = "ship_type_id", DamageTaken = "damage_taken",
    Position = "position", Items = "items",
}}

/// `victim`.
pub(super) struct WireVictim(pub(super) Victim);

impl<'de> Deserialize<'de> for WireVictim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(VictimVisitor)
    }
}

struct VictimVisitor;

impl<'de> de::Visitor<'de> for VictimVisitor {
    type Value = WireVictim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a victim object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<WireVictim, A::Error> {
        let (mut character_id, mut corporation_id) = (None, None);
        let (mut alliance_id, mut faction_id) = (None, None);
        let (mut ship_type_id, mut damage_taken) = (None, None);
        let (mut position, mut items) = (None, Vec::new());
        while let Some(member) = object.next_key()? {
            match member {
                VictimMember::Character => character_id = optional_id!(object),
                VictimMember::Corporation => corporation_id = optional_id!(object),
                VictimMember::Alliance => alliance_id = optional_id!(object),
                VictimMember::Faction => faction_id = optional_id!(object),
                VictimMember::ShipType => ship_type_id = object.next_value::<RequiredId>()?.0,
                VictimMember::DamageTaken => damage_taken = object.next_value::<Count>()?.0,
                VictimMember::Position => position = object.next_value::<Option<WirePosition>>()?,
                VictimMember::Items => items = object.next_value_seed(Items { depth: 0 })?,
                VictimMember::Unknown => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(WireVictim(Victim {
            character_id,
            corporation_id,
            alliance_id,
            faction_id,
            ship_type_id: required_type(ship_type_id, "ship_type_id")?,
            damage_taken: damage_taken.ok_or_else(|| A::Error::missing_field("damage_taken"))?,
            position: position.map(|WirePosition(position)| position),
            items,
        }))
    }
}

fn required_type<E: Error>(id: Option<i64>, member: &'static str) -> Result<TypeId, E> {
    id.and_then(|id| TypeId::new(id).ok())
        .ok_or_else(|| E::missing_field(member))
}

members! { PositionMember { X = "x", Y = "y", Z = "z", }}

struct WirePosition(Position);

impl<'de> Deserialize<'de> for WirePosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PositionVisitor)
    }
}

struct PositionVisitor;

impl<'de> de::Visitor<'de> for PositionVisitor {
    type Value = WirePosition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a position object with x, y and z in metres")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<WirePosition, A::Error> {
        let (mut x, mut y, mut z) = (None, None, None);
        while let Some(member) = object.next_key()? {
            match member {
                PositionMember::X => x = object.next_value::<Option<f64>>()?,
                PositionMember::Y => y = object.next_value::<Option<f64>>()?,
                PositionMember::Z => z = object.next_value::<Option<f64>>()?,
                PositionMember::Unknown => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(WirePosition(Position {
            x: x.ok_or_else(|| A::Error::missing_field("x"))?,
            y: y.ok_or_else(|| A::Error::missing_field("y"))?,
            z: z.ok_or_else(|| A::Error::missing_field("z"))?,
        }))
    }
}

members! { ItemMember {
    Type = "item_type_id", Flag = "flag", Singleton = "singleton",
    Dropped = "quantity_dropped", Destroyed = "quantity_destroyed", Items = "items",
}}

/// A list of items; `depth` is how many containers it lies in.
#[derive(Clone, Copy)]
struct Items {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Vec<Item>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Item>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Items {
    type Value = Vec<Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of items, nested at most {MAX_ITEM_DEPTH} deep")
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<Item>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Item>, A::Error> {
        if self.depth >= MAX_ITEM_DEPTH {
            return Err(A::Error::invalid_value(Unexpected::Seq, &self));
        }
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(OneItem { depth: self.depth })? {
            items.push(item);
        }
        Ok(items)
    }
}

#[derive(Clone, Copy)]
struct OneItem {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for OneItem {
    type Value = Item;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Item, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for OneItem {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Item, A::Error> {
        let (mut type_id, mut flag, mut singleton) = (None, None, None);
        let (mut dropped, mut destroyed, mut items) = (None, None, Vec::new());
        while let Some(member) = object.next_key()? {
            match member {
                ItemMember::Type => type_id = object.next_value::<RequiredId>()?.0,
                ItemMember::Flag => flag = object.next_value::<Small>()?.0,
                ItemMember::Singleton => singleton = object.next_value::<Small>()?.0,
                ItemMember::Dropped => dropped = object.next_value::<Count>()?.0,
                ItemMember::Destroyed => destroyed = object.next_value::<Count>()?.0,
                ItemMember::Items => {
                    items = object.next_value_seed(Items {
                        depth: self.depth + 1,
                    })?;
                }
                ItemMember::Unknown => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        let flag = flag.ok_or_else(|| A::Error::missing_field("flag"))?;
        Ok(Item {
            type_id: required_type(type_id, "item_type_id")?,
            flag: i32::try_from(flag).map_err(A::Error::custom)?,
            singleton: i32::try_from(singleton.unwrap_or(0)).map_err(A::Error::custom)?,
            dropped: dropped.unwrap_or(0),
            destroyed: destroyed.unwrap_or(0),
            items,
        })
    }
}

members! { AttackerMember {
    Character = "character_id", Corporation = "corporation_id", Alliance = "alliance_id",
    Faction = "faction_id", ShipType = "ship_type_id", WeaponType = "weapon_type_id",
    DamageDone = "damage_done", SecurityStatus = "security_status", FinalBlow = "final_blow",
}}

/// `attackers`.
pub(super) struct WireAttackers(pub(super) Vec<Attacker>);

impl<'de> Deserialize<'de> for WireAttackers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(AttackersVisitor)
    }
}

struct AttackersVisitor;

impl<'de> de::Visitor<'de> for AttackersVisitor {
    type Value = WireAttackers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of 1 to {MAX_ATTACKERS} attackers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WireAttackers, A::Error> {
        let mut attackers = Vec::new();
        while let Some(WireAttacker(attacker)) = list.next_element()? {
            if attackers.len() == MAX_ATTACKERS {
                return Err(A::Error::invalid_length(MAX_ATTACKERS + 1, &self));
            }
            attackers.push(attacker);
        }
        if attackers.is_empty() {
            return Err(A::Error::invalid_length(0, &self));
        }
        Ok(WireAttackers(attackers))
    }
}

struct WireAttacker(Attacker);

impl<'de> Deserialize<'de> for WireAttacker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttackerVisitor)
    }
}

struct AttackerVisitor;

impl<'de> de::Visitor<'de> for AttackerVisitor {
    type Value = WireAttacker;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attacker object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<WireAttacker, A::Error> {
        let (mut character_id, mut corporation_id) = (None, None);
        let (mut alliance_id, mut faction_id) = (None, None);
        let (mut ship_type_id, mut weapon_type_id) = (None, None);
        let (mut damage_done, mut security_status, mut final_blow) = (None, None, None);
        while let Some(member) = object.next_key()? {
            match member {
                AttackerMember::Character => character_id = optional_id!(object),
                AttackerMember::Corporation => corporation_id = optional_id!(object),
                AttackerMember::Alliance => alliance_id = optional_id!(object),
                AttackerMember::Faction => faction_id = optional_id!(object),
                AttackerMember::ShipType => ship_type_id = optional_id!(object),
                AttackerMember::WeaponType => weapon_type_id = optional_id!(object),
                AttackerMember::DamageDone => damage_done = object.next_value::<Count>()?.0,
                AttackerMember::SecurityStatus => {
                    security_status = object.next_value::<Option<SecurityStatus>>()?;
                }
                AttackerMember::FinalBlow => final_blow = object.next_value::<Flag>()?.0,
                AttackerMember::Unknown => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(WireAttacker(Attacker {
            character_id,
            corporation_id,
            alliance_id,
            faction_id,
            ship_type_id,
            weapon_type_id,
            damage_done: damage_done.ok_or_else(|| A::Error::missing_field("damage_done"))?,
            security_status,
            final_blow: final_blow.unwrap_or(false),
        }))
    }
}
