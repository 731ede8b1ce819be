//! Ids in paths, parsed strictly.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use killwire_killmail::{KillmailId, SystemId};

use crate::error::ApiError;
use crate::query::strict_id;

/// The killmail that a path names.
pub(crate) struct KillmailPath(pub(crate) KillmailId);

/// The solar system that a path names.
pub(crate) struct SystemPath(pub(crate) SystemId);

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

async fn id_in_path<S, Id>(parts: &mut Parts, state: &S) -> Option<Id>
where
    S: Send + Sync,
    Id: TryFrom<i64>,
{
    let Path(text) = Path::<String>::from_request_parts(parts, state)
        .await
        .ok()?;
    strict_id(&text)
}
