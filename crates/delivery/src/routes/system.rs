//! A solar system's stored killmails, newest first, and their number, as WandererKills served them
//! before its `/api/v1`. The lists end after [`crate::Limits::system_killmails`] entries; the count
//! counts everything stored.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::LOCATION;
use killwire_killmail::SystemId;
use killwire_store::TimeRange;
use serde::Serialize;

use crate::Shared;
use crate::encode::{json_bytes, json_response, killmail_array};
use crate::error::ApiError;
use crate::path_id::SystemPath;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/system_killmails/{id}", get(bare_list))
        .route("/system/{id}/killmails", get(wrapped_list))
        .route("/system_kill_count/{id}", get(count))
        .route("/kills_for_system/{id}", get(moved))
}

async fn bare_list(
    State(shared): State<Arc<Shared>>,
    SystemPath(system): SystemPath,
) -> Result<Response, ApiError> {
    newest(&shared, system, "", "").await
}

async fn wrapped_list(
    State(shared): State<Arc<Shared>>,
    SystemPath(system): SystemPath,
) -> Result<Response, ApiError> {
    newest(&shared, system, r#"{"killmails":"#, "}").await
}

/// The list between `before` and `behind`.
async fn newest(
    shared: &Shared,
    system: SystemId,
    before: &'static str,
    behind: &'static str,
) -> Result<Response, ApiError> {
    let range = TimeRange {
        since: None,
        until: None,
        limit: shared.limits.system_killmails,
    };
    let killmails = shared.store.list_by_system(system, range).await?;
    let namer = Arc::clone(&shared.namer);
    // Parsing and naming many fleet fights takes long enough to hold up others.
    let encode = move || killmail_array(before, &killmails, behind, &*namer);
    match tokio::task::spawn_blocking(encode).await {
        Ok(body) => Ok(json_bytes(StatusCode::OK, body)),
        // A blocking task is never cancelled once it runs: it can only have panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[derive(Serialize)]
struct Count {
    count: u64,
}

async fn count(
    State(shared): State<Arc<Shared>>,
    SystemPath(system): SystemPath,
) -> Result<Response, ApiError> {
    let count = shared.store.count_by_system(system, None).await?;
    Ok(json_response(StatusCode::OK, &Count { count }))
}

async fn moved(SystemPath(system): SystemPath) -> Response {
    let location = format!("/system_killmails/{system}");
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}
