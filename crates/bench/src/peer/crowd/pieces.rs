//! Messages out of the pieces in which they come.

use super::wire::{self, Heard};
use crate::Outcome;
use crate::crowd::Speech;

/// Enough to see how long a message is, in any of the protocols.
const HEAD: usize = 64;

/// The beginning of a message of which the rest is on its way.
pub(super) struct Pieces {
    speech: Speech,
    begun: Vec<u8>,
}

impl Pieces {
    pub(super) const fn new(speech: Speech) -> Self {
        Self {
            speech,
            begun: Vec::new(),
        }
    }

    /// Takes bytes that came, and calls `heard` with each message that they complete.
    pub(super) fn take(
        &mut self,
        mut bytes: &[u8],
        heard: &mut impl FnMut(Heard<'_>) -> Outcome<()>,
    ) -> Outcome<()> {
        while !self.begun.is_empty() {
            match wire::length(self.speech, &self.begun) {
                Some(length) if length <= self.begun.len() => {
                    let begun = std::mem::take(&mut self.begun);
                    heard(wire::hear(self.speech, &begun[..length]))?;
                    self.begun.extend_from_slice(&begun[length..]);
                }
                known => {
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    // Only the rest of this message is copied.
                    let wanted = known.map_or(HEAD, |length| length - self.begun.len());
                    let (next, rest) = bytes.split_at(wanted.min(bytes.len()));
                    self.begun.extend_from_slice(next);
                    bytes = rest;
                }
            }
        }
        while let Some(length) = wire::length(self.speech, bytes)
            && length <= bytes.len()
        {
            let (message, rest) = bytes.split_at(length);
            heard(wire::hear(self.speech, message))?;
            bytes = rest;
        }
        self.begun.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_in_whatever_pieces_they_come() {
        let text = |seq: i64| format!(r#"[null,null,"t","e",{{"k":[],"seq":{seq}}}]"#);
        let mut stream = b"PING\r\n".to_vec();
        for seq in 8..=12 {
            let text = text(seq);
            let message = format!("MSG killmails 1 {}\r\n{text}\r\n", text.len());
            stream.extend_from_slice(message.as_bytes());
        }
        for size in 1..=stream.len() {
            let mut pieces = Pieces::new(Speech::Nats);
            let mut seqs = Vec::new();
            for piece in stream.chunks(size) {
                let taken = pieces.take(piece, &mut |heard| {
                    if let Heard::Event(seq, _) = heard {
                        seqs.push(seq);
                    }
                    Ok(())
                });
                assert!(taken.is_ok());
            }
            assert_eq!(seqs, [8, 9, 10, 11, 12], "in pieces of {size}");
        }
    }
}
