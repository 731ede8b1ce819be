//! The server's side of the control socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use killwire_delivery::Operations;
use killwire_intake::import::{ImportDocument, ImportMode};
use killwire_intake::{IntakeError, Repairer};
use killwire_killmail::KillmailId;
use killwire_lookup::StaticDataStatus;
use killwire_store::{Scope, StoreError, TokenKey, TokenName, TokenNameError};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use super::{MAX_REQUEST_BYTES, profile_server};
use crate::desk::{Desk, NewToken, Repaired, Revoked, Selection, Token};
use crate::inquiry::{Inquiry, Match, Priced};
use crate::profile_desk::ProfileAnswers;

/// How long a command waits for a repair before it leaves it to the server.
const REPAIR_PATIENCE: Duration = Duration::from_secs(20);

/// What the control socket works with.
pub(crate) struct Control {
    pub(crate) desk: Desk,
    pub(crate) inquiry: Inquiry,
    pub(crate) profiles: ProfileAnswers,
    pub(crate) operations: Arc<dyn Operations>,
    pub(crate) repairer: Arc<Repairer>,
}

/// Serves commands until `stop` is cancelled.
pub(crate) async fn serve(
    listener: UnixListener,
    control: Arc<Control>,
    stop: CancellationToken,
) -> std::io::Result<()> {
    axum::serve(listener, router(control))
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

fn router(control: Arc<Control>) -> Router {
    Router::new()
        .route("/status", get(status))
        .route("/import", post(import))
        .route("/quarantine", get(quarantine))
        .route("/quarantine/{id}", get(entry))
        .route("/quarantine/retry", post(retry))
        .route("/gaps", get(gaps))
        .route("/gaps/repair", post(repair))
        .route("/backup", post(backup))
        .route("/sde", get(sde_status))
        .route("/sde/import", post(sde_import))
        .route("/lookup", post(lookup))
        .route("/price", post(price))
        .route("/value/{id}", get(value))
        .route("/tokens", get(tokens).post(create_token))
        .route("/tokens/revoke", post(revoke_token))
        .merge(profile_server::routes())
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(control)
}

/// An error as the client side reads it back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Complaint {
    pub(super) error: String,
}

/// An answer that says no.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(Complaint { error: self.1 })).into_response()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<TokenNameError> for Refusal {
    fn from(error: TokenNameError) -> Self {
        Self(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<IntakeError> for Refusal {
    fn from(error: IntakeError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

type Shared = State<Arc<Control>>;

async fn status(State(control): Shared) -> Json<serde_json::Value> {
    Json(control.operations.status().await)
}

#[derive(Debug, Deserialize)]
struct ImportQuery {
    mode: ImportMode,
}

/// The body is one JSON document description per line.
async fn import(
    State(control): Shared,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let documents: Vec<ImportDocument> = serde_json::Deserializer::from_slice(&body)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| {
            Refusal(
                StatusCode::BAD_REQUEST,
                format!("not a batch of documents: {error}"),
            )
        })?;
    drop(body);
    let totals = control.desk.import(documents, query.mode).await?;
    Ok(Json(totals).into_response())
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    limit: usize,
}

async fn quarantine(
    State(control): Shared,
    Query(query): Query<ListQuery>,
) -> Result<Response, Refusal> {
    Ok(Json(control.desk.quarantined(query.limit).await?).into_response())
}

async fn entry(State(control): Shared, Path(id): Path<i64>) -> Result<Response, Refusal> {
    match control.desk.entry(id).await? {
        Some(entry) => Ok(Json(Some(entry)).into_response()),
        None => Ok(Json(serde_json::Value::Null).into_response()),
    }
}

async fn retry(State(control): Shared, Json(which): Json<Selection>) -> Result<Response, Refusal> {
    Ok(Json(control.desk.retry(which).await?).into_response())
}

#[derive(Debug, Deserialize)]
struct GapsQuery {
    open: bool,
}

async fn gaps(State(control): Shared, Query(query): Query<GapsQuery>) -> Result<Response, Refusal> {
    Ok(Json(control.desk.gaps(query.open).await?).into_response())
}

/// Repairing may take minutes of polite waiting: it goes on when the one who asked has gone.
async fn repair(State(control): Shared, Json(which): Json<Selection>) -> Result<Response, Refusal> {
    let repairer = Arc::clone(&control.repairer);
    let repairing = tokio::spawn(async move { repairer.repair_now(which.id).await });
    let repaired = match tokio::time::timeout(REPAIR_PATIENCE, repairing).await {
        Ok(Ok(report)) => Repaired {
            finished: true,
            gaps: report?.gaps,
        },
        Ok(Err(cut_off)) => {
            return Err(Refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                cut_off.to_string(),
            ));
        }
        Err(_) => Repaired {
            finished: false,
            gaps: Vec::new(),
        },
    };
    Ok(Json(repaired).into_response())
}

async fn sde_status(State(control): Shared) -> Json<StaticDataStatus> {
    Json(control.inquiry.static_data())
}

/// Which export to import; the newest of CCP's site where none is named.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SdeImport {
    pub(super) file: Option<PathBuf>,
}

/// Begins an import, which goes on when the one who asked has gone.
async fn sde_import(State(control): Shared, Json(import): Json<SdeImport>) -> Json<u64> {
    Json(control.inquiry.begin_import(import.file))
}

/// A question in a person's words.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) what: String,
    #[serde(default)]
    pub(super) limit: u32,
}

async fn lookup(
    State(control): Shared,
    Json(asked): Json<Asked>,
) -> Result<Json<Vec<Match>>, Refusal> {
    let found = control.inquiry.lookup(&asked.what, asked.limit).await;
    found
        .map(Json)
        .map_err(|error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

async fn price(State(control): Shared, Json(asked): Json<Asked>) -> Json<Priced> {
    Json(control.inquiry.price(&asked.what).await)
}

async fn value(State(control): Shared, Path(id): Path<KillmailId>) -> Result<Response, Refusal> {
    Ok(Json(control.inquiry.value(id).await?).into_response())
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BackupRequest {
    pub(super) file: PathBuf,
}

async fn backup(
    State(control): Shared,
    Json(request): Json<BackupRequest>,
) -> Result<Response, Refusal> {
    control.desk.backup(&request.file).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn tokens(State(control): Shared) -> Result<Json<Vec<Token>>, Refusal> {
    Ok(Json(control.desk.tokens().await?))
}

/// A [`NewToken`] as it is sent.
#[derive(Debug, Deserialize)]
struct TokenRequest {
    name: String,
    scope: Scope,
    hash: [u8; 32],
}

async fn create_token(
    State(control): Shared,
    Json(request): Json<TokenRequest>,
) -> Result<Json<Token>, Refusal> {
    let new = NewToken {
        name: TokenName::new(&request.name)?,
        scope: request.scope,
        hash: request.hash,
    };
    Ok(Json(control.desk.create_token(&new).await?))
}

/// Which token is to be useless: its name or its number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Revocation {
    pub(super) which: String,
}

async fn revoke_token(
    State(control): Shared,
    Json(revocation): Json<Revocation>,
) -> Result<Json<Option<Revoked>>, Refusal> {
    let which: TokenKey = revocation.which.parse()?;
    Ok(Json(control.desk.revoke_token(&which).await?))
}
