//! Conditions that nobody stores: read, tried on the past, explained, brought from another program.
//! None of it writes. What is about a stored profile needs a token; the desk sees to that.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::Uri;
use killwire_killmail::KillmailId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::profiles::answer;
use crate::access::Pass;
use crate::body;
use crate::error::ApiError;
use crate::path_id::ProfilePath;
use crate::query::{Query, invalid, strict_id};
use crate::since::{EXPECTED, Since};
use crate::{ProfileAsk, ProfileSource, Shared};

/// How far back a condition is tried where nothing is said.
const SINCE: u64 = 7 * 86_400;

/// How far back it may be tried: a year.
const MOST_SINCE: u64 = 366 * 86_400;

/// Of a client without a token, these are the routes about profiles where reading is open.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v1/profiles/check", post(check))
        .route("/api/v1/profiles/import", post(import))
        .route("/api/v1/profiles/test", post(test))
        .route("/api/v1/profiles/explain", post(explain))
}

/// The same of a stored profile.
pub(crate) fn of_profiles() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v1/profiles/{id}/test", post(test_profile))
        .route(
            "/api/v1/profiles/{id}/explain",
            get(explain_profile).post(explain_profile),
        )
}

/// A condition as it stands in a body: a text is text, anything else is the tree.
pub(crate) fn condition(value: Value) -> ProfileSource {
    match value {
        Value::String(text) => ProfileSource::Text(text),
        tree => ProfileSource::Json(tree),
    }
}

/// Reads a body with a condition.
pub(crate) async fn condition_body<T: DeserializeOwned>(
    body: Body,
    shared: &Shared,
    expected: &'static str,
) -> Result<T, ApiError> {
    let limits = &shared.limits;
    let bytes = body::read(body, limits.condition_bytes, limits).await?;
    body::json(&bytes, expected)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    condition: Value,
}

async fn check(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    body: Body,
) -> Result<Response, ApiError> {
    let check: Check = condition_body(body, &shared, r#"{"condition":"…"}"#).await?;
    let _place = shared.trials.read(pass.asker())?;
    let ask = ProfileAsk::Check {
        condition: condition(check.condition),
    };
    answer(&shared, pass, ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    format: String,
    text: String,
}

async fn import(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"format":"zkillboard","text":"…"}"#;
    let Import { format, text } = condition_body(body, &shared, expected).await?;
    let _place = shared.trials.read(pass.asker())?;
    answer(&shared, pass, ProfileAsk::Import { format, text }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    condition: Value,
    since: Option<String>,
}

async fn test(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"condition":"…","since":"7d"}"#;
    let test: Test = condition_body(body, &shared, expected).await?;
    try_on_past(&shared, pass, condition(test.condition), test.since).await
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestProfile {
    since: Option<String>,
}

/// The body may be empty.
async fn test_profile(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = body::read(body, shared.limits.body_bytes, &shared.limits).await?;
    let test: TestProfile = if bytes.is_empty() {
        TestProfile::default()
    } else {
        body::json(&bytes, r#"{"since":"7d"}"#)?
    };
    try_on_past(&shared, pass, ProfileSource::Profile(id.0), test.since).await
}

async fn try_on_past(
    shared: &Shared,
    pass: Pass,
    condition: ProfileSource,
    since: Option<String>,
) -> Result<Response, ApiError> {
    let since_seconds = since.map_or(Ok(SINCE), |text| seconds(shared, &text))?;
    let _place = shared.trials.try_on_past(pass.asker())?;
    let ask = ProfileAsk::Test {
        condition,
        since_seconds,
    };
    answer(shared, pass, ask).await
}

/// How long ago the moment is that `text` names.
fn seconds(shared: &Shared, text: &str) -> Result<u64, ApiError> {
    let now = shared.hub.now();
    let since = text.parse::<Since>().ok();
    let ago = since.map(|since| now.duration_since(since.before(now)).as_secs());
    let seconds = ago.and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| (1..=MOST_SINCE).contains(seconds));
    seconds.ok_or_else(|| {
        let expected = format_args!("{EXPECTED}; at most 366 days ago");
        invalid("since", text, expected)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explain {
    condition: Value,
    killmail_id: i64,
}

async fn explain(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    body: Body,
) -> Result<Response, ApiError> {
    let expected = r#"{"condition":"…","killmail_id":134435757}"#;
    let asked: Explain = condition_body(body, &shared, expected).await?;
    if KillmailId::new(asked.killmail_id).is_err() {
        return Err(ApiError::KillmailId);
    }
    why(&shared, pass, condition(asked.condition), asked.killmail_id).await
}

async fn explain_profile(
    State(shared): State<Arc<Shared>>,
    Extension(pass): Extension<Pass>,
    ProfilePath(id): ProfilePath,
    uri: Uri,
) -> Result<Response, ApiError> {
    const NAME: &str = "killmail_id";
    let query = Query::of(&uri, &shared.limits)?;
    query.only(&[NAME])?;
    let text = query.text(NAME)?.ok_or(ApiError::Missing(NAME))?;
    let killmail: KillmailId = strict_id(text).ok_or(ApiError::KillmailId)?;
    why(&shared, pass, ProfileSource::Profile(id.0), killmail.get()).await
}

async fn why(
    shared: &Shared,
    pass: Pass,
    condition: ProfileSource,
    killmail_id: i64,
) -> Result<Response, ApiError> {
    let _place = shared.trials.read(pass.asker())?;
    let ask = ProfileAsk::Explain {
        condition,
        killmail_id,
    };
    answer(shared, pass, ask).await
}
