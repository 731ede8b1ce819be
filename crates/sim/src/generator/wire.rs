//! The JSON shapes of ESI and of R2Z2.

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::Serializer;

/// A killmail as ESI writes it.
#[derive(Debug, Serialize)]
pub(crate) struct EsiKillmail {
    pub(crate) attackers: Vec<Attacker>,
    pub(crate) killmail_id: i64,
    pub(crate) killmail_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moon_id: Option<i64>,
    pub(crate) solar_system_id: i64,
    pub(crate) victim: Victim,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) war_id: Option<i64>,
}

/// One who shot.
#[derive(Debug, Serialize)]
pub(crate) struct Attacker {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alliance_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) character_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) corporation_id: Option<i64>,
    pub(crate) damage_done: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) faction_id: Option<i64>,
    pub(crate) final_blow: bool,
    pub(crate) security_status: f64,
    pub(crate) ship_type_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) weapon_type_id: Option<i64>,
}

/// Who died.
#[derive(Debug, Serialize)]
pub(crate) struct Victim {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alliance_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) character_id: Option<i64>,
    pub(crate) corporation_id: i64,
    pub(crate) damage_taken: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) faction_id: Option<i64>,
    pub(crate) items: Vec<Item>,
    pub(crate) position: Position,
    pub(crate) ship_type_id: i64,
}

/// A point in the system, in metres.
#[derive(Debug, Serialize)]
pub(crate) struct Position {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) z: f64,
}

/// A stack of one type.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) flag: i64,
    pub(crate) item_type_id: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quantity_destroyed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quantity_dropped: Option<i64>,
    pub(crate) singleton: i64,
    /// What one is worth; no part of the wire.
    #[serde(skip)]
    pub(crate) unit: Hundredths,
}

/// An amount of ISK in hundredths. Written as zKillboard does: whole where it is whole, otherwise
/// with at most two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub i64);

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

/// zKillboard's block, as R2Z2 has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Zkb {
    /// The nearest celestial.
    #[serde(rename = "locationID")]
    pub location_id: i64,
    /// The killmail's hash.
    pub hash: String,
    /// Hull and what was fitted.
    pub fitted_value: Hundredths,
    /// What dropped.
    pub dropped_value: Hundredths,
    /// What was destroyed, hull included.
    pub destroyed_value: Hundredths,
    /// The sum of dropped and destroyed.
    pub total_value: Hundredths,
    /// What could have dropped.
    pub total_droppable_value: Hundredths,
    /// zKillboard's points; 1 where only NPCs shot.
    pub points: i64,
    /// Only NPCs shot.
    pub npc: bool,
    /// One player shot.
    pub solo: bool,
    /// A corporation mate landed the final blow.
    pub awox: bool,
    /// zKillboard's labels.
    pub labels: Vec<String>,
    /// Attackers, NPCs included.
    pub attacker_count: i64,
    /// Where ESI serves the killmail.
    pub href: String,
}

/// One entry of the feed, in parts.
pub(crate) struct Envelope<'a> {
    pub(crate) killmail_id: i64,
    pub(crate) hash: &'a str,
    /// ESI's JSON object.
    pub(crate) esi: &'a [u8],
    /// zKillboard's JSON object.
    pub(crate) zkb: &'a [u8],
    pub(crate) uploaded_at: Timestamp,
    pub(crate) sequence: u64,
    /// An older number whose entry was rewritten.
    pub(crate) announces: Option<u64>,
}

impl Envelope<'_> {
    /// The entry as `/ephemeral/{sequence}.json` serves it.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.esi.len() + self.zkb.len() + 200);
        let (id, hash) = (self.killmail_id, self.hash);
        out.extend_from_slice(format!(r#"{{"killmail_id":{id},"hash":"{hash}","esi":"#).as_bytes());
        out.extend_from_slice(self.esi);
        out.extend_from_slice(br#","zkb":"#);
        out.extend_from_slice(self.zkb);
        let (uploaded_at, sequence) = (self.uploaded_at.as_second(), self.sequence);
        out.extend_from_slice(
            format!(r#","uploaded_at":{uploaded_at},"sequence_id":{sequence}"#).as_bytes(),
        );
        if let Some(older) = self.announces {
            out.extend_from_slice(format!(r#","sequence_updated":{older}"#).as_bytes());
        }
        out.push(b'}');
        out
    }
}

/// The killmail as a member of EVE Ref's day archive: ESI's object with two more members.
pub(crate) fn everef_member(esi: &[u8], hash: &str, modified: Timestamp) -> Vec<u8> {
    let open = esi.trim_ascii_end().strip_suffix(b"}").unwrap_or(esi);
    let mut out = open.to_vec();
    let modified = modified.strftime("%Y-%m-%dT%H:%M:%SZ");
    out.extend_from_slice(
        format!(r#","killmail_hash":"{hash}","http_last_modified":"{modified}"}}"#).as_bytes(),
    );
    out
}
