//! `/status` and `/metrics`: what the program does, for people and for Prometheus.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::Shared;
use crate::encode::json_response;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/status", get(status))
        .route("/metrics", get(metrics))
}

async fn status(State(shared): State<Arc<Shared>>) -> Response {
    json_response(StatusCode::OK, &shared.operations.status().await)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let exposition_format = "text/plain; version=0.0.4; charset=utf-8";
    (
        [(CONTENT_TYPE, exposition_format)],
        shared.operations.metrics(),
    )
        .into_response()
}
