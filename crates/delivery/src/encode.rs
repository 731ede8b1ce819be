//! Answers as bytes. The killmails of events are copied as the store encoded them, never parsed
//! again; those of the older routes are encoded here.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use killwire_store::{EventKind, LogEvent, Origin, Seq, StoredKillmail};
use serde::Serialize;

use crate::Namer;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// What an event's own members take at most beside its killmail.
const EVENT_HEAD_BYTES: usize = 192;

/// An answer of already encoded JSON.
pub(crate) fn json_bytes(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// An answer that is small or rare enough to be encoded for the asking.
pub(crate) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => json_bytes(status, body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `{"events":[…],"next":SEQ}`, the answer of `/api/v1/events`.
pub(crate) fn events_page(events: &[Arc<LogEvent>], next: Seq) -> Vec<u8> {
    let mut out = Vec::with_capacity(room_for(events));
    out.extend_from_slice(br#"{"events":["#);
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        event_object(&mut out, event);
    }
    put(&mut out, format_args!(r#"],"next":{next}}}"#));
    out
}

fn event_object(out: &mut Vec<u8>, event: &LogEvent) {
    let (kind, origin) = (kind_name(event.kind), origin_name(event.origin));
    put(
        out,
        format_args!(
            r#"{{"seq":{},"kind":"{kind}","origin":"{origin}""#,
            event.seq
        ),
    );
    if let Some(system) = event.system_id {
        put(out, format_args!(r#","system_id":{system}"#));
    }
    if let Some(killmail) = event.killmail_id {
        put(out, format_args!(r#","killmail_id":{killmail}"#));
    }
    put(out, format_args!(r#","time":"{:.0}""#, event.time));
    match &event.killmail {
        Some(killmail) => {
            out.extend_from_slice(br#","killmail":"#);
            out.extend_from_slice(killmail);
        }
        None if event.kind == EventKind::Imported => {
            put(out, format_args!(r#","imported":{}"#, event.imported));
        }
        None => out.extend_from_slice(br#","deleted":true"#),
    }
    out.push(b'}');
}

/// `{"events":[…]}`, the killfeed's list, with `missed_before` where the client lost something.
pub(crate) fn killfeed_list(events: &[Arc<LogEvent>], missed_before: Option<Seq>) -> Vec<u8> {
    let mut out = Vec::with_capacity(room_for(events));
    out.extend_from_slice(br#"{"events":["#);
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        killfeed_object(&mut out, event);
    }
    out.push(b']');
    if let Some(seq) = missed_before {
        put(&mut out, format_args!(r#","missed_before":{seq}"#));
    }
    out.push(b'}');
    out
}

/// One `{"event_id","system_id","killmail"}`, the answer of `/api/killfeed/next`.
pub(crate) fn killfeed_one(event: &LogEvent) -> Vec<u8> {
    let mut out = Vec::with_capacity(event_bytes(event));
    killfeed_object(&mut out, event);
    out
}

fn killfeed_object(out: &mut Vec<u8>, event: &LogEvent) {
    put(out, format_args!(r#"{{"event_id":{}"#, event.seq));
    if let Some(system) = event.system_id {
        put(out, format_args!(r#","system_id":{system}"#));
    }
    if let Some(killmail) = &event.killmail {
        out.extend_from_slice(br#","killmail":"#);
        out.extend_from_slice(killmail);
    }
    out.push(b'}');
}

/// A stored killmail, named where it was stored without names.
pub(crate) fn stored_killmail(killmail: &StoredKillmail, namer: &dyn Namer) -> Vec<u8> {
    killmail.json(|parsed| Some(namer.name(parsed)))
}

/// A JSON array of stored killmails between `before` and `behind`.
pub(crate) fn killmail_array(
    before: &str,
    killmails: &[StoredKillmail],
    behind: &str,
    namer: &dyn Namer,
) -> Vec<u8> {
    let mut out = before.as_bytes().to_vec();
    out.push(b'[');
    for (index, killmail) in killmails.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&stored_killmail(killmail, namer));
    }
    out.push(b']');
    out.extend_from_slice(behind.as_bytes());
    out
}

/// How many bytes an event takes in an answer, rounded up.
pub(crate) fn event_bytes(event: &LogEvent) -> usize {
    EVENT_HEAD_BYTES + event.killmail.as_ref().map_or(0, Bytes::len)
}

fn room_for(events: &[Arc<LogEvent>]) -> usize {
    let events: usize = events.iter().map(|event| event_bytes(event)).sum();
    events + EVENT_HEAD_BYTES
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = out.write_fmt(text);
}

const fn kind_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::New => "new",
        EventKind::Updated => "updated",
        EventKind::Imported => "imported",
    }
}

const fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Live => "live",
        Origin::Late => "late",
        Origin::Archive => "archive",
    }
}
