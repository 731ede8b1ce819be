//! Answers, and what faults make of them.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{StreamExt as _, stream};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::Shared;
use crate::faults::Fault;
use crate::world::Origin;

/// How large the body of [`Fault::Oversized`] is.
const OVERSIZED: usize = 64 << 20;

/// An answer before it goes out.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(HeaderName, String)>,
    body: Content,
}

/// The body, or what it will be written from once nobody is kept waiting by that.
#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    Killmail(Origin),
}

impl Reply {
    /// The body of a killmail.
    pub(super) fn later_json(origin: Origin) -> Self {
        Self {
            body: Content::Killmail(origin),
            ..Self::json(Vec::new())
        }
    }

    pub(super) fn json(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            headers: vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            body: Content::Bytes(body),
        }
    }

    pub(super) fn bytes(content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            headers: vec![(header::CONTENT_TYPE, content_type.to_owned())],
            body: Content::Bytes(body),
        }
    }

    /// A status with the kind of page that a content network shows with it.
    pub(super) fn error(status: u16) -> Self {
        Self {
            status,
            ..Self::html(&format!("Error {status}"))
        }
    }

    fn html(title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self::bytes("text/html; charset=UTF-8", page.into_bytes())
    }

    /// A status with ESI's error object.
    pub(super) fn esi_error(status: u16, error: &str) -> Self {
        Self {
            status,
            ..Self::json(
                serde_json::json!({ "error": error })
                    .to_string()
                    .into_bytes(),
            )
        }
    }

    /// A status without a body.
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Content::Bytes(Vec::new()),
        }
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The status that will be seen if `fault` strikes.
    pub(super) fn status_under(&self, fault: Option<&Fault>) -> u16 {
        match fault {
            Some(Fault::Status { code, .. }) => *code,
            _ => self.status,
        }
    }

    /// Sends it, as `fault` has it.
    pub(super) async fn send(
        self,
        shared: &Shared,
        fault: Option<Fault>,
        gzip: bool,
    ) -> Response<Body> {
        let Some(fault) = fault else {
            return self.whole(gzip);
        };
        match fault {
            Fault::Status { code, retry_after } => {
                let mut reply = Self::error(code);
                // Rate headers stay what they were.
                reply.headers.extend(
                    self.headers
                        .into_iter()
                        .filter(|(name, _)| name.as_str().starts_with("x-")),
                );
                if let Some(seconds) = retry_after {
                    reply = reply.with(header::RETRY_AFTER, seconds.to_string());
                }
                reply.whole(false)
            }
            Fault::Delay { seconds } => {
                tokio::select! {
                    () = shared.time.clock().sleep(Duration::from_secs(seconds)) => {}
                    () = shared.stop.cancelled() => {}
                }
                self.whole(gzip)
            }
            Fault::Hang => {
                shared.stop.cancelled().await;
                Self::error(503).whole(false)
            }
            Fault::HangBody => {
                let stop = shared.stop.clone();
                let rest = stream::once(async move {
                    stop.cancelled().await;
                    Err(broken())
                });
                self.half_then(rest)
            }
            Fault::Aborted => self.half_then(stream::once(async {
                // Lets the half go out before the connection breaks.
                tokio::task::yield_now().await;
                Err(broken())
            })),
            Fault::Truncated => self
                .changed(|body| body.truncate(body.len() / 2))
                .whole(gzip),
            Fault::Garbage => {
                let noise = self.changed(|body| {
                    for (place, byte) in body.iter_mut().enumerate() {
                        *byte = byte.wrapping_mul(167).wrapping_add(place.to_le_bytes()[0]);
                    }
                });
                noise.whole(gzip)
            }
            Fault::Html => Self::html("One moment please").whole(gzip),
            Fault::Oversized => oversized(),
            // The others have done their part already.
            _ => self.whole(gzip),
        }
    }

    fn changed(self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut body = self.body.write();
        change(&mut body);
        Self {
            body: Content::Bytes(body),
            ..self
        }
    }

    fn whole(self, gzip: bool) -> Response<Body> {
        let Self {
            status,
            mut headers,
            body,
        } = self;
        let body = body.write();
        let body = if gzip && !body.is_empty() {
            headers.push((header::CONTENT_ENCODING, "gzip".to_owned()));
            headers.push((header::VARY, "Accept-Encoding".to_owned()));
            gzipped(body)
        } else {
            body
        };
        respond(status, headers, Body::from(body))
    }

    /// Promises the whole body and sends half of it.
    fn half_then(
        self,
        rest: impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
    ) -> Response<Body> {
        let body = Bytes::from(self.body.write());
        let half = body.slice(..body.len() / 2);
        let mut headers = self.headers;
        headers.push((header::CONTENT_LENGTH, body.len().max(2).to_string()));
        let stream = stream::iter([Ok(half)]).chain(rest);
        respond(self.status, headers, Body::from_stream(stream))
    }
}

impl Content {
    fn write(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Killmail(origin) => origin.body().esi,
        }
    }
}

/// A time as HTTP's headers write it.
pub(super) fn http_date(time: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .unwrap_or_default()
}

fn respond(status: u16, headers: Vec<(HeaderName, String)>, body: Body) -> Response<Body> {
    let mut builder = Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(body).unwrap_or_default()
}

fn broken() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "scripted fault")
}

/// Stored, not compressed: loopback is wide, processor time is what tests lack, and a client
/// cannot tell the difference.
fn gzipped(body: Vec<u8>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() + 64), Compression::none());
    let written = encoder.write_all(&body).and_then(|()| encoder.finish());
    written.unwrap_or(body)
}

fn oversized() -> Response<Body> {
    let chunk = Bytes::from(vec![b' '; 64 << 10]);
    let count = OVERSIZED / chunk.len();
    let start = stream::iter([Ok::<_, Infallible>(Bytes::from_static(
        b"{\"killmail_id\":",
    ))]);
    let rest = stream::iter(std::iter::repeat_n(chunk, count).map(Ok::<_, Infallible>));
    let headers = vec![(header::CONTENT_TYPE, "application/json".to_owned())];
    respond(200, headers, Body::from_stream(start.chain(rest)))
}
