//! Pilots, corporations and alliances, one at a time.

use jiff::Timestamp;
use killwire_killmail::{AllianceId, CharacterId, CorporationId, FactionId};
use serde::Deserialize;

use super::{Esi, Fetched};
use crate::json::{optional_id, optional_moment};
use crate::policy::{MAX_CORPORATION_HISTORY, MAX_ENTITY};
use crate::{Priority, UpstreamError};

/// A pilot.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CharacterInfo {
    /// The name.
    pub name: String,
    /// The corporation now.
    pub corporation_id: CorporationId,
    /// The corporation's alliance now.
    #[serde(default, deserialize_with = "optional_id")]
    pub alliance_id: Option<AllianceId>,
    /// The faction that the pilot fights for.
    #[serde(default, deserialize_with = "optional_id")]
    pub faction_id: Option<FactionId>,
    /// When the pilot was made.
    #[serde(default, deserialize_with = "optional_moment")]
    pub birthday: Option<Timestamp>,
    /// The security status, about -10 to 10.
    #[serde(default)]
    pub security_status: Option<f64>,
}

/// A corporation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CorporationInfo {
    /// The name.
    pub name: String,
    /// The ticker, without brackets.
    pub ticker: String,
    /// The alliance now.
    #[serde(default, deserialize_with = "optional_id")]
    pub alliance_id: Option<AllianceId>,
    /// How many pilots are in it.
    #[serde(default)]
    pub member_count: Option<u64>,
    /// The faction that it is enlisted with.
    #[serde(
        default,
        rename = "enlisted_faction_id",
        deserialize_with = "optional_id"
    )]
    pub faction_id: Option<FactionId>,
}

/// An alliance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AllianceInfo {
    /// The name.
    pub name: String,
    /// The ticker, without brackets.
    pub ticker: String,
}

/// A stay in a corporation, from `since` to the next one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Employment {
    /// The corporation.
    pub corporation_id: CorporationId,
    /// When it began.
    #[serde(rename = "start_date")]
    pub since: Timestamp,
    /// Whether the corporation is closed.
    #[serde(default)]
    pub is_deleted: bool,
    /// Orders stays that begin at the same moment.
    pub record_id: i64,
}

impl Esi {
    /// A pilot; no value when it is still as it was under `etag`. Cached by ESI for a day.
    ///
    /// # Errors
    /// [`UpstreamError::NotFound`] when there is no such pilot, or one no more; the pauses and what
    /// can happen on the wire.
    pub async fn character(
        &self,
        id: CharacterId,
        etag: Option<&str>,
        priority: Priority,
    ) -> Result<Fetched<CharacterInfo>, UpstreamError> {
        let path = format!("characters/{id}");
        self.get(&path, etag, MAX_ENTITY, priority).await
    }

    /// A corporation; no value when it is still as it was under `etag`. Cached by ESI for an hour.
    ///
    /// # Errors
    /// As [`Esi::character`].
    pub async fn corporation(
        &self,
        id: CorporationId,
        etag: Option<&str>,
        priority: Priority,
    ) -> Result<Fetched<CorporationInfo>, UpstreamError> {
        let path = format!("corporations/{id}");
        self.get(&path, etag, MAX_ENTITY, priority).await
    }

    /// An alliance; no value when it is still as it was under `etag`. Cached by ESI for an hour.
    ///
    /// # Errors
    /// As [`Esi::character`].
    pub async fn alliance(
        &self,
        id: AllianceId,
        etag: Option<&str>,
        priority: Priority,
    ) -> Result<Fetched<AllianceInfo>, UpstreamError> {
        let path = format!("alliances/{id}");
        self.get(&path, etag, MAX_ENTITY, priority).await
    }

    /// In which corporations a pilot has been, in ESI's order. Cached by ESI for a day.
    ///
    /// # Errors
    /// As [`Esi::character`].
    pub async fn corporation_history(
        &self,
        id: CharacterId,
        priority: Priority,
    ) -> Result<Fetched<Vec<Employment>>, UpstreamError> {
        let path = format!("characters/{id}/corporationhistory");
        self.get(&path, None, MAX_CORPORATION_HISTORY, priority)
            .await
    }
}
