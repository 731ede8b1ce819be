//! What a client sends: bytes in whatever pieces they come, messages out.

use bytes::{Buf, BytesMut};

use super::frame::{Head, Opcode};
use super::mask;

/// One whole message of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// Text.
    Text(String),
    /// Anything.
    Binary(Vec<u8>),
    /// To be answered with a pong of the same bytes.
    Ping(Vec<u8>),
    /// The answer to a ping, or a sign of life.
    Pong(Vec<u8>),
    /// The client's last message. What it sends after it is not read.
    Close(Option<CloseFrame>),
}

/// Why a client closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CloseFrame {
    /// A status code of RFC 6455 section 7.4.
    pub(crate) code: u16,
    /// For people; may be empty.
    pub(crate) reason: String,
}

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProtocolError {
    /// Bits that belong to extensions.
    #[error("a frame has reserved bits set, but no extension was agreed on")]
    ReservedBits,
    /// An opcode that is none.
    #[error("a frame has the unknown opcode {0:#x}")]
    UnknownOpcode(u8),
    /// A client must mask.
    #[error("a frame of the client is not masked")]
    Unmasked,
    /// A length in more bytes than it takes.
    #[error("the length of a frame is not written in its shortest form")]
    LengthForm,
    /// A control frame in pieces.
    #[error("a control frame is fragmented")]
    FragmentedControl,
    /// A control frame that carries too much.
    #[error("a control frame carries more than 125 bytes")]
    LongControl,
    /// A continuation of nothing.
    #[error("a frame continues a message that was not begun")]
    NothingToContinue,
    /// A message inside another.
    #[error("a message begins before the one before it has ended")]
    NotContinued,
    /// More than is taken.
    #[error("a message has more than {allowed} bytes")]
    TooLong {
        /// What is taken.
        allowed: usize,
    },
    /// A text that is none.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// A close frame that cannot be read.
    #[error("a close frame has no valid status code")]
    CloseCode,
}

/// Reads the messages of one client.
#[derive(Debug)]
pub(crate) struct Decoder {
    message_bytes: usize,
    begun: Option<Box<Begun>>,
    over: bool,
}

/// A message of which some fragments have come.
#[derive(Debug)]
struct Begun {
    text: bool,
    bytes: Vec<u8>,
}

impl Decoder {
    /// For a new connection, on which a message may have `message_bytes` bytes.
    pub(crate) const fn new(message_bytes: usize) -> Self {
        Self {
            message_bytes,
            begun: None,
            over: false,
        }
    }

    /// The next message, if all of it is in `input`; it is taken from there. `None` asks for more
    /// bytes: when `input` is empty then, its memory may be given back. `input` never has to hold
    /// more than one frame: 14 bytes more than a message may have.
    ///
    /// After an error or a close frame there is nothing more to come, and what does is dropped.
    pub(crate) fn next(&mut self, input: &mut BytesMut) -> Result<Option<Message>, ProtocolError> {
        let message = self.read(input);
        if matches!(message, Err(_) | Ok(Some(Message::Close(_)))) {
            self.over = true;
            self.begun = None;
        }
        message
    }

    fn read(&mut self, input: &mut BytesMut) -> Result<Option<Message>, ProtocolError> {
        if self.over {
            input.clear();
            return Ok(None);
        }
        loop {
            let held = self.begun.as_ref().map_or(0, |begun| begun.bytes.len());
            let room = self.message_bytes.saturating_sub(held);
            let Some(head) = Head::read(input, room, self.message_bytes)? else {
                return Ok(None);
            };
            self.in_order(head.opcode)?;
            if input.len() < head.bytes + head.payload {
                return Ok(None);
            }
            input.advance(head.bytes);
            if let Some(message) = self.take(head, input)? {
                return Ok(Some(message));
            }
        }
    }

    const fn in_order(&self, opcode: Opcode) -> Result<(), ProtocolError> {
        match (opcode, self.begun.is_some()) {
            (Opcode::Continuation, false) => Err(ProtocolError::NothingToContinue),
            (Opcode::Text | Opcode::Binary, true) => Err(ProtocolError::NotContinued),
            _ => Ok(()),
        }
    }

    /// The payload of `head` begins `input`. Gives the message that it ends, if it ends one.
    fn take(&mut self, head: Head, input: &mut BytesMut) -> Result<Option<Message>, ProtocolError> {
        let mut bytes = match head.opcode {
            Opcode::Continuation => self
                .begun
                .as_mut()
                .map_or_else(Vec::new, |begun| std::mem::take(&mut begun.bytes)),
            _ => Vec::new(),
        };
        // Copied rather than shared, so that the buffer can be used again or given back.
        let held = bytes.len();
        bytes.extend_from_slice(&input[..head.payload]);
        input.advance(head.payload);
        mask::apply(&mut bytes[held..], head.key);
        let text = match head.opcode {
            Opcode::Close => return close(&bytes).map(|close| Some(Message::Close(close))),
            Opcode::Ping => return Ok(Some(Message::Ping(bytes))),
            Opcode::Pong => return Ok(Some(Message::Pong(bytes))),
            Opcode::Text => true,
            Opcode::Binary => false,
            Opcode::Continuation => self.begun.as_ref().is_some_and(|begun| begun.text),
        };
        if !head.last {
            match &mut self.begun {
                Some(begun) => begun.bytes = bytes,
                None => self.begun = Some(Box::new(Begun { text, bytes })),
            }
            return Ok(None);
        }
        self.begun = None;
        if !text {
            return Ok(Some(Message::Binary(bytes)));
        }
        let text = String::from_utf8(bytes).map_err(|_| ProtocolError::NotUtf8)?;
        Ok(Some(Message::Text(text)))
    }
}

fn close(payload: &[u8]) -> Result<Option<CloseFrame>, ProtocolError> {
    let &[a, b, ref reason @ ..] = payload else {
        return if payload.is_empty() {
            Ok(None)
        } else {
            Err(ProtocolError::CloseCode)
        };
    };
    let code = u16::from_be_bytes([a, b]);
    // The codes of the RFC, those that IANA registered since, and those of libraries and programs.
    // 1005, 1006 and 1015 are never on the wire.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(ProtocolError::CloseCode);
    }
    let reason = str::from_utf8(reason).map_err(|_| ProtocolError::NotUtf8)?;
    Ok(Some(CloseFrame {
        code,
        reason: reason.to_owned(),
    }))
}

#[cfg(test)]
mod tests;
