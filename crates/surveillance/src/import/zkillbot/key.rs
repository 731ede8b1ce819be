//! What zkillbot's keys stand for. It looks a key up at every level of the killmail, zKillboard's
//! block, and what it adds itself.

use crate::tree::Field;

/// Where a key is found, and which of our fields it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// In the killmail, in zKillboard's block, or of the solar system.
    Killmail(Field),
    /// In the victim and in attackers.
    Anyone(Field),
    /// In attackers alone.
    Attacker(Field),
    /// In the victim alone.
    Victim(Field),
    /// In the victim and in attackers, told apart.
    IsVictim,
    /// In items.
    Item(Field),
}

/// What is found under `key`, upper and lower case alike. Why not, where zkillbot finds something
/// that our language does not look at, or finds nothing.
pub(super) fn key(key: &str) -> Result<Key, &'static str> {
    let lower = key.to_ascii_lowercase();
    let found = match lower.as_str() {
        "killmail_id" | "killid" => Key::Killmail(Field::Id),
        "killmail_time" => Key::Killmail(Field::Time),
        "solar_system_id" | "system_id" => Key::Killmail(Field::System),
        "constellation_id" => Key::Killmail(Field::Constellation),
        "region_id" => Key::Killmail(Field::Region),
        "security" => Key::Killmail(Field::Security),
        "wormhole_class" => Key::Killmail(Field::Class),
        "locationid" => Key::Killmail(Field::Location),
        "war_id" => Key::Killmail(Field::War),
        "totalvalue" => Key::Killmail(Field::Value),
        "fittedvalue" => Key::Killmail(Field::FittedValue),
        "droppedvalue" => Key::Killmail(Field::DroppedValue),
        "destroyedvalue" => Key::Killmail(Field::DestroyedValue),
        "points" => Key::Killmail(Field::Points),
        "attackercount" | "attackers" => Key::Killmail(Field::AttackerCount),
        "npc" => Key::Killmail(Field::Npc),
        "solo" => Key::Killmail(Field::Solo),
        "awox" => Key::Killmail(Field::Awox),
        "labels" => Key::Killmail(Field::Labels),
        "character_id" => Key::Anyone(Field::Character),
        "corporation_id" => Key::Anyone(Field::Corporation),
        "alliance_id" => Key::Anyone(Field::Alliance),
        "faction_id" => Key::Anyone(Field::Faction),
        "ship_type_id" => Key::Anyone(Field::Ship),
        "group_id" => Key::Anyone(Field::ShipGroup),
        "is_victim" => Key::IsVictim,
        "weapon_type_id" => Key::Attacker(Field::Weapon),
        "final_blow" => Key::Attacker(Field::FinalBlow),
        "damage_done" => Key::Attacker(Field::Damage),
        "security_status" => Key::Attacker(Field::SecurityStatus),
        "damage_taken" => Key::Victim(Field::Damage),
        "item_type_id" => Key::Item(Field::ItemType),
        "quantity_dropped" => Key::Item(Field::Dropped),
        "quantity_destroyed" => Key::Item(Field::Destroyed),
        "flag" => {
            return Err(
                "Killwire cannot ask for inventory flags: use `item.fitted`, or module tags such as \"Cargo\"",
            );
        }
        "singleton" | "moon_id" | "x" | "y" | "z" | "hash" | "href" | "totaldroppablevalue" => {
            return Err("Killwire's language does not look at this");
        }
        _ => return Err("zkillbot finds nothing, or nothing that Killwire knows, under this key"),
    };
    Ok(found)
}
