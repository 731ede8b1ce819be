//! One subscriber.

use std::io::{self, Read, Write};

use mio::net::TcpStream;

use super::pieces::Pieces;
use super::tally::Tally;
use super::wire::Heard;
use crate::Outcome;
use crate::crowd::Speech;
use crate::process::nanoseconds;

/// One subscriber: its socket and what it has got.
pub(super) struct Member {
    pub(super) stream: TcpStream,
    /// The last event that it has got.
    pub(super) last: i64,
    pieces: Pieces,
}

impl Member {
    /// One who wants what comes after `last`.
    pub(super) const fn new(stream: TcpStream, speech: Speech, last: i64) -> Self {
        Self {
            stream,
            last,
            pieces: Pieces::new(speech),
        }
    }

    /// Reads what there is, by way of `buffer`. A read that does not fill the buffer has emptied the
    /// socket.
    pub(super) fn read(&mut self, buffer: &mut [u8], tally: &mut Tally) -> Outcome<()> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Err("a server closed a subscriber's connection".into()),
                Ok(count) => {
                    self.take(&buffer[..count], tally)?;
                    if count < buffer.len() {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes bytes that came.
    pub(super) fn take(&mut self, bytes: &[u8], tally: &mut Tally) -> Outcome<()> {
        let (stream, last) = (&mut self.stream, &mut self.last);
        self.pieces.take(bytes, &mut |heard| match heard {
            Heard::Event(seq, text) => tally.note(last, (seq, text), nanoseconds()),
            Heard::Answer(answer) => write(stream, answer),
            Heard::Over(why) => {
                let why = String::from_utf8_lossy(why);
                Err(format!("a server gave a subscriber up: {why}").into())
            }
            Heard::Other => Ok(()),
        })
    }

    /// Sends a few bytes.
    pub(super) fn say(&mut self, bytes: &[u8]) -> Outcome<()> {
        write(&mut self.stream, bytes)
    }
}

/// There is always room for a few bytes, unless the server does not read.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> Outcome<()> {
    if stream.write(bytes)? == bytes.len() {
        Ok(())
    } else {
        Err("a server does not read what a subscriber sends".into())
    }
}
