//! The other end, for tests: masks what it sends and takes apart what the server sends.

use bytes::BytesMut;

use super::decode::{Decoder, Message, ProtocolError};
use super::frame::Opcode;
use super::mask;

/// What `decoder` makes of `bytes` that come in pieces of `piece` bytes, and the error that ends it.
pub(crate) fn decode(
    mut decoder: Decoder,
    bytes: &[u8],
    piece: usize,
) -> (Vec<Message>, Option<ProtocolError>) {
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for piece in bytes.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error)),
            }
        }
    }
    (messages, None)
}

/// One frame of a client, masked with `key`.
pub(crate) fn frame(last: bool, opcode: Opcode, payload: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut out = vec![u8::from(last) << 7 | opcode.bits()];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ ..=125), _) => out.push(0x80 | short),
        (_, Ok(length)) => {
            out.push(0x80 | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&key);
    let head = out.len();
    out.extend_from_slice(payload);
    mask::apply(&mut out[head..], key);
    out
}

/// One text in one frame.
pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(
        true,
        Opcode::Text,
        text.as_bytes(),
        [0x37, 0xfa, 0x21, 0x3d],
    )
}

/// One binary message in one frame.
pub(crate) fn binary(bytes: &[u8]) -> Vec<u8> {
    frame(true, Opcode::Binary, bytes, [0x37, 0xfa, 0x21, 0x3d])
}

/// The text of a server's frame, if it is one that the mapper can read: whole, not masked, without
/// reserved bits, and with nothing behind it.
pub(crate) fn read_text(frame: &[u8]) -> Option<&str> {
    let (&first, rest) = frame.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, payload) = match short {
        0..=125 => (usize::from(short), rest),
        126 => {
            let (length, payload) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), payload)
        }
        127 => {
            let (length, payload) = rest.split_first_chunk::<8>()?;
            (usize::try_from(u64::from_be_bytes(*length)).ok()?, payload)
        }
        _ => return None,
    };
    if first != 0x81 || payload.len() != length {
        return None;
    }
    str::from_utf8(payload).ok()
}
