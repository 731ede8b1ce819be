//! Killmails from files, read as leniently as the feed needs them.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::config::SimError;
use crate::generator::{hex, killmail_hash};

/// Members that stand beside ESI's own in EVE Ref's files and zKillboard's answers.
const FOREIGN: [&str; 3] = ["zkb", "killmail_hash", "http_last_modified"];

/// A killmail from outside.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) id: i64,
    pub(crate) time: Timestamp,
    pub(crate) hash: [u8; 20],
    /// Where the ship died; 0 where the document does not say.
    pub(crate) solar_system_id: i64,
    /// ESI's object; the bytes of its members as they came.
    pub(crate) esi: Vec<u8>,
    /// zKillboard's block; a small one of our own where none came along.
    pub(crate) zkb: Map<String, Value>,
}

impl Document {
    pub(crate) fn read_all(documents: Vec<Vec<u8>>) -> Result<Vec<Arc<Self>>, SimError> {
        documents
            .into_iter()
            .enumerate()
            .map(|(index, bytes)| match Self::read(&bytes) {
                Ok(document) => Ok(Arc::new(document)),
                Err(reason) => Err(SimError::Document { index, reason }),
            })
            .collect()
    }

    fn read(bytes: &[u8]) -> Result<Self, String> {
        let root: Members = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut hash = root.text("hash").or_else(|| root.text("killmail_hash"));
        let zkb = root.object("zkb");
        let esi = match root.get("esi") {
            Some(esi) => esi.get().as_bytes().to_vec(),
            None => root.without(&FOREIGN),
        };
        let body: Value = serde_json::from_slice(&esi).map_err(|error| error.to_string())?;
        let id = whole(&body["killmail_id"]).ok_or("killmail_id is missing or no whole number")?;
        let time = time(&body["killmail_time"])?;
        if hash.is_none() {
            hash = zkb
                .as_ref()
                .and_then(|zkb| zkb.get("hash")?.as_str().map(str::to_owned));
        }
        let computed = killmail_hash(
            whole(&body["victim"]["character_id"]),
            final_blow(&body),
            whole(&body["victim"]["ship_type_id"])
                .ok_or("victim.ship_type_id is missing or no whole number")?,
            time,
        );
        let hash = hash.as_deref().and_then(unhex).unwrap_or(computed);
        Ok(Self {
            id,
            time,
            hash,
            solar_system_id: whole(&body["solar_system_id"]).unwrap_or(0),
            zkb: zkb.unwrap_or_else(|| plain_zkb(id, hash, &body)),
            esi,
        })
    }
}

fn time(value: &Value) -> Result<Timestamp, String> {
    let text = value
        .as_str()
        .ok_or("killmail_time is missing or no text")?;
    text.parse::<Timestamp>()
        .or_else(|_| {
            let local = text.parse::<DateTime>()?;
            Ok(local.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
        })
        .map_err(|error: jiff::Error| format!("killmail_time is {text:?}: {error}"))
}

fn final_blow(body: &Value) -> Option<i64> {
    let attackers = body["attackers"].as_array()?;
    let killer = attackers.iter().find(|one| one["final_blow"] == true)?;
    whole(&killer["character_id"])
}

/// A whole number; captures of 2018 write some as floats.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    let float = || value.as_f64().filter(|number| number.fract() == 0.0);
    // Ids lie far below where floats leave out whole numbers.
    #[allow(clippy::cast_possible_truncation)]
    value
        .as_i64()
        .or_else(|| float().map(|number| number as i64))
}

fn plain_zkb(id: i64, hash: [u8; 20], body: &Value) -> Map<String, Value> {
    let hash = hex(&hash);
    let attackers = body["attackers"].as_array().map_or(0, Vec::len);
    let block = json!({
        "hash": hash,
        "attackerCount": attackers,
        "href": format!("https://esi.evetech.net/killmails/{id}/{hash}/"),
    });
    match block {
        Value::Object(block) => block,
        _ => Map::new(),
    }
}

fn unhex(text: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    if text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A JSON object's members with their bytes untouched, in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    fn get(&self, name: &str) -> Option<&RawValue> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    fn object(&self, name: &str) -> Option<Map<String, Value>> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    fn without(&self, names: &[&str]) -> Vec<u8> {
        let mut out = String::from("{");
        for (key, value) in &self.0 {
            if names.contains(&key.as_str()) {
                continue;
            }
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push(':');
            out.push_str(value.get());
        }
        out.push('}');
        out.into_bytes()
    }
}

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
