//! Request bodies: bounded in size and time, then JSON.

use std::error::Error as _;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;

use crate::Limits;
use crate::error::ApiError;

/// Reads a JSON body. `expected` says in the error what would have been right.
pub(crate) async fn read_json<T: DeserializeOwned>(
    body: Body,
    limits: &Limits,
    expected: &'static str,
) -> Result<T, ApiError> {
    let bytes = read(body, limits.body_bytes, limits).await?;
    json(&bytes, expected)
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(body: Body, most: usize, limits: &Limits) -> Result<Bytes, ApiError> {
    let timed_out = ApiError::BodyTimedOut(limits.body_timeout);
    tokio::time::timeout(limits.body_timeout, to_bytes(body, most))
        .await
        .map_err(|_| timed_out)?
        .map_err(|error| unreadable(&error, most))
}

/// A body as JSON.
pub(crate) fn json<T: DeserializeOwned>(
    bytes: &[u8],
    expected: &'static str,
) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::Body {
        expected,
        reason: error.to_string(),
    })
}

fn unreadable(error: &axum::Error, most: usize) -> ApiError {
    if error
        .source()
        .is_some_and(|source| source.is::<LengthLimitError>())
    {
        ApiError::BodyTooLarge { allowed: most }
    } else {
        ApiError::BodyUnreadable(error.to_string())
    }
}
