//! The routes, one file per resource.

pub(crate) mod channel;
pub(crate) mod conditions;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod killfeed;
pub(crate) mod killmail;
pub(crate) mod lists;
pub(crate) mod match_stream;
pub(crate) mod matches;
pub(crate) mod profiles;
pub(crate) mod status;
pub(crate) mod stream;
pub(crate) mod system;

use crate::error::ApiError;

/// The answer where there is no route.
pub(crate) async fn no_such_route() -> ApiError {
    ApiError::NoSuchRoute
}

/// The answer where the route knows other methods only; axum adds the `Allow` header.
pub(crate) async fn no_such_method() -> ApiError {
    ApiError::NoSuchMethod
}
