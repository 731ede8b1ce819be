//! `/ping`, `/health`, `/health/live`, `/health/ready`: whether the program works, for machines.
//!
//! `/health` shows every part and fails when one of them does; `/health/live` fails when only a
//! restart helps; `/health/ready` fails, with reasons, when clients do not get what they come for.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Serialize;

use crate::Shared;
use crate::encode::json_response;
use crate::operations::{PartHealth, PartState};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/ping", get(async || "pong"))
        .route("/health", get(health))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

#[derive(Serialize)]
struct Health<'a> {
    status: PartState,
    live: bool,
    ready: bool,
    parts: &'a [PartHealth],
}

#[derive(Serialize)]
struct Live {
    live: bool,
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    reasons: Vec<String>,
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let report = shared.operations.health();
    let status = report.state();
    let well = report.live && status != PartState::Failing;
    let body = Health {
        status,
        live: report.live,
        ready: report.ready,
        parts: &report.parts,
    };
    json_response(status_of(well), &body)
}

async fn live(State(shared): State<Arc<Shared>>) -> Response {
    let live = shared.operations.health().live;
    json_response(status_of(live), &Live { live })
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let report = shared.operations.health();
    let body = Ready {
        ready: report.ready,
        reasons: report.reasons(),
    };
    json_response(status_of(report.ready), &body)
}

const fn status_of(well: bool) -> StatusCode {
    if well {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
