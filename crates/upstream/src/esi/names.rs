//! Names and affiliations, a thousand ids at a time.

use std::collections::HashSet;
use std::hash::Hash;

use bytes::Bytes;
use killwire_killmail::{AllianceId, CharacterId, CorporationId, FactionId};
use serde::{Deserialize, Serialize};

use super::{Esi, Fetched};
use crate::json::optional_id;
use crate::policy::MAX_ENTITIES;
use crate::{Priority, Upstream, UpstreamError};

/// The most ids that one call of [`Esi::names`] or [`Esi::affiliations`] may ask for. From ESI's
/// specification.
pub const MAX_IDS: usize = 1_000;

/// What kind of thing an id of [`Esi::names`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say what they are")]
pub enum EntityCategory {
    Alliance,
    Character,
    Constellation,
    Corporation,
    InventoryType,
    Region,
    SolarSystem,
    Station,
    Faction,
    /// One that CCP has added since: values are added without a new compatibility date.
    #[serde(other)]
    Unknown,
}

/// An id with its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EntityName {
    /// The id as asked for.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is.
    pub category: EntityCategory,
}

/// Where a pilot belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Affiliation {
    /// The pilot.
    pub character_id: CharacterId,
    /// The corporation.
    pub corporation_id: CorporationId,
    /// The corporation's alliance.
    #[serde(default, deserialize_with = "optional_id")]
    pub alliance_id: Option<AllianceId>,
    /// The faction that the pilot fights for.
    #[serde(default, deserialize_with = "optional_id")]
    pub faction_id: Option<FactionId>,
}

impl Esi {
    /// The names of up to [`MAX_IDS`] ids of any kind, in any order. Ids that stand twice are sent
    /// once; nothing is sent for none.
    ///
    /// # Errors
    /// [`UpstreamError::NotFound`] when there is no such thing for one of the ids: ESI then names
    /// none of them, so ask for halves. [`UpstreamError::TooMany`] before anything is sent; the
    /// pauses and what can happen on the wire.
    pub async fn names(
        &self,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Vec<EntityName>, UpstreamError> {
        let Some(body) = question(ids)? else {
            return Ok(Vec::new());
        };
        let fetched = self.ask("universe/names", body, MAX_ENTITIES, priority);
        let names: Fetched<Vec<EntityName>> = fetched.await?;
        Ok(names.value.unwrap_or_default())
    }

    /// Where up to [`MAX_IDS`] pilots belong, in any order. Ids that stand twice are sent once;
    /// nothing is sent for none.
    ///
    /// # Errors
    /// As [`Esi::names`].
    pub async fn affiliations(
        &self,
        ids: &[CharacterId],
        priority: Priority,
    ) -> Result<Fetched<Vec<Affiliation>>, UpstreamError> {
        let Some(body) = question(ids)? else {
            return Ok(Fetched {
                value: Some(Vec::new()),
                expires: None,
                etag: None,
            });
        };
        let fetched = self.ask("characters/affiliation", body, MAX_ENTITIES, priority);
        fetched.await
    }
}

/// The ids as ESI wants them: a list in which none stands twice. None for no ids.
fn question<Id: Copy + Eq + Hash + Serialize>(ids: &[Id]) -> Result<Option<Bytes>, UpstreamError> {
    let mut seen = HashSet::new();
    let unique: Vec<Id> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    if unique.len() > MAX_IDS {
        return Err(UpstreamError::TooMany {
            upstream: Upstream::Esi,
            what: "ids",
            given: unique.len(),
            limit: MAX_IDS,
        });
    }
    // Numbers always become JSON.
    let body = serde_json::to_vec(&unique).unwrap_or_default();
    Ok((!unique.is_empty()).then(|| Bytes::from(body)))
}
