//! `/api/v1/profiles`: what is looked for. Everything needs a token; whose a profile is, the desk
//! knows.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::access::Pass;
use crate::encode::json_response;
use crate::error::ApiError;
use crate::path_id::ProfilePath;
use crate::routes::conditions::{condition, condition_body};
use crate::{ProfileAsk, Shared};

const ALL: &str = "/api/v1/profiles";
const ONE: &str = "/api/v1/profiles/{id}";

pub(crate) fn reading() -> Router<Arc<Shared>> {
    Router::new().route(ALL, get(list)).route(ONE, get(show))
}

pub(crate) fn writing() -> Router<Arc<Shared>> {
    Router::new()
        .route(ALL, post(create))
        .route(ONE, put(replace).delete(delete))
        .route("/api/v1/profiles/{id}/enable", post(enable))
        .route("/api/v1/profiles/{id}/disable", post(disable))
}

/// Asks the desk, and answers what it says.
pub(crate) async fn answer(
    shared: &Shared,
    pass: Pass,
    ask: ProfileAsk,
) -> Result<Response, ApiError> {
    let answer = shared.profiles.ask(pass.asker(), ask).await?;
    Ok(json_response(StatusCode::OK, &answer))
}

async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
) -> Result<Response, ApiError> {
    answer(&shared, pass, ProfileAsk::List).await
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
) -> Result<Response, ApiError> {
    answer(&shared, pass, ProfileAsk::Get { id: id.0 }).await
}

/// A profile to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    condition: Value,
    #[serde(default = "yes")]
    enabled: bool,
}

const fn yes() -> bool {
    true
}

async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"name":"…","condition":"…","enabled":true}"#;
    let new: New = condition_body(body, &shared, expected).await?;
    let ask = ProfileAsk::Create {
        name: new.name,
        condition: condition(new.condition),
        enabled: new.enabled,
    };
    let profile = shared.profiles.ask(pass.asker(), ask).await?;
    let mut response = json_response(StatusCode::CREATED, &profile);
    if let Some(id) = profile.get("id").and_then(Value::as_i64)
        && let Ok(place) = HeaderValue::try_from(format!("{ALL}/{id}"))
    {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

/// What a profile is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    name: Option<String>,
    condition: Value,
}

async fn replace(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"name":"…","condition":"…"}"#;
    let replacement: Replacement = condition_body(body, &shared, expected).await?;
    let ask = ProfileAsk::Replace {
        id: id.0,
        name: replacement.name,
        condition: condition(replacement.condition),
    };
    answer(&shared, pass, ask).await
}

async fn enable(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
) -> Result<Response, ApiError> {
    let ask = ProfileAsk::Enable {
        id: id.0,
        enabled: true,
    };
    answer(&shared, pass, ask).await
}

async fn disable(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
) -> Result<Response, ApiError> {
    let ask = ProfileAsk::Enable {
        id: id.0,
        enabled: false,
    };
    answer(&shared, pass, ask).await
}

async fn delete(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
) -> Result<Response, ApiError> {
    let ask = ProfileAsk::Delete { id: id.0 };
    shared.profiles.ask(pass.asker(), ask).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
