//! What is shown of a killmail, read from the JSON that every client gets.

use killwire_killmail::Isk;
use serde::Deserialize;

/// A killmail, as far as it is shown. Names are absent where they are not known yet.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the members have the names of the JSON")]
pub(crate) struct Kill {
    pub(crate) killmail_id: i64,
    pub(crate) killmail_time: jiff::Timestamp,
    solar_system_id: i64,
    solar_system_name: Option<String>,
    pub(crate) region_name: Option<String>,
    pub(crate) security: Option<f64>,
    pub(crate) wormhole_class: Option<String>,
    pub(crate) total_value: Option<Isk>,
    #[serde(default)]
    pub(crate) attacker_count: u64,
    pub(crate) victim: Party,
    pub(crate) final_blow_attacker: Option<Party>,
}

/// Who lost a ship, or destroyed one.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the members have the names of the JSON")]
pub(crate) struct Party {
    character_id: Option<i64>,
    character_name: Option<String>,
    corporation_name: Option<String>,
    corporation_ticker: Option<String>,
    faction_name: Option<String>,
    ship_type_id: Option<i64>,
    ship_name: Option<String>,
}

impl Kill {
    /// zKillboard's page.
    pub(crate) fn link(&self) -> String {
        format!("https://zkillboard.com/kill/{}/", self.killmail_id)
    }

    /// The system's name, or its id.
    pub(crate) fn system(&self) -> String {
        let name = self.solar_system_name.as_deref().map(printable);
        name.unwrap_or_else(|| self.solar_system_id.to_string())
    }
}

impl Party {
    /// `Rifter · Ada Lovelace [ADA]`, as far as that is known.
    pub(crate) fn shown(&self) -> String {
        let hull = match (self.ship_name.as_deref(), self.ship_type_id) {
            (Some(name), _) => Some(printable(name)),
            (None, Some(id)) => Some(format!("hull {id}")),
            (None, None) => None,
        };
        match (hull, self.pilot()) {
            (Some(hull), Some(pilot)) => format!("{hull} · {pilot}"),
            (hull, pilot) => hull.or(pilot).unwrap_or_else(|| "?".to_owned()),
        }
    }

    /// `Ada Lovelace [ADA]`; what has no pilot belongs to a corporation or a faction.
    fn pilot(&self) -> Option<String> {
        let owner = self
            .corporation_name
            .as_deref()
            .or(self.faction_name.as_deref());
        let name = match (self.character_name.as_deref(), self.character_id) {
            (Some(name), _) => printable(name),
            (None, Some(id)) => format!("pilot {id}"),
            (None, None) => printable(owner?),
        };
        Some(match self.corporation_ticker.as_deref() {
            Some(ticker) => format!("{name} [{}]", printable(ticker)),
            None => name,
        })
    }
}

/// Names come from outside, and a terminal obeys what is written to it.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect()
}
