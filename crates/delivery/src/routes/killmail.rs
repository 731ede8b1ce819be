//! `GET /killmail/{id}`: one stored killmail, bare, as WandererKills served it before its `/api/v1`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::Shared;
use crate::encode::{json_bytes, stored_killmail};
use crate::error::ApiError;
use crate::path_id::KillmailPath;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/killmail/{id}", get(killmail))
}

async fn killmail(
    State(shared): State<Arc<Shared>>,
    KillmailPath(id): KillmailPath,
) -> Result<Response, ApiError> {
    let killmail = shared.store.get(id).await?;
    let killmail = killmail.ok_or(ApiError::NoSuchKillmail)?;
    let body = stored_killmail(&killmail, &*shared.namer);
    Ok(json_bytes(StatusCode::OK, body))
}
