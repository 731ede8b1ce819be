//! eveDMV's fields.

use crate::tree::Field;

/// What one of eveDMV's fields is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Of the victim, by id.
    Victim(Field),
    /// Of the victim, by name.
    VictimNamed(Field),
    /// The solar system, by id.
    System,
    /// The solar system, by name.
    SystemNamed,
    /// The pilot with the final blow.
    FinalBlow,
    /// A number, in units of which ten to this power make one of theirs.
    Number(Field, i32),
    /// When it happened.
    Time,
    /// Module tags.
    Tags,
    /// The size of the attacking gang.
    KillCategory,
    /// The class of the victim's hull.
    ShipCategory,
}

/// The field of this name.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let meaning = match name {
        "killmail_id" => Meaning::Number(Field::Id, 0),
        "killmail_time" => Meaning::Time,
        "victim_character_id" => Meaning::Victim(Field::Character),
        "victim_corporation_id" => Meaning::Victim(Field::Corporation),
        "victim_alliance_id" => Meaning::Victim(Field::Alliance),
        "victim_ship_type_id" => Meaning::Victim(Field::Ship),
        "victim_character_name" => Meaning::VictimNamed(Field::Character),
        "victim_corporation_name" => Meaning::VictimNamed(Field::Corporation),
        "victim_alliance_name" => Meaning::VictimNamed(Field::Alliance),
        "victim_ship_name" => Meaning::VictimNamed(Field::Ship),
        "solar_system_id" | "system_id" => Meaning::System,
        "solar_system_name" => Meaning::SystemNamed,
        "final_blow_character_id" => Meaning::FinalBlow,
        "total_value" | "isk_value" => Meaning::Number(Field::Value, 2),
        "ship_value" => Meaning::Number(Field::HullValue, 2),
        "fitted_value" => Meaning::Number(Field::FittedValue, 2),
        "attacker_count" => Meaning::Number(Field::AttackerCount, 0),
        "module_tags" | "noteworthy_modules" => Meaning::Tags,
        "kill_category" => Meaning::KillCategory,
        "victim_ship_category" => Meaning::ShipCategory,
        _ => return None,
    };
    Some(meaning)
}
