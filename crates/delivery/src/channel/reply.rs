//! Answers to a client, byte for byte.

use bytes::Bytes;

use super::protocol::{Ref, Shape};

pub(crate) const REPLY: &str = "phx_reply";
pub(crate) const CLOSED: &str = "phx_close";

/// How a reply says whether it went well. The mapper crashes on any other word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Ok,
    /// Not done; the response says why.
    Error,
}

/// The answer to the message `message_ref`; `response` is JSON.
pub(crate) fn reply(
    shape: Shape,
    join_ref: Option<&Ref>,
    message_ref: Option<&Ref>,
    topic: &str,
    status: Status,
    response: &str,
) -> Bytes {
    let status = match status {
        Status::Ok => r#"{"status":"ok","response":"#,
        Status::Error => r#"{"status":"error","response":"#,
    };
    let refs = Refs {
        join_ref,
        message_ref,
    };
    message(shape, refs, topic, REPLY, |out| {
        out.extend_from_slice(status.as_bytes());
        out.extend_from_slice(response.as_bytes());
        out.push(b'}');
    })
}

/// The topic that was joined as `join_ref` is over.
pub(crate) fn closed(shape: Shape, join_ref: Option<&Ref>, topic: &str) -> Bytes {
    let refs = Refs {
        join_ref,
        message_ref: join_ref,
    };
    message(shape, refs, topic, CLOSED, |out| {
        out.extend_from_slice(b"{}");
    })
}

/// `{"reason":…}`, the response of an error.
pub(crate) fn reason(text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(r#"{{"reason":{text}}}"#)
}

/// What a message refers to.
#[derive(Clone, Copy, Default)]
pub(super) struct Refs<'a> {
    pub(super) join_ref: Option<&'a Ref>,
    pub(super) message_ref: Option<&'a Ref>,
}

/// One message of the server. `payload` writes JSON.
pub(super) fn message(
    shape: Shape,
    refs: Refs<'_>,
    topic: &str,
    event: &str,
    payload: impl FnOnce(&mut Vec<u8>),
) -> Bytes {
    let mut out = Vec::with_capacity(256);
    let join_ref = refs.join_ref.map(Ref::json);
    let message_ref = refs.message_ref.map_or("null", Ref::json);
    match shape {
        Shape::Array => {
            out.push(b'[');
            out.extend_from_slice(join_ref.unwrap_or("null").as_bytes());
            out.push(b',');
            out.extend_from_slice(message_ref.as_bytes());
            out.push(b',');
            text(&mut out, topic);
            out.push(b',');
            text(&mut out, event);
            out.push(b',');
            payload(&mut out);
            out.push(b']');
        }
        Shape::Object => {
            out.extend_from_slice(br#"{"topic":"#);
            text(&mut out, topic);
            out.extend_from_slice(br#","event":"#);
            text(&mut out, event);
            out.extend_from_slice(br#","payload":"#);
            payload(&mut out);
            out.extend_from_slice(br#","ref":"#);
            out.extend_from_slice(message_ref.as_bytes());
            // Phoenix's version 1 has no such member; a client that sends one may look for it.
            if let Some(join_ref) = join_ref {
                out.extend_from_slice(br#","join_ref":"#);
                out.extend_from_slice(join_ref.as_bytes());
            }
            out.push(b'}');
        }
    }
    out.into()
}

/// A JSON string.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    // A text always has a JSON form, and writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests;
