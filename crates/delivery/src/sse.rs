//! What all event streams have in common: how they are opened and resumed, that they show life, and
//! that they end with the token that opened them.

pub(crate) mod gzip;

use std::fmt::Display;
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::Shared;
use crate::access::Pass;
use crate::error::ApiError;
use crate::query::{Query, invalid, strict_number};

/// How long a browser waits before it connects again, in milliseconds; the peer's figure.
const RETRY_MS: u32 = 2_000;

/// How long nothing may be sent: proxies and clients give up on a silent connection. The peer's
/// figure.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// The parameter in which a client says where it was, when it cannot set the header.
pub(crate) const LAST_EVENT_ID: &str = "last_event_id";

/// What the event is called that tells of what is no longer kept.
pub(crate) const GAP: &str = "gap";

const LAST_EVENT_ID_HEADER: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx to pass events on as they come.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How a stream is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// As the client takes it.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        if gzip::is_accepted(headers) {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

/// A piece of a stream.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) plain: Bytes,
    /// The same, packed; none where that is still to be done.
    pub(crate) packed: Option<Bytes>,
}

impl From<Bytes> for Line {
    fn from(plain: Bytes) -> Self {
        Self {
            plain,
            packed: None,
        }
    }
}

/// The answer that sends `lines` as they come.
pub(crate) fn response<S, L, E>(lines: S, coding: Coding) -> Response
where
    S: Stream<Item = Result<L, E>> + Send + 'static,
    L: Into<Line> + Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    let body = match coding {
        Coding::Plain => Body::from_stream(lines.map_ok(|line| line.into().plain)),
        Coding::Gzip => Body::from_stream(gzip::packed(lines)),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    if coding == Coding::Gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// The first lines of a stream.
pub(crate) fn opening(position: impl Display) -> Bytes {
    format!("retry: {RETRY_MS}\nid: {position}\n\n").into()
}

/// A sign of life, which moves the client's position on.
pub(crate) fn ping(position: impl Display) -> Bytes {
    format!(": ping\nid: {position}\n\n").into()
}

/// Tells that what came after `after` is no longer kept, up to what stands before `oldest`.
pub(crate) fn gap(after: i64, oldest: i64) -> Bytes {
    let position = oldest - 1;
    format!("id: {position}\nevent: {GAP}\ndata: {{\"after\":{after},\"oldest\":{oldest}}}\n\n")
        .into()
}

/// The number after which a client wants to go on. A browser that comes back says in a header how
/// far it got; the same in the URL is from when it was opened, so the header counts more.
pub(crate) fn last_event_id(
    query: &Query<'_>,
    headers: &HeaderMap,
) -> Result<Option<i64>, ApiError> {
    let header = headers.get(LAST_EVENT_ID_HEADER).map(HeaderValue::to_str);
    let header = header.transpose().ok().flatten();
    let last = match header.filter(|text| !text.is_empty()) {
        Some(text) => Some(text),
        None => query.text(LAST_EVENT_ID)?,
    };
    let expected = "the id of an event of this stream";
    let number = |text| strict_number(text).ok_or_else(|| invalid(LAST_EVENT_ID, text, expected));
    last.map(number).transpose()
}

/// Why a client was let in, looked at again and again while its stream is open.
pub(crate) struct Admission {
    pass: Pass,
    looked: Timestamp,
}

impl Admission {
    pub(crate) const fn new(pass: Pass, now: Timestamp) -> Self {
        Self { pass, looked: now }
    }

    /// Whether it still holds; none where that was looked at a moment ago.
    pub(crate) async fn look(&mut self, shared: &Shared) -> Option<bool> {
        let now = shared.clock.now();
        let next = self.looked.checked_add(KEEP_ALIVE);
        if next.is_ok_and(|next| now < next) {
            return None;
        }
        self.looked = now;
        // Where the store does not answer, the next look will tell.
        let allowed = shared.access.still_allows(self.pass).await;
        Some(allowed.unwrap_or(true))
    }
}
