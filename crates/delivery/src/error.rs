//! What can be wrong with a request, and how each case looks over HTTP.

mod body;

use std::time::Duration;

use http::StatusCode;
use killwire_store::{MatchReadError, MatchSeq, ReadError, Scope, Seq, StoreError};

use crate::hub::Full;
use crate::hub::filter::FilterError;
use crate::profile_desk::ProfileFault;
use crate::websocket::Refusal;

/// Why a request is not answered with what it asks for. Its text is the `error` member of the
/// answer; the texts of the older routes and of the killfeed's required parameters are those that
/// their clients know.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("Missing required parameter: {0}")]
    Missing(&'static str),
    #[error("Invalid systems parameter format")]
    SystemsFormat,
    #[error("Invalid killmail ID")]
    KillmailId,
    #[error("Invalid system ID")]
    SystemId,
    #[error("Invalid profile ID")]
    ProfileId,
    #[error("Killmail not found")]
    NoSuchKillmail,
    #[error("Not found")]
    NoSuchRoute,
    #[error("Method not allowed")]
    NoSuchMethod,
    #[error("{parameter} is {value:?}: expected {expected}")]
    Invalid {
        parameter: &'static str,
        value: String,
        expected: String,
    },
    #[error("{0} is given more than once")]
    Repeated(&'static str),
    #[error("{parameter} has {given} ids: at most {allowed} are allowed")]
    TooManyIds {
        parameter: &'static str,
        given: usize,
        allowed: usize,
    },
    #[error("{name:?} is not a parameter of this route: it knows {known}")]
    UnknownParameter { name: String, known: String },
    #[error("{0}")]
    ClientId(String),
    #[error("the query string has {given} bytes: at most {allowed} are allowed")]
    QueryTooLong { given: usize, allowed: usize },
    #[error("the body is too large: at most {allowed} bytes are allowed")]
    BodyTooLarge { allowed: usize },
    #[error("the body did not arrive within {0:?}")]
    BodyTimedOut(Duration),
    #[error("the body could not be read: {0}")]
    BodyUnreadable(String),
    #[error("the body must be {expected}: {reason}")]
    Body {
        expected: &'static str,
        reason: String,
    },
    #[error("events after {after} are no longer kept; the oldest available is {oldest}")]
    Gone { after: Seq, oldest: Seq },
    #[error("{parameter} {seq} lies beyond the log's end {head}; it is not from this log")]
    Ahead {
        parameter: &'static str,
        seq: Seq,
        head: Seq,
    },
    #[error("matches after {after} are no longer kept; the oldest available is {oldest}")]
    MatchesGone { after: MatchSeq, oldest: MatchSeq },
    #[error("{parameter} {seq} lies beyond the last match {head}; it is not from this database")]
    MatchesAhead {
        parameter: &'static str,
        seq: MatchSeq,
        head: MatchSeq,
    },
    #[error("{parameter} has {given} entries: at most {allowed} are allowed")]
    TooManyEntries {
        parameter: &'static str,
        given: usize,
        allowed: usize,
    },
    #[error("too many conditions are being tried on the past (at most {0}); try again in a moment")]
    TooManyTrials(usize),
    #[error("too many conditions are being read (at most {0}); try again in a moment")]
    TooManyConditions(usize),
    #[error(transparent)]
    Profile(#[from] ProfileFault),
    #[error("too many requests are waiting (at most {0}); ask without wait, or later")]
    TooManyWaiting(usize),
    #[error("too many connections are open (at most {0}); try again later")]
    TooManyConnections(usize),
    #[error(
        "too many connections are open from this address (at most {0}); share one among what you run, or try again later"
    )]
    TooManyFromAddress(usize),
    #[error("vsn is {0:?}: expected 1.0.x or 2.0.x")]
    Version(String),
    #[error(transparent)]
    WebSocket(Refusal),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    HubFull(#[from] Full),
    #[error(
        "this needs a token: send the header \"Authorization: Bearer kw_…\"; whoever runs this server makes one with `killwire token create NAME`"
    )]
    NoToken,
    #[error(
        "this token is not known here: it was revoked, or is not all of it; whoever runs this server makes another with `killwire token create NAME`"
    )]
    WrongToken,
    #[error(
        "this token has the scope {scope}, and this needs {needed}; whoever runs this server makes one with `killwire token create NAME --scope {needed}`"
    )]
    ScopeTooSmall { scope: Scope, needed: Scope },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone { after, oldest } => Self::Gone { after, oldest },
            ReadError::Ahead { after, head } => Self::Ahead {
                parameter: "after",
                seq: after,
                head,
            },
            ReadError::Store(error) => Self::Store(error),
        }
    }
}

impl From<MatchReadError> for ApiError {
    fn from(error: MatchReadError) -> Self {
        match error {
            MatchReadError::Gone { after, oldest } => Self::MatchesGone { after, oldest },
            MatchReadError::Ahead { after, head } => Self::MatchesAhead {
                parameter: "after",
                seq: after,
                head,
            },
            MatchReadError::Store(error) => Self::Store(error),
        }
    }
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Missing(_)
            | Self::SystemsFormat
            | Self::KillmailId
            | Self::SystemId
            | Self::ProfileId
            | Self::Invalid { .. }
            | Self::Repeated(_)
            | Self::TooManyIds { .. }
            | Self::UnknownParameter { .. }
            | Self::ClientId(_)
            | Self::BodyUnreadable(_)
            | Self::Body { .. }
            | Self::Filter(_)
            | Self::TooManyEntries { .. }
            | Self::MatchesAhead { .. }
            | Self::Ahead { .. } => StatusCode::BAD_REQUEST,
            Self::NoToken | Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::ScopeTooSmall { .. } => StatusCode::FORBIDDEN,
            Self::NoSuchKillmail | Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Version(_) => StatusCode::FORBIDDEN,
            Self::WebSocket(refusal) => refusal.status(),
            Self::BodyTimedOut(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Gone { .. } | Self::MatchesGone { .. } => StatusCode::GONE,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::QueryTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::HubFull(Full::Address(_)) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooManyWaiting(_)
            | Self::TooManyConnections(_)
            | Self::TooManyTrials(_)
            | Self::TooManyConditions(_)
            | Self::HubFull(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Profile(fault) => fault_status(fault),
            Self::TooManyFromAddress(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Store(error) => store_status(error),
        }
    }

    /// What a stranger may read. What a database says about itself is for the log.
    fn public_text(&self) -> String {
        match self {
            Self::Store(StoreError::Database { .. }) => {
                tracing::error!(error = %self, "the database failed a request");
                "the database does not answer; try again later".to_owned()
            }
            _ if self.status() == StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!(error = %self, "a request failed");
                "Internal server error".to_owned()
            }
            _ => self.to_string(),
        }
    }

    /// How to show a token, as RFC 6750 has it for those who were refused for want of one.
    fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::NoToken => Some("Bearer"),
            Self::WrongToken => Some(r#"Bearer error="invalid_token""#),
            Self::ScopeTooSmall { .. } => Some(r#"Bearer error="insufficient_scope""#),
            _ => None,
        }
    }

    /// The positions that the error is about, as members beside `error`.
    fn positions(&self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Gone { oldest, .. } => (Some(oldest.0), None),
            Self::MatchesGone { oldest, .. } => (Some(oldest.0), None),
            Self::Ahead { head, .. } => (None, Some(head.0)),
            Self::MatchesAhead { head, .. } => (None, Some(head.0)),
            _ => (None, None),
        }
    }

    /// Where in a condition the error is, with the line as it is shown.
    fn place(&self) -> (Option<usize>, Option<usize>, Option<&str>) {
        match self {
            Self::Profile(ProfileFault::Invalid {
                line,
                column,
                shown,
                ..
            }) => (*line, *column, shown.as_deref()),
            _ => (None, None, None),
        }
    }
}

fn fault_status(fault: &ProfileFault) -> StatusCode {
    match fault {
        ProfileFault::Invalid { .. } => StatusCode::BAD_REQUEST,
        ProfileFault::NotFound(_) => StatusCode::NOT_FOUND,
        ProfileFault::Forbidden(_) => StatusCode::FORBIDDEN,
        ProfileFault::Conflict(_) => StatusCode::CONFLICT,
        ProfileFault::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Trouble that passes without anyone touching the program is a 503: the client may try again.
fn store_status(error: &StoreError) -> StatusCode {
    match error {
        StoreError::TooManySystems(_) => StatusCode::BAD_REQUEST,
        StoreError::Database { .. }
        | StoreError::NotWritable(_)
        | StoreError::Deposed
        | StoreError::Led
        | StoreError::TooManyClients(_)
        | StoreError::Closed => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use http::header::RETRY_AFTER;

    use super::*;

    #[test]
    fn trouble_that_passes_says_what_it_is_and_when_to_come_back() {
        let full = ApiError::Store(StoreError::NotWritable("disk full".to_owned()));
        let response = full.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "5");
    }

    #[test]
    fn the_inside_of_the_database_is_not_shown_to_strangers() {
        let damaged = ApiError::Store(StoreError::Damaged {
            table: "event",
            reason: "odd".to_owned(),
        });
        assert_eq!(damaged.public_text(), "Internal server error");
        let status = damaged.into_response().status();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn a_client_that_asks_for_too_much_is_the_one_to_change() {
        let response = ApiError::Store(StoreError::TooManySystems(10_000)).into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
}
