//! `/api/v1/lists`: named lists, which conditions refer to. All who have a token may read and use
//! them; whose one is, and may change it, the desk knows.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Extension, Router};
use http::StatusCode;
use killwire_store::{ListEntry, ListRow};
use serde::Deserialize;

use super::profiles::answer;
use crate::access::Pass;
use crate::body;
use crate::error::ApiError;
use crate::{ProfileAsk, Shared};

const ONE: &str = "/api/v1/lists/{name}";

pub(crate) fn reading() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v1/lists", get(all))
        .route(ONE, get(show))
}

pub(crate) fn writing() -> Router<Arc<Shared>> {
    Router::new().route(ONE, put(write).delete(delete))
}

async fn all(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
) -> Result<Response, ApiError> {
    answer(&shared, pass, ProfileAsk::Lists).await
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    answer(&shared, pass, ProfileAsk::GetList { name }).await
}

/// What a list is to hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    entries: Vec<ListEntry>,
}

async fn write(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"entries":[{"kind":"alliance","id":99005338}]}"#;
    let bytes = body::read(body, shared.limits.list_bytes, &shared.limits).await?;
    let List { entries } = body::json(&bytes, expected)?;
    drop(bytes);
    if entries.len() > ListRow::MOST_ENTRIES {
        return Err(ApiError::TooManyEntries {
            parameter: "entries",
            given: entries.len(),
            allowed: ListRow::MOST_ENTRIES,
        });
    }
    answer(&shared, pass, ProfileAsk::PutList { name, entries }).await
}

async fn delete(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let ask = ProfileAsk::DeleteList { name };
    shared.profiles.ask(pass.asker(), ask).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
