//! What every request passes on its way in and out: its span, its metrics, its answer's headers.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use metrics::{counter, histogram};
use tracing::Instrument;

use crate::metric;

/// Requests for routes that do not exist share one label, so that nobody can make up labels.
const NO_ROUTE: &str = "none";

pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    // The path only: a query names clients, and may carry a token.
    let span = tracing::debug_span!(
        "request",
        method = %request.method(),
        path = request.uri().path(),
    );
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = started.elapsed();
    let status = response.status();
    tracing::debug!(parent: &span, status = status.as_u16(), ?took, "answered");
    counter!(metric::REQUESTS, "route" => route.clone(), "status" => status.as_u16().to_string())
        .increment(1);
    histogram!(metric::REQUEST_SECONDS, "route" => route).record(took);
    protect(response.headers_mut());
    response
}

/// Answers are data: no browser is to guess their type, keep them, frame them or run them.
fn protect(headers: &mut HeaderMap) {
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
