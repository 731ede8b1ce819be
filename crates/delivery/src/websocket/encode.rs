//! What the server sends: whole frames, unmasked, never fragmented.

use bytes::Bytes;

use super::frame::{CONTROL_BYTES, Opcode};

/// The longest head.
const HEAD_BYTES: usize = 10;

/// One text message: its head and `text`, which is UTF-8. Made once and sent to any number of
/// clients.
pub(crate) fn text(text: &[u8]) -> Bytes {
    frame(Opcode::Text, text)
}

/// The head of a text message of so many bytes, which are sent behind it.
pub(crate) fn text_head(length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD_BYTES);
    head(&mut out, Opcode::Text, length);
    out
}

/// The answer to a ping that carried `payload`.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    frame(
        Opcode::Pong,
        payload.get(..CONTROL_BYTES).unwrap_or(payload),
    )
}

/// The server's last message. A reason that is too long is cut.
pub(crate) fn close(code: u16, reason: &str) -> Bytes {
    let mut payload = Vec::with_capacity(CONTROL_BYTES);
    payload.extend_from_slice(&code.to_be_bytes());
    let reason = &reason[..reason.floor_char_boundary(CONTROL_BYTES - payload.len())];
    payload.extend_from_slice(reason.as_bytes());
    frame(Opcode::Close, &payload)
}

fn frame(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(payload.len() + HEAD_BYTES);
    head(&mut out, opcode, payload.len());
    out.extend_from_slice(payload);
    out.into()
}

fn head(out: &mut Vec<u8>, opcode: Opcode, length: usize) {
    out.push(0x80 | opcode.bits());
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => out.push(short),
        (_, Ok(length)) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
