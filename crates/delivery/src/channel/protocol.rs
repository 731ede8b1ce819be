//! A client's frame: read in either of Phoenix's two shapes, or refused with what is known of it.

use serde::Deserialize;
use serde_json::value::RawValue;

/// A ref may be any JSON value of at most so many bytes. It is kept as long as its topic is joined.
const REF_BYTES: usize = 256;

/// Topics and events are names; they come back in errors.
const NAME_BYTES: usize = 256;

/// The version of the serializer that a client declares in the query parameter `vsn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vsn {
    /// 1.0.x: objects.
    V1,
    /// 2.0.x: arrays.
    V2,
}

/// A version that Phoenix does not have either: the connection is answered with 403.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("vsn is {0:?}: expected 1.0.x or 2.0.x")]
pub(crate) struct VsnError(pub(crate) String);

impl Vsn {
    /// The version that `vsn`, decoded from the query, declares.
    pub(crate) fn declared(vsn: Option<&str>) -> Result<Self, VsnError> {
        let Some(vsn) = vsn else { return Ok(Self::V1) };
        let patch = |major| vsn.strip_prefix(major).is_some_and(is_number);
        if patch("1.0.") {
            Ok(Self::V1)
        } else if patch("2.0.") {
            Ok(Self::V2)
        } else {
            Err(VsnError(vsn.chars().take(40).collect()))
        }
    }

    /// The shape that a client of this version is expected to speak.
    pub(crate) const fn shape(self) -> Shape {
        match self {
            Self::V1 => Shape::Object,
            Self::V2 => Shape::Array,
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How a frame is written. An answer has the shape that the client last spoke: there are clients
/// that declare version 2 and speak version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// `[join_ref, ref, topic, event, payload]`
    Array,
    /// `{"topic":…,"event":…,"payload":…,"ref":…}`, and `join_ref` where the client gave one.
    Object,
}

/// What a client calls a message or a join: any JSON value but null, kept and echoed byte for byte.
/// The mapper's are integers, those of phoenix.js strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ref(Box<str>);

impl Ref {
    /// Its JSON.
    pub(crate) const fn json(&self) -> &str {
        &self.0
    }
}

/// One message of a client.
#[derive(Clone, Debug)]
pub(crate) struct ClientFrame<'a> {
    /// How it was written.
    pub(crate) shape: Shape,
    /// What the client called its join.
    pub(crate) join_ref: Option<Ref>,
    /// What the client calls this message.
    pub(crate) message_ref: Option<Ref>,
    /// What it is about.
    pub(crate) topic: String,
    /// What it wants.
    pub(crate) event: String,
    /// The rest, any JSON.
    pub(crate) payload: &'a str,
}

/// A frame that is none, with as much of it as could be read, so that the answer reaches whoever
/// waits for it.
#[derive(Debug)]
pub(crate) struct BadFrame {
    /// How it was written, where that could be seen.
    pub(crate) shape: Option<Shape>,
    /// What the client called its join, where it could be read.
    pub(crate) join_ref: Option<Ref>,
    /// What the client calls this message, where it could be read.
    pub(crate) message_ref: Option<Ref>,
    /// What it is about, where it could be read.
    pub(crate) topic: Option<String>,
    /// What is wrong.
    pub(crate) error: FrameError,
}

/// What is wrong with a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// Not JSON, or JSON that cannot be taken apart.
    #[error("the frame is not understood: {0}")]
    Json(String),
    /// Something else than an array or an object.
    #[error("a frame is [join_ref, ref, topic, event, payload] or an object with these members")]
    Shape,
    /// An array of another length.
    #[error("a frame has 5 items, [join_ref, ref, topic, event, payload]; this one has {0}")]
    Items(usize),
    /// An object without a topic or an event.
    #[error("the frame has no {0}")]
    Missing(&'static str),
    /// A topic or an event that is no text.
    #[error("the frame's {0} is not a text")]
    NotText(&'static str),
    /// More than is kept or sent back.
    #[error("the frame's {part} has {given} bytes: at most {allowed} are allowed")]
    TooLong {
        /// Of which part.
        part: &'static str,
        /// How long it is.
        given: usize,
        /// How long it may be.
        allowed: usize,
    },
    /// Phoenix's framing for binary payloads.
    #[error("binary frames are not understood: send texts")]
    Binary,
}

impl<'a> ClientFrame<'a> {
    /// Reads a frame in the shape in which it is written, whatever the client declared.
    pub(crate) fn read(text: &'a str) -> Result<Self, BadFrame> {
        match text.trim_start().as_bytes().first() {
            Some(b'[') => {
                let items: Vec<&RawValue> = read_json(text, Shape::Array)?;
                let item = |index: usize| items.get(index).map(|item| item.get());
                let parts = Parts {
                    join_ref: item(0),
                    message_ref: item(1),
                    topic: item(2),
                    event: item(3),
                    payload: item(4),
                };
                let complete = match items.len() {
                    5 => Ok(()),
                    other => Err(FrameError::Items(other)),
                };
                parts.judge(Shape::Array, complete)
            }
            Some(b'{') => {
                let members: Members<'_> = read_json(text, Shape::Object)?;
                let parts = Parts {
                    join_ref: members.join_ref.map(RawValue::get),
                    message_ref: members.message_ref.map(RawValue::get),
                    topic: members.topic.map(RawValue::get),
                    event: members.event.map(RawValue::get),
                    payload: members.payload.map(RawValue::get),
                };
                parts.judge(Shape::Object, Ok(()))
            }
            _ => Err(BadFrame::unread(None, FrameError::Shape)),
        }
    }
}

impl BadFrame {
    /// A frame of which nothing is known.
    pub(crate) const fn unread(shape: Option<Shape>, error: FrameError) -> Self {
        Self {
            shape,
            join_ref: None,
            message_ref: None,
            topic: None,
            error,
        }
    }
}

/// A frame's parts as JSON, each where there is one.
struct Parts<'a> {
    join_ref: Option<&'a str>,
    message_ref: Option<&'a str>,
    topic: Option<&'a str>,
    event: Option<&'a str>,
    payload: Option<&'a str>,
}

/// The object shape. Other members are passed over.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    join_ref: Option<&'a RawValue>,
    #[serde(borrow, rename = "ref")]
    message_ref: Option<&'a RawValue>,
    #[serde(borrow)]
    topic: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

impl<'a> Parts<'a> {
    /// The frame, or the first thing that is wrong with it and all that is right.
    fn judge(
        self,
        shape: Shape,
        complete: Result<(), FrameError>,
    ) -> Result<ClientFrame<'a>, BadFrame> {
        let join_ref = read_ref("join_ref", self.join_ref);
        let message_ref = read_ref("ref", self.message_ref);
        let topic = read_name("topic", self.topic);
        let event = read_name("event", self.event);
        match (complete, join_ref, message_ref, topic, event) {
            (Ok(()), Ok(join_ref), Ok(message_ref), Ok(topic), Ok(event)) => Ok(ClientFrame {
                shape,
                join_ref,
                message_ref,
                topic,
                event,
                payload: self.payload.unwrap_or("null"),
            }),
            (complete, join_ref, message_ref, topic, event) => {
                let error = complete
                    .err()
                    .or_else(|| join_ref.as_ref().err().cloned())
                    .or_else(|| message_ref.as_ref().err().cloned())
                    .or_else(|| topic.as_ref().err().cloned())
                    .or_else(|| event.err())
                    .unwrap_or(FrameError::Shape);
                Err(BadFrame {
                    shape: Some(shape),
                    join_ref: join_ref.ok().flatten(),
                    message_ref: message_ref.ok().flatten(),
                    topic: topic.ok(),
                    error,
                })
            }
        }
    }
}

fn read_json<'a, T: Deserialize<'a>>(text: &'a str, shape: Shape) -> Result<T, BadFrame> {
    serde_json::from_str(text)
        .map_err(|error| BadFrame::unread(Some(shape), FrameError::Json(error.to_string())))
}

/// A ref, where it is not null.
fn read_ref(part: &'static str, json: Option<&str>) -> Result<Option<Ref>, FrameError> {
    match json {
        None | Some("null") => Ok(None),
        Some(json) if json.len() > REF_BYTES => Err(too_long(part, json, REF_BYTES)),
        Some(json) => Ok(Some(Ref(json.into()))),
    }
}

fn read_name(part: &'static str, json: Option<&str>) -> Result<String, FrameError> {
    let json = json.ok_or(FrameError::Missing(part))?;
    let name: String = serde_json::from_str(json).map_err(|_| FrameError::NotText(part))?;
    if name.len() > NAME_BYTES {
        return Err(too_long(part, &name, NAME_BYTES));
    }
    Ok(name)
}

const fn too_long(part: &'static str, text: &str, allowed: usize) -> FrameError {
    FrameError::TooLong {
        part,
        given: text.len(),
        allowed,
    }
}

#[cfg(test)]
mod tests;
