//! One kill in plain words, from the JSON that every client reads.

use serde::Deserialize;

/// What is told of a killmail. Names are absent where they are not known yet.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    attacker_count: u64,
    solar_system_id: i64,
    solar_system_name: Option<String>,
    region_name: Option<String>,
    security: Option<f64>,
    wormhole_class: Option<String>,
    total_value: Option<killwire_killmail::Isk>,
    victim: Victim,
}

#[derive(Deserialize)]
struct Victim {
    character_name: Option<String>,
    corporation_name: Option<String>,
    corporation_ticker: Option<String>,
    ship_type_id: i64,
    ship_name: Option<String>,
}

/// The kill in a sentence without its full stop.
pub(super) fn in_words(killmail: &[u8]) -> String {
    let Ok(told) = serde_json::from_slice::<Told>(killmail) else {
        return "a killmail that cannot be told".to_owned();
    };
    let victim = &told.victim;
    let hull = match &victim.ship_name {
        Some(name) => name.clone(),
        None => format!("hull {}", victim.ship_type_id),
    };
    let owner = victim
        .character_name
        .as_ref()
        .or(victim.corporation_name.as_ref());
    let who = match (owner, &victim.corporation_ticker) {
        (Some(name), Some(ticker)) => format!("{name} [{ticker}] lost a {hull}"),
        (Some(name), None) => format!("{name} lost a {hull}"),
        (None, _) => format!("somebody lost a {hull}"),
    };
    let worth = match told.total_value {
        Some(isk) => format!(" worth {} ISK", isk.short()),
        None => String::new(),
    };
    let attackers = match told.attacker_count {
        1 => "1 attacker".to_owned(),
        many => format!("{many} attackers"),
    };
    format!("{who}{worth} to {attackers} in {}", place(&told))
}

/// `Tama (0.3, The Citadel)`, `J113506 (C5)`.
fn place(told: &Told) -> String {
    let Some(system) = &told.solar_system_name else {
        return format!("system {}", told.solar_system_id);
    };
    let about = match (&told.wormhole_class, told.security, &told.region_name) {
        (Some(class), _, _) => class.clone(),
        (None, Some(security), Some(region)) => format!("{security:.1}, {region}"),
        _ => return system.clone(),
    };
    format!("{system} ({about})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_told_with_names_or_with_ids_where_there_are_none() {
        let named = br#"{"killmail_id":1,"attacker_count":3,"solar_system_id":30002813,
            "solar_system_name":"Tama","region_name":"The Citadel","security":0.3,
            "total_value":12340000,"victim":{"ship_type_id":587,"ship_name":"Rifter",
            "character_name":"Ada","corporation_ticker":"ADA"}}"#;
        assert_eq!(
            in_words(named),
            "Ada [ADA] lost a Rifter worth 12.34m ISK to 3 attackers in Tama (0.3, The Citadel)"
        );
        let bare =
            br#"{"attacker_count":1,"solar_system_id":31000005,"victim":{"ship_type_id":587}}"#;
        assert_eq!(
            in_words(bare),
            "somebody lost a hull 587 to 1 attacker in system 31000005"
        );
    }
}
