//! The rows of the export's files, with the members that are used. Every one but `_key` may be
//! absent; those not named here are passed over.

use std::borrow::Cow;

use serde::Deserialize;

/// Reads a row; what is wrong with it in words otherwise.
pub(super) fn parse<'a, R: Deserialize<'a>>(line: &'a [u8]) -> Result<R, String> {
    serde_json::from_slice(line).map_err(|error| error.to_string())
}

/// A name in several languages, of which English is used.
#[derive(Debug, Default, Deserialize)]
pub(super) struct NameRow<'a> {
    #[serde(borrow)]
    pub(super) en: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SdeRow<'a> {
    pub(super) build_number: Option<u32>,
    #[serde(borrow)]
    pub(super) release_date: Option<Cow<'a, str>>,
}

/// A category, a meta group, a faction.
#[derive(Debug, Deserialize)]
pub(super) struct PlainRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct GroupRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "categoryID")]
    pub(super) category: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TypeRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "groupID")]
    pub(super) group: Option<u32>,
    #[serde(rename = "metaGroupID")]
    pub(super) meta_group: Option<u16>,
    #[serde(rename = "marketGroupID")]
    pub(super) market_group: Option<u32>,
    pub(super) published: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DogmaRow {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(rename = "dogmaEffects", default)]
    pub(super) effects: Vec<EffectRow>,
}

#[derive(Debug, Deserialize)]
pub(super) struct EffectRow {
    #[serde(rename = "effectID")]
    pub(super) effect: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MutaplasmidRow {
    #[serde(rename = "_key")]
    #[allow(dead_code, reason = "read so that a row without it is refused")]
    pub(super) key: u32,
    #[serde(rename = "inputOutputMapping", default)]
    pub(super) mapping: Vec<MutationRow>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MutationRow {
    #[serde(rename = "applicableTypes", default)]
    pub(super) from: Vec<u32>,
    #[serde(rename = "resultingType")]
    pub(super) to: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RegionRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "wormholeClassID")]
    pub(super) class: Option<i16>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConstellationRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "regionID")]
    pub(super) region: Option<u32>,
    #[serde(rename = "wormholeClassID")]
    pub(super) class: Option<i16>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SystemRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "constellationID")]
    pub(super) constellation: Option<u32>,
    #[serde(rename = "regionID")]
    pub(super) region: Option<u32>,
    #[serde(rename = "wormholeClassID")]
    pub(super) class: Option<i16>,
    #[serde(rename = "securityStatus")]
    pub(super) security: Option<f64>,
    pub(super) position: Option<PositionRow>,
}

/// In metres.
#[derive(Debug, Deserialize)]
pub(super) struct PositionRow {
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) z: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StargateRow {
    #[serde(rename = "_key")]
    #[allow(dead_code, reason = "read so that a row without it is refused")]
    pub(super) key: u32,
    #[serde(rename = "solarSystemID")]
    pub(super) system: Option<u32>,
    pub(super) destination: Option<DestinationRow>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DestinationRow {
    #[serde(rename = "solarSystemID")]
    pub(super) system: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CorporationRow<'a> {
    #[serde(rename = "_key")]
    pub(super) key: u32,
    #[serde(borrow)]
    pub(super) name: Option<NameRow<'a>>,
    #[serde(rename = "tickerName", borrow)]
    pub(super) ticker: Option<Cow<'a, str>>,
    #[serde(rename = "factionID")]
    pub(super) faction: Option<u32>,
}
