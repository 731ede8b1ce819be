//! Ids in paths, parsed strictly.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use killwire_killmail::{KillmailId, SystemId};
use killwire_store::ProfileId;

use crate::error::ApiError;
use crate::query::{strict_id, strict_number};

/// The killmail that a path names.
pub(crate) struct KillmailPath(pub(crate) KillmailId);

/// The solar system that a path names.
pub(crate) struct SystemPath(pub(crate) SystemId);

/// The profile that a path names.
pub(crate) struct ProfilePath(pub(crate) ProfileId);

impl<S: Send + Sync> FromRequestParts<S> for KillmailPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id_in_path(parts, state)
            .await
            .map(Self)
            .ok_or(ApiError::KillmailId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SystemPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id_in_path(parts, state)
            .await
            .map(Self)
            .ok_or(ApiError::SystemId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ProfilePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = text_in_path(parts, state).await;
        let id = text.and_then(|text| strict_number(&text));
        let id = id.filter(|id| *id > 0).ok_or(ApiError::ProfileId)?;
        Ok(Self(ProfileId(id)))
    }
}

async fn id_in_path<S, Id>(parts: &mut Parts, state: &S) -> Option<Id>
where
    S: Send + Sync,
    Id: TryFrom<i64>,
{
    strict_id(&text_in_path(parts, state).await?)
}

async fn text_in_path<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let path = Path::<String>::from_request_parts(parts, state).await;
    path.ok().map(|Path(text)| text)
}
