//! RFC 6455 at the server's end: the handshake, frames that come in, frames that go out.
//!
//! Pure: headers and bytes in, headers, messages and bytes out. Who reads and writes the connection
//! is elsewhere. No extension is ever agreed on: compression cannot be shared among clients that
//! each have a state of their own, and the mapper cannot read it.
//!
//! A connection that waits costs nothing here but a [`Decoder`], which is 24 bytes until a client
//! begins a fragmented message.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod client;
mod decode;
mod encode;
mod frame;
mod handshake;
mod mask;

pub(crate) use decode::{Decoder, Message, ProtocolError};
pub(crate) use encode::{close, pong, text, text_head};
pub(crate) use handshake::{Refusal, accept};
